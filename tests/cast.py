"""The named cast: one small development zone with a plan, made through the real operations."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from accounts.access import Reach, reach_of
from accounts.choices import Door, MembershipRole, PostRank, Role
from accounts.history import Actor
from accounts.models import Department, DepartmentGroup, Organization, Person, Post, User
from accounts.registering import (
    create_department,
    create_group,
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
from projects.models import Plan, Task
from projects.planning import add_tasks, create_plan, issue_plan

SHANGHAI = ZoneInfo("Asia/Shanghai")
PASSWORD = "Yige-changchang-de-mima-7"
JANUARY = date(2026, 1, 15)
ISSUED_ON = date(2026, 1, 20)
TODAY = date(2026, 6, 24)


def at(day: date, hour: int = 9, minute: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=SHANGHAI)


def evening(day: date) -> datetime:
    """Return the end of a day: what pages wrote on it, at whatever hour the tests run, lies before."""
    return at(day, 23, 59) + timedelta(seconds=59)


@dataclass(frozen=True, slots=True)
class Cast:
    """The zone's units, posts and sign-ins. `clerk` and `head` are of `building`, the deputy's post stands over it."""

    organization: Organization
    building: Department
    economy: Department
    investment: Department
    everyone: DepartmentGroup
    director: Post
    deputy_post: Post
    office: User
    leader: User
    deputy: User
    head: User
    clerk: User
    economy_clerk: User
    investment_clerk: User
    outsider: User

    def reach(self, user: User, *, today: date = TODAY) -> Reach:
        return reach_of(user, today=today)

    def actor(self, user: User | None = None, *, today: date = TODAY) -> Actor:
        return Actor(user or self.office, Door.PAGE, today)


def make_cast() -> Cast:
    """Make the organization, its people and their sign-ins as of January."""
    by = Actor(None, Door.COMMAND, JANUARY)
    zone = create_organization(code="shili", name="示例开发区", by=by)
    units = {
        name: create_department(organization=zone, name=name, position=place, aliases=aliases, by=by)
        for place, (name, aliases) in enumerate(
            {"规划建设科": ("规建科",), "经济发展科": (), "招商服务科": ("招商科",)}.items()
        )
    }
    building, economy, investment = units.values()
    director = create_post(organization=zone, name="主任", rank=PostRank.MAIN_LEADER, by=by)
    deputy_post = create_post(
        organization=zone, name="分管建设副主任", rank=PostRank.LEADER, departments=[building], position=1, by=by
    )
    elsewhere = create_organization(code="waiqu", name="示例外区", by=by)
    their_unit = create_department(organization=elsewhere, name="规划建设科", by=by)
    office = _user(zone, "office", "示例·督办员", by)
    grant(user=office, organization=zone, role=Role.OFFICE, from_on=JANUARY, by=by)
    leader, deputy = _user(zone, "leader", "示例·主任", by), _user(zone, "deputy", "示例·副主任", by)
    hold_post(post=director, person=_person(leader), from_on=JANUARY, by=by)
    hold_post(post=deputy_post, person=_person(deputy), from_on=JANUARY, by=by)
    outsider = _user(elsewhere, "outsider", "示例·外区人", by)
    join(person=_person(outsider), department=their_unit, role=MembershipRole.CLERK, from_on=JANUARY, by=by)
    return Cast(
        organization=zone,
        building=building,
        economy=economy,
        investment=investment,
        everyone=create_group(organization=zone, name="各科室", departments=[*units.values()], by=by),
        director=director,
        deputy_post=deputy_post,
        office=office,
        leader=leader,
        deputy=deputy,
        head=_member(building, "head", "示例·科长", MembershipRole.HEAD, by),
        clerk=_member(building, "clerk", "示例·张三", MembershipRole.CLERK, by),
        economy_clerk=_member(economy, "economy", "示例·李四", MembershipRole.CLERK, by),
        investment_clerk=_member(investment, "investment", "示例·王五", MembershipRole.CLERK, by),
        outsider=outsider,
    )


def _user(organization: Organization, username: str, name: str, by: Actor) -> User:
    person = create_person(organization=organization, name=name, email=f"{username}@example.org", by=by)
    return create_user(username=username, password=PASSWORD, organization=organization, person=person, by=by)


def _person(user: User) -> Person:
    assert user.person is not None
    return user.person


def _member(department: Department, username: str, name: str, role: MembershipRole, by: Actor) -> User:
    user = _user(department.organization, username, name, by)
    join(person=_person(user), department=department, role=role, from_on=JANUARY, by=by)
    return user


def make_plan(cast: Cast, *, restricted: bool = False) -> Plan:
    """Make a draft plan of three items: a road, firms to be won, and a standing duty of every unit."""
    by, now = cast.actor(today=JANUARY), at(JANUARY)
    plan = create_plan(
        organization=cast.organization,
        year=2026,
        title="2026年重点工作责任分解表",
        document="示例发〔2026〕1号",
        restricted=restricted,
        by=by,
        now=now,
    )
    add_tasks(plan=plan, drafts=[road(cast), firms(cast), duty(cast)], by=by, now=now)
    return plan


def issued_plan(cast: Cast, *, restricted: bool = False) -> Plan:
    plan = make_plan(cast, restricted=restricted)
    return issue_plan(plan=plan, on=ISSUED_ON, by=cast.actor(today=ISSUED_ON), now=at(ISSUED_ON))


def road(cast: Cast) -> TaskDraft:
    return TaskDraft(
        title="新塘路建设",
        number="1",
        category=("一、基础设施", "（一）道路"),
        content="3月底前选址，6月底前报批，年底前开工。",
        deadline_text="3月底前选址，6月底前报批，年底前开工",
        parties=(
            PartyDraft(InvolvementRole.LEAD, "规建科", department_id=cast.building.pk),
            PartyDraft(InvolvementRole.SUPPORT, "经济发展科", department_id=cast.economy.pk),
            PartyDraft(InvolvementRole.LEADER, "分管建设副主任", post_id=cast.deputy_post.pk),
        ),
        milestones=(
            MilestoneDraft("选址", "3月底前", date(2026, 3, 31)),
            MilestoneDraft("报批", "6月底前", date(2026, 6, 30)),
            MilestoneDraft("开工", "年底前", date(2026, 12, 31)),
        ),
    )


def firms(cast: Cast) -> TaskDraft:
    return TaskDraft(
        title="引进企业",
        number="2",
        category=("二、招商",),
        content="全年引进企业 7 家。",
        target_text="7 家",
        deadline_text="年底前",
        parties=(
            PartyDraft(InvolvementRole.LEAD, "招商科", department_id=cast.investment.pk),
            PartyDraft(InvolvementRole.LEADER, "主任", post_id=cast.director.pk),
        ),
        milestones=(MilestoneDraft("引进企业 7 家", "年底前", date(2026, 12, 31)),),
        targets=(TargetDraft("引进企业", Decimal(7), "家", milestone=0),),
    )


def duty(cast: Cast) -> TaskDraft:
    return TaskDraft(
        title="安全生产",
        number="3",
        category=("三、保障",),
        content="各科室按职责落实。",
        deadline_text="长期坚持",
        parties=(PartyDraft(InvolvementRole.LEAD, "各科室", group_id=cast.everyone.pk),),
    )


def task_of(plan: Plan, number: str) -> Task:
    return Task.objects.get(plan=plan, number=number)


@pytest.fixture(name="cast")
def cast_fixture(db: None) -> Cast:
    return make_cast()


@pytest.fixture(name="plan")
def plan_fixture(cast: Cast) -> Plan:
    return issued_plan(cast)
