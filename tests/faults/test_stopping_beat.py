"""A beat that is asked to end does so before a container would kill it, whatever has become of its broker."""

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import redis as redis_client

from tests import services
from tests.faults.installation import Installation, environment_of
from tests.faults.test_killed_services import service, wait_until
from tests.smtp_sink import Sink

JOBS_QUEUED = 5
HANGING_SECONDS = 10
"""Several jobs fall due meanwhile: beat waits for an answer, or for its next try."""
END_SECONDS = 10

pytestmark = [pytest.mark.faults, pytest.mark.services]


def hangs(redis: services.Server) -> None:
    """Let Redis take connections and bytes and never answer, as behind a broken line."""
    assert redis.process
    os.kill(redis.process.pid, signal.SIGSTOP)


def is_gone(redis: services.Server) -> None:
    redis.kill()


@pytest.mark.parametrize("broken", [hangs, is_gone])
def test_beat_ends_when_asked_while_redis_is_away(
    broken: Callable[[services.Server], None], sink: Sink, tmp_path: Path
) -> None:
    with services.redis() as redis:
        environment = {
            **environment_of(sink, f"sqlite:///{tmp_path}/duban.sqlite3", lease_seconds=1),
            "REDIS_URL": redis.url,
        }
        with service("beat", Installation(sink, "", environment), tmp_path) as beat:
            client = redis_client.Redis.from_url(redis.url)
            wait_until(lambda: client.llen("duban") >= JOBS_QUEUED, beat.log)
            broken(redis)
            time.sleep(HANGING_SECONDS)
            assert beat.process
            assert beat.process.poll() is None
            beat.process.terminate()
            beat.process.wait(END_SECONDS)
        redis.kill()  # while it is halted it takes no word
