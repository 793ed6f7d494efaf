"""One large office as the operations make it: units, people with sign-ins, an issued plan and its first two months."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import batched

from django.utils import timezone

from accounts.choices import Door, MembershipRole, PostRank, Role
from accounts.history import Actor
from accounts.models import Department, Organization, Person, Post, User
from accounts.registering import (
    create_department,
    create_organization,
    create_person,
    create_post,
    create_user,
    grant,
    hold_post,
    join,
)
from projects.choices import InvolvementRole
from projects.drafts import MilestoneDraft, PartyDraft, TargetDraft, TaskDraft
from projects.models import Milestone, Plan
from projects.planning import add_tasks, create_plan, issue_plan, mark_milestones_of
from tracker.reminding.raising import raise_due

YEAR = 2026
ISSUED_ON = date(YEAR, 1, 15)
EVE = date(YEAR, 3, 23)
"""The last day that has passed; the next is an ordinary Tuesday, five working days before the end of March."""
DIGEST = time(8, 30)
BY = Actor(None, Door.COMMAND, ISSUED_ON)
UNITS = 40
POSTS = 8
CHUNK = 5000
WORKS = ("道路改造", "管网维修", "项目招商", "企业服务", "学校扩建", "河道整治", "老旧小区改造", "安全检查")


@dataclass(frozen=True, slots=True)
class Staff:
    """Who can have a part in an item; `people` by unit, the head first."""

    organization: Organization
    units: Sequence[Department]
    people: Sequence[Sequence[Person]]
    posts: Sequence[Post]


def moment(day: date) -> datetime:
    """Return when a day's digest is told."""
    return timezone.make_aware(datetime.combine(day, DIGEST))


def make_office(items: int) -> Plan:
    """Make it with a plan of so many items, of which three steps each are due over the year; bring it to EVE.

    Nine of ten steps that were due by then are done, and whatever the clock had to raise is in the record.
    """
    staff = make_staff()
    at = moment(ISSUED_ON)
    plan = create_plan(organization=staff.organization, year=YEAR, title="重点工作责任分解表", by=BY, now=at)
    for places in batched(range(items), CHUNK):
        add_tasks(plan=plan, drafts=[_draft(place, staff) for place in places], by=BY, now=at)
    plan = issue_plan(plan=plan, on=ISSUED_ON, by=BY, now=at)
    pass_days(plan)
    return plan


def make_staff() -> Staff:
    office = create_organization(code="shili", name="示例经济开发区", by=BY)
    units = [
        create_department(organization=office, name=f"示例{number}科", position=number, by=BY)
        for number in range(UNITS)
    ]
    _sign_in(office, "office", role=Role.OFFICE)
    director = create_post(organization=office, name="主任", rank=PostRank.MAIN_LEADER, by=BY)
    posts = [
        create_post(
            organization=office,
            name=f"分管副主任{number}",
            rank=PostRank.LEADER,
            departments=units[number::POSTS],
            position=number + 1,
            by=BY,
        )
        for number in range(POSTS)
    ]
    for number, post in enumerate((director, *posts)):
        hold_post(post=post, person=_sign_in(office, f"leader{number}"), from_on=ISSUED_ON, by=BY)
    return Staff(office, units, [_members(office, unit, place) for place, unit in enumerate(units)], posts)


def pass_days(plan: Plan) -> None:
    """Let each day from the issue to EVE go by: steps are done when they are due, then the clock looks."""
    due: dict[date, dict[int, dict[int, date | None]]] = {}
    steps = Milestone.objects.filter(task__plan=plan, current_due_on__lte=EVE)
    for pk, task, on in steps.order_by("pk").values_list("pk", "task_id", "current_due_on"):
        if pk % 10 and on:
            due.setdefault(on, {}).setdefault(task, {})[pk] = on
    day = ISSUED_ON
    while day <= EVE:
        if done := due.get(day):
            mark_milestones_of(done=done, by=Actor(None, Door.COMMAND, day), now=moment(day) - timedelta(minutes=1))
        raise_due(now=moment(day))
        day += timedelta(days=1)


def _members(office: Organization, unit: Department, place: int) -> list[Person]:
    roles = (MembershipRole.HEAD, MembershipRole.CLERK, MembershipRole.CLERK)
    people = [_sign_in(office, f"unit{place}-{number}") for number in range(len(roles))]
    for person, role in zip(people, roles, strict=True):
        join(person=person, department=unit, role=role, from_on=ISSUED_ON, by=BY)
    return people


def _sign_in(office: Organization, name: str, *, role: Role | None = None) -> Person:
    person = create_person(organization=office, name=f"示例·{name}", email=f"{name}@example.org", by=BY)
    user: User = create_user(username=name, password=None, organization=office, person=person, by=BY)
    if role:
        grant(user=user, organization=office, role=role, from_on=ISSUED_ON, by=BY)
    return person


def _draft(place: int, staff: Staff) -> TaskDraft:
    work = WORKS[place % len(WORKS)]
    return TaskDraft(
        title=f"{work}（第{place + 1}项）",
        number=str(place + 1),
        category=(f"板块{place % 12}", f"{work}类"),
        content=f"推进{work}，完成前期手续、组织实施并按期验收，及时协调解决用地、资金等问题。",
        deadline_text="按节点推进，年底前完成",
        parties=tuple(_parties(place, staff)),
        milestones=tuple(_steps(place)),
        targets=(TargetDraft("完成投资", Decimal(100 + place % 900), "万元"),) if place % 3 == 0 else (),
    )


def _parties(place: int, staff: Staff) -> Iterator[PartyDraft]:
    """Yield who leads and answers; four of ten are supported by another unit, six of ten name their person."""
    unit = place % UNITS
    yield PartyDraft(InvolvementRole.LEAD, staff.units[unit].name, department_id=staff.units[unit].pk)
    if place % 10 < 4:
        other = staff.units[(unit + 7) % UNITS]
        yield PartyDraft(InvolvementRole.SUPPORT, other.name, department_id=other.pk)
    post = staff.posts[unit % POSTS]
    yield PartyDraft(InvolvementRole.LEADER, post.name, post_id=post.pk)
    if place // UNITS % 10 < 6:
        person = staff.people[unit][1 + place // UNITS % 2]
        yield PartyDraft(InvolvementRole.OWNER, person.name, person_id=person.pk)


def _steps(place: int) -> Iterator[MilestoneDraft]:
    """Yield three steps over the year; every 29th begins at a month's end, and every second item ends with the year."""
    first = date(YEAR, 2, 10) + timedelta(days=place * 7 % 141)
    if place % 29 == 0:
        first = (first.replace(day=1) + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    last = date(YEAR, 12, 31)
    yield MilestoneDraft("完成前期手续", "", first)
    yield MilestoneDraft("开工建设", "", first + timedelta(days=60))
    yield MilestoneDraft("竣工验收", "年底前", last if place % 2 else first + timedelta(days=150))
