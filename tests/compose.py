"""The services of docker-compose.yml started without Docker: the same commands against servers of the tests."""

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from signal import SIGTERM
from typing import Any
from urllib.error import HTTPError
from urllib.request import urlopen

import yaml

from tests import services

FILE = Path(__file__).resolve().parent.parent / "docker-compose.yml"
LISTENS_ON = "0.0.0.0:8000"
STARTED = ("web", "worker", "beat")
VARIABLE = re.compile(r"\$(?:(\$)|\{(\w+)(?::([-?])([^}]*))?\})")


def interpolate(value: str, variables: dict[str, str]) -> str:
    """Fill ${NAME}, ${NAME:-default} and ${NAME:?why} as compose does; raise KeyError for one that is required."""

    def fill(match: re.Match[str]) -> str:
        dollar, name, kind, words = match.groups()
        if dollar:
            return "$"
        if name in variables:
            return variables[name]
        if kind == "-":
            return str(words)
        raise KeyError(f"{name}: {words}")

    return VARIABLE.sub(fill, value)


@dataclass(frozen=True)
class Stack:
    """The running services by name, and where the pages are."""

    base_url: str
    services: dict[str, services.Server]

    def ready(self) -> int:
        """Return the status of /readyz: database, broker and the age of the heartbeat that worker and beat make."""
        try:
            with urlopen(f"{self.base_url}/readyz", timeout=10) as response:
                return int(response.status)
        except HTTPError as refusal:
            return refusal.code


def serves(url: str) -> bool:
    try:
        with urlopen(f"{url}/healthz", timeout=5):
            return True
    except OSError:
        return False


def secrets_as_files(service: dict[str, Any], values: dict[str, str], folder: Path) -> dict[str, str]:
    """Write the secrets the service names, with the line end an editor leaves, and return the *_FILE variables."""
    for name in service["secrets"]:
        (folder / name).write_text(values[name] + "\n")
    prefix = "/run/secrets/"
    named = {name: str(value) for name, value in service["environment"].items()}
    return {name: str(folder / value.removeprefix(prefix)) for name, value in named.items() if value.startswith(prefix)}


def environment_of(
    service: dict[str, Any], values: dict[str, str], variables: dict[str, str], folder: Path
) -> dict[str, str]:
    """Return what the container would see, beside what any program needs to start here."""
    given = {name: interpolate(str(value), variables) for name, value in service["environment"].items()}
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return {"PATH": path, "LANG": "C.UTF-8", "MEDIA_ROOT": str(folder / "media"), **given} | secrets_as_files(
        service, values, folder
    )


@contextmanager
def stack(folder: Path, *, database_url: str, redis_url: str, secret_key: str, **extra: str) -> Iterator[Stack]:
    """Migrate, then run web, worker and beat with the file's own commands and secrets until the block ends.

    `extra` is what their environment has besides, or instead.
    """
    declared = yaml.safe_load(FILE.read_text())["services"]
    port = services.free_port()
    base_url = f"http://127.0.0.1:{port}"
    values = {"secret_key": secret_key, "database_url": database_url, "redis_url": redis_url}
    variables = {"BASE_URL": base_url, "EMAIL_URL": "dummymail://"}

    def environment(name: str) -> dict[str, str]:
        return environment_of(declared[name], values, variables, folder) | extra

    subprocess.run(declared["migrate"]["command"], check=True, cwd=FILE.parent, env=environment("migrate"))
    answers: dict[str, Callable[[str], bool]] = {"web": serves}
    with ExitStack() as running:
        started = {}
        for name in STARTED:
            (folder / name).mkdir()
            server = services.Server(
                name=name,
                command=[word.replace(LISTENS_ON, f"127.0.0.1:{port}") for word in declared[name]["command"]],
                folder=folder / name,
                url=base_url,
                answers=answers.get(name, lambda _: True),
                stop_signal=SIGTERM,
                environment=environment(name),
                cwd=FILE.parent,
            )
            started[name] = running.enter_context(services.running(server))
        yield Stack(base_url=base_url, services=started)
