"""The child process of the reader: one file in, one JSON line out, within its own limits."""

from __future__ import annotations

import resource
import sys
from collections.abc import Callable, Sequence
from datetime import datetime

import orjson

from projects.reading.grid import ReadingRefused, Workbook
from projects.reading.table import Wishes, read_workbook
from projects.reading.workbook import open_workbook

MEMORY = 1024 * 1024 * 1024
CPU_SECONDS = 15


def main(arguments: Sequence[str], *, old: Callable[[str], Workbook] | None = None) -> int:
    """Read the file named by the one JSON argument; print the reading or the refusal."""
    order = orjson.loads(arguments[0])
    _limit()
    this_year = order["this_year"] or datetime.now().astimezone().year
    wishes = Wishes(order["year"], this_year, order["roles"], hidden_too=order["hidden_too"])
    answer: dict[str, object]
    try:
        book = open_workbook(order["path"], name=order["name"], old=old)
        answer = {"reading": read_workbook(book, wishes)}
    except ReadingRefused as refusal:
        answer = {"refused": {"code": refusal.code, "message": refusal.message}}
    except MemoryError:
        answer = {
            "refused": {"code": "too_much_memory", "message": "文件需要的内存超过1 GiB，请删去无关内容后再导入。"}
        }
    sys.stdout.buffer.write(orjson.dumps(answer))
    return 0


def _limit() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
