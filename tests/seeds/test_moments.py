"""When things of the sample happen: in working hours, never in the future."""

from datetime import date

from projects.workdays import Workdays
from seeds.moments import at_work, last_digest
from tests.cast import at

WEEKDAYS = Workdays()
FRIDAY, SUNDAY, MONDAY = date(2026, 6, 26), date(2026, 6, 28), date(2026, 6, 29)


def test_the_last_digest_of_a_working_day_is_that_mornings() -> None:
    assert last_digest(WEEKDAYS, now=at(MONDAY, hour=14)) == at(MONDAY, hour=8, minute=35)


def test_before_the_digest_it_is_the_last_working_days() -> None:
    assert last_digest(WEEKDAYS, now=at(MONDAY, hour=7)) == at(FRIDAY, hour=8, minute=35)


def test_on_a_sunday_it_is_fridays() -> None:
    assert last_digest(WEEKDAYS, now=at(SUNDAY, hour=14)) == at(FRIDAY, hour=8, minute=35)


def test_what_happens_today_never_lies_ahead_of_now() -> None:
    assert at_work(MONDAY, now=at(MONDAY, hour=9)) == at(MONDAY, hour=9)
    assert at_work(FRIDAY, now=at(MONDAY, hour=9)) == at(FRIDAY, hour=10)
