"""The cast and its plan, on the day of the meeting."""

from tests.tracker.conftest import business_day, cast_fixture, plan_fixture

__all__ = ["business_day", "cast_fixture", "plan_fixture"]
