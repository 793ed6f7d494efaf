"""When a clock can't be believed."""

from datetime import UTC, datetime, timedelta

import pytest

from tracker.choices import PauseReason
from tracker.clock_rules import Anchor, fault, is_uneven

NOW = datetime(2026, 6, 24, 1, tzinfo=UTC)
NONE = timedelta(0)


@pytest.mark.parametrize(
    ("step", "found"),
    [
        (timedelta(days=-1), PauseReason.BACK),
        (timedelta(minutes=-10), PauseReason.BACK),
        (timedelta(seconds=-61), PauseReason.BACK),
        (timedelta(seconds=-59), None),
        (timedelta(minutes=10), None),
        (timedelta(minutes=59), None),
        (timedelta(minutes=61), PauseReason.AHEAD),
        (timedelta(days=1), PauseReason.AHEAD),
    ],
    ids=str,
)
def test_a_clock_that_steps_while_a_process_looks_is_believed_up_to_an_hour_ahead_and_a_minute_back(
    step: timedelta, found: PauseReason | None
) -> None:
    anchor = Anchor(NOW, ticks=100.0)
    later = NOW + timedelta(seconds=30)
    apart = anchor.apart(later + step, ticks=130.0)
    assert apart == step
    assert fault(later + step, seen_at=later, apart=apart) == found


@pytest.mark.parametrize("down", [timedelta(minutes=5), timedelta(hours=72), timedelta(days=400)], ids=str)
def test_downtime_is_no_fault(down: timedelta) -> None:
    assert fault(NOW + down, seen_at=NOW, apart=NONE) is None


def test_a_clock_that_was_put_back_while_nobody_ran_is_a_fault() -> None:
    assert fault(NOW - timedelta(days=1), seen_at=NOW, apart=NONE) == PauseReason.BACK


def test_a_clock_that_runs_slow_is_found_by_the_steady_seconds() -> None:
    anchor = Anchor(NOW, ticks=0.0)
    apart = anchor.apart(NOW + timedelta(hours=10), ticks=11.1 * 3600)
    assert fault(NOW + timedelta(hours=10), seen_at=NOW, apart=apart) == PauseReason.BACK


def test_a_step_that_could_end_a_running_lease_is_uneven_and_a_drift_is_not() -> None:
    assert is_uneven(timedelta(minutes=10), before=NONE)
    assert is_uneven(timedelta(minutes=-1), before=NONE)
    assert not is_uneven(timedelta(minutes=50, seconds=5), before=timedelta(minutes=50))
