"""What is wrong, in a sentence each, for those who can do something about it, on every page."""

import time
from dataclasses import dataclass
from threading import Lock

from django.conf import settings
from django.db import DatabaseError
from django.urls import reverse
from django.utils.translation import gettext

from accounts.access import Reach
from tracker.choices import Trouble
from tracker.health import Figures, figures, troubles


@dataclass(frozen=True, slots=True)
class Alarm:
    """`grave`: reminders don't go out, or may not."""

    text: str
    url: str
    grave: bool


class Lately:
    """What was seen a few seconds ago: a page asks at most once in that time, whoever opens it."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._found: Figures | None = None
        self._until = 0.0

    def __call__(self) -> Figures | None:
        with self._lock:
            now = time.monotonic()
            if now >= self._until:
                try:
                    self._found = figures()
                except DatabaseError:
                    self._found = None
                self._until = now + settings.ALARM_SECONDS
            return self._found


lately = Lately()


def alarms(reach: Reach) -> list[Alarm]:
    """Return what is wrong, for the office and whoever looks after the installation."""
    if settings.ALARM_SECONDS < 0 or not (reach.office or reach.system):
        return []
    found = lately()
    return [] if found is None else [_alarm(trouble, found) for trouble in troubles(found)]


def _alarm(trouble: Trouble, found: Figures) -> Alarm:
    sending, administration = reverse("tracker:sending"), reverse("tracker:administration")
    match trouble:
        case Trouble.PAUSED:
            return Alarm(gettext("提醒发送已暂停：请核对后恢复。"), sending, grave=True)
        case Trouble.HEARTBEAT:
            return Alarm(gettext("定时工作没有在跑，提醒不会发出。"), administration, grave=True)
        case Trouble.CANARY:
            return Alarm(gettext("工作进程收不到消息，提醒可能会晚。"), administration, grave=True)
        case Trouble.RAISING:
            return Alarm(gettext("有到期的提醒过了五分钟还没有算出。"), administration, grave=True)
        case Trouble.TELLING:
            return Alarm(gettext("有提醒过了时间五分钟还没有发给收件人。"), administration, grave=True)
        case Trouble.SENDING:
            return Alarm(gettext("有消息发到一半没有下文，超过五分钟。"), administration, grave=True)
        case Trouble.CALENDAR:
            words = gettext("%(year)d 年的放假安排还没有，先按周一至周五算；提醒照发。")
            return Alarm(words % {"year": found.year_missing}, reverse("projects:calendar"), grave=False)
