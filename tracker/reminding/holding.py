"""The office holds a reminder that is to come or waits, and releases it; who, when and why are kept in history."""

import re
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

from django.db import transaction
from django.db.models import Max

from accounts.conflicts import Conflict
from accounts.history import Actor, Change, record_all
from accounts.models import HistoryEntry
from projects.models import Milestone
from tracker.choices import ReminderState, SubjectKind
from tracker.models import Owed, Reminder, Standing
from tracker.reminding.forecasting import forecast
from tracker.reminding.hours import hours_of

KIND = "reminder"
STEPS = (SubjectKind.MILESTONE, SubjectKind.OWED)
TOLD = (ReminderState.DUE, ReminderState.EXPANDED)
SUBJECT = re.compile(r"(?P<kind>[a-z]+):(?P<id>\d{1,18}):", re.ASCII)


def key_of(reminder: Reminder) -> str:
    """Return what names a reminder before and after it is written: its unique key without the organization."""
    row = reminder
    return f"{row.subject_kind}:{row.subject_id}:{row.cycle}:{row.step}:{row.recipient}"


@transaction.atomic
def hold(
    *, keys: Collection[str], until: datetime, reason: str, organization_id: int, by: Actor, now: datetime
) -> list[Reminder]:
    """Hold what is to be told by `until`, all of it or none; raise Conflict with the keys that aren't to come any more.

    What isn't raised yet is written early: the pass finds its key and adds nothing.
    """
    wanted = sorted(set(keys))
    _keep_the_pass_off(wanted, organization_id)
    coming = {key_of(row): row for row in forecast(since=now, until=until, organization_id=organization_id)}
    if gone := [key for key in wanted if key not in coming]:
        raise Conflict(gone)
    rows = [coming[key] for key in wanted]
    waiting = [row.pk for row in rows if row.pk]
    held = Reminder.objects.filter(pk__in=waiting, state=ReminderState.DUE).update(state=ReminderState.HELD)
    if held != len(waiting):
        raise Conflict(wanted)
    for row in rows:
        row.state = ReminderState.HELD
    Reminder.objects.bulk_create([row for row in rows if not row.pk])
    _record(rows, "reminder.held", before=ReminderState.DUE, reason=reason, by=by)
    return rows


@transaction.atomic
def release(*, reminder: Reminder, version: int, by: Actor, now: datetime) -> Reminder:
    """Let a held reminder be told when its time has come, in waking hours; the last look at the facts still follows.

    Whoever was told a higher step meanwhile isn't told the lower one. `version` is that of the hold that was seen;
    raise Conflict where it isn't the last word any more.
    """
    row = Reminder.objects.select_for_update().get(pk=reminder.pk)
    if row.state != ReminderState.HELD or _versions([row.pk]).get(row.pk) != version:
        raise Conflict(row)
    if _is_overtaken(row, now):
        row.state, row.reason = ReminderState.SUPERSEDED, "overtaken"
    else:
        row.state = ReminderState.DUE
        row.tell_at = max(row.tell_at, _opening(row, now))
    row.save(update_fields=["state", "reason", "tell_at"])
    _record([row], "reminder.released", before=ReminderState.HELD, reason="", by=by)
    return row


def _keep_the_pass_off(keys: Iterable[str], organization_id: int) -> None:
    """Lock what the pass locks before it raises, so that neither it nor a colleague writes the same key meanwhile."""
    named = [match for key in keys if (match := SUBJECT.match(key))]
    steps = [int(each["id"]) for each in named if each["kind"] == SubjectKind.MILESTONE]
    owed = [int(each["id"]) for each in named if each["kind"] == SubjectKind.OWED]
    items = Milestone.objects.filter(pk__in=steps).values("task")
    own = {"organization": organization_id}
    list(Standing.objects.select_for_update().filter(task__in=items, **own).order_by("task"))
    list(Owed.objects.select_for_update().filter(pk__in=owed, **own).order_by("pk"))


def _is_overtaken(row: Reminder, now: datetime) -> bool:
    if row.subject_kind not in STEPS:
        return False
    others = Reminder.objects.filter(
        subject_kind=row.subject_kind,
        subject_id=row.subject_id,
        cycle=row.cycle,
        recipient=row.recipient,
        state__in=TOLD,
        tell_at__lte=now,
    )
    return any(_order(step) > _order(row.step) for step in others.values_list("step", flat=True))


def _order(step: str) -> tuple[int, int]:
    """Return what orders the steps of one subject by their codes, as the ladder numbers them."""
    kind, _, number = step.partition("-")
    count = int(number or 0)
    return (1, count) if kind == "weekly" else (0, -count if kind == "before" else count)


def _opening(row: Reminder, now: datetime) -> datetime:
    if not row.task_id:
        return now
    return hours_of({row.task_id}, on=now.date()).opening(row.task_id, now)


def _versions(ids: Collection[int]) -> Mapping[int, int]:
    entries = HistoryEntry.objects.filter(object_type=KIND, object_id__in=ids).order_by()
    return dict(entries.values("object_id").annotate(last=Max("object_version")).values_list("object_id", "last"))


def _record(rows: Collection[Reminder], action: str, *, before: ReminderState, reason: str, by: Actor) -> None:
    """Write the entries without the item: who was to be told of what is the office's record, not the units'."""
    versions = _versions([row.pk for row in rows])
    record_all(
        (
            Change(
                organization_id=row.organization_id,
                object_type=KIND,
                object_id=row.pk,
                version=versions.get(row.pk, 0) + 1,
                action=action,
                before={"state": before},
                after={"state": row.state, "person": row.person_id},
                reason=reason,
            )
            for row in rows
        ),
        by=by,
    )
