"""One party takes another's place in many items: a redirected item, a merged unit, a handover."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Literal

from django.db import transaction
from django.db.models import Q

from accounts.history import Actor
from accounts.models import Department, Person, Post
from projects.choices import InvolvementRole, TaskState
from projects.drafts import PartyDraft, TaskChange
from projects.models import Involvement, Plan, Task
from projects.planning import change_tasks

OPEN = (TaskState.DRAFT, TaskState.ISSUED, TaskState.SUSPENDED)
"""Items whose parties still matter; a closed one keeps the names it was closed with."""


@dataclass(frozen=True, slots=True)
class Party:
    kind: Literal["department", "post", "person"]
    id: int

    @classmethod
    def of(cls, row: Department | Person | Post) -> "Party":
        kinds: dict[type, Literal["department", "post", "person"]] = {
            Department: "department",
            Person: "person",
            Post: "post",
        }
        return cls(kinds[type(row)], row.pk)


def items_of(party: Party, *, today: date, roles: Collection[InvolvementRole] = ()) -> list[Task]:
    """Return the open items in which a party has a part from `today` on, in the order of their plans."""
    rows = Involvement.objects.filter(_still(today), **{party.kind: party.id})
    if roles:
        rows = rows.filter(role__in=roles)
    found = Task.objects.filter(pk__in=rows.values("task_id"), state__in=OPEN)
    return list(found.select_related("plan").order_by("plan__year", "plan_id", "position", "pk"))


@transaction.atomic
def swap_parties(
    *,
    tasks: Collection[Task],
    swaps: Mapping[Party, Party | None],
    roles: Collection[InvolvementRole] = (),
    supporting: Collection[Party] = (),
    reason: str,
    by: Actor,
    now: datetime,
) -> list[Task]:
    """Put each party's successor in its place from today on (None: nobody), in all roles or in `roles`.

    Who has a part already keeps the first one, and a unit that comes to lead no longer supports. Those of
    `supporting` stay with a supporting part. History keeps the old names; return the items that changed.
    """
    by_plan: defaultdict[int, list[Task]] = defaultdict(list)
    for task in Task.objects.select_for_update().filter(pk__in=[task.pk for task in tasks]).order_by("pk"):
        by_plan[task.plan_id].append(task)
    parties = _parties([task.pk for found in by_plan.values() for task in found], today=by.today)
    names = _names([*swaps.values(), *supporting])
    changed: list[Task] = []
    for plan in Plan.objects.filter(pk__in=by_plan).order_by("pk"):
        changes = [
            TaskChange(
                task_id=task.pk,
                version=task.version,
                parties=_swapped(parties[task.pk], swaps, roles, names, supporting),
            )
            for task in by_plan[plan.pk]
        ]
        changed += change_tasks(plan=plan, changes=changes, by=by, now=now, reason=reason)
    return changed


def _still(today: date) -> Q:
    return Q(to_on__isnull=True) | Q(to_on__gte=today)


def _parties(task_ids: Collection[int], *, today: date) -> defaultdict[int, list[Involvement]]:
    found: defaultdict[int, list[Involvement]] = defaultdict(list)
    rows = Involvement.objects.filter(_still(today), task__in=task_ids)
    for row in rows.order_by("task", "position", "pk"):
        found[row.task_id].append(row)
    return found


def _swapped(
    rows: Iterable[Involvement],
    swaps: Mapping[Party, Party | None],
    roles: Collection[InvolvementRole],
    names: Mapping[Party, str],
    supporting: Collection[Party] = (),
) -> tuple[PartyDraft, ...]:
    """Return the parties as drafts, successors by their own names.

    A group of which one member moves is from then on its members by name.
    """
    rows = list(rows)
    moved = {id(row) for row in rows if _party(row) in swaps and (not roles or row.role in roles)}
    broken = {(row.role, row.group_id) for row in rows if id(row) in moved and row.group_id}
    drafts: dict[tuple[str, str, int], PartyDraft] = {}
    for row in rows:
        party: Party | None = _party(row)
        if id(row) in moved:
            party = swaps[_party(row)]
        if row.group_id and (row.role, row.group_id) not in broken:
            drafts.setdefault((row.role, "group", row.group_id), _draft(row, group_id=row.group_id))
        elif party is not None:
            written = names.get(party, row.as_written) if id(row) in moved else row.as_written
            draft = replace(_draft(row, **{f"{party.kind}_id": party.id}), as_written=written)
            drafts.setdefault((row.role, party.kind, party.id), draft)
    for party in supporting:
        draft = PartyDraft(InvolvementRole.SUPPORT, names[party], **{f"{party.kind}_id": party.id})
        drafts.setdefault((InvolvementRole.SUPPORT, party.kind, party.id), draft)
    for successor in {swaps[_party(row)] for row in rows if id(row) in moved} - {None}:
        if successor and (InvolvementRole.LEAD, successor.kind, successor.id) in drafts:
            drafts.pop((InvolvementRole.SUPPORT, successor.kind, successor.id), None)
    return tuple(drafts.values())


def _names(parties: Iterable[Party | None]) -> dict[Party, str]:
    models = {"department": Department, "post": Post, "person": Person}
    wanted = {party for party in parties if party is not None}
    return {
        Party(kind, pk): name  # type: ignore[arg-type]  # the keys of `models` are the kinds
        for kind, model in models.items()
        if (ids := [party.id for party in wanted if party.kind == kind])
        for pk, name in model._default_manager.filter(pk__in=ids).values_list("pk", "name")
    }


def _party(row: Involvement) -> Party:
    if row.department_id:
        return Party("department", row.department_id)
    return Party("post", row.post_id) if row.post_id else Party("person", row.person_id or 0)


def _draft(row: Involvement, **party: int) -> PartyDraft:
    return PartyDraft(InvolvementRole(row.role), row.as_written, **party)
