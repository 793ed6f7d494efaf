"""The named cast, for every test of what was promised."""

from tests.cast import cast_fixture, plan_fixture
from tests.projects.promises import heard

__all__ = ["cast_fixture", "heard", "plan_fixture"]
