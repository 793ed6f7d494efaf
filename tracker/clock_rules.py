"""Whether a clock can be believed: against the latest time it showed, and against a process's own steady seconds."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from tracker.choices import PauseReason

BACK = timedelta(seconds=60)
AHEAD = timedelta(hours=1)
UNEVEN = timedelta(seconds=30)
"""A step of the clock too small to pause for, and large enough to end a lease that still runs."""


@dataclass(frozen=True, slots=True)
class Anchor:
    """The database's time and a process's own steady seconds, read at one moment."""

    at: datetime
    ticks: float

    def apart(self, now: datetime, ticks: float) -> timedelta:
        """Return by how much the clock has gained on the steady seconds since."""
        return now - self.at - timedelta(seconds=ticks - self.ticks)


def fault(now: datetime, *, seen_at: datetime, apart: timedelta) -> PauseReason | None:
    """Say what is wrong with a clock that shows `now`; nothing where it may be believed.

    Downtime is no fault: a process that starts has no steady seconds yet to hold against the clock.
    """
    if now < seen_at - BACK or apart < -AHEAD:
        return PauseReason.BACK
    return PauseReason.AHEAD if apart > AHEAD else None


def is_uneven(apart: timedelta, *, before: timedelta) -> bool:
    """Say whether the clock stepped between two looks of one process."""
    return abs(apart - before) > UNEVEN
