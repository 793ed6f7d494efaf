"""Rewriting Standing."""

from collections.abc import Collection
from datetime import datetime


def promise_changed(task_ids: Collection[int], *, now: datetime) -> None:
    return None
