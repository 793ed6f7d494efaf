"""The cast and its plan, on the business day of the samples."""

import pytest
from django.utils import timezone
from pytest_django import Settings

from tests.cast import TODAY, cast_fixture, plan_fixture

__all__ = ["cast_fixture", "plan_fixture"]


@pytest.fixture
def business_day(settings: Settings) -> None:
    """Let pages believe that it is TODAY."""
    settings.BUSINESS_DAY_SHIFT = (TODAY - timezone.localtime().date()).days
