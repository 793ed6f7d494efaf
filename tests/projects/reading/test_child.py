"""The limited child: quick, alone with its one file, gone with its caller, and never a danger to it."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import orjson
import pytest

from projects.reading import child, wire
from projects.reading.child import ReadingRefused, read_file, warm_up
from projects.reading.model import Reading
from tests.projects.reading.sheets import workbook

ROOT = Path(__file__).resolve().parents[3]
HEAD = ["序号", "工作任务", "责任单位", "完成时限"]
LINUX = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")


@pytest.fixture
def small(tmp_path: Path) -> Path:
    return workbook(tmp_path / "small.xlsx", [HEAD, ["1", "甲", "规建局", "3月底"]])


@pytest.fixture
def long(tmp_path: Path) -> Path:
    """Return a file that keeps a child busy for a second or two."""
    path = tmp_path / "long.csv"
    lines = [
        f"{n},推进第{n}号项目{n * 7}米道路建设,规建局、{n}号片区,{n % 12 + 1}月{n % 28 + 1}日前" for n in range(3000)
    ]
    path.write_text("\n".join([",".join(HEAD), *lines]), encoding="utf-8")
    return path


def server_pid() -> int:
    assert child._server.pid is not None
    return child._server.pid


def children_of(pid: int) -> list[int]:
    return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def is_alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"


def within(seconds: float, holds: Callable[[], bool]) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if holds():
            return True
        time.sleep(0.01)
    return holds()


def the_child() -> int:
    assert within(5, lambda: bool(children_of(server_pid())))
    return children_of(server_pid())[0]


def seconds(work: Callable[[], object], *, clock: Callable[[], float] = time.perf_counter) -> float:
    """Return the best of five times: others work on the same machine."""
    times = []
    for _ in range(5):
        begun = clock()
        work()
        times.append(clock() - begun)
    return min(times)


def test_a_second_file_finds_the_reader_loaded(small: Path) -> None:
    read_file(small, year=2017)
    assert seconds(lambda: read_file(small, year=2017)) < 0.1


def test_warming_up_returns_at_once_and_starts_one_server_for_all_files(small: Path) -> None:
    child._server.stop()
    warm_up()
    assert seconds(warm_up) < 0.1
    started = server_pid()
    read_file(small)
    warm_up()
    assert server_pid() == started


def test_progress_counts_up_to_all_rows_of_the_file(long: Path) -> None:
    told: list[tuple[int, int]] = []
    reading = read_file(long, year=2017, on_progress=lambda done, rows: told.append((done, rows)))
    assert len(reading.tasks) == 3000
    assert {rows for _, rows in told} == {3001}
    assert [done for done, _ in told] == sorted(done for done, _ in told)
    assert len(told) > 2
    assert told[-1] == (3001, 3001)


class Left(Exception):
    """The person left the page."""


@LINUX
def test_what_the_caller_raises_ends_the_child_and_comes_out(long: Path, small: Path) -> None:
    running: list[int] = []

    def leave(done: int, rows: int) -> None:
        running.append(the_child())
        raise Left

    with pytest.raises(Left):
        read_file(long, on_progress=leave)
    assert within(2, lambda: not is_alive(running[0]))
    assert read_file(small).tasks


def test_a_lost_connection_of_the_callers_own_comes_out_as_it_is(long: Path) -> None:
    def lose(done: int, rows: int) -> None:
        raise ConnectionResetError("the database went away")

    with pytest.raises(ConnectionResetError, match="database"):
        read_file(long, on_progress=lose)


def test_the_server_is_handed_no_secret_of_its_owner(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", "of-the-owner")
    child._server.stop()
    read_file(small)
    environment = Path(f"/proc/{server_pid()}/environ")
    if not environment.exists():
        pytest.skip("reads /proc")
    assert b"of-the-owner" not in environment.read_bytes()


@LINUX
def test_a_child_killed_in_the_middle_of_a_file_is_a_clear_refusal_and_the_next_file_is_read(
    long: Path, small: Path
) -> None:
    def kill(done: int, rows: int) -> None:
        os.kill(the_child(), signal.SIGKILL)

    with pytest.raises(ReadingRefused) as refused:
        read_file(long, on_progress=kill)
    assert refused.value.code == "unreadable"
    assert read_file(small).tasks


@LINUX
def test_a_killed_server_takes_its_children_along_and_is_replaced(long: Path, small: Path) -> None:
    running: list[int] = []

    def kill(done: int, rows: int) -> None:
        running.append(the_child())
        os.kill(server_pid(), signal.SIGKILL)

    with pytest.raises(ReadingRefused) as refused:
        read_file(long, on_progress=kill)
    assert refused.value.code == "unreadable"
    assert within(2, lambda: not is_alive(running[0]))
    before = server_pid()
    assert read_file(small).tasks
    assert server_pid() != before


def test_a_server_killed_while_idle_is_not_noticed_by_the_next_file(small: Path) -> None:
    read_file(small)
    for _ in range(3):
        os.kill(server_pid(), signal.SIGKILL)
        assert read_file(small).tasks


def test_many_threads_read_at_once_each_its_own_file(tmp_path: Path) -> None:
    paths = [workbook(tmp_path / f"{n}.xlsx", [HEAD, ["1", f"第{n}项", "规建局", "3月底"]]) for n in range(12)]
    with ThreadPoolExecutor(6) as threads:
        readings = list(threads.map(lambda path: read_file(path, year=2017), paths))
    assert [reading.tasks[0].content for reading in readings] == [f"第{n}项" for n in range(12)]


@LINUX
def test_no_child_and_no_descriptor_is_left_behind(small: Path) -> None:
    def held(pid: int) -> int:
        return len(list(Path(f"/proc/{pid}/fd").iterdir()))

    read_file(small)
    assert within(2, lambda: not children_of(server_pid()))
    ours, theirs = held(os.getpid()), held(server_pid())
    for _ in range(10):
        read_file(small)
    assert within(2, lambda: not children_of(server_pid()) and held(server_pid()) == theirs)
    assert held(os.getpid()) == ours


@LINUX
def test_a_forked_process_starts_a_server_of_its_own_and_leaves_the_parents_alone(small: Path) -> None:
    read_file(small)
    ours = server_pid()
    pid = os.fork()
    if pid == 0:
        status = 1
        try:
            assert child._server.pid is None
            assert read_file(small).tasks
            status = 0 if server_pid() != ours else 2
            child._server.stop()
        finally:
            os._exit(status)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
    assert read_file(small).tasks
    assert server_pid() == ours


OWNER = """
import sys, threading
from projects.reading import child
child.read_file(sys.argv[1])
print(child._server.pid, flush=True)
threading.Event().wait()
"""


@LINUX
def test_the_server_goes_with_an_owner_that_is_killed(small: Path) -> None:
    owner = subprocess.Popen([sys.executable, "-c", OWNER, str(small)], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert owner.stdout is not None
    with owner, owner.stdout:
        server = int(owner.stdout.readline())
        assert is_alive(server)
        owner.kill()
    assert within(2, lambda: not is_alive(server))


READS_TWICE = """
import signal, sys
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
from projects.reading import child
print(len([child.read_file(sys.argv[1]).tasks for _ in range(2)]))
"""


def test_an_owner_that_ignores_the_end_of_children_reads_as_well(small: Path) -> None:
    command = [sys.executable, "-c", READS_TWICE, str(small)]
    assert subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout == "2\n"


@LINUX
def test_the_server_outlives_the_thread_that_started_it(small: Path) -> None:
    child._server.stop()
    thread = threading.Thread(target=read_file, args=(small,))
    thread.start()
    thread.join()
    started = server_pid()
    assert read_file(small).tasks
    assert server_pid() == started


@LINUX
def test_the_child_may_use_one_gib_and_fifteen_seconds(long: Path) -> None:
    limits: dict[str, list[str]] = {}

    def look(done: int, rows: int) -> None:
        for line in Path(f"/proc/{the_child()}/limits").read_text().splitlines():
            limits[line[:26].strip()] = line[26:].split()

    read_file(long, on_progress=look)
    assert limits["Max address space"][:2] == [str(1024**3)] * 2
    assert limits["Max cpu time"][:2] == ["15", "15"]
    assert resource.getrlimit(resource.RLIMIT_AS)[0] != 1024**3


def test_a_file_that_takes_too_long_is_refused_with_the_limit(long: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire, "WALL_SECONDS", 0.2)
    with pytest.raises(ReadingRefused, match=r"0\.2秒") as refused:
        read_file(long)
    assert refused.value.code == "too_slow"


def test_a_reading_survives_its_way_through_json(long: Path) -> None:
    reading = read_file(long, year=2017)
    assert Reading.from_dict(orjson.loads(orjson.dumps(reading.to_dict()))) == reading


def test_ten_thousand_tasks_are_put_together_within_a_third_of_a_second(long: Path) -> None:
    data = read_file(long, year=2017).to_dict()
    assert len(data["sheets"][0]["tables"][0]["tasks"]) == 3000
    assert seconds(lambda: Reading.from_dict(data), clock=time.process_time) / 3000 * 10_000 < 0.35
