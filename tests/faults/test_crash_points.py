"""Kill -9 at every named point, on both databases: nothing is lost, and nothing stands twice in the record."""

import pytest

from tests.faults.conftest import Install
from tests.faults.installation import check_record
from tracker.reminding.crashpoints import CRASH_POINTS

IN_THE_WINDOW = {"send_before_mark", "mark_before_commit"}
WITH_A_TRY_BEGUN = {"claim_after_commit", *IN_THE_WINDOW}

pytestmark = [pytest.mark.faults, pytest.mark.services]


@pytest.mark.parametrize(
    "database", [pytest.param("sqlite", marks=pytest.mark.sqlite), pytest.param("postgres", marks=pytest.mark.postgres)]
)
@pytest.mark.parametrize("point", CRASH_POINTS)
def test_after_a_kill_everything_is_told_once(install: Install, database: str, point: str) -> None:
    installation = install(database)
    installation.dies_at(point)
    record = installation.settled()
    check_record(record, installation.sink)
    broken_off = [message["attempts"] for message in record.mails if len(message["attempts"]) > 1]
    assert broken_off == ([["unknown", "sent"]] if point in WITH_A_TRY_BEGUN else [])
    doubled = [times for times in installation.sink.times_kept().values() if times > 1]
    assert doubled == ([2] if point in IN_THE_WINDOW else [])
