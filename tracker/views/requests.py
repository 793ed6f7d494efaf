"""The tabs over what units ask of the office: later dates, closings, second looks."""

from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext

from accounts.access import Reach
from tracker.boards.closing import closings_to_answer, look_backs_due
from tracker.deciding import to_decide


@dataclass(frozen=True, slots=True)
class Tab:
    label: str
    url: str
    number: int
    current: bool


def request_tabs(reach: Reach, *, current: str, extensions: int | None = None, today: date) -> list[Tab]:
    """Return the office's three lists; everyone else has one list and no tabs."""
    if not reach.office:
        return []
    waiting = to_decide(reach, today=today) if extensions is None else extensions
    tabs = (
        ("extensions", gettext("延期申请"), waiting),
        ("closings", gettext("办结申请"), closings_to_answer(reach)),
        ("look_backs", gettext("回头看"), look_backs_due(reach, today=today)),
    )
    return [Tab(label, reverse(f"tracker:{name}"), number, current == name) for name, label, number in tabs]
