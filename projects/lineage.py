"""Which item of an earlier plan an item goes on with: checked before it is written, shown both ways afterwards."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from accounts.access import Reach
from projects.access import tasks_for
from projects.models import Plan, Task


class NotCarriableError(ValueError):
    """An item goes on with what is no item of another plan of this organization."""


@dataclass(frozen=True, slots=True)
class Kin:
    """The item an item goes on with, and those that go on with it."""

    before: Task | None = None
    after: tuple[Task, ...] = ()


def check_carried(plan: Plan, sources: Iterable[int | None]) -> None:
    """Ask once, whatever the number."""
    wanted = {source for source in sources if source is not None}
    if not wanted:
        return
    others = Task.objects.filter(organization=plan.organization_id, pk__in=wanted).exclude(plan=plan)
    missing = wanted - set(others.values_list("pk", flat=True))
    if missing:
        raise NotCarriableError(f"not items of another plan: {sorted(missing)}")


def kin_of(reach: Reach, tasks: Sequence[Task], *, today: date) -> dict[int, Kin]:
    """Return by item what of its kin this reach may see, in one query."""
    sources = {task.carried_from_id for task in tasks if task.carried_from_id is not None}
    related = tasks_for(reach, today=today).filter(Q(pk__in=sources) | Q(carried_from__in=[task.pk for task in tasks]))
    rows = list(related.select_related("plan").order_by("plan__year", "position", "pk"))
    known = {row.pk: row for row in rows}
    return {
        task.pk: Kin(
            before=known.get(task.carried_from_id or 0),
            after=tuple(row for row in rows if row.carried_from_id == task.pk),
        )
        for task in tasks
    }
