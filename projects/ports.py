"""The one upward port: what stands above learns that promises changed, inside the same transaction."""

from collections.abc import Collection
from datetime import datetime
from typing import Protocol, cast

from django.conf import settings
from django.utils.module_loading import import_string


class PromiseChanged(Protocol):
    def __call__(self, task_ids: Collection[int], *, now: datetime) -> None: ...


def promise_changed(task_ids: Collection[int], *, now: datetime) -> None:
    """Tell whoever `settings.PROMISE_CHANGED` names (bound in config) that the promises of these items changed."""
    if settings.PROMISE_CHANGED and task_ids:
        handler = cast(PromiseChanged, import_string(settings.PROMISE_CHANGED))
        handler(task_ids, now=now)
