"""Step 5: the clock tells what is soon due and what is overdue, each once, through a real mail server."""

import sqlite3
import time
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from tests import programs, services, smtp_sink
from tests.faults.installation import (
    BUSINESS_DAY,
    ITEMS_A_UNIT,
    UNITS,
    Installation,
    check_record,
    environment_of,
    sqlite_with_story,
)
from tests.smtp_sink import Sink

TWO_DAYS_LATER = date(2026, 7, 1)  # the day after the date
WAIT_SECONDS = 90.0
JOBS = {"raise_due", "deliver"}

pytestmark = pytest.mark.services


def served(installation: Installation, day: date, folder: Path) -> None:
    """Run the service of one process on a business day until its jobs have been through and the post is out."""
    environment = environment_of(installation.sink, installation.database_url, day=day, lease_seconds=30)
    began = datetime.now(UTC)
    log = folder / "log"
    command = programs.manage("serve", "--port", str(services.free_port()))
    with programs.running(command, log=log, environment=environment) as process:
        deadline = time.monotonic() + WAIT_SECONDS
        while not been_through(folder / "story.sqlite3", began):
            assert process.poll() is None, log.read_text()[-2000:]
            assert time.monotonic() < deadline, log.read_text()[-2000:]
            time.sleep(0.2)
    assert "Traceback" not in log.read_text()


def been_through(database: Path, began: datetime) -> bool:
    """Say whether both jobs ended since then and nothing waits."""
    with closing(sqlite3.connect(database)) as connection:
        beats = connection.execute("SELECT name, beat_at FROM tracker_heartbeat").fetchall()
        waiting = connection.execute(
            "SELECT count(*) FROM tracker_delivery WHERE state IN ('ready', 'sending', 'retry')"
        ).fetchone()[0]
    since = {name for name, at in beats if datetime.fromisoformat(at).replace(tzinfo=UTC) > began}
    return since >= JOBS and not waiting


def bodies(sink: Sink, day: str) -> list[str]:
    found = [message for message in sink.messages() if str(message["Subject"]).startswith(day)]
    assert len({message["To"] for message in found}) == len(found)
    return [message.get_content() for message in found]


def test_what_is_soon_due_and_what_is_overdue_arrives_once_each(tmp_path: Path) -> None:
    with smtp_sink.running(tmp_path / "sink") as sink:
        url = f"sqlite:///{sqlite_with_story(tmp_path, sink)}"
        installation = Installation(sink, url, environment_of(sink, url, lease_seconds=30))

        served(installation, BUSINESS_DAY, tmp_path)
        soon = bodies(sink, "6月29日 提醒：3 件事")
        assert len(soon) == len(sink.raw()) == UNITS
        assert all(body.count("6月30日到期，还有 1 天") == ITEMS_A_UNIT for body in soon)
        check_record(installation.read(), sink)

        served(installation, BUSINESS_DAY, tmp_path)
        assert len(sink.raw()) == UNITS

        served(installation, TWO_DAYS_LATER, tmp_path)
        late = bodies(sink, "7月1日 提醒：3 件事")
        assert len(late) == UNITS
        assert all(body.count("6月30日已到期，逾期 1 天") == ITEMS_A_UNIT for body in late)

        served(installation, TWO_DAYS_LATER, tmp_path)
        assert len(sink.raw()) == 2 * UNITS
        assert set(sink.times_kept().values()) == {1}

        record = installation.read()
        told = [row["step"] for row in record.reminders if row["state"] == "expanded"]
        assert told.count("before-1") == told.count("after-1") == UNITS * ITEMS_A_UNIT
        assert {message["id"] for message in record.mails} == set(sink.times_kept())
        assert {message["state"] for message in record.messages} == {"sent"}
