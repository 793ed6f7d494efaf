"""Each request and each job has an id: in its answer, in each line of the log and, on PostgreSQL, in each statement.

So a slow statement of `pg_stat_activity` or of the server's log is traced to the request that made it, and that to a line.
"""

import logging
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from django.db import connection

GIVEN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{7,63}", re.ASCII)
"""An id that a proxy may give; it stands in a comment of SQL, so it holds nothing that could end one."""


@dataclass(slots=True)
class Trace:
    id: str
    queries: int = 0


_TRACE: ContextVar[Trace | None] = ContextVar("trace", default=None)


def new_id(given: str = "") -> str:
    """Return the given id where it is well-formed, else one of our own."""
    return given if GIVEN.fullmatch(given) else uuid4().hex


@contextmanager
def tracing(trace_id: str) -> Iterator[Trace]:
    """Mark what is logged and asked of the database meanwhile, and count the statements."""
    trace = Trace(trace_id)
    before = _TRACE.set(trace)
    try:
        with connection.execute_wrapper(_marked):
            yield trace
    finally:
        _TRACE.reset(before)


class TraceFilter(logging.Filter):
    """Adds `trace` to each record: the id, or a dash outside of requests and jobs."""

    def filter(self, record: logging.LogRecord) -> bool:
        trace = _TRACE.get()
        record.trace = trace.id if trace else "-"
        return True


def _marked(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:  # noqa: FBT001 - as Django calls it
    if (trace := _TRACE.get()) is not None:
        trace.queries += 1
        # SQLite has no log to find it in; what is planned once a connection has to be asked in the same words again.
        if connection.vendor == "postgresql" and not getattr(context["cursor"].cursor, "planned", False):
            sql = f"{sql} /* trace={trace.id} */"
    return execute(sql, params, many, context)
