"""The cast on the business day of the samples, for pages that say what is new."""

import pytest
from django.utils import timezone
from pytest_django import Settings

from tests.cast import TODAY


@pytest.fixture
def business_day(settings: Settings) -> None:
    """Let pages believe that it is TODAY."""
    settings.BUSINESS_DAY_SHIFT = (TODAY - timezone.localtime().date()).days
