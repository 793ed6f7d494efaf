"""The office above reads how its items stand below, by light, date and amount, and no row of the offices below."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.maintaining import dissolve_department
from accounts.registering import create_organization
from projects.drafts import TaskDraft
from projects.handing_down import decline
from projects.models import HandDown, Plan, Task
from projects.planning import add_tasks, create_plan, issue_plan, link_carried
from tests.cast import TODAY, Cast, at, task_of
from tests.family import Child, make_child, offer, taken
from tests.query_counts import QueryBaseline
from tests.tracker.visits import signed_in
from tracker.boards.handed_down import RollUp, roll_up
from tracker.choices import ReportState
from tracker.lights import Light
from tracker.reporting import Account, accept_report, submit_report
from tracker.rounds import current_round, open_rounds

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("business_day")]


def read(cast: Cast, *, today: date = TODAY) -> RollUp:
    return roll_up(cast.reach(cast.office), today=today)


def accepted(child: Child, task: Task, value: Decimal) -> None:
    """Have a figure of the child's item accepted by its own office."""
    open_rounds(today=TODAY)
    current = current_round(child.plan.pk, today=TODAY)
    assert current is not None
    account = Account(state=ReportState.ON_PLAN, sentence="镇里的内部情况。", values={task.targets.get().pk: value})
    made = submit_report(
        task=task,
        department=child.unit,
        reporting_round=current,
        account=account,
        person=None,
        token=f"report-{child.organization.code}",
        by=child.actor(),
        now=at(TODAY),
    )
    accept_report(report=made, by=child.actor(), now=at(TODAY))


def test_the_roll_up_shows_the_light_of_the_childs_item_and_waits_until_it_is_issued(cast: Cast, plan: Plan) -> None:
    child = make_child(cast.organization, "bei")
    (handed,) = offer(cast, task_of(plan, "1"), child)
    assert [(office.waiting, office.total) for office in read(cast).offices] == [(1, 1)]
    made = taken(child, handed, issue=False)
    assert read(cast).items[0].lines[0].below is None
    issue_plan(plan=child.plan, on=TODAY, by=child.actor(), now=at(TODAY))
    below = read(cast).items[0].lines[0].below
    assert below is not None
    assert below.light is Light.OVERDUE
    assert below.next_due_on == date(2026, 3, 31)
    assert [(office.overdue, office.total) for office in read(cast).offices] == [(1, 1)]
    assert made.organization == child.organization


def test_accepted_amounts_of_several_offices_are_added(cast: Cast, plan: Plan) -> None:
    north, south = make_child(cast.organization, "bei"), make_child(cast.organization, "nan")
    rows = offer(cast, task_of(plan, "2"), north, south)
    items = [taken(child, row) for child, row in zip((north, south), rows, strict=True)]
    accepted(north, items[0], Decimal(3))
    (total,) = read(cast).items[0].sums
    assert (total.name, total.goal, total.accepted, total.lacking) == ("引进企业", Decimal(14), Decimal(3), 1)


def test_it_follows_the_item_into_the_next_years_plan_once_that_is_issued(cast: Cast, plan: Plan) -> None:
    child = make_child(cast.organization, "bei")
    (handed,) = offer(cast, task_of(plan, "1"), child)
    made = taken(child, handed)
    following = create_plan(organization=child.organization, year=2027, title="下一年", by=child.actor(), now=at(TODAY))
    (later,) = add_tasks(plan=following, drafts=[TaskDraft("新塘路收尾")], by=child.actor(), now=at(TODAY))
    link_carried(plan=following, sources={later.pk: made.pk}, by=child.actor(), now=at(TODAY))
    before = read(cast).items[0].lines[0].below
    issue_plan(plan=following, on=TODAY, by=child.actor(), now=at(TODAY))
    after = read(cast).items[0].lines[0].below
    assert before is not None
    assert after is not None
    assert (before.year, after.year) == (2026, 2027)


def test_what_came_back_and_was_offered_again_is_counted_once(cast: Cast, plan: Plan) -> None:
    child = make_child(cast.organization, "bei")
    (handed,) = offer(cast, task_of(plan, "1"), child)
    decline(handed=handed, version=1, reason="不属本镇", by=child.actor())
    assert [office.declined for office in read(cast).offices] == [1]
    offer(cast, task_of(plan, "1"), child)
    assert [(office.declined, office.waiting, office.total) for office in read(cast).offices] == [(0, 1, 1)]


def test_the_office_above_reaches_no_row_of_an_office_below_by_any_address(
    cast: Cast, plan: Plan, client: Client
) -> None:
    child = make_child(cast.organization, "bei")
    (handed,) = offer(cast, task_of(plan, "2"), child)
    made = taken(child, handed)
    Task.objects.filter(pk=made.pk).update(title="只有镇里知道的题目", number="镇内88")
    accepted(child, made, Decimal(3))
    for user in (cast.office, cast.leader):
        signed_in(client, user)
        for name in ("tracker:item", "tracker:item_history", "tracker:item_sheet", "projects:item_edit"):
            assert client.get(reverse(name, args=[made.pk])).status_code == 404
        for name in ("projects:plan", "tracker:plan_list", "tracker:plan_rules"):
            assert client.get(reverse(name, args=[child.plan.pk])).status_code == 404
        assert client.get(f"/api/v1/tasks/{made.pk}/").status_code == 404
        assert client.get(f"/from-above/{handed.pk}/").status_code in {403, 404}
        for address in ("/search/?q=镇里知道", "/items/?q=镇里知道", "/api/v1/tasks/", "/handed-down/", "/board/"):
            page = client.get(address).content.decode()
            for secret in ("只有镇里知道", "镇内88", "镇里的内部情况", child.unit.name, child.office.username):
                assert secret not in page.replace("q=镇里知道", "")


def test_offices_below_a_child_and_beside_it_read_nothing_of_an_offer(cast: Cast, plan: Plan, client: Client) -> None:
    child = make_child(cast.organization, "bei")
    grandchild, sibling = make_child(child.organization, "cun"), make_child(cast.organization, "nan")
    (handed,) = offer(cast, task_of(plan, "1"), child)
    for other in (grandchild, sibling):
        signed_in(client, other.office)
        assert client.get(f"/from-above/{handed.pk}/").status_code == 404
        assert client.post(f"/from-above/{handed.pk}/decline/", {"version": 1, "reason": "x"}).status_code == 404
        assert client.post(f"/handed-down/{handed.pk}/withdraw/", {"version": 1, "reason": "x"}).status_code == 404
        assert roll_up(other.reach(), today=TODAY).items == ()
    signed_in(client, child.office)
    assert client.get(f"/from-above/{handed.pk}/").status_code == 200
    assert client.get(reverse("tracker:item", args=[handed.task_id])).status_code == 404


def test_units_of_the_office_above_read_no_roll_up(cast: Cast, plan: Plan, client: Client) -> None:
    for user in (cast.clerk, cast.deputy):
        assert signed_in(client, user).get("/handed-down/").status_code == 403


def test_an_item_is_handed_down_taken_and_read_from_above_on_pages(cast: Cast, plan: Plan, client: Client) -> None:
    child, task = make_child(cast.organization, "bei"), task_of(plan, "1")
    signed_in(client, cast.office)
    page = f"/items/{task.pk}/hand-down/"
    said = {"version": task.version, "to": [child.organization.pk], "word": "请抓紧。"}
    assert child.organization.name in client.get(page).content.decode()
    assert client.post(page, said).status_code == 302
    assert client.post(page, said).status_code == 409
    handed = HandDown.objects.get()
    signed_in(client, child.office)
    assert task.title in client.get("/from-above/").content.decode()
    assert "请抓紧。" in client.get(f"/from-above/{handed.pk}/").content.decode()
    take = {"version": 1, "plan": child.plan.pk, "lead": child.unit.pk, "heading": "一、城建"}
    assert client.post(f"/from-above/{handed.pk}/", {**take, "lead": cast.building.pk}).status_code == 422
    assert client.post(f"/from-above/{handed.pk}/", take).status_code == 302
    assert client.post(f"/from-above/{handed.pk}/", take).status_code == 409
    made = Task.objects.get(plan=child.plan)
    assert (made.number, made.section and made.section.title) == ("1", "一、城建")
    signed_in(client, cast.office)
    assert child.organization.name in client.get("/handed-down/").content.decode()


def test_an_offer_is_withdrawn_on_the_page_and_no_more_to_be_seen_below(cast: Cast, plan: Plan, client: Client) -> None:
    child = make_child(cast.organization, "bei")
    (handed,) = offer(cast, task_of(plan, "1"), child)
    signed_in(client, cast.office).post(f"/handed-down/{handed.pk}/withdraw/", {"version": 1, "reason": "重复"})
    assert signed_in(client, child.office).get(f"/from-above/{handed.pk}/").status_code == 404
    assert roll_up(cast.reach(cast.office), today=TODAY).items == ()


def test_nothing_is_sent_back_or_withdrawn_on_pages_without_a_reason(cast: Cast, plan: Plan, client: Client) -> None:
    child = make_child(cast.organization, "bei")
    (handed,) = offer(cast, task_of(plan, "1"), child)
    said = {"version": 1, "reason": "  "}
    assert signed_in(client, child.office).post(f"/from-above/{handed.pk}/decline/", said).status_code == 422
    signed_in(client, cast.office).post(f"/handed-down/{handed.pk}/withdraw/", said)
    handed.refresh_from_db()
    assert (handed.state, handed.version) == ("offered", 1)


def test_a_unit_that_is_no_more_is_not_taken_for_the_lead_on_the_page(cast: Cast, plan: Plan, client: Client) -> None:
    child = make_child(cast.organization, "bei")
    (handed,) = offer(cast, task_of(plan, "1"), child)
    dissolve_department(department=child.unit, on=TODAY, by=child.actor())
    take = {"version": 1, "plan": child.plan.pk, "lead": child.unit.pk}
    assert signed_in(client, child.office).post(f"/from-above/{handed.pk}/", take).status_code == 422
    assert not Task.objects.filter(plan=child.plan).exists()


@pytest.mark.parametrize("size", [2, 12])
def test_the_roll_up_asks_equally_often_however_many_offices_there_are(
    cast: Cast, plan: Plan, client: Client, assert_query_baseline: QueryBaseline, size: int
) -> None:
    children = [make_child(cast.organization, f"zhen{place}") for place in range(size)]
    for number in ("1", "2"):
        for child, handed in zip(children, offer(cast, task_of(plan, number), *children), strict=True):
            child.plan.refresh_from_db()
            taken(child, handed)
    signed_in(client, cast.office).get("/handed-down/")
    with assert_query_baseline("page office /handed-down/"):
        answer = client.get("/handed-down/")
    assert answer.context["view"].total == 2 * size


def test_an_organization_without_offices_below_reads_an_empty_roll_up(cast: Cast) -> None:
    create_organization(code="kong", name="示例空区", by=cast.actor())
    with CaptureQueriesContext(connection) as asked:
        assert read(cast) == RollUp((), ())
    assert len(asked) < 10
