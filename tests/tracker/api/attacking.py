"""Schemathesis against a running API in somebody's name: made-up requests by the schema and against it."""

import re
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.request import urlopen

CONFIG = Path(__file__).with_name("schemathesis.toml")
PROGRAM = Path(sys.executable).with_name("schemathesis")


@dataclass(frozen=True, slots=True)
class Attack:
    """What one run found; `output` is what the program wrote."""

    good: bool
    cases: int
    output: str


def attack(
    url: str, secret: str, *, phases: Sequence[str], examples: int, timeout: float, seed: int = 1, workers: int = 1
) -> Attack:
    """Send so many made-up requests an operation and phase, and look at every answer with all checks."""
    with tempfile.TemporaryDirectory() as folder:
        schema = Path(folder) / "schema.json"
        with urlopen(f"{url}/api/v1/schema/", timeout=timeout) as answer:
            schema.write_bytes(answer.read())
        done = subprocess.run(
            [
                str(PROGRAM),
                "--config-file",
                str(CONFIG),
                "run",
                str(schema),
                f"--url={url}",
                "-H",
                f"Authorization: Bearer {secret}",
                f"--phases={','.join(phases)}",
                f"--max-examples={examples}",
                f"--seed={seed}",
                f"--workers={workers}",
                "--no-color",
            ],
            cwd=folder,
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )
    said = done.stdout + done.stderr
    generated = re.search(r"(\d+) generated", said)
    return Attack(done.returncode == 0, int(generated[1]) if generated else 0, said)
