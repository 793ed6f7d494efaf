"""Settings are read with types: a bad value stops the start and says which."""

import json
import os
import subprocess
import sys

import pytest

from tests.programs import ROOT

ASK = "import json, config.settings as s; print(json.dumps(s.OUTGOING_ALLOWED))"


def started(allowed: str | None) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if name != "OUTGOING_ALLOWED"}
    if allowed is not None:
        environment["OUTGOING_ALLOWED"] = allowed
    return subprocess.run(
        [sys.executable, "-c", ASK], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize(
    ("allowed", "read"),
    [
        (None, []),
        ("", []),
        ("10.1.2.3:8080", ["10.1.2.3:8080"]),
        ("Gateway.example.org:443, [fd00::1]:9000", ["gateway.example.org:443", "[fd00::1]:9000"]),
    ],
)
def test_places_that_are_allowed_are_listed_by_host_and_port(allowed: str | None, read: list[str]) -> None:
    assert json.loads(started(allowed).stdout) == read


@pytest.mark.parametrize("allowed", ["10.1.2.3", "http://10.1.2.3:80", "*:443", "10.1.2.0/24:443", "a:443;b:443"])
def test_anything_wider_than_host_and_port_stops_the_start(allowed: str) -> None:
    answer = started(allowed)
    assert answer.returncode == 1
    assert "OUTGOING_ALLOWED must list host:port" in answer.stderr
