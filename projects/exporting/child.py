"""Write in a process of its own, so that no file can harm, hang or fill the one that serves pages."""

import logging
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import projects
from projects.exporting.orders import Order
from projects.reading.child import read_grid

WALL_SECONDS = 150
_ROOT = Path(projects.__file__).parents[1]
_log = logging.getLogger(__name__)


class BookFailed(Exception):
    """The workbook could not be written."""


@contextmanager
def written(order: Order, *, kind: str, name: str) -> Iterator[Path]:
    """Write the order and lend the file: into the original where it can be opened, else into one laid out the same.

    Raise BookFailed, and ReadingRefused where the original cannot be read any more.
    """
    with TemporaryDirectory() as folder:
        order = replace(order, out=str(Path(folder) / "ledger.xlsx"))
        done = kind == "xlsx" and _done(order)
        if not done and not _done(replace(order, laid=read_grid(order.path, name=name))):
            raise BookFailed
        yield Path(order.out)


def _done(order: Order) -> bool:
    command = [sys.executable, "-W", "ignore", "-m", "projects.exporting"]
    try:
        done = subprocess.run(
            command, input=order.to_json(), cwd=_ROOT, capture_output=True, timeout=WALL_SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        return False
    if done.returncode:
        # The last line only names the failure: what stands above may hold words of the file.
        _log.warning(
            "A ledger was not written: %s", done.stderr.decode(errors="replace").strip().rpartition("\n")[2][:80]
        )
    return done.returncode == 0
