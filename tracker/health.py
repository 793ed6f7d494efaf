"""Whether the installation can do its work: the database answers, the broker answers, the clock beats."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

import redis
from django.conf import settings
from django.db import DatabaseError, connection

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


def readiness(*, now: datetime) -> Readiness:
    """Look at each part; `now` is the real time, as heartbeats keep it."""
    database = _database()
    return Readiness(database, _broker(), _heartbeat_age(now) if database == "ok" else None)


def _database() -> State:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return "failed"
    return "ok"


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
