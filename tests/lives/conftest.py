"""The cast and its plan, for the lives of items."""

from tests.cast import cast_fixture, plan_fixture
from tests.tracker.conftest import business_day

__all__ = ["business_day", "cast_fixture", "plan_fixture"]
