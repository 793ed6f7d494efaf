"""The forecast is what the clock then does."""

from datetime import date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from projects.models import Milestone
from projects.planning import mark_milestones
from tests.cast import Cast, at
from tests.tracker.reminding.passes import FIVE_BEFORE, ONE_BEFORE, THE_DAY, digest, run
from tracker.choices import ReminderState
from tracker.models import Reminder
from tracker.reminding.forecasting import forecast
from tracker.reminding.raising import raise_due
from tracker.rounds import open_rounds

pytestmark = pytest.mark.django_db
JUNE = date(2026, 6, 1)
JULY = date(2026, 7, 31)


def told(rows: list[Reminder]) -> list[tuple[datetime, str, int, str]]:
    return sorted((row.tell_at, row.recipient, row.subject_id, row.step) for row in rows)


def test_what_was_forecast_is_what_the_clock_then_tells(report_step: Milestone) -> None:
    open_rounds(today=JUNE)
    raise_due(now=digest(JUNE))
    expected = forecast(since=digest(JUNE), until=at(JULY, 23))
    assert len(expected) > 10
    known = set(Reminder.objects.values_list("pk", flat=True))
    for day in range((JULY - JUNE).days + 1):
        run(digest(JUNE + timedelta(days=day)))
    done = Reminder.objects.exclude(pk__in=known).filter(state=ReminderState.EXPANDED)
    assert told(list(done)) == told(expected)


def test_a_forecast_writes_nothing(report_step: Milestone) -> None:
    with CaptureQueriesContext(connection) as seen:
        assert forecast(since=at(JUNE), until=at(JULY))
    # What is planned once a connection is told with its parameters beside it.
    said = [query["sql"].removeprefix("QUERY = ").lstrip("'\"") for query in seen]
    assert [sql for sql in said if not sql.startswith("SELECT")] == []


def test_what_waits_for_its_hour_is_in_it_until_it_is_answered(cast: Cast, report_step: Milestone) -> None:
    raise_due(now=digest(FIVE_BEFORE))
    day = (digest(FIVE_BEFORE) - timedelta(minutes=5), at(FIVE_BEFORE, 12))
    assert [row.step for row in forecast(since=day[0], until=day[1])] == ["before-5"]
    by = cast.actor(today=FIVE_BEFORE)
    mark_milestones(task=report_step.task, done={report_step.pk: FIVE_BEFORE}, by=by, now=digest(FIVE_BEFORE))
    assert forecast(since=day[0], until=day[1]) == []


def test_what_another_organization_tells_is_not_in_it(cast: Cast, report_step: Milestone) -> None:
    assert cast.outsider.organization_id is not None
    assert forecast(since=digest(ONE_BEFORE), until=at(THE_DAY, 23), organization_id=cast.organization.pk)
    assert not forecast(since=digest(ONE_BEFORE), until=at(THE_DAY, 23), organization_id=cast.outsider.organization_id)
