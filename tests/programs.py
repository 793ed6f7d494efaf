"""The project's own commands run as real processes, and what they answer on their port."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

ROOT = Path(__file__).resolve().parent.parent
START_SECONDS = 60
STOP_SECONDS = 30


def manage(*arguments: str) -> list[str]:
    return [sys.executable, "manage.py", *arguments]


@contextmanager
def running(
    command: list[str], *, log: Path, environment: Mapping[str, str | None]
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a command from the repository's root in a session of its own; a variable that is None is left out."""
    merged = {**os.environ, **environment}
    with log.open("ab") as output:
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env={name: value for name, value in merged.items() if value is not None},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.wait(STOP_SECONDS)


def answer(url: str, process: subprocess.Popen[bytes], log: Path) -> int:
    """Wait until the address answers and return the status; a process that ended first fails with its log."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        try:
            with urlopen(url, timeout=5) as response:
                return int(response.status)
        except HTTPError as refusal:
            return refusal.code
        except OSError:
            assert process.poll() is None, log.read_text(errors="replace")[-4000:]
            time.sleep(0.1)
    raise AssertionError(f"{url} did not answer within {START_SECONDS} s:\n{log.read_text(errors='replace')[-4000:]}")
