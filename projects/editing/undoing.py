"""The last step taken back: what one person changed at once in a plan by hand, while nobody has built on it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from accounts.choices import Door
from accounts.conflicts import Conflict
from accounts.history import Actor
from accounts.models import HistoryEntry
from projects.models import Plan, Task
from projects.planning import restore_tasks

UNDOABLE = ("task.changed", "task.moved")


@dataclass(frozen=True, slots=True)
class LastStep:
    """What a person did last to items of a plan; `entries` has one for each item."""

    action: str
    at: datetime
    entries: tuple[HistoryEntry, ...]

    @property
    def fields(self) -> tuple[str, ...]:
        """Return what of the items was written, by the names their history has for it."""
        return tuple(dict.fromkeys(name for entry in self.entries for name in entry.before))

    @property
    def titles(self) -> tuple[str, ...]:
        return tuple(str(entry.after.get("title", "")) for entry in self.entries)


def last_step(plan: Plan, *, by: Actor) -> LastStep | None:
    """Return what this person changed last by hand in the plan, None where that was something else or is undone."""
    # What was decided elsewhere (a redirected objection, a merged unit) carries its reason; a cell carries none.
    mine = HistoryEntry.objects.filter(
        organization=plan.organization_id,
        object_type="task",
        user=by.user,
        door=Door.PAGE,
        task_id__in=Task.objects.filter(plan=plan).values("pk"),
    )
    latest = mine.order_by("-pk").first()
    if latest is None or latest.action not in UNDOABLE or latest.reason:
        return None
    return LastStep(latest.action, latest.at, tuple(mine.filter(at=latest.at, action=latest.action).order_by("pk")))


@transaction.atomic
def undo_last(*, plan: Plan, at: datetime, reason: str, by: Actor, now: datetime) -> list[Task]:
    """Bring the items back to what they were before the step of `at`; raise Conflict when there is a later one."""
    step = last_step(plan, by=by)
    if step is None or step.at != at:
        raise Conflict(plan)
    _refuse_later(step.entries)
    before = {entry.object_id: _whole_before(entry) for entry in step.entries}
    return restore_tasks(plan=plan, before=before, reason=reason, by=by, now=now)


def _refuse_later(entries: Sequence[HistoryEntry]) -> None:
    written = {entry.object_id: entry.object_version for entry in entries}
    for task in Task.objects.select_for_update().filter(pk__in=written):
        if task.version != written[task.pk]:
            raise Conflict(task)


def _whole_before(entry: HistoryEntry) -> dict[str, object]:
    return {key: value for key, value in {**entry.after, **entry.before}.items() if value is not None}
