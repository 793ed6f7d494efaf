"""The cast plays the stories."""

from tests.cast import cast_fixture, plan_fixture

__all__ = ["cast_fixture", "plan_fixture"]
