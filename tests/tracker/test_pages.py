"""The pages through HTTP: who sees what, what a report does, and how often the database is asked."""

import re
from decimal import Decimal

import pytest
from django.test import Client

from projects.choices import TaskState
from projects.models import Plan, Task
from tests.cast import TODAY, Cast, at, task_of
from tests.tracker.visits import answer_for, in_may, owed_of, report, signed_in
from tracker.choices import ReportState, ReviewState
from tracker.models import Feedback, Heartbeat, ProgressReport
from tracker.reporting import accept_report
from tracker.rounds import open_rounds

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("business_day")]
HTMX = {"HX-Request": "true"}


@pytest.fixture
def opened(plan: Plan) -> Plan:
    open_rounds(today=TODAY)
    return plan


@pytest.mark.parametrize(
    ("who", "leads_to"), [("office", "/board/"), ("leader", "/board/"), ("deputy", "/board/"), ("clerk", "/mine/")]
)
def test_the_way_in_leads_by_role(cast: Cast, opened: Plan, client: Client, who: str, leads_to: str) -> None:
    assert signed_in(client, getattr(cast, who)).get("/").headers["Location"] == leads_to


def test_a_page_asks_for_a_sign_in(opened: Plan, client: Client) -> None:
    for address in ("/", "/board/", "/mine/", "/items/", "/reviews/", "/rules/", "/feedback/"):
        assert client.get(address).headers["Location"].startswith("/accounts/login/")


def test_the_board_says_why_what_is_late_is_late(cast: Cast, opened: Plan, client: Client) -> None:
    page = signed_in(client, cast.leader).get("/board/").content.decode()
    assert "3 项中" in page
    assert "“选址”应在 3月31日前完成，现未完成。" in page
    assert "逾期 <b>85</b> 天" in page
    assert "分管建设副主任" in page
    assert "未报送" in page


def test_the_boards_filters_stay_in_every_address(cast: Cast, opened: Plan, client: Client) -> None:
    page = signed_in(client, cast.office).get(f"/board/?unit={cast.building.pk}").content.decode()
    links = re.findall(r'class="counter" href="([^"]+)"', page)
    assert len(links) == 5
    assert all(f"unit={cast.building.pk}" in link and f"plan={opened.pk}" in link for link in links)


def test_every_counter_leads_to_its_list(cast: Cast, opened: Plan, client: Client) -> None:
    signed_in(client, cast.office)
    for light, numbers in (("overdue", {"1"}), ("on_schedule", {"3"}), ("attention", {"2"}), ("closed", set())):
        lines = client.get(f"/board/?light={light}").context["board"].lines
        assert {line.task.number for line in lines} == numbers


def test_a_plan_of_others_is_not_there(cast: Cast, opened: Plan, client: Client) -> None:
    signed_in(client, cast.outsider)
    assert client.get(f"/board/?plan={opened.pk}").status_code == 404
    assert "还没有已下达的责任分解表" in client.get("/board/").content.decode()
    assert client.get(f"/items/{task_of(opened, '1').pk}/").status_code == 404
    assert client.get(f"/items/{task_of(opened, '1').pk}/history/").status_code == 404
    assert client.get(f"/items/{task_of(opened, '1').pk}/report/").status_code == 404
    assert client.get(f"/mine/rows/{owed_of(opened, '1').pk}/").status_code == 404


def test_what_is_visible_but_not_ones_own_cannot_be_written(cast: Cast, opened: Plan, client: Client) -> None:
    road = task_of(opened, "1")
    signed_in(client, cast.investment_clerk)
    assert client.get(f"/items/{road.pk}/").status_code == 200
    assert client.get(f"/items/{road.pk}/report/").status_code == 403
    assert client.post(f"/items/{road.pk}/close/").status_code == 403
    assert client.get("/reviews/").status_code == 403


def test_my_list_shows_the_overdue_before_the_soonest(cast: Cast, opened: Plan, client: Client) -> None:
    answer = signed_in(client, cast.clerk).get("/mine/")
    assert [row.line.task.number for row in answer.context["mine"].rows] == ["1", "3"]
    assert "应报 2 项，已报 0 项" in answer.content.decode()
    assert "明天（6月25日）17:30" in answer.content.decode()


def test_the_tabs_hold_what_they_say(cast: Cast, opened: Plan, client: Client) -> None:
    signed_in(client, cast.economy_clerk)

    def numbers(tab: str) -> list[str]:
        return [row.line.task.number for row in client.get(f"/mine/?tab={tab}").context["mine"].rows]

    assert numbers("owed") == ["3"]
    assert numbers("support") == ["1"]
    assert numbers("all") == ["1", "3"]
    assert numbers("reported") == []


def test_a_report_takes_three_clicks_from_the_way_in(cast: Cast, opened: Plan, client: Client) -> None:
    page = signed_in(client, cast.clerk).get("/", follow=True).content.decode()
    address = f"/items/{task_of(opened, '1').pk}/report/?owed={owed_of(opened, '1').pk}"
    assert f'hx-get="{address}"' in page
    form = client.get(address, headers=HTMX).content.decode()
    assert re.search(r'value="on_plan" checked', form)
    done = client.post(address, answer_for(form, state="slow", sentence="选址已上会。"), headers=HTMX)
    assert done.status_code == 200
    made = ProgressReport.objects.get()
    assert (made.sentence, made.state, made.department) == ("选址已上会。", ReportState.SLOW, cast.building)
    text = done.content.decode()
    assert "done-now" in text
    assert "已报" in text
    assert "已报 1 项" in text


def test_without_script_the_form_has_its_own_page_and_leads_back(cast: Cast, opened: Plan, client: Client) -> None:
    address = f"/items/{task_of(opened, '1').pk}/report/"
    page = signed_in(client, cast.clerk).get(address).content.decode()
    assert "<html" in page
    answer = client.post(address, answer_for(page, sentence="选址已上会。"))
    assert answer.headers["Location"] == "/mine/"
    assert ProgressReport.objects.count() == 1


def test_a_second_submit_of_the_same_form_changes_nothing(cast: Cast, opened: Plan, client: Client) -> None:
    address = f"/items/{task_of(opened, '1').pk}/report/"
    said = answer_for(signed_in(client, cast.clerk).get(address).content.decode(), sentence="选址已上会。")
    client.post(address, said)
    assert client.post(address, said).status_code == 302
    assert ProgressReport.objects.count() == 1


def test_a_form_that_is_refused_keeps_what_was_typed(cast: Cast, opened: Plan, client: Client) -> None:
    road = task_of(opened, "1")
    step = road.milestones.get(text="报批")
    address = f"/items/{road.pk}/report/"
    page = signed_in(client, cast.clerk).get(address).content.decode()
    said = answer_for(page, sentence="", problem="红线未定", **{f"mark-{step.pk}": "2026-06-25"})
    answer = client.post(address, said, headers=HTMX)
    assert answer.status_code == 422
    text = answer.content.decode()
    assert "请写一句话" in text
    assert "红线未定" in text
    assert 'value="2026-06-25"' in text
    assert said["token"] in text


def test_no_change_asks_only_for_a_reason(cast: Cast, opened: Plan, client: Client) -> None:
    address = f"/items/{task_of(opened, '1').pk}/report/"
    page = signed_in(client, cast.clerk).get(f"{address}?no_change=1").content.decode()
    assert client.post(address, answer_for(page, no_change="1")).status_code == 422
    client.post(address, answer_for(page, no_change="1", reason="等上级批复。"))
    made = ProgressReport.objects.get()
    assert (made.no_change, made.sentence) == (True, "等上级批复。")


def test_the_figures_of_the_last_report_are_filled_in_but_not_its_sentence(
    cast: Cast, opened: Plan, client: Client
) -> None:
    firms = task_of(opened, "2")
    target = firms.targets.get()
    in_may(cast, opened, "2", sentence="已签约四家。", values={target.pk: Decimal(4)})
    form = signed_in(client, cast.investment_clerk).get(f"/items/{firms.pk}/report/").context["form"]
    assert [(figure["value"], figure["last"]) for figure in form["figures"]] == [("4", "4")]
    assert form["sentence"] == ""
    assert form["last"]["text"] == "已签约四家。"


def test_correcting_starts_from_ones_own_report_beside_the_figures_of_the_round_before(
    cast: Cast, opened: Plan, client: Client
) -> None:
    firms = task_of(opened, "2")
    target, step = firms.targets.get(), firms.milestones.get()
    in_may(cast, opened, "2", sentence="已签约四家。", values={target.pk: Decimal(4)})
    said = {"values": {target.pk: Decimal(5)}, "marks": {step.pk: TODAY}, "problems": "缺地。"}
    own = report(cast, opened, "2", sentence="已签约五家。", **said)
    form = signed_in(client, cast.investment_clerk).get(f"/items/{firms.pk}/report/").context["form"]
    assert [(figure["value"], figure["last"]) for figure in form["figures"]] == [("5", "4")]
    assert (form["sentence"], form["problem"], form["unfolded"]) == ("已签约五家。", "缺地。", True)
    assert [each["value"] for each in form["steps"]] == [TODAY.isoformat()]
    assert (form["last"]["text"], form["seen"]) == ("已签约四家。", own.pk)


def test_correcting_a_report_without_change_starts_from_its_reason(cast: Cast, opened: Plan, client: Client) -> None:
    report(cast, opened, "1", sentence="等上级批复。", no_change=True)
    form = signed_in(client, cast.clerk).get(f"/items/{task_of(opened, '1').pk}/report/").context["form"]
    assert (form["no_change"], form["reason"], form["sentence"], form["last"]) == (True, "等上级批复。", "", None)


def test_a_corrected_report_is_reviewed_once_and_the_item_tells_of_both(
    cast: Cast, opened: Plan, client: Client
) -> None:
    address = f"/items/{task_of(opened, '1').pk}/report/"
    first = report(cast, opened, "1", sentence="写错了。")
    page = signed_in(client, cast.clerk).get(address).content.decode()
    client.post(address, answer_for(page, sentence="更正。"))
    item = client.get(f"/items/{task_of(opened, '1').pk}/").content.decode()
    assert item.count("已被后一份替代") == 1
    answer = signed_in(client, cast.office).get("/reviews/")
    assert [row["waiting"].report.sentence for row in answer.context["rows"]] == ["更正。"]
    assert "1 份报送" in answer.content.decode()
    late = client.post(f"/reviews/{first.pk}/accept/", {"version": 1})
    assert late.status_code == 409
    assert "已被后一份替代" in late.content.decode()


def test_what_someone_reported_meanwhile_stands_beside_what_was_typed(cast: Cast, opened: Plan, client: Client) -> None:
    address = f"/items/{task_of(opened, '1').pk}/report/"
    page = signed_in(client, cast.head).get(address).content.decode()
    report(cast, opened, "1", sentence="经办人写的。")
    answer = client.post(address, answer_for(page, sentence="科长写的。"))
    assert answer.status_code == 409
    text = answer.content.decode()
    assert "经办人写的。" in text
    assert "科长写的。" in text
    assert ProgressReport.objects.count() == 1
    assert client.post(address, answer_for(text, sentence="科长写的。")).status_code == 302
    assert ProgressReport.objects.count() == 2


def test_a_report_on_what_was_accepted_meanwhile_shows_both(cast: Cast, opened: Plan, client: Client) -> None:
    address = f"/items/{task_of(opened, '1').pk}/report/"
    page = signed_in(client, cast.clerk).get(address).content.decode()
    accept_report(report=report(cast, opened, "1", sentence="已通过的。"), by=cast.actor(), now=at(TODAY))
    answer = client.post(address, answer_for(page, sentence="我写的。"))
    assert answer.status_code == 409
    assert "已通过的。" in answer.content.decode()
    assert "我写的。" in answer.content.decode()
    row = client.post(address, answer_for(page, sentence="我写的。"), headers={**HTMX, "HX-Target": "owed-1"})
    assert row.status_code == 422
    assert '<tbody class="item" id="owed-1">' in row.content.decode()
    assert "我写的。" in row.content.decode()


def test_the_office_accepts_and_returns(cast: Cast, opened: Plan, client: Client) -> None:
    first, second = report(cast, opened, "1"), report(cast, opened, "2")
    signed_in(client, cast.office)
    assert [row["waiting"].report for row in client.get("/reviews/").context["rows"]] == [first, second]
    client.post(f"/reviews/{first.pk}/accept/", {"version": first.version})
    assert client.post(f"/reviews/{second.pk}/return/", {"version": second.version}).status_code == 422
    client.post(f"/reviews/{second.pk}/return/", {"version": second.version, "reason": "请写数量。"})
    states = ProgressReport.objects.order_by("pk").values_list("review_state", flat=True)
    assert list(states) == [ReviewState.ACCEPTED, ReviewState.RETURNED]
    mine = signed_in(client, cast.investment_clerk).get("/mine/").content.decode()
    assert "退回待改" in mine
    assert "请写数量。" in mine


def test_several_are_accepted_at_once(cast: Cast, opened: Plan, client: Client) -> None:
    made = [report(cast, opened, number) for number in ("1", "2")]
    ticked = [f"{each.pk}:{each.version}" for each in made]
    signed_in(client, cast.office).post("/reviews/accept/", {"report": ticked})
    assert ProgressReport.objects.filter(review_state=ReviewState.ACCEPTED).count() == 2


def test_an_answer_to_what_was_answered_shows_both(cast: Cast, opened: Plan, client: Client) -> None:
    made = report(cast, opened, "1")
    seen = made.version
    accept_report(report=made, by=cast.actor(), now=at(TODAY))
    answer = signed_in(client, cast.office).post(
        f"/reviews/{made.pk}/return/", {"version": seen, "reason": "请补数字。"}
    )
    assert answer.status_code == 409
    assert "请补数字。" in answer.content.decode()
    assert "通过" in answer.content.decode()


def test_an_item_shows_its_promise_steps_and_history(cast: Cast, opened: Plan, client: Client) -> None:
    road = task_of(opened, "1")
    report(cast, opened, "1", sentence="选址已上会。")
    page = signed_in(client, cast.clerk).get(f"/items/{road.pk}/").content.decode()
    for words in ("3月底前", "报批", "选址已上会。", "分管建设副主任", "待审", "要转绿：报“选址”完成"):
        assert words in page
    history = client.get(f"/items/{road.pk}/history/").content.decode()
    assert "写入事项" in history
    assert "报送" in history


def test_only_the_office_closes_and_a_closed_item_can_be_reopened(cast: Cast, opened: Plan, client: Client) -> None:
    road = task_of(opened, "1")
    signed_in(client, cast.office)
    said = {"version": road.version, "on": "2026-06-24", "reason": "已开工"}
    assert client.post(f"/items/{road.pk}/close/", {**said, "reason": ""}).status_code == 422
    left = client.post(f"/items/{road.pk}/close/", said)
    assert left.status_code == 422
    assert "还有 3 处没有完成" in left.content.decode()
    said["despite"] = "后两步并入下年"
    assert client.post(f"/items/{road.pk}/close/", said).status_code == 302
    closed = Task.objects.get(pk=road.pk)
    assert (closed.state, closed.closed_on) == (TaskState.CLOSED, TODAY)
    assert client.post(f"/items/{road.pk}/close/", said).status_code == 409
    client.post(f"/items/{road.pk}/reopen/", {"version": closed.version, "reason": "复查未完"})
    assert Task.objects.get(pk=road.pk).state == TaskState.ISSUED


def test_the_ledger_finds_by_number_words_and_unit(cast: Cast, opened: Plan, client: Client) -> None:
    signed_in(client, cast.office)

    def found(query: str) -> set[str]:
        return {line.task.number for line in client.get(f"/items/?{query}").context["ledger"].lines}

    assert found("q=2") == {"2"}
    assert found("q=新塘路") == {"1"}
    assert found("q=招商服务科") == {"2", "3"}
    assert found(f"leader={cast.deputy_post.pk}") == {"1"}
    assert found("light=overdue") == {"1"}
    assert found("light=not_reported") == {"1", "2", "3"}


def test_an_item_that_was_never_imported_has_no_row(cast: Cast, opened: Plan, client: Client) -> None:
    assert signed_in(client, cast.office).get(f"/items/{task_of(opened, '1').pk}/row/").status_code == 404


def test_feedback_reaches_the_office_and_its_author_only(cast: Cast, opened: Plan, client: Client) -> None:
    signed_in(client, cast.clerk).post("/feedback/", {"text": "字太小。", "page": "/mine/"})
    assert Feedback.objects.get().author_name == "示例·张三"
    assert "字太小。" in signed_in(client, cast.office).get("/feedback/").content.decode()
    assert "字太小。" not in signed_in(client, cast.economy_clerk).get("/feedback/").content.decode()


def test_the_rules_are_said_in_plain_words(cast: Cast, opened: Plan, client: Client) -> None:
    page = signed_in(client, cast.clerk).get("/rules/").content.decode()
    assert "慢 10 个百分点以上" in page
    assert "只有 7 天或更少" in page


def test_health_needs_no_sign_in_and_readiness_needs_a_beat(client: Client) -> None:
    assert client.get("/healthz").json() == {"status": "ok"}
    assert client.get("/readyz").status_code == 503
    Heartbeat.objects.create(name="worker", beat_at=at(TODAY))
    assert client.get("/readyz").json()["database"] == "ok"
