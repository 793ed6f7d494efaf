"""What an item says since its table was written in: the cells of its row that say something else now."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.db.models import Max

from accounts.models import HistoryEntry
from projects.choices import InvolvementRole
from projects.exporting.orders import Change
from projects.exporting.promised import Promised
from projects.exporting.source import Source, Table
from projects.importing.diff import same_text
from projects.models import ImportBatch
from projects.promise import content

TEXTS = {
    "number": "no",
    "title": "title",
    "content": "content",
    "target_text": "target",
    "measures": "measures",
    "contacts": "contact",
    "note": "note",
}
UNITS = (InvolvementRole.LEAD, InvolvementRole.SUPPORT)
PEOPLE = {InvolvementRole.LEADER: "leader", InvolvementRole.OWNER: "owner"}


def contents_then(batch: ImportBatch, task_ids: Iterable[int]) -> dict[int, Mapping[str, Any]]:
    """Return each item as it was when the table had been written, from its history."""
    applied = HistoryEntry.objects.filter(object_type="import_batch", object_id=batch.pk, action="import.applied")
    mark = applied.order_by("-pk").values_list("pk", flat=True).first()
    if mark is None:
        return {}
    told = HistoryEntry.objects.filter(object_type="task", object_id__in=list(task_ids), pk__lt=mark)
    latest = told.order_by().values("object_id").annotate(latest=Max("pk")).values("latest")
    return dict(HistoryEntry.objects.filter(pk__in=latest).values_list("object_id", "after"))


def changes_of(item: Promised, then: Mapping[str, Any], source: Source, table: Table) -> Iterator[Change]:
    """Yield the cells to be rewritten; a text that stands in no column or in several of its table has no cell."""
    place = source.rows[item.pk]
    now: Mapping[str, Any] = content(item.promise)
    for role, text in _texts(item, then, now, table):
        columns = table.columns(role)
        if len(columns) == 1:
            yield Change(place[1], source.last[place], columns[0], text)


def _texts(item: Promised, then: Mapping[str, Any], now: Mapping[str, Any], table: Table) -> Iterator[tuple[str, str]]:
    for name, role in TEXTS.items():
        if same_text(str(then.get(name, ""))) != same_text(str(now.get(name, ""))):
            yield role, str(now.get(name, ""))
    if _due(then) != _due(now):
        yield "deadline", deadline_now(item, then, now)
    for role, column in PEOPLE.items():
        if _parties(then, role) != _parties(now, role):
            yield column, "、".join(item.names.get(role, ()))
    if any(_parties(then, role) != _parties(now, role) for role in UNITS):
        yield from units_by_column(item, table)


def deadline_now(item: Promised, then: Mapping[str, Any], now: Mapping[str, Any]) -> str:
    """Return the deadline's words, or the days where only these moved."""
    if then.get("deadline_text") != now.get("deadline_text"):
        return item.deadline
    return item.days


def units_by_column(item: Promised, table: Table) -> Iterator[tuple[str, str]]:
    """Yield who leads and who supports, in one cell where the table has but one for both."""
    leads, supports = (item.names.get(role, ()) for role in UNITS)
    if table.columns("support_departments"):
        yield "lead_department", "、".join(leads)
        yield "support_departments", "、".join(supports)
    else:
        yield "lead_department", units_text(leads, supports)


def units_text(leads: tuple[str, ...], supports: tuple[str, ...]) -> str:
    """Write all units in one cell: the first leads, and where several do it is said."""
    if len(leads) < 2:
        return "、".join((*leads, *supports))
    return f"{'、'.join(leads)}分别牵头" + (f"，{'、'.join(supports)}配合" if supports else "")


def _due(whole: Mapping[str, Any]) -> tuple[str, list[tuple[str, str]]]:
    steps = (step for step in whole.get("milestones", ()) if "dropped_on" not in step)
    days = [(step.get("issued_due_on", ""), same_text(step.get("text", ""))) for step in steps]
    return same_text(whole.get("deadline_text", "")), days


def _parties(whole: Mapping[str, Any], role: InvolvementRole) -> list[tuple[Any, ...]]:
    standing = (party for party in whole.get("parties", ()) if party["role"] == role and "to_on" not in party)
    return list(
        dict.fromkeys(
            (
                *(party.get(name) for name in ("group", "post", "person", "as_written")),
                None if party.get("group") else party.get("department"),
            )
            for party in standing
        )
    )
