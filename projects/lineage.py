"""Which item of an earlier plan an item goes on with: checked before it is written, shown both ways afterwards."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import connection
from django.db.models import Q

from accounts.access import Reach
from accounts.models.among import among
from projects.access import tasks_for
from projects.models import Plan, Task

LONGEST = 60
"""Items of one line that are followed back: a line of years is shorter, and one that runs in a circle ends."""


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


def carried_lines(tasks: Collection[int]) -> dict[int, tuple[int, ...]]:
    """Return for each item the items it goes on with, the oldest first and itself last, in one query."""
    if not tasks:
        return {}
    asked = Task.objects.filter(among("pk", tasks)).order_by().values_list("pk", "carried_from")
    first, told = asked.query.get_compiler(connection=connection).as_sql()
    sql = f"""WITH RECURSIVE first (id, earlier) AS ({first}), line (item, id, earlier, back) AS (
        SELECT id, id, earlier, 0 FROM first
        UNION ALL
        SELECT line.item, task.id, task.carried_from_id, line.back + 1
        FROM line JOIN {Task._meta.db_table} task ON task.id = line.earlier WHERE line.back < %s
    ) SELECT item, id FROM line ORDER BY item, back DESC"""  # noqa: S608 - Django's own words and a table's name
    found: defaultdict[int, list[int]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(sql, (*told, LONGEST - 1))
        for item, task in cursor.fetchall():
            found[item].append(task)
    return {item: tuple(dict.fromkeys(line)) for item, line in found.items()}
