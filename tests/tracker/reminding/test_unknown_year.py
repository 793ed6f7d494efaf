"""In a year whose notice of the State Council nobody has loaded, Monday to Friday count, a banner says so, and reminders go out."""

from datetime import date

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from projects.choices import DateKind
from projects.models import CalendarDay, Milestone
from projects.planning import move_milestone
from tests.cast import TODAY, Cast, at
from tests.tracker.reminding.passes import digest, run, send

pytestmark = pytest.mark.django_db
MONDAY = date(2026, 6, 22)
FRIDAY = date(2026, 6, 19)
"""A working day, had the notice not made it a holiday."""
THURSDAY = date(2026, 6, 18)
EARLY = date(2026, 6, 1)


@pytest.fixture
def due_on_monday(cast: Cast, report_step: Milestone) -> Milestone:
    by = cast.actor(today=EARLY)
    return move_milestone(
        milestone=report_step, kind=DateKind.REISSUED, due_on=MONDAY, reason="重新下达", by=by, now=at(EARLY)
    )


def mails_of(day: date) -> list[str]:
    mail.outbox.clear()
    run(digest(day))
    send(day)
    return [str(message.subject) for message in mail.outbox]


def test_with_the_notice_the_last_working_day_before_is_the_one_before_the_holiday(due_on_monday: Milestone) -> None:
    assert [len(mails_of(day)) for day in (THURSDAY, FRIDAY)] == [1, 0]


def test_without_it_reminders_go_out_by_weekdays(due_on_monday: Milestone) -> None:
    CalendarDay.objects.filter(organization=None).delete()
    run(digest(date(2026, 6, 15)))
    send(date(2026, 6, 15))
    assert [len(mails_of(day)) for day in (THURSDAY, FRIDAY)] == [0, 1]
    assert "还有 3 天" in str(mail.outbox[0].subject)


def test_without_it_the_office_sees_a_banner(cast: Cast, client: Client, settings: Settings) -> None:
    CalendarDay.objects.filter(organization=None).delete()
    settings.BUSINESS_DAY_SHIFT = (TODAY - timezone.localtime().date()).days
    client.force_login(cast.office)
    assert "2026年的放假安排还没有载入：先按周一到周五算工作日，提醒照发。" in client.get("/calendar/").content.decode()
