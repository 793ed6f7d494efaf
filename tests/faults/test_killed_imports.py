"""An import that is killed leaves the plan as it was or as its preview said, on both databases."""

import pytest

from tests.faults.imports import apart

KILLS = 20

pytestmark = [pytest.mark.faults, pytest.mark.services]


@pytest.mark.parametrize(
    "database", [pytest.param("sqlite", marks=pytest.mark.sqlite), pytest.param("postgres", marks=pytest.mark.postgres)]
)
def test_a_killed_import_is_written_whole_and_once_or_not_at_all(request: pytest.FixtureRequest, database: str) -> None:
    on = "sqlite" if database == "sqlite" else request.getfixturevalue("postgres_url")
    found = apart(on, rows=200, kills=KILLS)
    assert (found.kills + found.unkilled, found.partial, found.doubled, found.differing) == (KILLS, 0, 0, 0)
    assert found.kills > KILLS / 2
    assert found.found_applied
