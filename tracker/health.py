"""Whether the installation does its work: what is late, who no longer beats, what waits for a word; in one query."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Literal

import redis
from django.conf import settings
from django.db import DatabaseError
from django.db.models import Exists, QuerySet, Subquery

from accounts.clock import business_time, database_now
from projects.calendars import OCTOBER
from projects.models import CalendarDay
from tracker.choices import DeliveryState, PauseReason, ReminderState, Trouble
from tracker.models import ClockState, Delivery, Heartbeat, Owed, Reminder, Standing

LATE = timedelta(minutes=5)
"""So long after its time a reminder may not yet be raised or told, and a message stand under an ended lease."""
OLD = timedelta(minutes=2)
"""Four beats missed; a restart takes less."""
CANARY_OLD = timedelta(minutes=3)
NOVEMBER = 11
BROKER_SECONDS = 2

State = Literal["ok", "failed", "embedded"]


@dataclass(frozen=True, slots=True)
class Figures:
    """Numbers for people and machines. Seconds; None where there is nothing to count from.

    `raise_late`, `tell_late`: by how much the earliest step not raised, or reminder not told, is past its time;
    `lease_late`: since when a message stands under an ended lease.
    """

    heartbeat_age: float | None
    canary_age: float | None = None
    raise_late: float = 0.0
    tell_late: float = 0.0
    lease_late: float = 0.0
    paused: PauseReason | None = None
    year_missing: int | None = None


@dataclass(frozen=True, slots=True)
class Readiness:
    """`heartbeat_age` is in seconds since the last beat, None when there has been none."""

    database: State
    broker: State
    heartbeat_age: int | None
    troubles: tuple[Trouble, ...] = ()

    @property
    def ready(self) -> bool:
        return self.database == "ok" and self.broker != "failed" and not set(self.troubles) - {Trouble.CALENDAR}


def readiness() -> Readiness:
    """Look at each part; the database tells by its clock that it answers."""
    try:
        found = figures()
    except DatabaseError:
        return Readiness("failed", _broker(), None)
    age = None if found.heartbeat_age is None else int(found.heartbeat_age)
    return Readiness("ok", _broker(), age, troubles(found))


def troubles(found: Figures) -> tuple[Trouble, ...]:
    """Say what is wrong; while sending is paused, what waits for it is no trouble of its own."""
    late = LATE.total_seconds()
    wrong = {
        Trouble.PAUSED: found.paused is not None,
        Trouble.HEARTBEAT: found.heartbeat_age is None or found.heartbeat_age > OLD.total_seconds(),
        Trouble.CANARY: (found.canary_age or 0) > CANARY_OLD.total_seconds(),
        Trouble.RAISING: found.paused is None and found.raise_late > late,
        Trouble.TELLING: found.paused is None and found.tell_late > late,
        Trouble.SENDING: found.paused is None and found.lease_late > late,
        Trouble.CALENDAR: found.year_missing is not None,
    }
    return tuple(trouble for trouble, there in wrong.items() if there)


def figures() -> Figures:
    """Ask the clock, and then everything else at once; where no job ever ran that is all there is to know."""
    at = database_now()
    business = business_time(at)
    today = business.date()
    found = Heartbeat.objects.filter(name="worker").annotate(**_asked(today))
    row: dict[str, Any] | None = found.values("beat_at", *_asked(today)).first()
    if row is None:
        return Figures(heartbeat_age=None)
    return Figures(
        heartbeat_age=_age(row["beat_at"], at),
        canary_age=None if row["canary"] is None else _age(row["canary"], at),
        raise_late=max(_lateness(row[name], business) for name in ("step", "owed")),
        tell_late=_lateness(row["reminder"], business),
        lease_late=_lateness(row["lease"], at),
        paused=PauseReason(row["paused"]) if row["paused"] else None,
        year_missing=None if row["known"] else _year_due(today),
    )


def _asked(today: date) -> dict[str, Any]:
    """Return what is asked beside the heartbeat, each part by an index of its own."""
    state = ClockState.objects.order_by("pk")
    due = Reminder.objects.filter(state=ReminderState.DUE)
    sending = Delivery.objects.filter(state=DeliveryState.SENDING)
    known = CalendarDay.objects.filter(organization__isnull=True, day__year=_year_due(today), day__month=OCTOBER)
    return {
        "step": _first(Standing.objects.filter(next_step_at__isnull=False), "next_step_at"),
        "owed": _first(Owed.objects.filter(next_step_at__isnull=False), "next_step_at"),
        "reminder": _first(due, "tell_at"),
        "lease": _first(sending, "lease_until"),
        "canary": Subquery(state.values("canary_taken_at")[:1]),
        "paused": Subquery(state.values("pause__reason")[:1]),
        "known": Exists(known),
    }


def _first(rows: QuerySet[Any], name: str) -> Subquery:
    return Subquery(rows.order_by(name).values(name)[:1])


def _year_due(today: date) -> int:
    """Return the year whose calendar must be there: from November on the next one's, before that this one's."""
    return today.year + 1 if today.month >= NOVEMBER else today.year


def _age(since: datetime, now: datetime) -> float:
    """Return seconds; a moment that lies ahead is as wrong as one that is past."""
    return abs((now - since).total_seconds())


def _lateness(due: datetime | None, now: datetime) -> float:
    return 0.0 if due is None else max(0.0, (now - due).total_seconds())


def _broker() -> State:
    if not settings.REDIS_URL:
        return "embedded"
    client = redis.Redis.from_url(
        settings.REDIS_URL, socket_timeout=BROKER_SECONDS, socket_connect_timeout=BROKER_SECONDS
    )
    try:
        with client:
            client.ping()
    except redis.RedisError:
        return "failed"
    return "ok"
