"""Whether the installation can do its work: the database answers, the broker answers, the clock beats."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

import redis
from django.conf import settings
from django.db import DatabaseError

from accounts.clock import database_now
from tracker.models import Heartbeat

OLD = timedelta(minutes=3)
"""Six beats missed; a restart takes less."""
BROKER_SECONDS = 2

State = Literal["ok", "failed", "embedded"]


@dataclass(frozen=True, slots=True)
class Readiness:
    """`heartbeat_age` is in seconds since the last beat, None when there has been none."""

    database: State
    broker: State
    heartbeat_age: int | None

    @property
    def ready(self) -> bool:
        beats = self.heartbeat_age is not None and self.heartbeat_age <= OLD.total_seconds()
        return self.database == "ok" and self.broker != "failed" and beats


def readiness() -> Readiness:
    """Look at each part; the database tells by its clock that it answers."""
    try:
        now = database_now()
    except DatabaseError:
        return Readiness("failed", _broker(), None)
    return Readiness("ok", _broker(), _heartbeat_age(now))


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


def _heartbeat_age(now: datetime) -> int | None:
    beat = Heartbeat.objects.filter(name="worker").values_list("beat_at", flat=True).first()
    return None if beat is None else max(0, int((now - beat).total_seconds()))
