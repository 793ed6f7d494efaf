"""The named cast, for every test of what was promised."""

from tests.cast import cast_fixture, plan_fixture

__all__ = ["cast_fixture", "plan_fixture"]
