"""The whole story with PostgreSQL, Redis and separate web, worker and beat, as docker-compose.yml starts them."""

import re
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import psycopg
import pytest

from seeds.office import load_office
from tests import compose, programs, smtp_sink
from tests.faults.installation import morning_zone, postgres_database
from tests.smtp_sink import Sink
from tests.visitor import Visitor

TABLE = Path(__file__).resolve().parents[2] / "seeds" / "key-work-142.xlsx"
TODAY = date(2026, 6, 24)  # a Wednesday, the day before the cut-off
PASSWORD = "Yige-changchang-de-mima-7"
SENTENCE = "已完成现场踏勘，正在办理报批。"
WAIT_SECONDS = 90
REGISTER = """
from datetime import date
from accounts.choices import Door
from accounts.history import Actor
from seeds.loading_office import register
from seeds.office import load_office
for office in load_office().organizations:
    register(office, year=2026, password={password!r}, by=Actor(None, Door.COMMAND, date(2026, 1, 4)))
"""

pytestmark = [pytest.mark.services]


@dataclass(frozen=True)
class Installation:
    stack: compose.Stack
    sink: Sink
    database_url: str

    def visitor(self, username: str) -> Visitor:
        visitor = Visitor(self.stack.base_url)
        assert visitor.sign_in(username, PASSWORD).status == 200
        return visitor

    def wake(self) -> None:
        """Start beat anew, which wakes every job at once, and wait until what it raised could be delivered."""
        since = datetime.now(UTC)
        self.stack.services["beat"].restart()
        wait_until(lambda: self.beats("raise_due") > since, self.logs)
        raised = datetime.now(UTC)
        wait_until(lambda: self.beats("deliver") > raised, self.logs)

    def beats(self, job: str) -> datetime:
        rows = self.read("SELECT beat_at FROM tracker_heartbeat WHERE name = %s", job)
        return rows[0][0] if rows else datetime.min.replace(tzinfo=UTC)

    def read(self, statement: str, *values: str) -> list[tuple[datetime, ...]]:
        with psycopg.connect(self.database_url) as connection:
            return connection.execute(statement.encode(), values).fetchall()

    def logs(self) -> str:
        return "\n".join(f"{name}:\n{server.log()}" for name, server in self.stack.services.items())


def wait_until(happened: Callable[[], bool], why: Callable[[], str]) -> None:
    deadline = time.monotonic() + WAIT_SECONDS
    while not happened():
        assert time.monotonic() < deadline, why()
        time.sleep(0.2)


@contextmanager
def installed(folder: Path, postgres_url: str, redis_url: str, sink: Sink) -> Iterator[Installation]:
    """Start the services with the sample office registered, on a June morning."""
    zone = morning_zone(datetime.now(UTC))
    extra = {
        "EMAIL_URL": sink.url,
        "TIME_ZONE": zone,
        "BUSINESS_DAY_SHIFT": str((TODAY - datetime.now(ZoneInfo(zone)).date()).days),
        "REMINDER_GATHER_SECONDS": "0",
    }
    with (
        postgres_database(postgres_url, "duban_processes") as database_url,
        compose.stack(
            folder, database_url=database_url, redis_url=f"{redis_url[:-1]}1", secret_key="x" * 50, **extra
        ) as stack,
    ):
        command = programs.manage("shell", "-v0", "-c", REGISTER.format(password=PASSWORD))
        subprocess.run(command, check=True, cwd=programs.ROOT, env=stack.services["web"].environment)
        yield Installation(stack, sink, database_url)


@pytest.fixture
def installation(tmp_path: Path, postgres_url: str, redis_url: str) -> Iterator[Installation]:
    folder = tmp_path / "stack"
    folder.mkdir()
    with (
        smtp_sink.running(tmp_path / "sink") as sink,
        installed(folder, postgres_url, redis_url, sink) as running,
    ):
        yield running


def test_the_whole_story_with_separate_processes(installation: Installation) -> None:
    wait_until(lambda: installation.stack.ready() == 200, installation.logs)
    plan_url = import_and_issue(installation.visitor("office"))
    installation.wake()
    report_one(installation.visitor("clerk"))
    look_at_the_board(installation.visitor("leader"), plan_url)
    reminders_arrive_once(installation)
    assert "Traceback" not in installation.logs()


def import_and_issue(office: Visitor) -> str:
    """Upload, decide, write and issue; return the plan's address."""
    office.get("/imports/")
    check = office.post("/imports/", {"year": str(TODAY.year), "plan": "", "pasted": ""}, {"file": TABLE})
    assert "读出142行" in check.text
    batch = check.url.removeprefix(office.base_url)
    decided = office.post(f"{batch}decide/", {name: values[0] for name, values in check.choices().items()})
    assert "还剩0处" in decided.text
    written = office.post(f"{batch}apply/", {"fingerprint": decided.value("fingerprint")})
    assert "新增142" in written.text
    (address, *_) = written.links(r"^/plans/\d+/$")
    plan = office.get(f"{address}issue/")
    issued = office.post(f"{address}issue/", {"on": f"{TODAY.year}-01-05", "version": plan.value("version")})
    assert "已下达" in issued.text
    return address


def report_one(clerk: Visitor) -> None:
    """Report on what stands first on the page that the clerk is led to."""
    mine = clerk.get("/")
    assert "我的事项" in mine.text
    address = mine.links(r"/report/\?owed=\d+$")[0]
    form = clerk.get(address)
    said = {"token": form.value("token"), "seen": form.value("seen"), "state": "on_plan", "sentence": SENTENCE}
    assert clerk.post(address, said).status == 200
    reported = clerk.get("/mine/?tab=reported")
    assert SENTENCE in reported.text


def look_at_the_board(leader: Visitor, plan_url: str) -> None:
    board = leader.get("/")
    sentence = re.search(r"(\d+)项中(\d+)项逾期；", board.text)
    assert sentence is not None, board.text
    assert sentence[1] == "142"
    assert int(sentence[2]) > 0
    item = leader.get(board.links(r"^/items/\d+/$")[0])
    assert "逾期" in item.text
    history = leader.get(item.links(r"/history/$")[0])
    assert "下达" in history.text
    assert leader.get(plan_url).status == 200


def reminders_arrive_once(installation: Installation) -> None:
    """Wait for the clerk's mail, let the clock pass again, and compare the wire with the record."""
    sign_in = next(each for each in load_office().organizations[0].sign_ins if each.username == "clerk")
    person = next(each for each in load_office().organizations[0].people if each.name == sign_in.person)
    sink = installation.sink
    wait_until(lambda: any(message["To"] == person.email for message in sink.messages()), installation.logs)
    installation.wake()
    arrived = sink.times_kept()
    installation.wake()
    assert sink.times_kept() == arrived
    assert set(arrived.values()) == {1}
    sent = installation.read("SELECT message_id FROM tracker_delivery WHERE channel = 'mail' AND state = 'sent'")
    assert sorted(str(row[0]) for row in sent) == sorted(arrived)
    shown = installation.visitor("office").get("/reminders/")
    assert sign_in.person in shown.text
