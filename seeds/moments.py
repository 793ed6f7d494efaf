"""When things of the sample happen on a day."""

from datetime import date, datetime, time, timedelta

from django.utils import timezone

from projects.workdays import Workdays

AT_WORK = time(10)
DIGEST_TOLD = time(8, 35)


def at_work(day: date, *, now: datetime) -> datetime:
    """Return a moment of that working day, never later than `now`."""
    return min(timezone.make_aware(datetime.combine(day, AT_WORK)), now)


def last_digest(workdays: Workdays, *, now: datetime) -> datetime:
    """Return the latest moment, `now` at most, at which a working day's digest has just been told."""
    today = timezone.localtime(now).date()
    told = [
        timezone.make_aware(datetime.combine(workdays.on_or_before(day), DIGEST_TOLD))
        for day in (today, today - timedelta(days=1))
    ]
    return told[0] if told[0] <= now else told[1]
