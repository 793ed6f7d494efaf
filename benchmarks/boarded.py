"""Filling the empty database that DATABASE_URL names: an office with one large plan, and a unit that owes much."""

import sys
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from itertools import batched

import django
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

django.setup()

from accounts.choices import Door, MembershipRole, PostRank, Role  # noqa: E402  # models exist only after setup
from accounts.history import Actor  # noqa: E402
from accounts.models import Department, Organization, Post, User  # noqa: E402
from accounts.registering import (  # noqa: E402
    create_department,
    create_organization,
    create_person,
    create_post,
    create_user,
    grant,
    join,
)
from benchmarks.printing import last_line  # noqa: E402
from projects.choices import InvolvementRole  # noqa: E402
from projects.drafts import MilestoneDraft, PartyDraft, TargetDraft, TaskDraft  # noqa: E402
from projects.models import Plan  # noqa: E402
from projects.planning import add_tasks, create_plan, issue_plan  # noqa: E402
from tracker.light_log import note_lights  # noqa: E402
from tracker.rounds import open_rounds  # noqa: E402

YEAR = 2026
DAY = date(YEAR, 1, 15)
TODAY = date(YEAR, 6, 24)
BY = Actor(None, Door.COMMAND, DAY)
UNITS = 40
POSTS = 8
CHUNK = 5000
BUSY = "示例综合科"


def main(arguments: Sequence[str]) -> None:
    size, owed = (int(each) for each in arguments)
    settings.BUSINESS_DAY_SHIFT = (TODAY - timezone.localdate()).days
    prepare(size, owed)
    last_line({"size": size})


def prepare(size: int, owed: int) -> None:
    call_command("migrate", interactive=False, verbosity=0)
    office = create_organization(code="shili", name="示例经济开发区", by=BY)
    units = [create_department(organization=office, name=f"示例{number}科", by=BY) for number in range(UNITS)]
    _sign_in(office, "office")
    clerk = _sign_in(office, "clerk")
    posts = [
        create_post(organization=office, name=f"分管副主任{n}", rank=PostRank.LEADER, position=n, by=BY)
        for n in range(POSTS)
    ]
    busy = create_department(organization=office, name=BUSY, by=BY)
    assert clerk.person is not None
    join(person=clerk.person, department=busy, role=MembershipRole.CLERK, from_on=DAY, by=BY)
    _plan(office, "部门责任分解表", posts, [(place, busy) for place in range(owed)])
    _plan(office, "重点工作责任分解表", posts, [(place, units[place % UNITS]) for place in range(size)])
    open_rounds(today=TODAY)
    for day in (DAY, TODAY - timedelta(days=14), TODAY - timedelta(days=2)):
        note_lights(today=day)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")


def _sign_in(office: Organization, name: str) -> User:
    person = create_person(organization=office, name=f"示例·{name}", by=BY)
    user = create_user(username=name, password="not-used-here", organization=office, person=person, by=BY)  # noqa: S106 - a sample
    if name == "office":
        grant(user=user, organization=office, role=Role.OFFICE, from_on=DAY, by=BY)
    return user


def _plan(office: Organization, title: str, posts: Sequence[Post], shares: Sequence[tuple[int, Department]]) -> Plan:
    now = timezone.now()
    plan = create_plan(organization=office, year=YEAR, title=title, by=BY, now=now)
    for chunk in batched(shares, CHUNK):
        add_tasks(
            plan=plan, drafts=[_draft(place, unit, posts[place % POSTS]) for place, unit in chunk], by=BY, now=now
        )
    return issue_plan(plan=plan, on=DAY, by=BY, now=now)


def _draft(place: int, unit: Department, post: Post) -> TaskDraft:
    """Return an item with three steps over the year and, every third, an amount: all lights stand on the board."""
    first = date(YEAR, 2, 10) + timedelta(days=place * 7 % 300)
    return TaskDraft(
        title=f"示例事项{place}：推进基础设施建设",
        number=str(place + 1),
        category=(f"板块{place % 12}",),
        deadline_text="按节点推进，年底前完成",
        parties=(
            PartyDraft(InvolvementRole.LEAD, unit.name, department_id=unit.pk),
            PartyDraft(InvolvementRole.LEADER, post.name, post_id=post.pk),
        ),
        milestones=(
            MilestoneDraft("完成前期", "", first),
            MilestoneDraft("开工建设", "", min(first + timedelta(days=60), date(YEAR, 12, 20))),
            MilestoneDraft("完工", "年底前", date(YEAR, 12, 31)),
        ),
        targets=(TargetDraft("完成投资", Decimal(100), "万元"),) if place % 3 == 0 else (),
    )


if __name__ == "__main__":
    main(sys.argv[1:])
