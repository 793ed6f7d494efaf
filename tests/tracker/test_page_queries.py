"""How often a page asks the database: equally often whatever it holds."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.test import Client

from projects.choices import InvolvementRole
from projects.drafts import MilestoneDraft, PartyDraft, TargetDraft, TaskDraft
from projects.models import Plan, Task
from projects.planning import add_tasks
from tests.cast import TODAY, Cast, at, task_of
from tests.flows.test_grid import form_of
from tests.query_counts import QueryBaseline
from tests.tracker.visits import report, signed_in
from tracker.models import PlanRules, ProgressReport, ReportingRound
from tracker.rounds import open_rounds

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("business_day")]


def many_tasks(cast: Cast, plan: Plan, number: int) -> None:
    drafts = [
        TaskDraft(
            title=f"示例事项{place}",
            number=str(100 + place),
            category=(f"板块{place % 5}",),
            parties=(
                PartyDraft(InvolvementRole.LEAD, "规建科", department_id=cast.building.pk),
                PartyDraft(InvolvementRole.LEADER, "分管建设副主任", post_id=cast.deputy_post.pk),
            ),
            milestones=(MilestoneDraft("完成", "年内", date(2026, 1, 31) + timedelta(days=place % 300)),),
            targets=(TargetDraft("进场企业", Decimal(100), "家", milestone=0),) if place % 3 == 0 else (),
        )
        for place in range(number)
    ]
    add_tasks(plan=plan, drafts=drafts, by=cast.actor(), now=at(TODAY))
    open_rounds(today=TODAY)
    for task in Task.objects.filter(plan=plan, number__in=["101", "102", "103"]):
        report(cast, plan, task.number)


@pytest.mark.parametrize("size", [4, 40])
def test_what_waits_for_a_signature_is_listed_in_as_many_questions_however_much_it_is(
    cast: Cast, plan: Plan, client: Client, assert_query_baseline: QueryBaseline, size: int
) -> None:
    PlanRules.objects.create(organization=cast.organization, plan=plan, valid_from=date(2026, 1, 1), sign_off=True)
    many_tasks(cast, plan, size)
    for place in range(100, 100 + size):
        report(cast, plan, str(place), sentence="等签发。")
    signed_in(client, cast.head).get("/mine/?tab=sign")
    with assert_query_baseline("page head /mine/?tab=sign"):
        answer = client.get("/mine/?tab=sign")
    assert len(answer.context["rows"]) == size


@pytest.mark.parametrize("size", [10, 500])
@pytest.mark.parametrize(
    ("who", "address"),
    [
        ("office", "/board/"),
        ("office", "/board/targets/"),
        ("office", "/wall/"),
        ("office", "/wall/units/"),
        ("clerk", "/mine/"),
        ("clerk", "/items/"),
        ("office", "/reviews/"),
        ("clerk", "/items/{item}/"),
        ("office", "/items/{item}/"),
        ("clerk", "/items/{item}/history/"),
        ("clerk", "/items/{item}/report/"),
        ("clerk", "/mine/grid/"),
        ("clerk", "/mine/sheet/"),
        ("clerk", "/mine/sheet/file/"),
        ("office", "/rounds/"),
        ("office", "/rounds/{round}/"),
    ],
)
def test_a_page_asks_equally_often_whatever_its_length(
    cast: Cast,
    plan: Plan,
    client: Client,
    assert_query_baseline: QueryBaseline,
    size: int,
    who: str,
    address: str,
) -> None:
    many_tasks(cast, plan, size)
    place = address.format(item=task_of(plan, "100").pk, round=ReportingRound.objects.get().pk)
    signed_in(client, getattr(cast, who)).get(place)
    # A board whose list isn't filled by the amounts behind asks once for the others.
    few = " with few amounts behind" if (address, size) == ("/board/", 10) else ""
    with assert_query_baseline(f"page {who} {address}{few}"):
        answer = client.get(place)
    assert answer.status_code == 200


@pytest.mark.parametrize("filled", [2, 40])
def test_a_sheet_is_handed_in_by_as_many_queries_whatever_its_rows(
    cast: Cast, plan: Plan, client: Client, assert_query_baseline: QueryBaseline, filled: int
) -> None:
    many_tasks(cast, plan, 60)
    desk = signed_in(client, cast.clerk)
    said = form_of(desk.get("/mine/grid/").content.decode())
    said |= {f"r{owed}-sentence": ["进行中。"] for owed in said["row"][:filled]}
    before = ProgressReport.objects.count()
    with assert_query_baseline("act clerk /mine/grid/"):
        answer = desk.post("/mine/grid/", said)
    assert (answer.status_code, ProgressReport.objects.count() - before) == (302, filled)
