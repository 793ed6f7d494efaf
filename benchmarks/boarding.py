"""One database's part of `boards`: a large plan's board for the office, and one unit's month for its clerk."""

import re
import sys
import time
from collections import Counter as Tally
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from itertools import batched
from statistics import median, quantiles

import django
import orjson
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.utils import timezone

django.setup()

from accounts.access import reach_of  # noqa: E402  # models exist only after setup
from accounts.choices import Door, MembershipRole, Role  # noqa: E402
from accounts.history import Actor  # noqa: E402
from accounts.models import Department, Organization, User  # noqa: E402
from accounts.registering import (  # noqa: E402
    create_department,
    create_organization,
    create_person,
    create_user,
    grant,
    join,
)
from benchmarks.floors import board_floor  # noqa: E402
from benchmarks.printing import timed  # noqa: E402
from projects.choices import InvolvementRole  # noqa: E402
from projects.drafts import MilestoneDraft, PartyDraft, TargetDraft, TaskDraft  # noqa: E402
from projects.models import Plan, Task  # noqa: E402
from projects.planning import add_tasks, create_plan, issue_plan  # noqa: E402
from tracker.boards.filters import Filters  # noqa: E402
from tracker.boards.overview import overview  # noqa: E402
from tracker.lights import Counter  # noqa: E402
from tracker.models import Owed  # noqa: E402
from tracker.rounds import open_rounds  # noqa: E402

YEAR = 2026
DAY = date(YEAR, 1, 15)
TODAY = date(YEAR, 6, 24)
BY = Actor(None, Door.COMMAND, DAY)
UNITS = 40
CHUNK = 5000
ROUNDS = 30
REPORTS = 60


def main(arguments: Sequence[str]) -> None:
    size, owed = (int(each) for each in arguments)
    settings.BUSINESS_DAY_SHIFT = (TODAY - timezone.localdate()).days
    began = time.perf_counter()
    plan = prepare(size, owed)
    print(f"  built in {time.perf_counter() - began:.0f} s")
    board = measure_board(plan)
    mine = measure_mine()
    print(orjson.dumps({**board, **mine}).decode())


def prepare(size: int, owed: int) -> Plan:
    call_command("migrate", interactive=False, verbosity=0)
    office = create_organization(code="shili", name="示例经济开发区", by=BY)
    units = [create_department(organization=office, name=f"示例{number}科", by=BY) for number in range(UNITS)]
    _sign_in(office, "office")
    clerk = _sign_in(office, "clerk")
    busy = create_department(organization=office, name="示例综合科", by=BY)
    assert clerk.person is not None
    join(person=clerk.person, department=busy, role=MembershipRole.CLERK, from_on=DAY, by=BY)
    _plan(office, "部门责任分解表", [(place, busy) for place in range(owed)])
    plan = _plan(office, "重点工作责任分解表", [(place, units[place % UNITS]) for place in range(size)])
    open_rounds(today=TODAY)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    return plan


def _sign_in(office: Organization, name: str) -> User:
    person = create_person(organization=office, name=f"示例·{name}", by=BY)
    user = create_user(username=name, password="not-used-here", organization=office, person=person, by=BY)  # noqa: S106 - a sample
    if name == "office":
        grant(user=user, organization=office, role=Role.OFFICE, from_on=DAY, by=BY)
    return user


def _plan(office: Organization, title: str, shares: Sequence[tuple[int, Department]]) -> Plan:
    now = timezone.now()
    plan = create_plan(organization=office, year=YEAR, title=title, by=BY, now=now)
    for chunk in batched(shares, CHUNK):
        add_tasks(plan=plan, drafts=[_draft(place, unit) for place, unit in chunk], by=BY, now=now)
    return issue_plan(plan=plan, on=DAY, by=BY, now=now)


def _draft(place: int, unit: Department) -> TaskDraft:
    """Return an item with three steps over the year and, every third, an amount: all lights stand on the board."""
    first = date(YEAR, 2, 10) + timedelta(days=place * 7 % 300)
    return TaskDraft(
        title=f"示例事项{place}：推进基础设施建设",
        number=str(place + 1),
        category=(f"板块{place % 12}",),
        deadline_text="按节点推进，年底前完成",
        parties=(PartyDraft(InvolvementRole.LEAD, unit.name, department_id=unit.pk),),
        milestones=(
            MilestoneDraft("完成前期", "", first),
            MilestoneDraft("开工建设", "", min(first + timedelta(days=60), date(YEAR, 12, 20))),
            MilestoneDraft("完工", "年底前", date(YEAR, 12, 31)),
        ),
        targets=(TargetDraft("完成投资", Decimal(100), "万元"),) if place % 3 == 0 else (),
    )


def measure_board(plan: Plan) -> dict[str, float]:
    """Compare the page with the bare figures, after seeing that both say the same."""
    client = _client("office")
    url = f"/board/?plan={plan.pk}"
    _same_figures(plan)
    client.get(url)  # the first request of a process reads addresses and templates: a server that is up has them
    page = [timed(partial(client.get, url)) for _ in range(ROUNDS)]
    reach = reach_of(User.objects.get(username="office"), today=TODAY)
    filters = Filters(plan=plan.pk, light=Counter.OVERDUE.value)
    read = [timed(lambda: overview(plan, reach, filters, today=TODAY)) for _ in range(ROUNDS)]
    bare = [timed(partial(board_floor.board, plan.pk, TODAY)) for _ in range(ROUNDS)]
    ratio = median(page) / median(bare)
    _said("the board's page", page)
    _said("its figures", read)
    _said("bare SQL", bare)
    return {
        "ratio_to_floor": round(ratio, 2),
        "p95_ms": round(quantiles(page, n=20)[-1], 1),
        "read_ms": round(median(read), 1),
        "floor_ms": round(median(bare), 1),
    }


def _same_figures(plan: Plan) -> None:
    reach = reach_of(User.objects.get(username="office"), today=TODAY)
    view = overview(plan, reach, Filters(plan=plan.pk, light=Counter.OVERDUE.value), today=TODAY)
    sections, _, lacking, overdue, _ = board_floor.board(plan.pk, TODAY)
    bare: Tally[str] = Tally()
    for _, light, items in sections:
        bare[light] += items
    assert {light.value: items for light, items in view.tallies.lights.items()} == dict(bare)
    assert view.tallies.not_reported == sum(row[3] for row in lacking)
    assert [line.task.pk for line in view.lines] == [row[0] for row in overdue]


def measure_mine() -> dict[str, float]:
    """Let one clerk open the list, open a form and report, many times over."""
    client = _client("clerk")
    client.get("/mine/")
    pages = [timed(partial(client.get, f"/mine/?page={number % 5 + 1}")) for number in range(ROUNDS)]
    acts = list(_reports(client))
    _said("what a unit owes", pages)
    _said("one report", acts)
    slower = max(quantiles(pages, n=20)[-1], quantiles(acts, n=20)[-1])
    return {"mine_p95_ms": round(slower, 1), "mine_ms": round(median(pages), 1), "report_ms": round(median(acts), 1)}


def _reports(client: Client) -> Iterator[float]:
    """Yield the milliseconds of handing in one report after another, each over a form just opened."""
    rows = Owed.objects.filter(department__name="示例综合科").order_by("pk").values_list("pk", "task_id")
    for owed, task in rows[:REPORTS]:
        url = f"/items/{task}/report/?owed={owed}"
        page = client.get(url).content.decode()
        hidden = dict(re.findall(r'<input type="hidden" name="(token|seen)" value="([^"]*)"', page))
        said = {**hidden, "state": "on_plan", "sentence": "按计划推进，本月完成场地平整。"}
        yield timed(partial(client.post, url, said))
    reported = Task.objects.filter(reports__isnull=False).distinct().count()
    assert reported == REPORTS, reported


def _client(username: str) -> Client:
    client = Client(SERVER_NAME="localhost")
    client.force_login(User.objects.get(username=username))
    return client


def _said(what: str, spent: Sequence[float]) -> None:
    print(f"  {what:<18} median {median(spent):7.1f} ms   p95 {quantiles(spent, n=20)[-1]:7.1f} ms")


if __name__ == "__main__":
    main(sys.argv[1:])
