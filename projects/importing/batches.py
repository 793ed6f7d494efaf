"""An uploaded table from first to last: open, preview, decide, apply; the file and every decision stay on record."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from django.db import transaction

from accounts import registering
from accounts.bulk import uncollected
from accounts.conflicts import Conflict, conflict_when_held
from accounts.history import Actor
from accounts.models import Organization
from projects import planning
from projects.choices import BatchState
from projects.importing import decisions as said
from projects.importing.apply import Written, write
from projects.importing.keeping import MADE_PLAN, NotApplicable, locked, note, note_decisions
from projects.importing.naming import settled
from projects.importing.preparing import Prepared, prepare
from projects.importing.receiving import (
    choose_header,
    choose_roles,
    open_batch,
    read_batch,
    read_waiting_uploads,
    receive_file,
)
from projects.importing.remembering import last_answers, last_of_layout, remember
from projects.importing.table_names import Expected
from projects.models import ImportBatch, Plan
from projects.reading.model import Reading

__all__ = [
    "Applied",
    "NotApplicable",
    "applied_before",
    "apply_batch",
    "choose_header",
    "choose_plan",
    "choose_roles",
    "decide",
    "discard_batch",
    "open_batch",
    "preview",
    "read_batch",
    "read_waiting_uploads",
    "receive_file",
    "resume_batch",
    "same_as_last_time",
    "table_title",
]


@dataclass(frozen=True, slots=True)
class Applied:
    batch: ImportBatch
    plan: Plan
    written: Written
    counts: Mapping[str, int]


def preview(batch: ImportBatch, *, by: Actor, reading: Reading | None = None) -> Prepared:
    """Return what applying would do now, with the decisions made so far; `reading` is the batch's, if it is at hand."""
    if reading is None and batch.reading is None:
        raise NotApplicable("not_read" if batch.state == BatchState.OPENED else "refused")
    prepared = prepare(
        reading or Reading.from_dict(batch.reading or {}),
        plan=batch.plan,
        organization_id=batch.organization_id,
        decisions=batch.decisions,
        today=by.today,
    )
    twin = applied_before(batch)
    return replace(prepared, twin=twin.pk if twin else None)


@transaction.atomic
def decide(*, batch: ImportBatch, decisions: Mapping[str, str], by: Actor, version: int | None = None) -> ImportBatch:
    """Keep decisions beside those made before; an empty value takes one back.

    Raise Conflict when someone decided since `version`, UnknownDecisionError for what no page offers.
    """
    row = locked(batch, BatchState.PREVIEWED, version=version)
    return _keep(row, said.merged(row.decisions, decisions), "import.decided", by=by)


@transaction.atomic
def same_as_last_time(
    *,
    batch: ImportBatch,
    by: Actor,
    now: datetime,  # noqa: ARG001 - every operation here is told the time
    version: int | None = None,
) -> ImportBatch:
    """Decide all that is still open as in the last table of this layout; what was decided here stays."""
    row = locked(batch, BatchState.PREVIEWED, version=version)
    last = last_of_layout(row)
    if last is None:
        return row
    answers = last_answers(row, last, preview(row, by=by).questions)
    return _keep(row, {**answers, **row.decisions}, "import.decided_as_before", by=by)


@transaction.atomic
def choose_plan(
    *,
    batch: ImportBatch,
    plan: Plan | None,
    by: Actor,
    now: datetime,  # noqa: ARG001 - every operation here is told the time
    version: int | None = None,
) -> ImportBatch:
    """Compare the table with another plan of the same office and year, or none; what was said of items is void."""
    row = locked(batch, BatchState.PREVIEWED, version=version)
    if plan is not None and (plan.organization_id, plan.year) != (row.organization_id, row.year):
        raise ValueError(f"plan {plan.pk} is not of this office and year")
    if row.plan_id != (plan.pk if plan else None):
        before = row.decisions
        row.plan, row.version = plan, row.version + 1
        row.decisions = said.without(row.decisions, said.OF_ONE_PLAN)
        row.save(update_fields=["plan", "decisions", "version"])
        note_decisions(row, before, "import.plan_chosen", by=by)
    return row


@transaction.atomic
def discard_batch(
    *, batch: ImportBatch, by: Actor, now: datetime, reason: str = "", version: int | None = None
) -> ImportBatch:
    """Put a table that was read aside, never written; file, reading and decisions stay, and it may be resumed."""
    row = locked(batch, BatchState.PREVIEWED, version=version)
    row.state, row.undone_by, row.undone_at, row.undo_reason = BatchState.UNDONE, by.user, now, reason
    return _turned(row, "import.discarded", by=by)


@transaction.atomic
def resume_batch(
    *,
    batch: ImportBatch,
    by: Actor,
    now: datetime,  # noqa: ARG001 - every operation here is told the time
    version: int | None = None,
) -> ImportBatch:
    """Take up a table again that was put aside; NotApplicable for one that was written."""
    row = locked(batch, BatchState.UNDONE, version=version)
    if not row.discarded:
        raise NotApplicable("already_undone")
    row.state, row.undone_by, row.undone_at, row.undo_reason = BatchState.PREVIEWED, None, None, ""
    return _turned(row, "import.resumed", by=by)


def _turned(row: ImportBatch, action: str, *, by: Actor) -> ImportBatch:
    row.version += 1
    row.save(update_fields=["state", "undone_by", "undone_at", "undo_reason", "version"])
    note(row, action, by=by, after={"state": row.state}, reason=row.undo_reason)
    return row


@uncollected()
@conflict_when_held()
@transaction.atomic
def apply_batch(
    *,
    batch: ImportBatch,
    by: Actor,
    now: datetime,
    fingerprint: str | None = None,
    version: int | None = None,
    unattended: bool = False,
    title: str = "",
) -> Applied:
    """Write the batch into its plan (a new draft plan where it has none), all or nothing.

    `fingerprint` and `version` are what the person saw: Conflict when the plan or the decisions moved since. Undecided
    questions refuse the batch unless `unattended`, which takes each one's fallback.
    """
    row = locked(batch, BatchState.PREVIEWED, version=version)
    if row.plan_id:
        row.plan = Plan.objects.select_for_update().get(pk=row.plan_id)
    else:  # two offices' hands with the same new table follow each other
        Organization.objects.select_for_update().get(pk=row.organization_id)
    prepared = preview(row, by=by)
    _refuse_unfit(prepared, fingerprint=fingerprint, unattended=unattended)
    answered = prepared
    if prepared.make:
        _make(prepared.make, row.organization, by=by)
        prepared = preview(row, by=by)
    plan = row.plan or planning.create_plan(
        organization=row.organization,
        year=row.year,
        title=title or table_title(prepared.reading) or row.file_name,
        by=by,
        now=now,
    )
    written = write(prepared, batch=row, plan=plan, by=by, now=now)
    remember(row, prepared.reading, settled(prepared.questions, prepared.names), by=by, now=now)
    made_plan = row.plan is None
    row.plan, row.state, row.applied_by, row.applied_at = plan, BatchState.APPLIED, by.user, now
    row.decisions |= {one.key: one.chosen for one in answered.questions if one.chosen is not None}
    row.summary = {**row.summary, **prepared.to_write, "undecided": len(prepared.undecided), MADE_PLAN: made_plan}
    row.version += 1
    row.save(update_fields=["plan", "state", "applied_by", "applied_at", "decisions", "summary", "version"])
    note(row, "import.applied", by=by, after=row.summary)
    return Applied(row, plan, written, row.summary)


def applied_before(batch: ImportBatch) -> ImportBatch | None:
    """Return the latest batch with the same bytes that was applied, if there is one."""
    return (
        ImportBatch.objects.filter(organization=batch.organization_id, sha256=batch.sha256, state=BatchState.APPLIED)
        .exclude(pk=batch.pk)
        .defer("reading", "decisions")
        .order_by("-applied_at")
        .first()
    )


def table_title(reading: Reading) -> str:
    return next((table.title for sheet in reading.sheets for table in sheet.tables if table.title), "")


def _keep(row: ImportBatch, decisions: Mapping[str, str], action: str, *, by: Actor) -> ImportBatch:
    """Note decisions that differ; the same ones again leave no trace."""
    before = row.decisions
    if decisions != before:
        row.decisions = dict(decisions)
        row.version += 1
        row.save(update_fields=["decisions", "version"])
        note_decisions(row, before, action, by=by)
    return row


def _refuse_unfit(prepared: Prepared, *, fingerprint: str | None, unattended: bool) -> None:
    if not prepared.rows or (not prepared.tasks and all(row.refused for row in prepared.diff)):
        raise NotApplicable("empty")
    if fingerprint is not None and fingerprint != prepared.fingerprint:
        raise Conflict(prepared)
    if prepared.undecided and not unattended:
        raise NotApplicable("undecided", len(prepared.undecided))


def _make(names: tuple[tuple[Expected, str], ...], organization: Organization, *, by: Actor) -> None:
    for kind, name in names:
        match kind:
            case "department":
                registering.create_department(organization=organization, name=name, by=by)
            case "person":
                registering.create_person(organization=organization, name=name, by=by)
            case "post":
                registering.create_post(organization=organization, name=name, by=by)
