"""SQLite lets one write at a time, whoever asks while nobody does: what writes batch after batch has to leave a gap.

A writer that waits asks again every tenth of a second, so a job whose next batch begins at once is asked for its turn in
vain until that writer gives up: `database is locked`.
"""

import time
from collections.abc import Callable
from threading import Lock
from typing import Any

from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper

GAP = 0.12
"""Seconds; SQLite's own wait between two attempts is at most 0.1."""

_lock = Lock()
_waiting = 0


def give_turn() -> None:
    """Let those of this process write who wait for it; to be called between two transactions."""
    if connection.vendor == "sqlite" and not connection.in_atomic_block and _waiting:
        time.sleep(GAP)


def note_who_waits(*, connection: BaseDatabaseWrapper, **_: Any) -> None:
    """Hear of each transaction that this connection wants to begin."""
    if connection.vendor == "sqlite" and _noted not in connection.execute_wrappers:
        # First in the row: who wraps for a while, and has the connection opened meanwhile, takes the last one away again.
        connection.execute_wrappers.insert(0, _noted)


def _noted(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:  # noqa: FBT001 - as Django calls it
    if not sql.startswith("BEGIN"):
        return execute(sql, params, many, context)
    _count(1)
    try:
        return execute(sql, params, many, context)
    finally:
        _count(-1)


def _count(by: int) -> None:
    global _waiting  # noqa: PLW0603 - of the whole process, as the pen is
    with _lock:
        _waiting += by
