"""One message, as the outbox hands it to a channel."""

from datetime import UTC, datetime

from tracker.reminding.channels.protocol import Message

RENDERED_AT = datetime(2026, 6, 24, 0, 30, tzinfo=UTC)
CODE = "#C072-3F33"


def message(
    *, text: str = "第 1 项逾期 3 天", subject: str = "6月24日 提醒", address: str = "", **outlet: str
) -> Message:
    return Message("<1@example.org>", address, subject, text, RENDERED_AT, outlet)
