"""An uploaded file is kept, then read: once, by one reader at a time, whoever that is, and again when roles change."""

import hashlib
import math
import time
from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from uuid import uuid4

from django.core.files.base import File
from django.db import OperationalError, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext

from accounts.bulk import uncollected
from accounts.choices import Door
from accounts.history import Actor
from accounts.models import Organization
from projects.choices import BatchState
from projects.importing import decisions as said
from projects.importing.keeping import locked, note, note_decisions
from projects.importing.preparing import sheet_rows
from projects.importing.refusals import NO_TABLE, lacks_header, refusal_summary
from projects.importing.remembering import headers_remembered, layout_of, roles_remembered
from projects.models import ImportBatch, Plan
from projects.reading.child import ReadingRefused, read_file
from projects.reading.columns import ROLES
from projects.reading.guard import refuse_marked_name
from projects.reading.model import Reading
from projects.reading.refusals import is_secret
from projects.reading.said import Said

AT_ONCE_BYTES = 200 * 1024
"""A usual table is read while its sender waits; a longer file shows how far it is."""
LEASE = timedelta(seconds=30)
"""Longer than one reading may take: a reader that is alive never loses its batch."""
TELL_SECONDS = 0.33
MOST_ATTEMPTS = 3
"""A file whose readers all vanished without a word is not tried for ever."""
GRACE = timedelta(seconds=3)
"""What was just uploaded is left to whoever uploaded it."""
TRANSIENT = "no_reader"
AGAIN_AFTER = timedelta(seconds=10)
SETTLED = ("state", "file", "reading", "layout", "summary", "refusal", "progress", "reader", "read_until", "version")


@dataclass(slots=True)
class _Telling:
    """Says how far a reading is, in short updates of their own; the lease grows with each."""

    batch_id: int
    reader: str
    stage: str
    told_at: float = field(default=0.0)

    def __call__(self, done: int, total: int) -> None:
        now = time.monotonic()
        if now - self.told_at < TELL_SECONDS:
            return
        self.told_at = now
        mine = ImportBatch.objects.filter(pk=self.batch_id, reader=self.reader)
        # A busy database costs one mark of progress, not the reading.
        with suppress(OperationalError):
            mine.update(progress={"done": done, "total": total, "stage": self.stage}, read_until=timezone.now() + LEASE)


def receive_file(
    *,
    organization: Organization,
    year: int,
    plan: Plan | None,
    file: "File[bytes]",
    file_name: str,
    by: Actor,
    now: datetime,
) -> ImportBatch:
    """Store the file; nothing is read yet. One whose name carries a marking of secrecy is refused and never stored."""
    content = file.read()
    batch = ImportBatch(
        organization=organization,
        year=year,
        plan=plan,
        file_name=file_name[-300:],
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        uploaded_by=by.user,
        uploaded_at=now,
    )
    try:
        refuse_marked_name(file_name)
    except ReadingRefused as refused:
        batch.state, batch.refusal = BatchState.REFUSED, refused.message
        batch.summary = refusal_summary(refused.code, refused.params)
    else:
        file.seek(0)
        batch.file.save(_stored_name(file_name), file, save=False)
    with transaction.atomic():
        batch.save()
        said = {"file": batch.file_name, "sha256": batch.sha256, "refusal": batch.refusal}
        note(batch, "import.opened", by=by, after={key: value for key, value in said.items() if value})
    return batch


def read_batch(*, batch: ImportBatch, by: Actor, now: datetime) -> ImportBatch:  # noqa: ARG001 - a lease keeps real time
    """Read the stored file in the limited child process and keep the reading; a refusal is kept with its reason.

    Where someone else is reading it, or it is read already, nothing happens.
    """
    reader = _claim(batch)
    if reader is None:
        return _fresh(batch)
    if _fresh(batch).read_attempts > MOST_ATTEMPTS:
        sentence = gettext("这个文件读了 %(count)s 次都没有读完，请用表格软件另存为 .xlsx 后再试。")
        return _refuse(batch, reader, sentence % {"count": MOST_ATTEMPTS}, "abandoned", {"count": MOST_ATTEMPTS}, by=by)
    try:
        headers = headers_remembered(batch.organization_id)
        reading = _read(batch, Said(headers=headers), _Telling(batch.pk, reader, "reading"))
        remembered = roles_remembered(batch.organization_id, reading)
        if remembered:
            telling = _Telling(batch.pk, reader, "remembered")
            telling(0, len(reading.tasks))
            reading = _read(batch, Said(remembered, headers), telling)
    except ReadingRefused as refused:
        if refused.code == TRANSIENT:  # the lease ends soon, and the next one tries again
            ImportBatch.objects.filter(pk=batch.pk, reader=reader).update(read_until=timezone.now() + AGAIN_AFTER)
            return _fresh(batch)
        return _refuse(batch, reader, refused.message, refused.code, refused.params, by=by)
    if not reading.tasks:
        sentence = gettext("这个文件里没有读到责任分解表：没有认出表头，或者表里没有事项。")
        return _refuse(batch, reader, sentence, NO_TABLE, {}, by=by, reading=reading)
    return _keep(batch, reader, reading, {"remembered_roles": remembered, "remembered_headers": headers}, by=by)


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
    """Store the file and read it at once."""
    batch = receive_file(
        organization=organization, year=year, plan=plan, file=file, file_name=file_name, by=by, now=now
    )
    return read_batch(batch=batch, by=by, now=now)


def read_waiting_uploads(*, now: datetime, seconds: float = math.inf) -> int:
    """Read one after another what was uploaded and nobody reads, as when its page was left; return how many.

    None is begun later than `seconds` from now.
    """
    until = time.monotonic() + seconds
    count = 0
    waiting = ImportBatch.objects.filter(_unread(), uploaded_at__lt=now - GRACE).select_related("uploaded_by__person")
    for batch in waiting.defer("reading", "decisions").order_by("uploaded_at", "pk"):
        if time.monotonic() > until:
            break
        read_batch(batch=batch, by=Actor(batch.uploaded_by, Door.JOB, now.date()), now=now)
        count += 1
    return count


def choose_roles(
    *,
    batch: ImportBatch,
    roles: Mapping[str, str],
    by: Actor,
    now: datetime,  # noqa: ARG001 - every operation here is told the time
    version: int | None = None,
) -> ImportBatch:
    """Read the file again with other roles for its columns, by header label; an empty role takes a choice back.

    All other decisions stay; those about a row follow it. Raise ReadingRefused with nothing changed.
    """
    if foreign := {role for role in roles.values() if role} - set(ROLES):
        raise said.UnknownDecisionError(f"no such role: {sorted(foreign)}")
    chosen = {said.role_key(label): role for label, role in roles.items()}
    return _read_again(batch, chosen, "import.roles_chosen", by=by, version=version)


def choose_header(
    *,
    batch: ImportBatch,
    words: str,
    header: str,
    by: Actor,
    now: datetime,  # noqa: ARG001 - every operation here is told the time
    version: int | None = None,
) -> ImportBatch:
    """Read the file again with the row of these words as a header, or as none; empty takes it back.

    A file in which no header was known is taken up again. Raise as `choose_roles` does.
    """
    if not words:
        raise said.UnknownDecisionError("no row is named")
    return _read_again(batch, {said.header_key(words): header}, "import.header_chosen", by=by, version=version)


def _read_again(
    batch: ImportBatch, chosen: Mapping[str, str], action: str, *, by: Actor, version: int | None
) -> ImportBatch:
    seen = _fresh(batch)
    decisions = said.merged(seen.decisions, chosen)
    told = told_of(seen, decisions)
    reading = _read(seen, told, None)
    known = roles_remembered(seen.organization_id, reading)
    known = {label: role for label, role in known.items() if label not in told.roles}
    if known:  # another header makes another layout, of which roles may be known
        reading = _read(seen, replace(told, roles={**known, **told.roles}), None)
    with transaction.atomic():
        row = locked(batch, _readable(seen), version=seen.version if version is None else version)
        before = row.decisions
        row.decisions = said.replaced(decisions, _places(Reading.from_dict(row.reading or {})), _places(reading))
        row.summary = {**row.summary, "remembered_roles": {**known, **remembered_roles(row)}}
        if any(sheet.tables for sheet in reading.sheets):
            row.state, row.refusal = BatchState.PREVIEWED, ""
            row.summary.pop("refused", None)
        row.reading, row.layout, row.version = reading.to_dict(), layout_of(reading), row.version + 1
        row.save(update_fields=["state", "refusal", "summary", "reading", "layout", "decisions", "version"])
        note_decisions(row, before, action, by=by)
    return row


def _readable(batch: ImportBatch) -> BatchState:
    """Return the state in which a batch may be read another way: checked, or refused for want of a header."""
    return BatchState.REFUSED if lacks_header(batch) else BatchState.PREVIEWED


def told_of(batch: ImportBatch, decisions: Mapping[str, str]) -> Said:
    """Return what is said of the file's rows and columns: taken over from earlier tables, and decided here."""
    roles = {**remembered_roles(batch), **said.roles(decisions)}
    return Said(roles, {**batch.summary.get("remembered_headers", {}), **said.headers(decisions)})


def remembered_roles(batch: ImportBatch) -> dict[str, str]:
    """Return the roles that were taken over from an earlier table of the same layout."""
    return dict(batch.summary.get("remembered_roles", {}))


def read_like_last_time(path: Path, *, organization_id: int, year: int) -> Reading:
    """Read a file that is not kept, with the roles remembered for its layout."""
    headers = headers_remembered(organization_id)
    reading = read_file(path, year=year, headers=headers)
    remembered = roles_remembered(organization_id, reading)
    return read_file(path, year=year, roles=remembered, headers=headers) if remembered else reading


def _unread() -> Q:
    return Q(state=BatchState.OPENED) & (Q(reader="") | Q(read_until__lt=timezone.now()))


def _claim(batch: ImportBatch) -> str | None:
    """Return the token of a lease on the batch; None where another's holds or it is read."""
    token = uuid4().hex
    claimed = ImportBatch.objects.filter(_unread(), pk=batch.pk).update(
        reader=token,
        read_until=timezone.now() + LEASE,
        read_attempts=F("read_attempts") + 1,
        progress={"done": 0, "total": 0, "stage": "opening"},
    )
    return token if claimed else None


def _fresh(batch: ImportBatch) -> ImportBatch:
    return ImportBatch.objects.select_related("organization", "plan").get(pk=batch.pk)


@uncollected()
def _read(batch: ImportBatch, told: Said, telling: _Telling | None) -> Reading:
    path, name = Path(batch.file.path), batch.file_name
    return read_file(path, year=batch.year, roles=told.roles, headers=told.headers, name=name, on_progress=telling)


@uncollected()
@transaction.atomic
def _keep(
    batch: ImportBatch, reader: str, reading: Reading, remembered: Mapping[str, object], *, by: Actor
) -> ImportBatch:
    row = _still_mine(batch, reader)
    if row is None:
        return _fresh(batch)
    row.state, row.reading, row.layout = BatchState.PREVIEWED, reading.to_dict(), layout_of(reading)
    row.summary = dict(remembered)
    return _settle(row, len(reading.tasks), by=by)


@transaction.atomic
def _refuse(
    batch: ImportBatch,
    reader: str,
    sentence: str,
    code: str,
    params: Mapping[str, str | int],
    *,
    by: Actor,
    reading: Reading | None = None,
) -> ImportBatch:
    row = _still_mine(batch, reader)
    if row is None:
        return _fresh(batch)
    row.state, row.refusal = BatchState.REFUSED, sentence
    row.reading = reading.to_dict() if reading else None
    row.summary = refusal_summary(code, params)
    if is_secret(code):  # before the commit: a file that is on record as not kept must not be there
        row.file.delete(save=False)
    return _settle(row, 0, by=by)


def _still_mine(batch: ImportBatch, reader: str) -> ImportBatch | None:
    """Return the batch under lock while the lease is this reader's: a late one leaves what its successor read."""
    rows = ImportBatch.objects.select_for_update(of=("self",)).select_related("organization", "plan")
    return rows.filter(pk=batch.pk, reader=reader, state=BatchState.OPENED).first()


def _settle(row: ImportBatch, count: int, *, by: Actor) -> ImportBatch:
    waited = (timezone.now() - row.uploaded_at).total_seconds()
    row.progress = {"done": count, "total": count, "stage": "read", "seconds": round(waited, 1)}
    row.reader, row.read_until = "", None
    row.version += 1
    row.save(update_fields=SETTLED)
    note(row, "import.read", by=by, after={"state": row.state, "items": count, "refusal": row.refusal})
    return row


def _places(reading: Reading) -> list[tuple[str, int, int]]:
    """Return where each item stands in the file; one row may hold several."""
    seen: Counter[tuple[str, int]] = Counter()
    places = []
    for one in sheet_rows(reading):
        at = (one.sheet, one.task.row)
        places.append((*at, seen[at]))
        seen[at] += 1
    return places


def _stored_name(file_name: str) -> str:
    """Return a name that carries only the suffix: stored files are found by id, never by a sender's words."""
    return f"table{Path(file_name).suffix.lower()[:8]}"
