"""After a restored backup: what may have been told already is laid aside, and the office sends it after all or drops it."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Max, Q, QuerySet
from django.utils.translation import gettext

from accounts.choices import Door
from accounts.clock import database_now
from accounts.history import Actor, Change, record_all
from accounts.models import HistoryEntry
from projects.calendars import workdays_for
from projects.choices import PlanState
from projects.models import Plan
from tracker import pausing
from tracker.choices import AttemptOutcome, DeliveryState, PauseReason, ReminderState
from tracker.models import Attempt, Delivery, Pause, Reminder
from tracker.reminding import raising
from tracker.reminding.hours import hours_of
from tracker.reminding.ladder import digest_moments
from tracker.rounds import open_rounds

RESTORED = "restored"
"""Why a reminder is held, or why nobody knows of a try: the database that knew is gone."""
DROPPED = "dropped"
AS_LONG_AS_A_HOLIDAY = timedelta(days=14)
UNFINISHED = (DeliveryState.READY, DeliveryState.SENDING, DeliveryState.RETRY)


@dataclass(frozen=True, slots=True)
class Doubtful:
    """What was laid aside of an organization and not answered yet."""

    reminders: tuple[Reminder, ...]
    messages: tuple[Delivery, ...]


def lay_aside(*, now: datetime) -> None:
    """Raise what has come due since the backup and hold all of it, with every message that wasn't finished; once a pause.

    Later reminders aren't touched: nobody can have been told of them before the restored database was started.
    """
    pause = _to_gather().first()
    if pause is None:
        return
    open_rounds(today=now.date())
    raising.raise_due(now=now)
    # At night and on holidays nothing is raised: what came due before was told in the last telling hours.
    for moment in _last_telling(now):
        raising.look_again(until=now + AS_LONG_AS_A_HOLIDAY, at=moment)
        raising.raise_due(now=moment)
    _hold(pause.pk, now=now)


def _last_telling(now: datetime) -> list[datetime]:
    """Return when the organizations' last digests before `now` went out, the latest first."""
    found: set[datetime] = set()
    issued = Plan.objects.filter(state=PlanState.ISSUED).order_by().values_list("organization", flat=True)
    for organization_id in issued.distinct():
        workdays = workdays_for(organization_id)
        day = workdays.on_or_before(now.date())
        moments = [moment for moment in digest_moments(day) if moment <= now]
        found.update(moments or digest_moments(workdays.add(day, -1)))
    return sorted(found, reverse=True)


@transaction.atomic
def _hold(pause_id: int, *, now: datetime) -> None:
    pause = _to_gather().select_for_update().filter(pk=pause_id).first()
    if pause is None:  # another worker has done it meanwhile
        return
    by = Actor(None, Door.JOB, now.date())
    # What was raised just now for a later hour may have been told at its own hour, too.
    in_doubt = Q(tell_at__lte=now) | Q(raised_at__gte=now)
    reminders = list(Reminder.objects.select_for_update().filter(in_doubt, state=ReminderState.DUE))
    Reminder.objects.filter(pk__in=[row.pk for row in reminders]).update(state=ReminderState.HELD, reason=RESTORED)
    _record("reminder", "held", reminders, gettext("数据库从备份恢复，可能已经发过"), by)
    messages = Delivery.objects.filter(state__in=UNFINISHED)
    Attempt.objects.filter(delivery__in=messages, outcome=AttemptOutcome.OPEN).update(
        outcome=AttemptOutcome.UNKNOWN, ended_at=database_now(), detail=RESTORED
    )
    messages.update(state=DeliveryState.HELD, lease_token="", lease_until=None)
    pause.gathered_at = database_now()
    pause.save(update_fields=["gathered_at"])


def go_on(*, pause: Pause, word: str, by: Actor, now: datetime) -> Pause:
    """Let sending go on, not before what is in doubt was laid aside; raise Conflict when it goes on already."""
    lay_aside(now=now)
    return pausing.release(pause=pause, word=word, by=by)


def doubtful(organization_id: int) -> Doubtful:
    """Ask twice."""
    messages = _messages(organization_id).select_related("person", "department")
    reminders = _reminders(organization_id).select_related("person", "department")
    return Doubtful(tuple(reminders.order_by("tell_at", "pk")), tuple(messages.order_by("pk")))


@transaction.atomic
def answer(
    *,
    organization_id: int,
    reminders: Collection[int],
    messages: Collection[int],
    send: bool,
    word: str,
    by: Actor,
    now: datetime,
) -> int:
    """Send what was laid aside after all, as the very message it was, or drop it; return how many of it still were."""
    told = list(_reminders(organization_id).filter(pk__in=reminders).select_for_update())
    hours = hours_of({row.task_id for row in told if row.task_id}, on=now.date()) if told else None
    for row in told:
        row.state, row.reason = (ReminderState.DUE, "") if send else (ReminderState.CANCELLED, DROPPED)
        if send and hours is not None:
            row.tell_at = max(row.tell_at, hours.opening(row.task_id, now) if row.task_id else now)
    Reminder.objects.bulk_update(told, ["state", "reason", "tell_at"])
    waiting = list(_messages(organization_id).filter(pk__in=messages).select_for_update())
    state = DeliveryState.READY if send else DeliveryState.CANCELLED
    Delivery.objects.filter(pk__in=[row.pk for row in waiting]).update(
        state=state, next_try_at=database_now(), last_error="" if send else DROPPED
    )
    verb = "released" if send else "dropped"
    _record("reminder", verb, told, word, by)
    _record("delivery", verb, waiting, word, by)
    return len(told) + len(waiting)


def _to_gather() -> QuerySet[Pause]:
    return Pause.objects.filter(
        reason=PauseReason.RESTORED, released_at__isnull=True, gathered_at__isnull=True
    ).order_by("pk")


def _reminders(organization_id: int) -> QuerySet[Reminder]:
    return Reminder.objects.filter(organization=organization_id, state=ReminderState.HELD, reason=RESTORED)


def _messages(organization_id: int) -> QuerySet[Delivery]:
    return Delivery.objects.filter(organization=organization_id, state=DeliveryState.HELD)


def _record(kind: str, verb: str, rows: Iterable[Reminder | Delivery], reason: str, by: Actor) -> None:
    found = list(rows)
    entries = HistoryEntry.objects.filter(object_type=kind, object_id__in=[row.pk for row in found]).order_by()
    versions = dict(entries.values("object_id").annotate(last=Max("object_version")).values_list("object_id", "last"))
    record_all(
        (
            Change(
                row.organization_id,
                kind,
                row.pk,
                versions.get(row.pk, 0) + 1,
                f"{kind}.{verb}",
                {"person": row.person_id},
                reason=reason,
            )
            for row in found
        ),
        by=by,
    )
