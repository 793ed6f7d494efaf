"""Kill -9 at every named point, by every channel, on both databases: nothing is lost, and nothing stands twice in the record."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import psycopg
import pytest

from tests import webhook_sink
from tests.faults.checker import Copy, Kill, Record, Verdict, judge, record_of
from tests.faults.conftest import STORY
from tests.faults.installation import FIRST_STEP_ON, UNITS, copy_of, environment_of
from tests.programs import ROOT
from tests.smtp_sink import Sink
from tracker.choices import Channel
from tracker.reminding.channels.registry import CHANNELS
from tracker.reminding.crashpoints import CRASH_POINTS

IN_THE_WINDOW = {"send_before_mark", "mark_before_commit"}
WITH_A_TRY_BEGUN = {"claim_after_commit", *IN_THE_WINDOW}
TOGETHER = 2
"""How many mails one lane claims at first."""

REMINDING = sorted(name for name, channel in CHANNELS.items() if channel.kind != "system")
"""Other systems are told of events; what is promised here are reminders."""

Found = dict[str, Any]
Run = Callable[[str, str], dict[str, Found]]

pytestmark = [pytest.mark.faults, pytest.mark.services]


@pytest.fixture(scope="module")
def webhooks(tmp_path_factory: pytest.TempPathFactory) -> Iterator[webhook_sink.Sink]:
    with webhook_sink.running(tmp_path_factory.mktemp("webhooks")) as sink:
        yield sink


@pytest.fixture(scope="module")
def killed_at_every_point(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    server: Sink,
    webhooks: webhook_sink.Sink,
) -> Run:
    """Give what runs a channel on a database through all points, once."""

    @cache
    def run(database: str, channel: str) -> dict[str, Found]:
        if database == "sqlite":
            path = tmp_path_factory.mktemp("points") / "duban.sqlite3"
            url = copy_of(request.getfixturevalue("sqlite_story"), path)
        else:
            url = request.getfixturevalue("postgres_points")(channel)
        given = {
            # Longer than a busy machine takes for a try; and one lane, so that it is known what is under way.
            **environment_of(server, url, lease_seconds=6, day=FIRST_STEP_ON),
            "DELIVERY_LANES": "1",
            "OUTGOING_ALLOWED": webhooks.allowed,
        }
        done = subprocess.run(
            [sys.executable, "-m", "tests.faults.points", channel, f"http://{webhooks.allowed}/take"],
            cwd=ROOT,
            env={name: value for name, value in given.items() if value is not None},
            stdout=subprocess.PIPE,
            check=True,
        )
        found: dict[str, Found] = json.loads(done.stdout.splitlines()[-1])
        return found

    return run


@pytest.fixture(scope="module")
def postgres_points(postgres_story: str) -> Callable[[str], str]:
    """Give the address of the story in a database of its own; its server is thrown away with all its copies."""

    def url_of(channel: str) -> str:
        name = f"{STORY}_{channel}"
        with psycopg.connect(postgres_story, autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{STORY}"')
        return f"{postgres_story.rpartition('/')[0]}/{name}"

    return url_of


def copies_of(record: Record, sink: Sink, webhooks: webhook_sink.Sink) -> list[Copy]:
    """Return what the sinks have of this record; other points' messages lie beside it."""
    mails = [Copy(kept.id, kept.sha256, kept.at) for kept in sink.kept()]
    posts = [Copy(kept.code(), kept.fingerprint(), kept.at) for kept in webhooks.requests()]
    known = {message.id for message in record.messages}
    return [copy for copy in [*mails, *posts] if copy.id in known]


@pytest.mark.parametrize("point", CRASH_POINTS)
@pytest.mark.parametrize("channel", REMINDING)
@pytest.mark.parametrize(
    "database", [pytest.param("sqlite", marks=pytest.mark.sqlite), pytest.param("postgres", marks=pytest.mark.postgres)]
)
def test_after_a_kill_everything_is_told_once(
    killed_at_every_point: Run, server: Sink, webhooks: webhook_sink.Sink, database: str, channel: str, point: str
) -> None:
    found = killed_at_every_point(database, channel)[point]
    assert found["killed"], f"{point} was not reached"
    record = record_of(found["record"], since={})
    kill = Kill(found["at"], "worker", [found["pid"]])
    verdict = judge(record, copies_of(record, server, webhooks), [kill], recovered_at=found["at"])
    assert (verdict.wrong(), verdict.said) == ([], [])
    check_tries(record, verdict, channel, point)


def check_tries(record: Record, verdict: Verdict, channel: str, point: str) -> None:
    sent = [message for message in record.messages if message.channel == channel]
    assert len(sent) == UNITS
    resends = CHANNELS[channel].resends
    broken_off = [[each.outcome for each in row.attempts] for row in sent if row.attempts[0].outcome == "unknown"]
    ends = ["unknown", "sent"] if resends else ["unknown"]
    claimed = TOGETHER if channel == Channel.MAIL else 1
    open_tries = {**dict.fromkeys(WITH_A_TRY_BEGUN, claimed), "mark_after_commit": claimed - 1}
    assert broken_off == [ends] * open_tries.get(point, 0)
    assert verdict.wire_duplicates == int(point in IN_THE_WINDOW and resends)
