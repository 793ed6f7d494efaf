"""The last step taken back: what one person changed at once in a plan by hand, while nobody has built on it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef

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
    # Asked of each entry from the newest back, the plan is found at once; as a list of items it makes a database read
    # all that ever happened to them.
    mine = HistoryEntry.objects.filter(
        Exists(Task.objects.filter(pk=OuterRef("task_id"), plan=plan)),
        organization=plan.organization_id,
        object_type="task",
        user=by.user,
        door=Door.PAGE,
    )
    newest = list(mine.order_by("-pk")[:2])
    if not newest or newest[0].action not in UNDOABLE or newest[0].reason:
        return None
    latest = newest[0]
    together = [one for one in newest if (one.at, one.action) == (latest.at, latest.action)]
    if len(together) > 1:  # a column of many rows, of which these are but two
        together = list(mine.filter(at=latest.at, action=latest.action).order_by("pk"))
    return LastStep(latest.action, latest.at, tuple(together))


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
