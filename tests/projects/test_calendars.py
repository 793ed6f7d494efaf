"""An organization's working calendar: the State Council's days, its own on top."""

from datetime import date

import pytest
from pytest_django import DjangoAssertNumQueries

from projects.calendars import known_years, workdays_for
from projects.models import CalendarDay
from projects.statutory_days import statutory_days
from tests.factories import CalendarDayFactory, OrganizationFactory

pytestmark = pytest.mark.django_db


def test_the_statutory_days_are_there_after_migration() -> None:
    stored = CalendarDay.objects.filter(organization__isnull=True).order_by("day")
    assert [(row.day, row.working) for row in stored] == [(named.day, named.working) for named in statutory_days()]


def test_holidays_and_make_up_days_count_in_every_organization() -> None:
    workdays = workdays_for(OrganizationFactory.create().pk)
    assert not workdays.is_workday(date(2025, 10, 1))
    assert workdays.is_workday(date(2025, 10, 11))


def test_an_own_day_goes_before_the_state_council_s_and_stays_at_home() -> None:
    own, other = OrganizationFactory.create_batch(2)
    CalendarDayFactory.create(organization=own, day=date(2025, 10, 1), working=True)
    assert workdays_for(own.pk).is_workday(date(2025, 10, 1))
    assert not workdays_for(other.pk).is_workday(date(2025, 10, 1))


def test_the_calendar_costs_one_query(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    organization = OrganizationFactory.create()
    with django_assert_num_queries(1):
        workdays_for(organization.pk)


def test_an_own_day_does_not_make_a_year_known() -> None:
    own = OrganizationFactory.create()
    CalendarDayFactory.create(organization=own, day=date(2040, 10, 1))
    workdays = workdays_for(own.pk)
    assert workdays.knows(2025)
    assert not workdays.knows(2040)


def test_a_new_year_that_reaches_back_does_not_make_the_old_year_known() -> None:
    assert known_years([date(2022, 12, 31), date(2023, 1, 1), date(2023, 10, 1)]) == {2023}
