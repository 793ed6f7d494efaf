"""The tabs over what units ask of the office: later dates, closings, second looks."""

from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext

from accounts.access import Reach
from tracker.boards.waiting import WaitingCounts
from tracker.deciding import to_decide


@dataclass(frozen=True, slots=True)
class Tab:
    label: str
    url: str
    number: int
    current: bool


def request_tabs(
    reach: Reach, waiting: WaitingCounts, *, current: str, extensions: int | None = None, today: date
) -> list[Tab]:
    """Return the office's three lists; everyone else has one list and no tabs."""
    if not reach.office:
        return []
    decided = to_decide(reach, today=today) if extensions is None else extensions
    tabs = (
        ("extensions", gettext("延期申请"), decided),
        ("closings", gettext("办结申请"), waiting.closings),
        ("look_backs", gettext("回头看"), waiting.look_backs),
    )
    return [Tab(label, reverse(f"tracker:{name}"), number, current == name) for name, label, number in tabs]
