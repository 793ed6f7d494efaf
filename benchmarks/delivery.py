"""How fast the outbox sends, each message claimed, looked at and marked by itself, beside bare smtplib."""

import os
import secrets
import smtplib
import subprocess
import sys
import time
from argparse import ArgumentParser
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from signal import SIGTERM
from statistics import median
from typing import IO

import orjson

from benchmarks import stage
from benchmarks.printing import last_line, table
from tests import services, smtp_sink

Environment = Mapping[str, str]


def main(arguments: Sequence[str]) -> None:
    """Print the share we reach of bare smtplib over the same number of connections, for a relay that takes its time."""
    parser = ArgumentParser()
    parser.add_argument("--size", type=int, default=2_000, help="messages a round")
    parser.add_argument("--connections", type=int, default=2, help="to the relay, each in a process of its own")
    parser.add_argument("--latency", type=float, default=20.0, help="milliseconds the relay takes for a message")
    parser.add_argument("--times", type=int, default=3)
    said = parser.parse_args(arguments)
    stage.KEPT.mkdir(exist_ok=True)
    try:
        with services.postgres() as server:
            environment = {
                **os.environ,
                "DATABASE_URL": server.url,
                "DJANGO_SETTINGS_MODULE": "config.settings",
                "MEDIA_ROOT": str(stage.KEPT / "media"),
                "SECRET_KEY": secrets.token_urlsafe(50),
                "MAIL_CONNECTIONS": "1",
                "REMINDER_SETTLE_SECONDS": "0",
            }
            with relay(0) as url:
                _run({**environment, "EMAIL_URL": url}, "fill", "20")
            slow = measure(environment, said.size, said.connections, said.latency, said.times)
            instant = measure(environment, said.size, said.connections, 0, said.times)
    except services.ServiceMissingError as missing:
        raise SystemExit(f"the delivery is measured on PostgreSQL: {missing}") from missing
    print(f"\n{said.size} messages, {said.connections} connections")
    rows = [(f"a relay of {ms:g} ms", *_figures(found)) for ms, found in ((said.latency, slow), (0, instant))]
    table(("messages/s", "ours", "smtplib", "share"), rows)
    last_line(
        {
            "share_of_floor": round(_share(slow), 3),
            "latency_ms": said.latency,
            "connections": said.connections,
            "ours_per_s": round(median(slow["ours"]), 1),
            "floor_per_s": round(median(slow["floor"]), 1),
            "share_at_0_ms": round(_share(instant), 3),
        }
    )


def measure(
    environment: Environment, size: int, connections: int, latency: float, times: int
) -> dict[str, list[float]]:
    """Return messages a second of each turn, ours and the floor by turns on the same bytes."""
    found: dict[str, list[float]] = {"ours": [], "floor": []}
    for turn in range(times):
        name = f"r{latency:g}x{turn}".replace(".", "_")
        with relay(latency) as url:
            here = {**environment, "EMAIL_URL": url}
            _run(here, "ready", str(size), name)
            found["ours"].append(size / _together(here, [("ours", "2")] * connections))
            places = [("floor", str(place), str(connections), name) for place in range(connections)]
            found["floor"].append(size / _together(here, places))
            wrong = _run(here, "check", name)["wrong"]
            assert not wrong, f"{wrong} messages weren't sent exactly once"
    return found


@contextmanager
def relay(latency: float) -> Iterator[str]:
    port = services.free_port()
    command = [sys.executable, "-m", "benchmarks.relay", str(port), str(latency)]
    with subprocess.Popen(command, cwd=stage.ROOT) as process:
        try:
            _wait_for(port)
            yield f"smtp://127.0.0.1:{port}"
        finally:
            process.send_signal(SIGTERM)


def _wait_for(port: int) -> None:
    for _ in range(600):
        if smtp_sink.answers(f"smtp://127.0.0.1:{port}"):
            return
        time.sleep(0.05)
    raise smtplib.SMTPConnectError(421, "the relay doesn't answer")


def _run(environment: Environment, *arguments: str) -> dict[str, float]:
    command = [sys.executable, "-m", "benchmarks.delivering", *arguments]
    done = subprocess.run(command, cwd=stage.ROOT, env=dict(environment), check=True, stdout=subprocess.PIPE)
    found: dict[str, float] = orjson.loads(done.stdout.splitlines()[-1])
    return found


def _together(environment: Environment, all_arguments: Sequence[Sequence[str]]) -> float:
    """Let the processes begin at once and return the seconds from the first beginning to the last end."""
    processes = [
        subprocess.Popen(
            [sys.executable, "-m", "benchmarks.delivering", *arguments],
            cwd=stage.ROOT,
            env=dict(environment),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        for arguments in all_arguments
    ]
    for process in processes:
        assert _pipe(process.stdout).readline() == b"ready\n"
    for process in processes:
        _pipe(process.stdin).write(b"\n")
        _pipe(process.stdin).flush()
    said = [orjson.loads(process.communicate()[0].splitlines()[-1]) for process in processes]
    if any(process.returncode for process in processes):
        raise SystemExit("a sender failed")
    return float(max(each["ended"] for each in said) - min(each["began"] for each in said))


def _pipe(pipe: IO[bytes] | None) -> IO[bytes]:
    assert pipe is not None
    return pipe


def _share(found: Mapping[str, Sequence[float]]) -> float:
    return median(found["ours"]) / median(found["floor"])


def _figures(found: Mapping[str, Sequence[float]]) -> tuple[str, str, str]:
    return f"{median(found['ours']):.0f}", f"{median(found['floor']):.0f}", f"{_share(found):.0%}"


if __name__ == "__main__":
    main(sys.argv[1:])
