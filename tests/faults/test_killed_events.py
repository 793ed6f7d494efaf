"""Kill -9 while another system is told of an event: it hears of it, under one id, and the record holds it once."""

import json
from datetime import date, timedelta

import pytest

from tests import webhook_sink
from tests.faults.conftest import Install
from tests.faults.installation import BUSINESS_DAY, environment_of
from tests.smtp_sink import Sink

QUIET_DAY = date(2026, 5, 6)
"""Nobody is to be reminded of anything, so that only the event is under way."""
POINTS = ("claim_before_commit", "claim_after_commit", "send_before_mark", "mark_before_commit", "mark_after_commit")
IN_THE_WINDOW = {"send_before_mark", "mark_before_commit"}

pytestmark = [pytest.mark.faults, pytest.mark.services]


@pytest.mark.parametrize("point", POINTS)
@pytest.mark.parametrize(
    "database", [pytest.param("sqlite", marks=pytest.mark.sqlite), pytest.param("postgres", marks=pytest.mark.postgres)]
)
def test_after_a_kill_the_other_system_hears_of_the_event_under_one_id(
    install: Install, sink: Sink, tmp_path_factory: pytest.TempPathFactory, database: str, point: str
) -> None:
    with webhook_sink.running(tmp_path_factory.mktemp("events")) as system:
        shift = environment_of(sink, "", lease_seconds=1)["BUSINESS_DAY_SHIFT"] or "0"
        days = int(shift) + (QUIET_DAY - BUSINESS_DAY) // timedelta(days=1)
        there = {"OUTGOING_ALLOWED": system.allowed, "SINK": system.url("take", "hook")}
        installation = install(database, BUSINESS_DAY_SHIFT=str(days), **there)
        made = installation.run("events")
        assert made.returncode == 0, made.stderr
        installation.dies_at(point)
        record = installation.settled()

        told = [json.loads(request.body) for request in system.requests()]
        assert {said["type"] for said in told} == {"task.changed"}
        assert len({said["id"] for said in told}) == 1
        assert len(told) == 1 + (point in IN_THE_WINDOW)
        (message,) = record.messages
        assert message["state"] == "sent"
        *broken_off, last = message["attempts"]
        assert (set(broken_off) <= {"unknown"}, last) == (True, "sent")
