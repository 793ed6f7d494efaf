"""Of several who write over one version at one moment exactly one wins, and the others see both values."""

from contextlib import AbstractContextManager, nullcontext

import pytest

from benchmarks import stage
from tests.faults.installation import postgres_database
from tests.faults.races import WRONG

RACES = 72
"""Eight of each kind."""
HAND_DOWNS = 32

pytestmark = [pytest.mark.faults, pytest.mark.services]


@pytest.mark.parametrize(
    "database", [pytest.param("sqlite", marks=pytest.mark.sqlite), pytest.param("postgres", marks=pytest.mark.postgres)]
)
def test_one_of_many_writers_wins_and_the_others_see_both(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, database: str
) -> None:
    ground: AbstractContextManager[str] = nullcontext(f"sqlite:///{tmp_path_factory.mktemp('races')}/races.sqlite3")
    if database == "postgres":
        ground = postgres_database(request.getfixturevalue("postgres_url"), "duban_races")
    with ground as url:
        found = stage.measured("tests.faults.racing", str(RACES), databases={database: url})[database]
    assert (found["races"], found["hand_downs"]) == (RACES, HAND_DOWNS)
    assert found["writers"] > 2 * RACES
    assert {name: found[name] for name in WRONG} == dict.fromkeys(WRONG, 0)
