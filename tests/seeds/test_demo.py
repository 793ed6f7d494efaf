"""The demo starts from nothing with one command, keeps to itself, and starts again quickly."""

import os
import re
import shutil
import signal
import socket
import stat
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from subprocess import Popen

import pytest

from seeds.demo import Demo, choose, kept_password
from tests import programs, services, source
from tests.visitor import Visitor
from tracker.api.first_steps import PLACE

PASSWORD = "Yanshi-yong-de-mima-3"
OTHER_PASSWORD = "Ling-yige-mima-4"
SENTENCE = "已完成现场踏勘，正在办理报批。"
USERS = ("office", "leader", "deputy", "head", "clerk", "outsider")
LOADING = "正在载入"
DAY = "2026-03-05"
SPRING, WINTER = date(2026, 4, 7), date(2026, 12, 5)


def chosen(folder: Path, *, today: date | None = None, year: int | None = None, real: date = SPRING) -> Demo:
    return choose(folder, today=today, year=year, real=real)


def test_in_season_the_demo_follows_the_calendar_and_else_stays_in_midyear(tmp_path: Path) -> None:
    assert chosen(tmp_path) == Demo(tmp_path, SPRING, 2026, follows=True)
    assert chosen(tmp_path, real=WINTER) == Demo(tmp_path, date(2026, 6, 24), 2026, follows=False)
    assert chosen(tmp_path, year=2025) == Demo(tmp_path, date(2025, 6, 24), 2025, follows=False)


def test_a_day_that_was_asked_for_brings_its_year(tmp_path: Path) -> None:
    assert chosen(tmp_path, today=WINTER) == Demo(tmp_path, WINTER, 2026, follows=False)
    assert chosen(tmp_path, today=date(2027, 2, 1)).year == 2027


def test_the_business_day_is_shifted_to_the_day_asked_for(tmp_path: Path) -> None:
    demo = chosen(tmp_path, today=date(2026, 6, 24))
    assert demo.environment({}, real=SPRING, base_url="http://x")["BUSINESS_DAY_SHIFT"] == "78"


def test_nothing_of_the_demo_reaches_what_is_real(tmp_path: Path) -> None:
    given = {"REDIS_URL": "redis://real", "EMAIL_URL_FILE": "real", "EMAIL_URL": "smtp://real", "LANG": "C"}
    own = chosen(tmp_path).environment(given, real=SPRING, base_url="http://127.0.0.1:8000")
    assert [value for value in own.values() if "real" in value] == []
    assert own["DATABASE_URL"] == f"sqlite:///{tmp_path / 'demo.sqlite3'}"
    assert own["LANG"] == "C"


def test_the_first_steps_of_the_api_may_be_told_to_this_machine_unless_other_places_are_named(tmp_path: Path) -> None:
    demo = chosen(tmp_path)
    assert demo.environment({}, real=SPRING, base_url="http://x")["OUTGOING_ALLOWED"] == PLACE
    named = {"OUTGOING_ALLOWED": "10.0.0.5:8443"}
    assert demo.environment(named, real=SPRING, base_url="http://x")["OUTGOING_ALLOWED"] == "10.0.0.5:8443"


def built(demo: Demo) -> Demo:
    demo.database.touch()
    demo.stamp()
    return demo


@pytest.mark.parametrize(
    ("asked", "again", "kept"),
    [
        ({}, {}, True),
        ({}, {"real": date(2026, 4, 20)}, True),
        ({}, {"real": date(2026, 5, 1)}, False),
        ({}, {"today": SPRING}, False),
        ({"today": SPRING}, {"today": SPRING, "real": WINTER}, True),
        ({"today": SPRING}, {"today": date(2026, 4, 8)}, False),
        ({"today": SPRING}, {"today": SPRING, "year": 2025}, False),
    ],
    ids=["same", "same month", "next month", "following or fixed", "same day later", "another day", "another year"],
)
def test_a_demo_is_built_again_only_for_another_day_or_year(
    tmp_path: Path, asked: dict[str, date], again: dict[str, date], kept: bool
) -> None:
    built(chosen(tmp_path, **asked))  # type: ignore[arg-type]
    assert chosen(tmp_path, **again).is_built() == kept  # type: ignore[arg-type]


def test_a_demo_whose_building_was_broken_off_is_not_taken_for_built(tmp_path: Path) -> None:
    demo = built(chosen(tmp_path))
    demo.clear()
    demo.database.touch()
    assert not demo.is_built()


def test_clearing_leaves_nothing_of_the_earlier_demo_and_everything_else(tmp_path: Path) -> None:
    demo = built(chosen(tmp_path))
    (demo.mails / "deep").mkdir(parents=True)
    (tmp_path / "duban.sqlite3").touch()
    demo.clear()
    assert [path.name for path in tmp_path.iterdir()] == ["duban.sqlite3"]


def test_the_password_is_made_once_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    made = kept_password(tmp_path)
    assert len(made) >= 12
    assert kept_password(tmp_path) == made
    assert stat.S_IMODE((tmp_path / "demo_password").stat().st_mode) == 0o600


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a fresh copy of the source, with nothing beside it."""
    folder = tmp_path_factory.mktemp("clone")
    for path in source.files():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(source.ROOT / path, folder / path)
    return folder


@contextmanager
def demo(clone: Path, log: Path, *arguments: str, **environment: str | None) -> Iterator[Popen[bytes]]:
    command = [sys.executable, str(clone / "manage.py"), "demo", *arguments]
    settings = {"DATABASE_URL": None, "REDIS_URL": None, "BASE_URL": None, "DEMO_PASSWORD": PASSWORD, **environment}
    with programs.running(command, log=log, environment=settings) as process:
        yield process


def visitor(base: str, username: str, password: str = PASSWORD) -> Visitor:
    found = Visitor(base)
    page = found.sign_in(username, password)
    assert page.status == 200, username
    assert page.url != f"{base}/accounts/login/", username
    return found


def mails(office: Visitor) -> list[str]:
    return office.get("/demo/mail/").links(r"^/demo/mail/[^/]+/$")


def wait_for_mails(office: Visitor) -> list[str]:
    """Return the mails there are once no more arrive."""
    found: list[str] = []
    deadline = time.monotonic() + programs.START_SECONDS
    while time.monotonic() < deadline:
        time.sleep(6)
        before, found = found, mails(office)
        if found and found == before:
            return found
    raise AssertionError("no mail arrived")


def report_one(clerk: Visitor) -> None:
    """Report on what stands first on the page that the clerk is led to."""
    address = clerk.get("/").links(r"/report/\?owed=\d+$")[0]
    form = clerk.get(address)
    said = {"token": form.value("token"), "seen": form.value("seen"), "state": "on_plan", "sentence": SENTENCE}
    assert clerk.post(address, said).status == 200
    assert SENTENCE in clerk.get("/mine/?tab=reported").text


def play(base: str) -> list[str]:
    """Let the sample's people do their work; return the mails that stand in the office's mailbox."""
    people = {username: visitor(base, username) for username in USERS}
    board = people["leader"].get("/")
    assert re.search(r"142项中\d+项逾期；", board.text)
    assert people["leader"].get(board.links(r"^/items/\d+/$")[0]).status == 200
    report_one(people["clerk"])
    assert people["outsider"].get("/board/").links(r"^/items/\d+/$") == []
    return wait_for_mails(people["office"])


def test_a_fresh_clone_serves_the_sample_and_starts_again_on_it(
    clone: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(programs, "START_SECONDS", 240)
    port = services.free_port()
    base, log, again = f"http://127.0.0.1:{port}", tmp_path / "log", tmp_path / "again"
    with demo(clone, log, "--port", str(port), "--today", DAY) as process:
        assert programs.answer(f"{base}/healthz", process, log) == 200
        arrived = play(base)
        assert 0 < len(arrived) < 20, "a first start tells what is due once, not every step that was missed"
        refused = tmp_path / "second"
        with demo(clone, refused, "--port", str(services.free_port()), "--today", DAY) as second:
            assert second.wait(programs.START_SECONDS) == 1
        assert "另一个演示正在运行" in refused.read_text()
        os.killpg(process.pid, signal.SIGTERM)
        assert process.wait(programs.STOP_SECONDS) == 0, log.read_text()
    said = log.read_text()
    assert [each for each in (LOADING, f"{base}/", PASSWORD, *USERS) if each not in said] == []
    assert "Traceback" not in said

    with demo(clone, again, "--port", str(port), "--today", DAY, DEMO_PASSWORD=OTHER_PASSWORD) as process:
        assert programs.answer(f"{base}/healthz", process, again) == 200
        assert set(mails(visitor(base, "office", OTHER_PASSWORD))) >= set(arrived)
    assert LOADING not in again.read_text()


def test_a_set_database_is_refused_before_anything_is_touched(clone: Path, tmp_path: Path) -> None:
    log = tmp_path / "log"
    with demo(clone, log, DATABASE_URL=f"sqlite:///{tmp_path / 'real.sqlite3'}") as process:
        assert process.wait(programs.START_SECONDS) == 1
    assert "DATABASE_URL" in log.read_text()
    assert not (tmp_path / "real.sqlite3").exists()


def test_a_taken_port_is_told_before_the_sample_is_loaded(clone: Path, tmp_path: Path) -> None:
    log = tmp_path / "log"
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with demo(clone, log, "--port", str(port), "--today", "2026-05-05") as process:
            assert process.wait(programs.START_SECONDS) == 1
    assert f"127.0.0.1:{port}" in log.read_text()
    assert LOADING not in log.read_text()
