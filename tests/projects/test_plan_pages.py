"""The pages of plans, through HTTP: who sees them, what stands there, and issuing."""

import re
from dataclasses import replace
from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import HistoryEntry, User
from projects.choices import DateKind, PlanState
from projects.models import Plan
from projects.planning import add_tasks, cancel_tasks, move_milestone
from tests.cast import JANUARY, TODAY, Cast, at, duty, firms, make_plan, road, task_of
from tests.family import make_child

pytestmark = pytest.mark.django_db


@pytest.fixture
def as_office(cast: Cast) -> Client:
    return signed_in(cast.office)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def address(plan: Plan, rest: str = "") -> str:
    return f"/plans/{plan.pk}/{rest}"


def text(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_list_shows_the_plan_its_document_and_how_many_items(as_office: Client, plan: Plan) -> None:
    page = text(as_office, "/plans/")
    assert address(plan) in page
    assert plan.document in page
    assert ">3<" in page


def test_an_office_without_a_plan_is_told_how_to_begin(as_office: Client) -> None:
    for where in ("/plans/", "/board/"):
        page = text(as_office, where)
        for begins in ("/people/", "/plans/add/", "/imports/"):
            assert f'class="button{" main" if begins == "/imports/" else ""}" href="{begins}' in page


def opened_form(client: Client) -> dict[str, str]:
    """Open the form for a new plan and fill it in."""
    token = re.search(r'name="token" value="([^"]+)"', text(client, "/plans/add/"))
    assert token is not None
    return {"year": "2026", "title": "手写的表", "token": token[1]}


def test_a_form_pressed_twice_makes_one_plan_and_leads_to_it_twice(as_office: Client) -> None:
    said = opened_form(as_office)
    first, second = as_office.post("/plans/add/", said), as_office.post("/plans/add/", {**said, "title": "改了名"})
    made = Plan.objects.get()
    assert first.headers["Location"] == second.headers["Location"] == address(made)
    assert HistoryEntry.objects.filter(object_type="plan").count() == 1
    assert "“手写的表”已经建好，没有再建一次。" in text(as_office, address(made))


def test_a_form_that_was_refused_first_still_makes_one_plan(as_office: Client) -> None:
    said = opened_form(as_office)
    refused = as_office.post("/plans/add/", {**said, "title": ""})
    assert refused.status_code == 422
    assert said["token"] in refused.content.decode()
    as_office.post("/plans/add/", said)
    as_office.post("/plans/add/", said)
    assert Plan.objects.count() == 1


def test_two_forms_make_two_plans_even_of_the_same_name(as_office: Client) -> None:
    for said in (opened_form(as_office), opened_form(as_office)):
        as_office.post("/plans/add/", said)
    assert list(Plan.objects.values_list("title", flat=True)) == ["手写的表", "手写的表"]
    assert HistoryEntry.objects.filter(object_type="plan").count() == 2


def test_a_form_of_another_office_with_the_same_number_leads_to_a_plan_of_its_own(
    cast: Cast, as_office: Client
) -> None:
    said = opened_form(as_office)
    signed_in(make_child(cast.organization, "xin").office).post("/plans/add/", said)
    as_office.post("/plans/add/", said)
    assert Plan.objects.filter(organization=cast.organization, token=said["token"]).count() == 1


def test_a_unit_without_a_plan_is_told_what_comes_next(cast: Cast) -> None:
    assert "还没有您可以看到的责任分解表" in text(signed_in(cast.outsider), "/plans/")


def test_the_table_shows_words_as_issued_under_their_headings(as_office: Client, plan: Plan) -> None:
    page = text(as_office, address(plan))
    for words in ("一、基础设施", "（一）道路", "3月底前选址，6月底前报批，年底前开工", "规划建设科", "分管建设副主任"):
        assert words in page
    assert page.index("一、基础设施") < page.index("新塘路建设") < page.index("二、招商") < page.index("引进企业")


def test_a_group_stands_in_the_table_by_its_own_word(as_office: Client, plan: Plan) -> None:
    assert "各科室" in text(as_office, address(plan))


def test_an_item_links_to_its_page(as_office: Client, plan: Plan) -> None:
    assert f'href="/items/{task_of(plan, "1").pk}/"' in text(as_office, address(plan))


def test_a_moved_date_is_counted_beside_the_deadline(cast: Cast, as_office: Client, plan: Plan) -> None:
    step = task_of(plan, "1").milestones.get(position=1)
    move_milestone(
        milestone=step,
        kind=DateKind.EXTENDED,
        due_on=date(2026, 9, 30),
        reason="征地",
        by=cast.actor(),
        now=at(TODAY),
    )
    assert "已改期 1 次" in text(as_office, address(plan))


def test_a_cancelled_item_stays_readable_and_struck(cast: Cast, as_office: Client, plan: Plan) -> None:
    cancel_tasks(task_ids=[task_of(plan, "2").pk], reason="新表没有", by=cast.actor(), now=at(TODAY))
    page = text(as_office, address(plan))
    assert "<s>" in page
    assert "已取消" in page


@pytest.mark.parametrize(
    ("query", "shown", "hidden"),
    [
        ("q=新塘", "新塘路建设", "引进企业"),
        ("q=2", "引进企业", "新塘路建设"),
        ("unit={investment}", "引进企业", "新塘路建设"),
        ("q=没有这样的", "没有符合的事项", "新塘路建设"),
    ],
)
def test_items_are_found_by_words_number_and_unit(
    cast: Cast, as_office: Client, plan: Plan, query: str, shown: str, hidden: str
) -> None:
    page = text(as_office, address(plan, f"?{query.format(investment=cast.investment.pk)}"))
    assert shown in page
    assert hidden not in page


@pytest.mark.parametrize("query", ["unit=x", "page=0", "page=999", "page=x", "q=" + "长" * 200])
def test_an_address_that_asks_for_nonsense_still_shows_the_table(as_office: Client, plan: Plan, query: str) -> None:
    assert "新塘路建设" in text(as_office, address(plan, f"?{query}"))


def test_a_restricted_plan_counts_and_shows_a_unit_its_own_items_only(cast: Cast, plan: Plan) -> None:
    Plan.objects.update(restricted=True)
    client = signed_in(cast.investment_clerk)
    assert ">2<" in text(client, "/plans/")
    assert "新塘路建设" not in text(client, address(plan))


@pytest.mark.parametrize("who", ["leader", "deputy", "head", "clerk", "outsider"])
def test_a_draft_is_not_found_by_anyone_but_the_office(cast: Cast, who: str) -> None:
    draft = make_plan(cast)
    assert signed_in(getattr(cast, who)).get(address(draft)).status_code == 404


def test_the_page_costs_the_same_queries_with_few_and_many_items(cast: Cast, as_office: Client, plan: Plan) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            text(as_office, address(plan))
        return len(seen)

    few = queries()
    drafts = [replace(draft, number=str(n)) for n in range(15) for draft in (road(cast), firms(cast), duty(cast))]
    add_tasks(plan=plan, drafts=drafts, by=cast.actor(today=JANUARY), now=at(JANUARY))
    assert queries() == few


def test_a_long_table_is_read_page_by_page(cast: Cast, as_office: Client, plan: Plan) -> None:
    drafts = [replace(firms(cast), title=f"项目{n:03}") for n in range(60)]
    add_tasks(plan=plan, drafts=drafts, by=cast.actor(), now=at(TODAY))
    first = text(as_office, address(plan))
    assert "第 1—50 项，共 63 项" in first
    assert "项目059" not in first
    assert "项目059" in text(as_office, address(plan, "?page=2"))


class TestIssuing:
    def issue(self, client: Client, plan: Plan, on: str = "2026-06-24", version: int | None = None) -> int:
        posted = {"on": on, "version": version or plan.version}
        return client.post(address(plan, "issue/"), posted).status_code

    def test_the_office_issues_a_draft_and_says_how_many_items(self, cast: Cast, as_office: Client) -> None:
        draft = make_plan(cast)
        assert address(draft, "issue/") in text(as_office, address(draft))
        confirm = text(as_office, address(draft, "issue/"))
        assert "<b>3</b> 项将下达，由 3 个单位牵头，3 个单位要签收" in confirm
        assert "确认下达 3 项" in confirm
        draft.refresh_from_db()
        assert draft.state == PlanState.DRAFT
        assert self.issue(as_office, draft) == 302
        draft.refresh_from_db()
        assert (draft.state, draft.issued_on) == (PlanState.ISSUED, TODAY)
        assert address(draft, "issue/") not in text(as_office, address(draft))
        assert "新塘路建设" in text(signed_in(cast.clerk), address(draft))

    def test_a_wrong_date_is_told_beside_the_form(self, cast: Cast, as_office: Client) -> None:
        draft = make_plan(cast)
        assert self.issue(as_office, draft, on="31.02.2026") == 422
        draft.refresh_from_db()
        assert draft.state == PlanState.DRAFT

    def test_who_saw_an_older_table_issues_nothing(self, cast: Cast, as_office: Client) -> None:
        draft = make_plan(cast)
        assert self.issue(as_office, draft, version=7) == 302
        assert "刚被改动过" in text(as_office, address(draft))
        draft.refresh_from_db()
        assert draft.state == PlanState.DRAFT

    @pytest.mark.parametrize(("who", "status"), [("clerk", 403), ("head", 403), ("leader", 403), ("outsider", 404)])
    def test_others_do_not_issue(self, cast: Cast, plan: Plan, who: str, status: int) -> None:
        assert self.issue(signed_in(getattr(cast, who)), plan) == status

    def test_what_is_doubtful_stands_above_the_confirmation(self, cast: Cast, as_office: Client) -> None:
        draft = make_plan(cast)
        nobodys = replace(firms(cast), title="没人管的事", parties=())
        add_tasks(plan=draft, drafts=[nobodys], by=cast.actor(), now=at(TODAY))
        page = text(as_office, address(draft, "issue/"))
        assert page.index("没有牵头单位") < page.index("没人管的事") < page.index("确认下达 4 项")

    def test_after_issuing_the_way_leads_to_who_has_signed(self, cast: Cast, as_office: Client) -> None:
        draft = make_plan(cast)
        posted = {"on": TODAY.isoformat(), "version": draft.version}
        page = as_office.post(address(draft, "issue/"), posted, follow=True).content.decode()
        assert "已下达，各单位现在可以看到。" in page
        assert '<a href="/receipts/">看谁签收了</a>' in page
        assert "看谁签收了" not in text(as_office, address(draft))

    def test_an_issued_plan_is_not_offered_to_be_issued(self, as_office: Client, plan: Plan) -> None:
        answer = as_office.get(address(plan, "issue/"))
        assert (answer.status_code, answer.headers["Location"]) == (302, address(plan))
