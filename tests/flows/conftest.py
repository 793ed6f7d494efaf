"""The cast plays the stories."""

from tests.cast import cast_fixture, plan_fixture
from tests.tracker.conftest import business_day

__all__ = ["business_day", "cast_fixture", "plan_fixture"]
