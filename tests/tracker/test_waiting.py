"""What waits for a reader is counted as its own lists count it, whoever reads, in one statement."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

import pytest
from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.access import Reach
from projects.models import Plan
from tests.cast import TODAY, Cast
from tests.tracker.test_directives import given
from tests.tracker.test_follow_up_pages import many
from tests.tracker.test_obstacles import raised
from tests.tracker.test_request_pages import many_closings, many_extensions
from tests.tracker.visits import report
from tracker.boards.waiting import WaitingCounts, lists_waiting, waiting_for
from tracker.rounds import open_rounds

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("business_day")]

READERS = ("office", "leader", "deputy", "head", "clerk", "economy_clerk", "investment_clerk", "outsider")


def counted_one_by_one(reach: Reach, today: date) -> Mapping[str, int]:
    return {name: rows.count() for name, rows in lists_waiting(reach, today=today).items()}


@pytest.fixture
def busy(cast: Cast, plan: Plan) -> Plan:
    open_rounds(today=TODAY)
    many(cast, plan, 3)
    report(cast, plan, "1")
    many_extensions(cast, plan, 4)
    many_closings(cast, plan, 2)
    return plan


def test_every_reader_is_told_what_the_lists_hold(cast: Cast, busy: Plan) -> None:
    told = {who: waiting_for(cast.reach(getattr(cast, who)), today=TODAY) for who in READERS}
    for who, waiting in told.items():
        for name, number in counted_one_by_one(cast.reach(getattr(cast, who)), TODAY).items():
            assert getattr(waiting, name) == number, (who, name)
    assert told["office"].reports == 1
    assert told["office"].pending == 2
    assert told["office"].closings == told["office"].look_backs == 1
    assert told["economy_clerk"].obstacles == 3
    assert told["clerk"].owed > 0
    assert told["office"].decide == told["clerk"].closings == 0


def test_the_statement_of_one_reader_serves_another_of_the_same_kind(cast: Cast, plan: Plan) -> None:
    raised(cast, plan)
    given(cast, plan)
    assert waiting_for(cast.reach(cast.clerk), today=TODAY).obstacles == 0
    assert waiting_for(cast.reach(cast.economy_clerk), today=TODAY).obstacles == 1
    assert waiting_for(cast.reach(cast.clerk), today=TODAY).obstacles == 0


@pytest.mark.parametrize("units", [0, 1, 2, 3])
def test_a_reader_of_several_units_is_told_of_all_of_them(cast: Cast, busy: Plan, units: int) -> None:
    every = [cast.economy.pk, cast.building.pk, cast.investment.pk]
    reach = replace(cast.reach(cast.clerk), departments=frozenset(every[:units]))
    waiting = waiting_for(reach, today=TODAY)
    for name, rows in lists_waiting(reach, today=TODAY).items():
        try:
            number = rows.count()
        except EmptyResultSet:
            number = 0
        assert getattr(waiting, name) == number, name


def test_one_statement_counts_everything(cast: Cast, busy: Plan) -> None:
    reach = cast.reach(cast.office)
    waiting_for(reach, today=TODAY)
    with CaptureQueriesContext(connection) as captured:
        waiting_for(reach, today=TODAY)
    assert len(captured) == 1


def test_without_an_organization_nothing_is_asked(cast: Cast) -> None:
    with CaptureQueriesContext(connection) as captured:
        assert waiting_for(Reach(cast.office.pk), today=TODAY) == WaitingCounts()
    assert len(captured) == 0
