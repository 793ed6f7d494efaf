"""When things of the sample happen on a day."""

from datetime import date, datetime, time

from django.utils import timezone

AT_WORK = time(10)


def at_work(day: date, *, now: datetime) -> datetime:
    """Return a moment of that working day, never later than `now`."""
    return min(timezone.make_aware(datetime.combine(day, AT_WORK)), now)
