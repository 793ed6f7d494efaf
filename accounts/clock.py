"""The business day: the wall clock in the installation's zone, shifted in a demo by whole days.

Only entry points read it; rules and operations are handed `today` and `now`. Leases, attempts and history
keep real time (`django.utils.timezone.now`).
"""

from datetime import date, datetime, timedelta

from django.conf import settings
from django.utils import timezone


def business_now() -> datetime:
    """Return the current local time on the business calendar."""
    return business_time(timezone.now())


def business_time(at: datetime) -> datetime:
    """Return a moment of real time, as history keeps it, as the business calendar shows it."""
    return timezone.localtime(at + timedelta(days=settings.BUSINESS_DAY_SHIFT))


def business_today() -> date:
    return business_now().date()
