"""What waits to be told somebody whose part another takes over: only who is still to act is told."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import Person
from tracker.choices import ReminderState, SubjectKind
from tracker.models import Directive, ProgressReport, Reminder, SupportPart, Urging
from tracker.reminding.notices import asks
from tracker.reminding.recipients import Recipients, columns_of_recipient, recipients_of
from tracker.reminding.theirs import HANDED_ON

OF_UNITS: Mapping[str, type[ProgressReport | Directive | Urging | SupportPart]] = {
    SubjectKind.REPORT: ProgressReport,
    SubjectKind.DIRECTIVE: Directive,
    SubjectKind.URGING: Urging,
    SubjectKind.PART: SupportPart,
}
"""What a unit is asked at once; a question to a person goes over with its own cycle."""

KEPT = ("organization_id", "subject_kind", "subject_id", "cycle", "step", "task_id", "audience", "params", "tell_at")


@transaction.atomic
def hand_on_notices(*, giver: Person, taker: Person, today: date) -> None:
    """Take back what waits for the giver and asks something of a unit they no longer act for, and tell the taker who does.

    What only tells stays with whom it was said to, as does what stands in an inbox already.
    """
    waiting = Reminder.objects.select_for_update().filter(
        person=giver, state=ReminderState.DUE, subject_kind__in=OF_UNITS
    )
    rows = [row for row in waiting.order_by("pk") if asks(row.subject_kind, row.step)]
    units = _units_of(rows)
    asked = [row for row in rows if row.task_id and units.get((row.subject_kind, row.subject_id))]
    if not asked:
        return
    people = recipients_of(
        {row.task_id for row in asked if row.task_id},
        {giver.organization_id},
        today=today,
        units=set(units.values()),
    )
    both = (giver.pk, taker.pk)
    told = {row.pk: _told(people, row, units[row.subject_kind, row.subject_id], both) for row in asked}
    gone = [row for row in asked if giver.pk not in told[row.pk]]
    Reminder.objects.filter(pk__in=[row.pk for row in gone]).update(state=ReminderState.CANCELLED, reason=HANDED_ON)
    theirs = [_for(taker, row) for row in gone if taker.pk in told[row.pk]]
    Reminder.objects.bulk_create(theirs, ignore_conflicts=True)


def _units_of(rows: Collection[Reminder]) -> dict[tuple[str, int], int]:
    """Return by subject the unit it asks."""
    found = {}
    for kind, model in OF_UNITS.items():
        ids = [row.subject_id for row in rows if row.subject_kind == kind]
        subjects = model._default_manager.filter(pk__in=ids).values_list("pk", "department_id") if ids else ()
        found.update({(kind, pk): unit for pk, unit in subjects if unit})
    return found


def _told(people: Recipients, row: Reminder, unit: int, either: Collection[int]) -> set[int | str]:
    """Return whom it would be told now, of two people either of whom may have written what was returned."""
    task = row.task_id or 0
    found = [people.of_unit(task, unit)]
    if row.subject_kind == SubjectKind.REPORT:
        found += [people.of_author(person, task, unit) for person in either]
    return {who for audiences in found for told in audiences.values() for who in told}


def _for(taker: Person, row: Reminder) -> Reminder:
    recipient, person_id, _ = columns_of_recipient(taker.pk)
    kept: dict[str, Any] = {name: getattr(row, name) for name in KEPT}
    return Reminder(**kept, recipient=recipient, person_id=person_id, raised_at=timezone.now())
