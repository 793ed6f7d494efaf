"""The office writes a plan by hand: phrases are read as in a table, names are looked up, two at once lose nothing."""

import re
from datetime import date
from decimal import Decimal

import pytest
from django.test import Client

from accounts.models import Department, HistoryEntry
from projects.choices import DateKind, PlanState
from projects.models import Involvement, Plan, Target, Task
from projects.planning import change_plan, mark_milestones
from tests.cast import TODAY, Cast, at, cast_fixture, make_plan, plan_fixture, task_of
from tests.query_counts import QueryBaseline
from tests.tracker.conftest import business_day
from tests.tracker.test_page_queries import many_tasks
from tests.tracker.visits import report
from tracker.facts import task_facts
from tracker.models import Standing, TargetValue
from tracker.rounds import open_rounds
from tracker.shares import expected_amount

__all__ = ["business_day", "cast_fixture", "plan_fixture"]

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("business_day")]


@pytest.fixture
def office(cast: Cast, client: Client) -> Client:
    client.force_login(cast.office)
    return client


def form_of(page: str) -> dict[str, str]:
    """Return the editor's fields as a browser would send them."""
    editor = page[page.index('id="item-editor"') :]
    fields: dict[str, str] = {}
    for tag in re.findall(r"<input[^>]*>", editor):
        name, value = re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag)
        if name and 'type="checkbox"' not in tag:
            fields[name[1]] = value[1] if value else ""
    fields |= {
        name: text.strip("\r\n")
        for name, text in re.findall(r'<textarea[^>]*name="([^"]*)"[^>]*>(.*?)</textarea>', editor, re.DOTALL)
    }
    for name, body in re.findall(r'<select[^>]*name="([^"]*)"[^>]*>(.*?)</select>', editor, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', body) or re.search(r'value="([^"]*)"', body)
        fields[name] = chosen[1] if chosen else ""
    return fields


def fill(office: Client, address: str, **typed: object) -> dict[str, str]:
    """Type into the form as it stands now, have the phrases read, and return it ready to save."""
    said = {**form_of(office.get(address).content.decode()), **{name: str(value) for name, value in typed.items()}}
    return form_of(office.post(address, {**said, "read": "1"}).content.decode())


def test_a_plan_is_made_wholly_by_hand_from_empty(cast: Cast, office: Client) -> None:
    made = office.post("/plans/add/", {"year": 2026, "title": "2026年手写的表", "document": "示例发〔2026〕9号"})
    plan = Plan.objects.get(title="2026年手写的表")
    assert made.headers["Location"] == f"/plans/{plan.pk}/"
    said = fill(
        office,
        f"/plans/{plan.pk}/items/add/",
        number="1",
        category="一、基础设施\n（一）道路",
        title="新塘路建设",
        deadline_text="3月底前选址，6月底前报批，年底前开工",
        target_text="完成投资1.2亿元以上",
        lead="规建科",
        support="经济发展科、招商科",
        leaders="分管建设副主任",
        owners="示例·张三",
    )
    assert (said["steps-0-due_on"], said["steps-1-text"], said["aims-0-value"]) == ("2026-03-31", "报批", "1.2")
    assert office.post(f"/plans/{plan.pk}/items/add/", said).status_code == 302
    task = Task.objects.get(plan=plan)
    assert task.section is not None
    assert (task.title, task.deadline_kind, task.section.title) == ("新塘路建设", "multi", "（一）道路")
    assert list(task.milestones.values_list("text", "issued_due_on")) == [
        ("选址", date(2026, 3, 31)),
        ("报批", date(2026, 6, 30)),
        ("开工", date(2026, 12, 31)),
    ]
    target = task.targets.get()
    assert (target.value, target.unit, target.comparison) == (Decimal("1.2"), "亿元", "at_least")
    parts = Involvement.objects.filter(task=task).values_list("role", "as_written").order_by("position")
    assert list(parts) == [
        ("lead", "规建科"),
        ("support", "经济发展科"),
        ("support", "招商科"),
        ("leader", "分管建设副主任"),
        ("owner", "示例·张三"),
    ]
    office.post(f"/plans/{plan.pk}/issue/", {"on": TODAY.isoformat(), "version": plan.version})
    plan.refresh_from_db()
    assert plan.state == PlanState.ISSUED
    assert Standing.objects.filter(plan=plan).count() == 1


def test_a_phrase_is_shown_as_read_before_it_is_saved(cast: Cast, office: Client, plan: Plan) -> None:
    address = f"/plans/{plan.pk}/items/add/"
    said = {**form_of(office.get(address).content.decode()), "title": "示例", "deadline_text": "9月底前"}
    page = office.post(address, said).content.decode()
    assert "还没有保存" in page
    assert form_of(page)["steps-0-due_on"] == "2026-09-30"
    assert not Task.objects.filter(title="示例").exists()


def test_a_doubtful_phrase_says_what_is_doubtful(cast: Cast, office: Client, plan: Plan) -> None:
    address = f"/plans/{plan.pk}/items/add/"
    said = form_of(office.get(address).content.decode()) | {"title": "示例", "deadline_text": "签约后30日内"}
    assert "时限取决于另一件事" in office.post(address, said).content.decode()


def test_a_name_of_nobody_is_refused_with_what_it_may_mean_and_nothing_is_lost(
    cast: Cast, office: Client, plan: Plan
) -> None:
    address = f"/plans/{plan.pk}/items/add/"
    said = fill(office, address, title="示例", lead="规划建设局")
    answer = office.post(address, said)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "名册里没有“规划建设局”，请在下面说明指谁。" in page
    assert f'<option value="department:{cast.building.pk}">规划建设科</option>' in page
    assert 'value="规划建设局"' in page
    assert not Task.objects.filter(title="示例").exists()
    office.post(address, {**said, "as:lead:规划建设局": f"department:{cast.building.pk}"})
    part = Involvement.objects.get(task=Task.objects.get(title="示例"))
    assert (part.department, part.as_written) == (cast.building, "规划建设局")


def test_a_word_for_nobody_in_particular_is_kept_as_written_and_that_is_said(
    cast: Cast, office: Client, plan: Plan
) -> None:
    address = f"/plans/{plan.pk}/items/add/"
    said = fill(office, address, title="示例", lead="规建科", support="各有关单位")
    asked = office.post(address, said).content.decode()
    assert "“各有关单位”指" in asked
    answer = office.post(address, {**said, "as:support:各有关单位": "keep"}, follow=True)
    assert "“各有关单位”照原文留着，不算责任单位或责任人" in answer.content.decode()
    task = Task.objects.get(title="示例")
    assert task.extra == {"配合单位（照录）": "各有关单位"}
    form = form_of(office.get(f"/items/{task.pk}/edit/").content.decode())
    assert form["support"] == "各有关单位"
    office.post(f"/items/{task.pk}/edit/", {**form, "support": "各有关单位、经济发展科"})
    task.refresh_from_db()
    assert task.extra == {"配合单位（照录）": "各有关单位"}
    assert list(task.involvements.filter(role="support").values_list("department", flat=True)) == [cast.economy.pk]
    form = form_of(office.get(f"/items/{task.pk}/edit/").content.decode())
    office.post(f"/items/{task.pk}/edit/", {**form, "support": "经济发展科"})
    task.refresh_from_db()
    assert task.extra == {}


def test_a_group_is_said_with_its_members_and_a_new_unit_is_made_only_when_said(
    cast: Cast, office: Client, plan: Plan
) -> None:
    address = f"/plans/{plan.pk}/items/add/"
    said = fill(office, address, title="示例", lead="各科室", support="示例新设中心")
    answer = office.post(address, {**said, "as:support:示例新设中心": "new:department"}, follow=True)
    assert "“各科室”现在是：规划建设科、经济发展科、招商服务科。" in answer.content.decode()
    task = Task.objects.get(title="示例")
    assert task.involvements.filter(role="lead", group=cast.everyone).count() == 3
    assert task.involvements.get(role="support").department == Department.objects.get(name="示例新设中心")


def test_a_unit_of_another_organization_cannot_be_said_to_be_meant(cast: Cast, office: Client, plan: Plan) -> None:
    address = f"/plans/{plan.pk}/items/add/"
    theirs = Department.objects.get(organization=cast.outsider.organization_id)
    said = fill(office, address, title="示例", lead="规划建设局")
    answer = office.post(address, {**said, "as:lead:规划建设局": f"department:{theirs.pk}"})
    assert answer.status_code == 422
    assert not Task.objects.filter(title="示例").exists()


def test_a_form_that_is_sent_twice_adds_one_item(cast: Cast, office: Client, plan: Plan) -> None:
    address = f"/plans/{plan.pk}/items/add/"
    said = fill(office, address, title="示例", lead="规建科")
    assert said["number"] == "4"
    office.post(address, said)
    again = office.post(address, said, follow=True)
    assert "“示例”已经在表里，没有再添加一次。" in again.content.decode()
    assert Task.objects.filter(title="示例").count() == 1


def test_the_next_item_stands_under_the_same_heading(cast: Cast, office: Client, plan: Plan) -> None:
    address = f"/plans/{plan.pk}/items/add/"
    said = fill(office, address, category="一、城建\n道路", title="人行道整修")
    answer = office.post(address, {**said, "another": "1"})
    following = form_of(office.get(answer.headers["Location"]).content.decode())
    assert (following["category"], following["title"], following["number"]) == ("一、城建\n道路", "", "5")


def aim(**typed: object) -> dict[str, str]:
    return {f"aims-0-{name}": str(value) for name, value in typed.items()}


def test_an_amount_has_its_days_and_its_way_month_by_month(cast: Cast, office: Client, plan: Plan) -> None:
    task = task_of(plan, "2")
    address = f"/items/{task.pk}/edit/"
    said = form_of(office.get(address).content.decode())
    typed = aim(value=8, baseline=0, start_on="2026-02-01", due_on="2026-11-30", by_3=2, by_6="50%", by_9=7)
    assert office.post(address, {**said, **typed}).status_code == 302
    target = task.targets.get(dropped_on=None)
    assert (target.start_on, target.due_on) == (date(2026, 2, 1), date(2026, 11, 30))
    assert target.curve == [["2026-03-31", "0.25"], ["2026-06-30", "0.5"], ["2026-09-30", "0.875"]]
    facts = task_facts([task.pk])[task.pk].targets[0]
    assert expected_amount(facts, date(2026, 6, 30)) == 4
    form = form_of(office.get(address).content.decode())
    assert [form[f"aims-0-by_{month}"] for month in (3, 4, 6, 9)] == ["2", "", "4", "7"]
    before = HistoryEntry.objects.filter(task_id=task.pk).count()
    office.post(address, form)
    assert HistoryEntry.objects.filter(task_id=task.pk).count() == before


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (aim(by_3=5, by_6=4), "不能少于前面月份的数"),
        (aim(id="", name="", unit="", value="", by_3=5), "请填数值。"),
        (aim(by_3="许多"), "请填到月底累计应达到的数"),
        (aim(by_3=9), "请填到月底累计应达到的数"),
        (aim(by_3="9e999999"), "请填到月底累计应达到的数"),
        (aim(by_3=1, cumulative="no"), "期末数到期才看"),
        (aim(by_3=1, comparison="at_most"), "上限没有进度可安排"),
        (aim(start_on="2026-09-01", due_on="2026-03-01"), "开始不能在时限之后"),
        (aim(horizon_year=2020), "目标年份要在今年到三十年以内"),
    ],
)
def test_a_way_that_leads_nowhere_is_said_and_nothing_is_lost(
    cast: Cast, office: Client, plan: Plan, typed: dict[str, str], said: str
) -> None:
    address = f"/items/{task_of(plan, '2').pk}/edit/"
    answer = office.post(address, {**form_of(office.get(address).content.decode()), **typed})
    assert answer.status_code == 422
    assert said in answer.content.decode()


def test_an_amount_of_a_later_year_is_due_at_that_years_end(cast: Cast, office: Client, plan: Plan) -> None:
    task = task_of(plan, "2")
    address = f"/items/{task.pk}/edit/"
    said = form_of(office.get(address).content.decode())
    office.post(address, {**said, **aim(horizon_year=2028, milestone="")})
    target = task.targets.get(dropped_on=None)
    assert (target.horizon_year, target.due_on) == (2028, date(2028, 12, 31))
    assert task_facts([task.pk])[task.pk].targets[0].due == date(2028, 12, 31)


def test_more_rows_come_without_losing_what_was_typed(cast: Cast, office: Client, plan: Plan) -> None:
    address = f"/plans/{plan.pk}/items/add/"
    said = form_of(office.get(address).content.decode()) | {"title": "示例", "steps-0-text": "选址"}
    form = form_of(office.post(address, {**said, "more": "steps"}).content.decode())
    form = form_of(office.post(address, {**form, "more": "aims"}).content.decode())
    assert (form["steps-0-text"], form["steps-1-text"], form["aims-1-name"]) == ("选址", "", "")
    assert not Task.objects.filter(title="示例").exists()


def test_names_are_offered_while_one_types(cast: Cast, office: Client, plan: Plan) -> None:
    page = office.get(f"/plans/{plan.pk}/items/add/").content.decode()
    lists = dict(re.findall(r'<datalist id="([^"]*)">(.*?)</datalist>', page, re.DOTALL))
    assert '<option value="规划建设科">' in lists["names-units"]
    assert '<option value="各科室">' in lists["names-units"]
    assert '<option value="分管建设副主任">' in lists["names-posts"]
    assert '<option value="示例·张三">' in lists["names-people"]
    assert 'list="names-units"' in page


def test_an_issued_date_is_not_changed_without_saying_what_that_is(cast: Cast, office: Client, plan: Plan) -> None:
    address = f"/items/{task_of(plan, '1').pk}/edit/"
    said = form_of(office.get(address).content.decode()) | {"steps-1-due_on": "2026-07-31"}
    answer = office.post(address, said)
    assert answer.status_code == 422
    assert "时限改了，请选是重新下达、延期还是更正。" in answer.content.decode()
    typed = {"steps-1-kind": "extended", "document": "示例函〔2026〕3号", "reason": "用地未批"}
    office.post(address, {**said, **typed})
    step = task_of(plan, "1").milestones.get(text="报批")
    last = step.dates.order_by("pk").last()
    assert last is not None
    assert (last.kind, last.document, last.reason) == (DateKind.EXTENDED, "示例函〔2026〕3号", "用地未批")
    assert (step.moves, step.issued_due_on) == (1, date(2026, 6, 30))


def test_an_item_is_changed_and_history_says_why(cast: Cast, office: Client, plan: Plan) -> None:
    road = task_of(plan, "1")
    address = f"/items/{road.pk}/edit/"
    said = form_of(office.get(address).content.decode())
    said |= {"title": "新塘大道建设", "steps-1-due_on": "2026-07-31", "reason": "示例发〔2026〕20号"}
    said |= {"steps-1-kind": "reissued"}
    assert office.post(address, said).status_code == 302
    road.refresh_from_db()
    step = road.milestones.get(text="报批")
    assert (road.title, step.issued_due_on, step.current_due_on) == (
        "新塘大道建设",
        date(2026, 7, 31),
        date(2026, 7, 31),
    )
    assert step.dates.order_by("pk").values_list("kind", flat=True).last() == DateKind.REISSUED
    entry = HistoryEntry.objects.filter(task_id=road.pk).latest("pk")
    assert (entry.before["title"], entry.reason) == ("新塘路建设", "示例发〔2026〕20号")
    leads = Involvement.objects.on(TODAY).filter(task=road).values_list("as_written", flat=True).order_by("position")
    assert set(leads) == {"规建科", "经济发展科", "分管建设副主任"}


def test_saving_without_a_change_leaves_no_trace(cast: Cast, office: Client, plan: Plan) -> None:
    for number in ("1", "2", "3"):
        task = task_of(plan, number)
        address = f"/items/{task.pk}/edit/"
        office.post(address, form_of(office.get(address).content.decode()))
        assert HistoryEntry.objects.filter(task_id=task.pk).latest("pk").action == "task.issued"


def test_a_step_that_is_done_is_never_removed(cast: Cast, office: Client, plan: Plan) -> None:
    road = task_of(plan, "1")
    step = road.milestones.get(text="选址")
    mark_milestones(task=road, done={step.pk: TODAY}, by=cast.actor(), now=at(TODAY))
    address = f"/items/{road.pk}/edit/"
    said = form_of(office.get(address).content.decode()) | {"steps-0-DELETE": "on"}
    answer = office.post(address, said)
    assert answer.status_code == 422
    assert "已经完成，不能删除" in answer.content.decode()


def test_the_second_editor_sees_both_values_and_keeps_the_typing(cast: Cast, office: Client, plan: Plan) -> None:
    address = f"/items/{task_of(plan, '1').pk}/edit/"
    said = form_of(office.get(address).content.decode())
    office.post(address, {**said, "title": "甲改的"})
    answer = office.post(address, {**said, "title": "乙改的"})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "<td>甲改的</td><td>乙改的</td>" in page
    office.post(address, form_of(page))
    assert task_of(plan, "1").title == "乙改的"


def test_figures_of_a_report_stay_with_their_target_when_it_is_changed(cast: Cast, office: Client, plan: Plan) -> None:
    open_rounds(today=TODAY)
    target = Target.objects.get(task=task_of(plan, "2"))
    report(cast, plan, "2", values={target.pk: Decimal(3)})
    address = f"/items/{task_of(plan, '2').pk}/edit/"
    said = form_of(office.get(address).content.decode()) | {"aims-0-value": "9"}
    office.post(address, said)
    target.refresh_from_db()
    assert target.value == 9
    assert TargetValue.objects.get(target=target).value == 3


def test_a_plan_closed_to_others_is_not_seen_by_them(cast: Cast, office: Client, plan: Plan) -> None:
    said = {"version": plan.version, "title": plan.title, "document": plan.document, "restricted": "on"}
    office.post(f"/plans/{plan.pk}/edit/", said)
    office.force_login(cast.investment_clerk)
    assert office.get(f"/items/{task_of(plan, '1').pk}/").status_code == 404
    assert office.get(f"/items/{task_of(plan, '2').pk}/").status_code == 200


def test_two_who_rename_a_plan_see_both_names(cast: Cast, office: Client, plan: Plan) -> None:
    seen = plan.version
    change_plan(plan=plan, version=seen, title="甲起的名", document="", restricted=False, by=cast.actor())
    answer = office.post(f"/plans/{plan.pk}/edit/", {"version": seen, "title": "乙起的名", "document": ""})
    assert answer.status_code == 409
    assert "<td>甲起的名</td><td>乙起的名</td>" in answer.content.decode()


def test_what_is_doubtful_in_a_draft_is_listed_before_it_is_issued(cast: Cast, office: Client) -> None:
    plan = make_plan(cast)
    office.post(f"/plans/{plan.pk}/items/add/", {**fill(office, f"/plans/{plan.pk}/items/add/", title="示例空项")})
    page = office.get(f"/plans/{plan.pk}/").content.decode()
    assert "没有牵头单位" in page
    assert "没有时限，也不是长期工作" in page
    assert "单位里没有能登录的人" not in page


@pytest.mark.parametrize("size", [10, 500])
def test_the_editor_asks_equally_often_whatever_the_plan_holds(
    cast: Cast, office: Client, plan: Plan, size: int, assert_query_baseline: QueryBaseline
) -> None:
    many_tasks(cast, plan, size)
    with assert_query_baseline("page office /items/{item}/edit/"):
        office.get(f"/items/{task_of(plan, '1').pk}/edit/")
