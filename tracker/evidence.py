"""Files that bear an account out: looked through before they are kept, given a random name, and never shown in a page."""

import hashlib
import logging
import secrets
import tempfile
from collections.abc import Collection, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO, cast

from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import QuerySet, Sum

from accounts.history import Actor, Change, record_all
from accounts.models import Department, HistoryEntry
from projects.models import Task
from projects.reading.child import read_grid
from projects.reading.guard import refuse_marked_name
from projects.reading.refusals import ReadingRefused, is_secret
from tracker.evidence_kinds import NotTaken, clean_name, fits, kind_of
from tracker.models import Closure, EvidenceFile, Extension, ProgressReport

MOST_BYTES = 20 * 1024 * 1024
MOST_FILES = 10
"""Files that one report, request for closing or extension may carry."""
MOST_REQUEST_BYTES = MOST_FILES * MOST_BYTES + 10 * 1024 * 1024
"""The largest request that any page takes: these files, and the form they come with."""
UNIT_BYTES = 5 * 1024 * 1024 * 1024
"""What one unit may keep here in all."""
KIND = "evidence"
_CHUNK = 1024 * 1024
_UNSAFE = frozenset({"unsafe_path", "unsafe_entities", "too_big_unpacked", "encrypted", "too_slow", "too_much_memory"})
"""Refusals of the reader after which a file isn't kept either; of others it can only say that it is no table."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Refusal:
    """A file that isn't kept; `code` stands in `tracker.views.evidence`, `name` is what its sender called it."""

    name: str
    code: str
    level: str = ""


class EvidenceRefused(Exception):
    """Some of the files are not kept; `taken` are those that could be."""

    def __init__(self, refusals: Sequence[Refusal], taken: Sequence["Inspected"] = ()) -> None:
        super().__init__(", ".join(refusal.code for refusal in refusals))
        self.refusals = tuple(refusals)
        self.taken = tuple(taken)


class NotWithdrawable(Exception):
    """The file is withdrawn already, or bears out what the office has accepted."""


@dataclass(frozen=True, slots=True)
class Inspected:
    """A file that was looked through and may be kept."""

    name: str
    content_type: str
    size: int
    sha256: str
    file: "File[bytes]"


def inspect(files: Sequence["File[bytes]"]) -> list[Inspected]:
    """Look the files through; raise EvidenceRefused naming every one that can't be kept. Nothing is stored.

    It takes a child process for each file: call it before the transaction.
    """
    taken = []
    refused = [Refusal(str(file.name or ""), "too_many") for file in files[MOST_FILES:]]
    for file in files[:MOST_FILES]:
        name = str(file.name or "")
        try:
            taken.append(_inspected(file, name))
        except NotTaken as error:
            refused.append(Refusal(name, error.code))
        except ReadingRefused as error:
            _log.warning("a file was refused as marked: %s", error.code)
            refused.append(Refusal(name, error.code, str(error.params.get("level", ""))))
    if refused:
        raise EvidenceRefused(refused, taken)
    return taken


def attach(
    *,
    task: Task,
    files: Sequence["File[bytes] | Inspected"],
    report: ProgressReport | None = None,
    closure: Closure | None = None,
    extension: Extension | None = None,
    department: Department | None,
    by: Actor,
    now: datetime,
) -> list[EvidenceFile]:
    """Keep files with a report, a request for closing or an extension, or with the item alone; all or none.

    Raise EvidenceRefused where a file can't be kept. Files that `inspect` returned aren't looked through again.
    """
    fresh = iter(inspect([file for file in files if not isinstance(file, Inspected)]))
    looked_at = [file if isinstance(file, Inspected) else next(fresh) for file in files]
    if not looked_at:
        return []
    with _stored(looked_at) as stored, transaction.atomic():
        Task.objects.select_for_update().get(pk=task.pk)
        _refuse_over_limits(looked_at, department, report=report, closure=closure, extension=extension)
        rows = [
            EvidenceFile(
                organization_id=task.organization_id,
                task=task,
                report=report,
                closure=closure,
                extension=extension,
                department=department,
                name=each.name,
                stored=place,
                content_type=each.content_type,
                size=each.size,
                sha256=each.sha256,
                user=by.user,
                author_name=by.name,
                at=now,
            )
            for each, place in zip(looked_at, stored, strict=True)
        ]
        EvidenceFile.objects.bulk_create(rows)
        _note(rows, "evidence.attached", by=by)
    return rows


@transaction.atomic
def attach_kept(*, task: Task, ids: Collection[int], report: ProgressReport, by: Actor) -> list[EvidenceFile]:
    """Give the report those files of the same unit and sign-in that were kept while its form came back."""
    Task.objects.select_for_update().get(pk=task.pk)
    rows = list(kept_alone(task=task, department=report.department, by=by).filter(pk__in=ids).order_by("pk"))
    for row in rows:
        row.report = report
        row.save(update_fields=["report"])
    _note(rows, "evidence.reported", by=by)
    return rows


def kept_alone(*, task: Task, department: Department, by: Actor) -> QuerySet[EvidenceFile]:
    """Return the files that this sign-in keeps with the item for a unit, and that no report has yet."""
    rows = EvidenceFile.objects.filter(task=task, department=department, user=by.user, withdrawn_at__isnull=True)
    return rows.filter(report=None, closure=None, extension=None)


@transaction.atomic
def withdraw(*, evidence: EvidenceFile, reason: str = "", by: Actor, now: datetime) -> EvidenceFile:
    """Show the file no more; raise NotWithdrawable where it was withdrawn before."""
    Task.objects.select_for_update().get(pk=evidence.task_id)
    row = EvidenceFile.objects.get(pk=evidence.pk)
    if row.withdrawn_at is not None:
        raise NotWithdrawable
    row.withdrawn_at = now
    row.save(update_fields=["withdrawn_at"])
    _note([row], "evidence.withdrawn", by=by, reason=reason)
    return row


def _inspected(file: "File[bytes]", name: str) -> Inspected:
    if (file.size or 0) > MOST_BYTES:
        raise NotTaken("too_big")
    refuse_marked_name(name)
    kind = kind_of(cast(BinaryIO, file))
    if not fits(name, kind):
        raise NotTaken("not_what_it_says")
    digest = hashlib.sha256()
    file.seek(0)
    with tempfile.NamedTemporaryFile(prefix="evidence-") as copy:
        for chunk in file.chunks(_CHUNK):
            digest.update(chunk)
            copy.write(chunk)
        copy.flush()
        if not kind.media_type.startswith("image/"):
            _refuse_marked(Path(copy.name), name)
    return Inspected(clean_name(name, kind), kind.media_type, file.size or 0, digest.hexdigest(), file)


def _refuse_marked(path: Path, name: str) -> None:
    """Let the reader's child look for a marking of secrecy; what it merely can't read as a table is no reason."""
    try:
        read_grid(path, name=name)
    except ReadingRefused as refused:
        if is_secret(refused.code):
            raise
        if refused.code == "encrypted":
            raise NotTaken("encrypted") from refused
        if refused.code in _UNSAFE:
            raise NotTaken("unsafe") from refused
        if refused.code == "no_reader":
            raise NotTaken("no_reader") from refused


@contextmanager
def _stored(files: Sequence[Inspected]) -> Iterator[list[str]]:
    """Write the bytes under random names; take them away again where what follows fails."""
    places: list[str] = []
    with ExitStack() as undo:
        undo.callback(_remove, places)
        try:
            for each in files:
                each.file.seek(0)
                places.append(default_storage.save(f"evidence/{secrets.token_hex(16)}", each.file))
        except OSError as error:
            _log.exception("evidence could not be stored")
            raise EvidenceRefused([Refusal(each.name, "no_room") for each in files]) from error
        yield places
        undo.pop_all()


def _remove(places: Sequence[str]) -> None:
    for place in places:
        default_storage.delete(place)


def _refuse_over_limits(files: Sequence[Inspected], department: Department | None, **beside: Any) -> None:
    holder = {name: row for name, row in beside.items() if row is not None}
    if holder:
        there = EvidenceFile.objects.filter(**holder, withdrawn_at__isnull=True).count()
        if there + len(files) > MOST_FILES:
            raise EvidenceRefused([Refusal(each.name, "too_many") for each in files[MOST_FILES - there :]])
    kept = EvidenceFile.objects.filter(department=department).aggregate(size=Sum("size"))["size"] or 0
    if department is not None and kept + sum(each.size for each in files) > UNIT_BYTES:
        raise EvidenceRefused([Refusal(each.name, "unit_full") for each in files])


def _note(rows: Sequence[EvidenceFile], action: str, *, by: Actor, reason: str = "") -> None:
    before: dict[int, int] = {}
    said = HistoryEntry.objects.filter(object_type=KIND, object_id__in=[row.pk for row in rows])
    for number, version in said.values_list("object_id", "object_version"):
        before[number] = max(before.get(number, 0), version)
    record_all(
        [
            Change(
                organization_id=row.organization_id,
                object_type=KIND,
                object_id=row.pk,
                version=before.get(row.pk, 0) + 1,
                action=action,
                after=_content(row),
                task_id=row.task_id,
                reason=reason,
            )
            for row in rows
        ],
        by=by,
    )


def _content(row: EvidenceFile) -> dict[str, Any]:
    return {
        "name": row.name,
        "size": row.size,
        "sha256": row.sha256,
        "content_type": row.content_type,
        "department": row.department.name if row.department else "",
        "report": row.report_id,
        "closure": row.closure_id,
        "extension": row.extension_id,
        "withdrawn": row.withdrawn_at is not None,
    }
