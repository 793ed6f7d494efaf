"""After a long weekend without service everybody hears once of what counts, the owner before the leader."""

from collections import Counter
from datetime import date, timedelta

import pytest
from django.contrib.auth.hashers import make_password
from django.core import mail
from django.db.models import Count
from django.utils import timezone

from accounts.choices import MembershipRole
from accounts.models import Department, Membership, Organization, Person, User
from projects.choices import InvolvementRole
from projects.drafts import MilestoneDraft, PartyDraft, TaskDraft
from projects.models import Plan
from projects.planning import add_tasks, create_plan, issue_plan
from tests.cast import ISSUED_ON, JANUARY, Cast, at, road
from tests.tracker.reminding.passes import run, send, tell, time_passes
from tests.webhook_sink import Mode, Sink
from tracker.choices import Channel, DeliveryState, GroupOccasion, ReminderState, SubjectKind
from tracker.models import Attempt, Delivery, Outlet, Reminder
from tracker.reminding.due import Audience
from tracker.reminding.raising import raise_due
from tracker.reminding.sealing import seal

pytestmark = pytest.mark.django_db
THURSDAY, MONDAY = date(2026, 6, 25), date(2026, 6, 29)
BACK = at(MONDAY, 11)
"""After the digests of Friday and of Monday: the service was away since Thursday evening."""
UNITS, ITEMS, GROUPS = 100, 1700, 10
PEOPLE = ("clerk", "second", "head")
DUE = (date(2026, 6, 26), date(2026, 6, 30), date(2026, 7, 3), date(2026, 6, 23))
"""The day and the day after; one day before; five days before; three days after, which the heads hear of."""


def people_of(organization: Organization) -> list[Department]:
    """Make 300 people in 100 units, in bulk: what is tested is what they are told."""
    units = Department.objects.bulk_create(
        Department(organization=organization, name=f"单位{number:03}", position=number) for number in range(UNITS)
    )
    people = Person.objects.bulk_create(
        Person(organization=organization, name=f"{unit.name}{part}", email=f"{part}{unit.position}@example.org")
        for unit in units
        for part in PEOPLE
    )
    password = make_password(None)
    User.objects.bulk_create(
        User(username=f"u{person.pk}", password=password, organization=organization, person=person) for person in people
    )
    Membership.objects.bulk_create(
        Membership(
            organization=organization,
            department=units[place // len(PEOPLE)],
            person=person,
            role=MembershipRole.HEAD if person.name.endswith("head") else MembershipRole.CLERK,
            from_on=JANUARY,
        )
        for place, person in enumerate(people)
    )
    return units


def plan_of(cast: Cast, units: list[Department]) -> Plan:
    by, now = cast.actor(today=JANUARY), at(JANUARY)
    plan = create_plan(organization=cast.organization, year=2026, title="五千件提醒", by=by, now=now)
    drafts = [
        TaskDraft(
            title=f"事项{number}",
            number=str(number),
            parties=(PartyDraft(InvolvementRole.LEAD, unit.name, department_id=unit.pk),),
            milestones=(MilestoneDraft("办成", "", DUE[number // UNITS % len(DUE)]),),
        )
        for number in range(ITEMS)
        for unit in (units[number % UNITS],)
    ]
    add_tasks(plan=plan, drafts=drafts, by=by, now=now)
    return issue_plan(plan=plan, on=ISSUED_ON, by=cast.actor(today=ISSUED_ON), now=at(ISSUED_ON))


def groups_of(units: list[Department], sink: Sink) -> None:
    now = timezone.now()
    Outlet.objects.bulk_create(
        Outlet(
            organization_id=unit.organization_id,
            channel=Channel.DINGTALK_ROBOT,
            department=unit,
            label=unit.name,
            settings_sealed=seal({"url": sink.url(Mode.TAKE, f"hook?unit={unit.pk}"), "secret": ""}),
            tells=[each.value for each in GroupOccasion],
            created_at=now,
            changed_at=now,
        )
        for unit in units[:GROUPS]
    )


def send_all(day: date) -> None:
    """Send till nothing is ready: a slow machine takes more than one pass."""
    while send(day):
        pass


def test_after_72_hours_everybody_gets_one_digest_and_every_reminder_ends(cast: Cast, sink: Sink) -> None:
    units = people_of(cast.organization)
    plan_of(cast, units)
    groups_of(units, sink)
    run(at(THURSDAY, 17))
    send_all(THURSDAY)
    before = Reminder.objects.latest("pk").pk
    told_before = Delivery.objects.latest("pk").pk
    mail.outbox.clear()

    raise_due(now=BACK)
    for moment in (BACK, BACK + timedelta(hours=1)):
        tell(moment)
        send_all(MONDAY)
    assert 0 < Delivery.objects.filter(state=DeliveryState.READY).count() < 300
    time_passes(timedelta(hours=1, minutes=1))
    send_all(MONDAY)

    rows = Reminder.objects.filter(pk__gt=before)
    states = Counter(rows.values_list("state", flat=True))
    assert sum(states.values()) == rows.count() >= 5000
    assert set(states) == {ReminderState.EXPANDED, ReminderState.MERGED}
    assert rows.filter(person__isnull=False).values("person").distinct().count() == 300
    assert rows.filter(department__isnull=False).values("department").distinct().count() == GROUPS

    digests = Delivery.objects.filter(pk__gt=told_before).exclude(channel=Channel.INBOX)
    assert set(digests.values_list("state", flat=True)) == {DeliveryState.SENT}
    each = digests.values("recipient", "channel").annotate(n=Count("pk"))
    assert {row["n"] for row in each} == {1}
    assert len(mail.outbox) == digests.filter(channel=Channel.MAIL).count() == 300
    told = rows.filter(state=ReminderState.EXPANDED)
    assert not told.exclude(items__channel=Channel.INBOX).filter(person__isnull=False).exists()
    assert told.values("subject_id", "recipient").annotate(n=Count("pk")).filter(n__gt=1).count() == 0

    robots = Attempt.objects.filter(delivery__in=digests.filter(channel=Channel.DINGTALK_ROBOT))
    minutes = Counter((row.delivery_id, row.started_at.replace(second=0, microsecond=0)) for row in robots)
    assert robots.count() == GROUPS
    assert max(minutes.values()) <= 15


def test_the_owner_hears_an_hour_before_the_leader(cast: Cast, plan: Plan) -> None:
    late = at(date(2026, 7, 10), 11)
    raise_due(now=late)
    told = Reminder.objects.filter(state=ReminderState.DUE, subject_kind=SubjectKind.MILESTONE, task__number="1")
    moments = {row.audience: row.tell_at for row in told}
    owner = moments.pop(Audience.OWNER)
    assert owner == late
    assert moments
    assert set(moments.values()) == {late + timedelta(hours=1)}


def test_a_plan_issued_in_november_tells_nothing_of_what_was_due_before(cast: Cast) -> None:
    november = date(2026, 11, 18)
    by, now = cast.actor(today=november), at(november)
    plan = create_plan(organization=cast.organization, year=2026, title="十一月才导入", by=by, now=now)
    add_tasks(plan=plan, drafts=[road(cast)], by=by, now=now)
    issue_plan(plan=plan, on=november, by=by, now=now)
    for day in range(15):
        moment = at(november + timedelta(days=day), 10)
        run(moment)
        send(moment.date())
    rows = Reminder.objects.all()
    before = rows.filter(tell_at__lt=at(november, 0))
    assert set(before.values_list("state", "reason")) == {(ReminderState.MERGED, "before_issue")}
    assert {"day", "after-15", "weekly-20"} <= set(before.values_list("step", flat=True))
    # What comes due after the issue is told as ever: a step overdue since spring has its week.
    told = rows.filter(state=ReminderState.EXPANDED)
    assert told
    assert all(row.step.startswith("weekly-") and row.tell_at >= at(november, 0) for row in told)
    assert not Delivery.objects.exclude(items__reminder__in=told).exists()
