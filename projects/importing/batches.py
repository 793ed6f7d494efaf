"""An uploaded table from first to last: open, preview, decide, apply; the file and every decision stay on record."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.core.files.base import File
from django.db import transaction
from django.utils.translation import gettext

from accounts import registering
from accounts.conflicts import Conflict
from accounts.history import Actor, Change, record
from accounts.models import Organization
from projects import planning
from projects.choices import BatchState
from projects.importing.apply import Written, write
from projects.importing.naming import Expected
from projects.importing.preparing import Prepared, prepare
from projects.models import ImportBatch, Plan
from projects.reading.child import ReadingRefused, read_file
from projects.reading.model import Reading


class NotApplicable(Exception):
    """The batch can't be applied: `reason` is a code (`undecided`, `refused`, `already_applied`, `empty`)."""

    def __init__(self, reason: str, count: int = 0) -> None:
        super().__init__(reason)
        self.reason = reason
        self.count = count


@dataclass(frozen=True, slots=True)
class Applied:
    batch: ImportBatch
    plan: Plan
    written: Written
    counts: Mapping[str, int]


def open_batch(
    *,
    organization: Organization,
    year: int,
    plan: Plan | None,
    file: "File[bytes]",
    file_name: str,
    by: Actor,
    now: datetime,
) -> ImportBatch:
    """Store the file, read it in the limited child process and keep the reading; a refusal is kept with its reason."""
    content = file.read()
    batch = ImportBatch(
        organization=organization,
        year=year,
        plan=plan,
        file_name=file_name[-300:],
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        decisions=(remembered := _remembered(organization)),
        summary={"remembered": remembered},
        uploaded_by=by.user,
        uploaded_at=now,
    )
    file.seek(0)
    batch.file.save(_stored_name(file_name), file, save=False)
    try:
        reading = read_file(Path(batch.file.path), year=year, name=file_name)
    except ReadingRefused as refused:
        batch.state, batch.refusal = BatchState.REFUSED, refused.message
    else:
        batch.state, batch.reading = BatchState.PREVIEWED, reading.to_dict()
        if not reading.tasks:
            batch.state = BatchState.REFUSED
            batch.refusal = gettext("这个文件里没有读到责任分解表：没有认出表头，或者表里没有事项。")
    with transaction.atomic():
        batch.save()
        _note(batch, "import.opened", by=by)
    return batch


def preview(batch: ImportBatch, *, by: Actor) -> Prepared:
    """Return what applying would do now, with the decisions made so far."""
    if batch.reading is None:
        raise NotApplicable("refused")
    return prepare(
        Reading.from_dict(batch.reading),
        plan=batch.plan,
        organization_id=batch.organization_id,
        decisions=batch.decisions,
        today=by.today,
    )


@transaction.atomic
def decide(*, batch: ImportBatch, decisions: Mapping[str, str], by: Actor) -> ImportBatch:
    """Keep decisions beside those made before; an empty value takes one back."""
    locked = _locked(batch, BatchState.PREVIEWED)
    before = dict(locked.decisions)
    merged = {**locked.decisions, **decisions}
    locked.decisions = {key: value for key, value in merged.items() if value}
    if locked.decisions != before:
        locked.version += 1
        locked.save(update_fields=["decisions", "version"])
        _note(locked, "import.decided", by=by, before=before, after=locked.decisions)
    return locked


@transaction.atomic
def apply_batch(
    *,
    batch: ImportBatch,
    by: Actor,
    now: datetime,
    fingerprint: str | None = None,
    unattended: bool = False,
    title: str = "",
) -> Applied:
    """Write the batch into its plan (a new draft plan where it has none), all or nothing.

    `fingerprint` is what the person saw: `Conflict` when the plan moved since. Undecided questions refuse the batch
    unless `unattended`, which takes each one's fallback.
    """
    locked = _locked(batch, BatchState.PREVIEWED)
    if locked.plan_id:
        locked.plan = Plan.objects.select_for_update().get(pk=locked.plan_id)
    prepared = preview(locked, by=by)
    _refuse_unfit(prepared, fingerprint=fingerprint, unattended=unattended)
    if prepared.make:
        _make(prepared.make, locked.organization, by=by)
        prepared = preview(locked, by=by)
    plan = locked.plan or planning.create_plan(
        organization=locked.organization,
        year=locked.year,
        title=title or table_title(prepared.reading) or locked.file_name,
        by=by,
        now=now,
    )
    written = write(prepared, batch=locked, plan=plan, by=by, now=now)
    locked.plan, locked.state, locked.applied_by, locked.applied_at = plan, BatchState.APPLIED, by.user, now
    locked.decisions = dict(prepared.decided) if not unattended else locked.decisions
    locked.summary = {**prepared.counts, "undecided": len(prepared.undecided)}
    locked.version += 1
    locked.save(update_fields=["plan", "state", "applied_by", "applied_at", "decisions", "summary", "version"])
    _note(locked, "import.applied", by=by, after=locked.summary)
    return Applied(locked, plan, written, locked.summary)


def applied_before(batch: ImportBatch) -> ImportBatch | None:
    """Return the latest batch with the same bytes that was applied, if there is one."""
    return (
        ImportBatch.objects.filter(organization=batch.organization_id, sha256=batch.sha256, state=BatchState.APPLIED)
        .exclude(pk=batch.pk)
        .order_by("-applied_at")
        .first()
    )


def table_title(reading: Reading) -> str:
    return next((table.title for sheet in reading.sheets for table in sheet.tables if table.title), "")


def _refuse_unfit(prepared: Prepared, *, fingerprint: str | None, unattended: bool) -> None:
    if not prepared.rows:
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


def _locked(batch: ImportBatch, state: BatchState) -> ImportBatch:
    locked = ImportBatch.objects.select_for_update(of=("self",)).select_related("organization", "plan").get(pk=batch.pk)
    if locked.state != state:
        raise NotApplicable("already_applied" if locked.state == BatchState.APPLIED else "refused")
    return locked


def _remembered(organization: Organization) -> dict[str, str]:
    """Return what was decided in the office's latest import about words (not about single items and dates)."""
    latest = (
        ImportBatch.objects.filter(organization=organization, state=BatchState.APPLIED).order_by("-applied_at").first()
    )
    decisions = latest.decisions if latest else {}
    return {key: value for key, value in decisions.items() if not key.startswith(("date:", "drop:"))}


def _stored_name(file_name: str) -> str:
    """Return a name that carries only the suffix: stored files are found by id, never by a sender's words."""
    return f"table{Path(file_name).suffix.lower()[:8]}"


def _note(
    batch: ImportBatch,
    action: str,
    *,
    by: Actor,
    before: Mapping[str, object] | None = None,
    after: Mapping[str, object] | None = None,
) -> None:
    record(
        Change(
            organization_id=batch.organization_id,
            object_type="import_batch",
            object_id=batch.pk,
            version=batch.version,
            action=action,
            before=before or {},
            after=after
            if after is not None
            else {"file": batch.file_name, "sha256": batch.sha256, "state": batch.state},
        ),
        by=by,
    )
