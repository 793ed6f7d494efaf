"""The whole sample: two organizations, past plans, and this year's plan lived through until a day."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from accounts.choices import Door
from accounts.history import Actor
from projects import planning
from projects.calendars import workdays_for
from projects.models import Plan
from seeds.loading_before import go_on, promise_before
from seeds.loading_office import Staff, register
from seeds.loading_tables import import_table
from seeds.loading_year import finish_year, replay
from seeds.moments import at_work, last_digest
from seeds.office import load_office
from seeds.story import load_goals, load_story
from tracker.reminding.expanding import expand
from tracker.reminding.raising import raise_due

PAST_YEAR = 2017
# Before it the year's table isn't out.
EARLIEST_ISSUE = (1, 4)


@dataclass(frozen=True, slots=True)
class Sample:
    """What was loaded: this year's plan, the past one, and who is who by the code of the organization."""

    plan: Plan
    past: Plan
    staff: Mapping[str, Staff]


@transaction.atomic
def load_sample(*, today: date, year: int, now: datetime, password: str) -> Sample:
    """Write the sample as it stands on `today`; every sign-in gets `password`."""
    by = Actor(None, Door.COMMAND, min(date(year, 1, 1), today))
    staff = {each.code: register(each, year=year, password=password, by=by) for each in load_office().organizations}
    home = next(iter(staff.values()))
    past = _past_year(home, now=now)
    return Sample(plan=_this_year(home, today=today, year=year, now=now), past=past, staff=staff)


def _this_year(home: Staff, *, today: date, year: int, now: datetime) -> Plan:
    """Import, issue and replay; on a day before the issue the plan is still a draft."""
    organization, office = home.organization, home.users["office"]
    issue = workdays_for(organization.pk).on_or_after(date(year, *EARLIEST_ISSUE))
    by, at = Actor(office, Door.COMMAND, min(issue, today)), at_work(issue, now=now)
    goals = load_goals()
    before = None
    if today.year >= year:
        before = promise_before(goals=goals, year=year, units=home.departments, office=office, now=now)
    plan = import_table("key-work-142", organization=organization, year=year, by=by, now=at)
    if before is not None:
        go_on(plan=plan, before=before, goals=goals, by=by, now=at)
    if issue <= today:
        plan = planning.issue_plan(plan=plan, on=issue, by=by, now=at)
        replay(plan=plan, story=load_story("story-142"), office=office, until=today, now=now)
        _remind(plan, now=now)
    return plan


def _remind(plan: Plan, *, now: datetime) -> None:
    """Let the last digest be raised, so that the record and the mailbox aren't empty at night or on a Sunday."""
    moment = last_digest(workdays_for(plan.organization_id), now=now)
    if plan.issued_on is not None and plan.issued_on <= moment.date():
        raise_due(now=timezone.localtime(moment))
        expand(now=timezone.localtime(moment))


def _past_year(home: Staff, *, now: datetime) -> Plan:
    office = home.users["office"]
    issue = workdays_for(home.organization.pk).on_or_after(date(PAST_YEAR, *EARLIEST_ISSUE))
    by, at = Actor(office, Door.COMMAND, issue), at_work(issue, now=now)
    plan = import_table("key-work-2017", organization=home.organization, year=PAST_YEAR, by=by, now=at)
    plan = planning.issue_plan(plan=plan, on=issue, by=by, now=at)
    finish_year(plan=plan, story=load_story("story-2017"), office=office, now=now)
    return plan
