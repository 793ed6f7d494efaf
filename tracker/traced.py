"""A job's run has an id, as a request has, and a line in the log."""

import logging
import time
from typing import Any

from celery import Task

from accounts.tracing import new_id, tracing

logger = logging.getLogger(__name__)


class TracedTask(Task):  # type: ignore[type-arg]  # not generic when it runs
    """What every job is run as."""

    abstract = True

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        began = time.perf_counter()
        with tracing(new_id(self.request.id or "")) as trace:
            try:
                return super().__call__(*args, **kwargs)
            finally:
                told = {"job": self.name, "seconds": round(time.perf_counter() - began, 4), "queries": trace.queries}
                logger.info("%s", self.name, extra=told)
