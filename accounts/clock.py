"""The business day: the wall clock in the installation's zone, shifted in a demo by whole days.

Only entry points read it; rules and operations are handed `today` and `now`. Leases, attempts and history
keep real time (`django.utils.timezone.now`).
"""

from datetime import date, datetime, timedelta

from django.conf import settings
from django.utils import timezone


def business_now() -> datetime:
    """Return the current local time on the business calendar."""
    return timezone.localtime(timezone.now() + timedelta(days=settings.BUSINESS_DAY_SHIFT))


def business_today() -> date:
    return business_now().date()
