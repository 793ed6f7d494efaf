"""Read a file in a child process, so that no file can harm, hang or fill the one that serves pages."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import orjson

from projects.reading.grid import ReadingRefused
from projects.reading.model import Reading
from projects.reading.workbook import is_old_excel

__all__ = ["ReadingRefused", "read_file"]

WALL_SECONDS = 15
_ROOT = str(Path(__file__).resolve().parent.parent.parent)
_KEPT = ("PATH", "LANG", "LC_ALL", "TZ", "VIRTUAL_ENV", "PYTHONHOME", "LD_LIBRARY_PATH")


def read_file(
    path: str | os.PathLike[str],
    *,
    year: int | None = None,
    this_year: int | None = None,
    roles: Mapping[str, str] | None = None,
    name: str = "",
    hidden_too: bool = False,
) -> Reading:
    """Read a file; `roles` overrides column roles by header label, `name` is the file's own name.

    Without `year` the title's year counts, and without that `this_year`, by default the clock's.

    Raises ReadingRefused where it cannot be opened, is over a limit, or its child dies.
    """
    path = os.fspath(path)
    order: dict[str, object] = {"path": path, "name": name, "hidden_too": hidden_too, "roles": dict(roles or {})}
    order |= {"year": year, "this_year": this_year}
    answer = _answer(_module(path), orjson.dumps(order).decode())
    if "refused" in answer:
        raise ReadingRefused(**answer["refused"])
    return Reading.from_dict(answer["reading"])


def _module(path: str) -> str:
    try:
        with Path(path).open("rb") as stream:
            head = stream.read(8)
    except OSError as error:
        raise ReadingRefused("missing", f"打不开文件：{error.strerror}。") from error
    return "projects.reading.worker_old" if is_old_excel(head) else "projects.reading.worker"


def _answer(module: str, order: str) -> dict[str, dict[str, str]]:
    try:
        done = subprocess.run(
            [sys.executable, "-m", module, order],
            cwd=_ROOT,
            env={key: os.environ[key] for key in _KEPT if key in os.environ},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=WALL_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise ReadingRefused("too_slow", f"读取超过{WALL_SECONDS}秒，请删去无关内容或拆分后再导入。") from error
    if done.returncode != 0:
        raise _dead()
    try:
        answer: dict[str, dict[str, str]] = orjson.loads(done.stdout)
    except ValueError as error:
        raise _dead() from error
    return answer


def _dead() -> ReadingRefused:
    return ReadingRefused("unreadable", "文件读不出来，请用表格软件另存为 .xlsx 后再试。")
