"""Made-up requests by the schema and against it, in every role's name: no fault of ours, no way past who may what.

Short here; `./run prove api` sends them by the thousand (API_CASES an address and phase, every role and phase).
"""

import os
from collections.abc import Iterator

import pytest
from django.core.cache import caches
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from accounts.choices import Door, Scope
from accounts.models import HistoryEntry
from tests.access.world import World, make_world
from tests.cast import Cast, make_cast
from tests.tracker.api.attacking import attack
from tests.tracker.api.calling import program

CASES = int(os.environ.get("API_CASES", "0"))
LONG = CASES > 0
ROLES = ("office", "leader", "deputy", "head", "clerk", "supporting", "other", "parent", "outsider", "reader")
"""As in the access matrix, and `reader`: the office with a token that is for reading only."""
STRANGERS = {"parent", "outsider", "reader"}
"""Whoever of them writes what is the organization's has found a way in."""
PHASES = ("examples", "coverage", "fuzzing", "stateful") if LONG else ("fuzzing",)
SECONDS = 3600 if LONG else 120

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("business_day")]


@pytest.fixture(name="world")
def world_fixture(transactional_db: None, business_day: None) -> tuple[Cast, World]:
    cast = make_cast()
    return cast, make_world(cast)


@pytest.fixture(autouse=True)
def _unlimited(settings: Settings) -> Iterator[None]:
    """How many may come a minute is tested apart."""
    settings.API_REQUESTS_PER_MINUTE = 10**9
    yield
    caches["limits"].clear()


@pytest.mark.parametrize("role", ROLES if LONG else ("office", "clerk", "outsider"))
def test_nothing_made_up_finds_a_fault_or_a_way_in(
    world: tuple[Cast, World], live_server: LiveServer, role: str
) -> None:
    cast, there = world
    user = there.users["office" if role == "reader" else role]
    assert user is not None
    caller = program(cast, user, [Scope.READ] if role == "reader" else tuple(Scope))
    before = HistoryEntry.objects.latest("pk").pk
    found = attack(live_server.url, caller.secret, phases=PHASES, examples=CASES or 1, timeout=SECONDS)
    print(f"{role}: {found.cases} requests")  # noqa: T201 - what the long proof counts
    assert found.good, found.output
    assert found.cases > 50
    written = HistoryEntry.objects.filter(pk__gt=before, door=Door.API, organization=cast.organization)
    assert role not in STRANGERS or not written.exists()
