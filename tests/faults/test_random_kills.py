"""Kill -9 at random while reminders go out: nothing is lost, and nothing comes twice but what a killed process had begun."""

import pytest

from tests.faults.reminders import prove, size_of
from tests.faults.run import Result
from tests.services import ServiceMissingError

LATE_SECONDS = 300

pytestmark = [pytest.mark.faults, pytest.mark.services]


def check(found: Result, kills: int, reminders: int) -> None:
    verdict = found.verdict
    assert verdict.wrong() == [], found.figures()
    assert (verdict.kills, verdict.reminders) == (kills, reminders)
    assert verdict.worst_lateness_s <= LATE_SECONDS


@pytest.mark.postgres
def test_a_hundred_kills_of_web_worker_beat_redis_and_postgresql_lose_and_double_nothing() -> None:
    try:
        found = prove(size_of(1000, kills=100))
    except ServiceMissingError as missing:
        pytest.skip(str(missing))
    check(found, 100, 1040)
    assert {"redis flush", "redis fill"} <= found.hindered.keys()
    assert {kind.partition(" ")[0] for kind in found.kills} == {"web", "worker", "beat", "redis", "postgres"}


@pytest.mark.sqlite
def test_kills_of_the_service_of_one_process_lose_and_double_nothing() -> None:
    check(prove(size_of(200, kills=15, waves=5), embedded=True), 15, 220)
