"""The business day: the wall clock in the installation's zone, shifted in a demo by whole days.

Only entry points read it; rules and operations are handed `today` and `now`. History keeps real time
(`django.utils.timezone.now`); leases, next tries and heartbeats, which processes compare with each other, go by the
database's clock.
"""

from datetime import UTC, date, datetime, timedelta

from django.conf import settings
from django.db import connection
from django.utils import timezone

DATABASE_CLOCK = {
    # In a transaction the time of its beginning would be as old as the wait for a lock.
    "postgresql": "SELECT statement_timestamp()",
    "sqlite": "SELECT strftime('%Y-%m-%dT%H:%M:%f+00:00', 'now')",
}


def business_now() -> datetime:
    """Return the current local time on the business calendar."""
    return business_time(timezone.now())


def business_time(at: datetime) -> datetime:
    """Return a moment of real time, as history keeps it, as the business calendar shows it."""
    return timezone.localtime(at + timedelta(days=settings.BUSINESS_DAY_SHIFT))


def business_today() -> date:
    return business_now().date()


def database_now() -> datetime:
    """Return the real time by the one clock that all processes share, in one statement."""
    with connection.cursor() as cursor:
        cursor.execute(DATABASE_CLOCK[connection.vendor])
        (found,) = cursor.fetchone()
    at = found if isinstance(found, datetime) else datetime.fromisoformat(found)
    return at.astimezone(UTC)
