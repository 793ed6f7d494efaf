"""The cast and its plan."""

from tests.tracker.conftest import business_day, cast_fixture, plan_fixture

__all__ = ["business_day", "cast_fixture", "plan_fixture"]
