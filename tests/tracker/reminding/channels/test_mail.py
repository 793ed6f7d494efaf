"""Mail: one recipient, no header from a title, and what an answer of the server means."""

import smtplib
from datetime import UTC, datetime
from email import message_from_bytes, policy

import pytest
from django.core import mail

from tracker.reminding.channels.mail import MailChannel, as_mail
from tracker.reminding.channels.protocol import Message, PermanentFailure, TemporaryFailure, one_line

RENDERED_AT = datetime(2026, 6, 24, 0, 30, tzinfo=UTC)


def message(*, subject: str = "6月24日 提醒：2 件事", address: str = "clerk@example.org") -> Message:
    return Message("<1@example.org>", address, subject, "正文", RENDERED_AT)


def test_the_mail_is_dated_when_it_was_rendered_and_says_a_machine_sent_it() -> None:
    MailChannel().send(message())
    (sent,) = mail.outbox
    headers = sent.message()
    assert headers["Message-ID"] == "<1@example.org>"
    assert headers["Date"] == "Wed, 24 Jun 2026 00:30:00 +0000"
    assert headers["Auto-Submitted"] == "auto-generated"
    assert sent.to == ["clerk@example.org"]
    assert sent.body == "正文"


def test_the_same_message_is_the_same_bytes() -> None:
    assert MailChannel().encode(message()) == MailChannel().encode(message())


def test_on_the_wire_it_is_the_fingerprinted_mail_with_the_line_ends_of_smtp() -> None:
    mail_on_the_wire = as_mail(message()).message(policy=policy.SMTP).as_bytes()
    assert MailChannel().encode(message()).replace(b"\n", b"\r\n") == mail_on_the_wire


@pytest.mark.parametrize(
    "title",
    ["第1项\r\nBcc: x@example.org", "第1项\nBcc: x@example.org\n\nbody", "第1项\x00\x0bBcc: x", "第1项\u2028Bcc: x"],
)
def test_a_title_starts_no_header_of_its_own(title: str) -> None:
    parsed = message_from_bytes(MailChannel().encode(message(subject=title)), policy=policy.default)
    assert set(parsed.keys()) == {
        "Content-Type",
        "Content-Transfer-Encoding",
        "MIME-Version",
        "Subject",
        "From",
        "To",
        "Message-ID",
        "Date",
        "Auto-Submitted",
    }
    assert "Bcc: x" in str(parsed["Subject"])
    assert parsed.get_content() == "正文\n"


def test_one_line_keeps_words_apart_and_drops_what_cannot_be_printed() -> None:
    assert one_line(" 一\r\n二\t 三\u200b四 ") == "一 二 三 四"


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (smtplib.SMTPRecipientsRefused({"clerk@example.org": (550, b"no such user")}), PermanentFailure),
        (smtplib.SMTPRecipientsRefused({"clerk@example.org": (450, b"mailbox busy")}), TemporaryFailure),
        (smtplib.SMTPDataError(554, b"refused"), PermanentFailure),
        (smtplib.SMTPDataError(451, b"later"), TemporaryFailure),
        (smtplib.SMTPAuthenticationError(535, b"wrong password"), TemporaryFailure),
        (smtplib.SMTPSenderRefused(550, b"not you", "duban@localhost"), TemporaryFailure),
        (smtplib.SMTPServerDisconnected("gone"), TemporaryFailure),
        (TimeoutError("slow"), TemporaryFailure),
        (ConnectionRefusedError("nobody there"), TemporaryFailure),
    ],
)
def test_only_a_refusal_of_this_very_message_is_for_good(
    monkeypatch: pytest.MonkeyPatch, answer: Exception, kind: type[Exception]
) -> None:
    def refuse(_mail: mail.EmailMessage) -> int:
        raise answer

    monkeypatch.setattr(mail.EmailMessage, "send", refuse)
    with pytest.raises(kind):
        MailChannel().send(message())
