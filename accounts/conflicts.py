"""Two people at one row: the second learns what the first one left there."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import OperationalError

LOCK_NOT_AVAILABLE, DEADLOCK_DETECTED = "55P03", "40P01"


class Conflict(Exception):
    """An expected answer, not a fault: the object moved on since the editor saw it; `current` is what stands there now."""

    def __init__(self, current: Any) -> None:
        super().__init__(f"{current} has changed meanwhile")
        self.current = current


class Held(Conflict):
    """Someone else is writing it at this moment; what will stand there isn't known yet."""

    def __init__(self) -> None:
        super().__init__("what someone else is writing")


@contextmanager
def conflict_when_held() -> Iterator[None]:
    """Take it for the conflict it is when the database won't wait any longer for what someone else is writing.

    It stands outside the transaction, which is rolled back by then.
    """
    try:
        yield
    except OperationalError as error:
        if not _is_held(error.__cause__):
            raise
        raise Held from error


def _is_held(cause: BaseException | None) -> bool:
    if isinstance(cause, sqlite3.OperationalError):
        return cause.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY
    return getattr(cause, "sqlstate", "") in {LOCK_NOT_AVAILABLE, DEADLOCK_DETECTED}
