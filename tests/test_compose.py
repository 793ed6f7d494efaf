"""What docker-compose.yml says is complete and safe, and its commands run a service that is ready."""

import json
import re
import time
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest
import yaml

from tests import compose, services

READY_SECONDS = 90


@pytest.fixture(scope="module")
def declared() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(compose.FILE.read_text())
    return loaded


def test_no_secret_stands_in_the_file(declared: dict[str, Any]) -> None:
    for name, service in declared["services"].items():
        for variable, value in service.get("environment", {}).items():
            if any(word in variable for word in ("SECRET", "PASSWORD", "DATABASE_URL", "REDIS_URL")):
                assert variable.endswith("_FILE"), f"{name}: {variable}"
                assert value.removeprefix("/run/secrets/") in service["secrets"]
    assert {source["file"].split("/")[1] for source in declared["secrets"].values()} == {"secrets"}


def test_the_broker_neither_evicts_nor_forgets(declared: dict[str, Any]) -> None:
    command = " ".join(declared["services"]["redis"]["command"])
    for option in ("--appendonly yes", "--maxmemory-policy noeviction", "--requirepass"):
        assert option in command


def test_every_lasting_service_restarts_and_is_looked_after(declared: dict[str, Any]) -> None:
    lasting = {name: service for name, service in declared["services"].items() if name != "migrate"}
    assert {name for name, service in lasting.items() if "healthcheck" not in service} == set()
    assert {service["restart"] for service in lasting.values()} == {"unless-stopped"}


@pytest.mark.parametrize(
    ("written", "filled"),
    [("${A}", "1"), ("x${B:-2}y", "x2y"), ("$${A}", "${A}"), ("${A:?why}", "1")],
)
def test_variables_are_filled_as_compose_does(written: str, filled: str) -> None:
    assert compose.interpolate(written, {"A": "1"}) == filled


def test_a_required_variable_that_is_missing_says_why() -> None:
    with pytest.raises(KeyError, match="the address"):
        compose.interpolate("${BASE_URL:?the address}", {})


@pytest.mark.services
def test_web_worker_and_beat_of_the_file_become_ready(tmp_path: Path, postgres_url: str, redis_url: str) -> None:
    with compose.stack(tmp_path, database_url=postgres_url, redis_url=redis_url, secret_key="x" * 50) as stack:
        deadline = time.monotonic() + READY_SECONDS
        while stack.ready() != 200 and time.monotonic() < deadline:
            time.sleep(0.5)
        logs = {name: server.log() for name, server in stack.services.items()}
        assert stack.ready() == 200, logs

        stack.services["worker"].restart()
        assert all(services.is_running(server.process.pid) for server in stack.services.values() if server.process)
    assert {name for name, text in logs.items() if "Traceback" in text} == set()


@pytest.mark.services
def test_a_monitor_reads_what_all_web_processes_counted_and_the_log_is_json(
    tmp_path: Path, postgres_url: str, redis_url: str
) -> None:
    watched = {"METRICS_TOKEN": "a-monitor", "PROMETHEUS_MULTIPROC_DIR": str(tmp_path / "metrics")}
    started = compose.stack(tmp_path, database_url=postgres_url, redis_url=redis_url, secret_key="x" * 50, **watched)
    with started as stack:
        asked = 20
        for _ in range(asked):
            assert urlopen(f"{stack.base_url}/accounts/login/", timeout=10).status == 200
        request = Request(f"{stack.base_url}/metrics", headers={"Authorization": "Bearer a-monitor"})
        told = urlopen(request, timeout=10).read().decode()
        lines = [
            json.loads(line) for line in (tmp_path / "web" / "log").read_text().splitlines() if line.startswith("{")
        ]
    (counted,) = re.findall(r'^duban_requests_total{.*route="accounts/login/".*} (\S+)$', told, re.MULTILINE)
    assert float(counted) == asked
    signed = [line for line in lines if line.get("route") == "accounts/login/"]
    assert len({line["trace"] for line in signed}) == asked
