"""What is wrong is found by part, in one question, and told to those who can do something about it."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import combinations

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from accounts.clock import business_time, database_now
from projects.models import CalendarDay, Milestone
from tests.cast import Cast, cast_fixture, plan_fixture
from tests.tracker.reminding.conftest import report_step
from tests.tracker.reminding.passes import FIVE_BEFORE, digest, run
from tracker import jobs
from tracker.choices import DeliveryState, PauseReason, Trouble
from tracker.health import Figures, figures, troubles
from tracker.models import ClockState, Delivery, Heartbeat, Owed, Reminder, Standing
from tracker.pausing import look
from tracker.reminding.raising import raise_due

__all__ = ["cast_fixture", "plan_fixture", "report_step"]
WELL = Figures(heartbeat_age=10.0, canary_age=60.0)
MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize(
    ("found", "wrong"),
    [
        (WELL, ()),
        (Figures(heartbeat_age=None), (Trouble.HEARTBEAT,)),
        (Figures(heartbeat_age=121.0), (Trouble.HEARTBEAT,)),
        (Figures(heartbeat_age=119.0), ()),
        (Figures(heartbeat_age=10.0, canary_age=181.0), (Trouble.CANARY,)),
        (Figures(heartbeat_age=10.0, raise_late=301.0), (Trouble.RAISING,)),
        (Figures(heartbeat_age=10.0, raise_late=299.0), ()),
        (Figures(heartbeat_age=10.0, tell_late=301.0), (Trouble.TELLING,)),
        (Figures(heartbeat_age=10.0, lease_late=301.0), (Trouble.SENDING,)),
        (Figures(heartbeat_age=10.0, paused=PauseReason.BACK, tell_late=9999.0), (Trouble.PAUSED,)),
        (Figures(heartbeat_age=10.0, year_missing=2027), (Trouble.CALENDAR,)),
    ],
)
def test_each_part_has_its_limit(found: Figures, wrong: tuple[Trouble, ...]) -> None:
    assert troubles(found) == wrong


def beats(age: timedelta = timedelta(0)) -> None:
    Heartbeat.objects.update_or_create(name="worker", defaults={"beat_at": database_now() - age})


def of(day: date, settings: Settings) -> datetime:
    """Let it be that day by the business calendar, at whatever hour."""
    settings.BUSINESS_DAY_SHIFT = (day - timezone.localdate()).days
    return business_time(database_now())


@pytest.mark.django_db
def test_everything_is_asked_at_once(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    beats()
    with django_assert_num_queries(2):  # the clock, and the rest
        figures()


@pytest.mark.django_db
def test_what_is_late_is_measured_from_its_own_time(report_step: Milestone, settings: Settings) -> None:
    beats()
    now = of(FIVE_BEFORE, settings)
    Standing.objects.update(next_step_at=None)
    Standing.objects.filter(task=report_step.task).update(next_step_at=now - 6 * MINUTE)
    assert figures().raise_late == pytest.approx(360, abs=20)
    Standing.objects.update(next_step_at=now + 6 * MINUTE)
    assert figures().raise_late == 0

    Standing.objects.update(next_step_at=digest(FIVE_BEFORE))
    raise_due(now=digest(FIVE_BEFORE))
    Reminder.objects.update(tell_at=now - 7 * MINUTE)
    assert figures().tell_late == pytest.approx(420, abs=20)
    Reminder.objects.update(tell_at=digest(FIVE_BEFORE))
    run(digest(FIVE_BEFORE))
    Standing.objects.update(next_step_at=None)
    Delivery.objects.update(state=DeliveryState.SENDING, lease_until=database_now() - 8 * MINUTE)
    found = figures()
    assert (found.raise_late, found.tell_late) == (0, 0)
    assert found.lease_late == pytest.approx(480, abs=20)


@pytest.mark.django_db
def test_owed_rows_not_raised_are_late_too(cast: Cast, report_step: Milestone, settings: Settings) -> None:
    beats()
    now = of(FIVE_BEFORE, settings)
    jobs.open_rounds()
    Standing.objects.update(next_step_at=None)
    Owed.objects.update(next_step_at=now - 6 * MINUTE)
    assert Trouble.RAISING in troubles(figures())


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("day", "missing"), [(date(2026, 10, 31), None), (date(2026, 11, 1), 2027), (date(2027, 1, 4), 2027)]
)
def test_the_next_year_s_calendar_is_missed_from_november_on(
    day: date, missing: int | None, settings: Settings
) -> None:
    beats()
    of(day, settings)
    assert figures().year_missing == missing
    CalendarDay.objects.create(day=date(2027, 10, 1), working=False, name="国庆节", source="国办发明电")
    assert figures().year_missing is None


@pytest.mark.django_db
def test_readiness_fails_with_the_reasons_by_part_and_a_missing_calendar_is_no_reason(
    client: Client, settings: Settings
) -> None:
    of(date(2026, 11, 2), settings)
    jobs.heartbeat()
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["troubles"]) == (200, ["calendar"])
    look()
    ClockState.objects.update(seen_at=database_now() + timedelta(days=1))
    jobs.deliver()
    Heartbeat.objects.filter(name="worker").update(beat_at=database_now() - 3 * MINUTE)
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["troubles"]) == (503, ["paused", "heartbeat", "calendar"])


def test_no_two_troubles_hide_each_other() -> None:
    """But a pause, behind which waiting is no trouble."""
    parts = {
        Trouble.HEARTBEAT: "heartbeat_age",
        Trouble.CANARY: "canary_age",
        Trouble.RAISING: "raise_late",
        Trouble.TELLING: "tell_late",
        Trouble.SENDING: "lease_late",
    }
    for pair in combinations(parts, 2):
        found = WELL
        for trouble in pair:
            found = replace(found, **{parts[trouble]: 500.0})  # type: ignore[arg-type]  # each of them is a number
        assert set(troubles(found)) == set(pair)
