"""The cast with its plan on the business day of the samples, and programs that call in somebody's name."""

from collections.abc import Iterator

import pytest
from django.core.cache import caches

from tests.cast import Cast, cast_fixture, plan_fixture
from tests.tracker.api.calling import Program, program
from tests.tracker.conftest import business_day

__all__ = ["business_day", "cast_fixture", "plan_fixture"]


@pytest.fixture(autouse=True)
def _fresh_counters(business_day: None) -> Iterator[None]:
    """Nobody has called yet this minute."""
    caches["limits"].clear()
    yield
    caches["limits"].clear()


@pytest.fixture
def office(cast: Cast) -> Program:
    return program(cast, cast.office)


@pytest.fixture
def clerk(cast: Cast) -> Program:
    return program(cast, cast.clerk)


@pytest.fixture
def outsider(cast: Cast) -> Program:
    return program(cast, cast.outsider)
