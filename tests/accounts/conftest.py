"""The named cast, for every test of who is who."""

from tests.cast import cast_fixture, plan_fixture

__all__ = ["cast_fixture", "plan_fixture"]
