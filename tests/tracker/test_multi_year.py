"""Goals of several years: which items stand there, what their years come to, who sees them, and what offices below add."""

from datetime import date
from decimal import Decimal
from io import BytesIO

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from openpyxl import load_workbook

from accounts.access import Reach
from projects.choices import InvolvementRole
from projects.drafts import MilestoneDraft, PartyDraft, TargetDraft, TaskDraft
from projects.models import Plan
from projects.planning import add_tasks, cancel_tasks, close_task, withdraw_tasks
from tests.cast import TODAY, Cast, at, task_of
from tests.family import make_child, offer, taken
from tests.query_counts import QueryBaseline
from tests.tracker.goals import PARKING, accepted, handed_in_two_years, in_two_years, issued, parking, promised
from tests.tracker.visits import signed_in
from tracker.boards.multi_year import ROWS, GoalItem, multi_year
from tracker.evidence import attach
from tracker.lights import Light

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("business_day")]


def listed(reach: Reach) -> dict[int | None, list[str]]:
    view = multi_year(reach, today=TODAY)
    return {group.horizon: [item.task.title for item in group.items] for group in view.groups}


def only(reach: Reach) -> GoalItem:
    ((item,),) = (group.items for group in multi_year(reach, today=TODAY).groups)
    return item


def test_an_item_is_listed_by_the_furthest_year_its_amounts_look_to_the_nearest_first(cast: Cast, plan: Plan) -> None:
    promised(cast, plan, "到三零年", parking(horizon=2030))
    promised(cast, plan, "两个年份", parking(horizon=2027), TargetDraft("绿地", Decimal(5), "公顷", horizon_year=2028))
    promised(cast, plan, "到二七年", parking(horizon=2027))
    promised(cast, plan, "今年就做完", parking(horizon=2026), parking(50, horizon=None))
    reach = cast.reach(cast.office)
    assert listed(reach) == {2027: ["到二七年"], 2028: ["两个年份"], 2030: ["到三零年"]}
    assert multi_year(reach, today=TODAY).last == 2030


def test_an_item_that_goes_on_with_an_earlier_plans_is_listed_though_it_names_no_year(cast: Cast, plan: Plan) -> None:
    before = promised(cast, issued(cast, 2025), "河道整治")
    promised(cast, plan, "河道整治续", after=before)
    promised(cast, plan, "停车难治理", parking())
    assert listed(cast.reach(cast.office)) == {2028: ["停车难治理"], None: ["河道整治续"]}


def test_its_years_are_added_up_and_its_last_item_stands_for_the_line(cast: Cast, plan: Plan) -> None:
    before, now = in_two_years(cast, plan)
    item = only(cast.reach(cast.office))
    assert (item.task, [step.task for step in item.steps], item.unseen, item.left) == (now, [before, now], 0, False)
    (line,) = item.goals
    assert (line.done, line.promised, line.years) == ("1100", "3000 个", [(2025, "800"), (2026, "300")])
    assert (line.goal.whole.start, line.goal.whole.due) == (date(2025, 1, 1), date(2028, 12, 31))
    # 539 of 1,460 days since the first year began.
    assert (line.due, line.goal.expected_percent, line.goal.actual_percent) == (
        "1108 个",
        Decimal("36.9"),
        Decimal("36.6"),
    )


def test_the_light_is_this_years(cast: Cast, plan: Plan) -> None:
    before = promised(cast, issued(cast, 2025), "停车难治理", parking())
    late = MilestoneDraft("开工", "3月底前", date(2026, 3, 31))
    draft = TaskDraft("停车难治理", milestones=(late,), targets=(parking(),), carried_from_id=before.pk)
    add_tasks(plan=plan, drafts=[draft], by=cast.actor(), now=at(TODAY))
    item = only(cast.reach(cast.office))
    assert (item.lit.light, item.lit.light_word) == (Light.OVERDUE, "逾期 85 天")
    assert "开工" in item.lit.why


def test_what_no_later_plan_goes_on_with_stands_there_until_its_horizon_is_over(cast: Cast, plan: Plan) -> None:
    older = issued(cast, 2025)
    promised(cast, older, "没有结转", parking(horizon=2027))
    promised(cast, older, "到了年份", parking(horizon=2025), number="91")
    promised(cast, issued(cast, 2023), "过了年份", parking(horizon=2025), number="92")
    item = only(cast.reach(cast.office))
    assert (item.task.title, item.task.plan, item.left) == ("没有结转", older, True)
    assert task_of(plan, "1").title not in str(listed(cast.reach(cast.office)))


def test_what_is_not_issued_or_was_taken_back_is_not_listed_and_ends_no_line(cast: Cast, plan: Plan) -> None:
    before = promised(cast, issued(cast, 2025), "停车难治理", parking())
    draft = issued(cast, 2027, issue=False)
    promised(cast, draft, "草稿", parking(), after=before)
    for title, end in (("撤回", withdraw_tasks), ("取消", cancel_tasks)):
        gone = promised(cast, plan, title, parking())
        end(task_ids=[gone.pk], reason="重复", by=cast.actor(), now=at(TODAY))
    assert listed(cast.reach(cast.office)) == {2028: ["停车难治理"]}


def test_an_earlier_item_that_was_taken_back_is_no_year_of_the_line(cast: Cast, plan: Plan) -> None:
    before, _ = in_two_years(cast, plan)
    alone = promised(cast, before.plan, "河道整治", number="91")
    promised(cast, plan, "河道整治续", after=alone, number="91")
    withdraw_tasks(task_ids=[before.pk, alone.pk], reason="重复", by=cast.actor(), now=at(TODAY))
    item = only(cast.reach(cast.office))
    assert (item.goals[0].done, len(item.steps), item.unseen) == ("300", 1, 0)


def test_every_year_leads_to_its_item_and_its_evidence(cast: Cast, plan: Plan, client: Client) -> None:
    before, now = in_two_years(cast, plan)
    file = ContentFile(b"%PDF-1.4", name="photo.pdf")
    attach(task=before, files=[file], department=cast.investment, by=cast.actor(), now=at(TODAY))
    close_task(task=before, on=date(2025, 12, 31), by=cast.actor(), now=at(TODAY))
    assert [(step.files, step.closed) for step in only(cast.reach(cast.office)).steps] == [(1, True), (0, False)]
    page = signed_in(client, cast.office).get("/multi-year-goals/").content.decode()
    assert f'href="/items/{before.pk}/#evidence"' in page
    assert f'href="/items/{now.pk}/"' in page


def test_a_clerk_sees_what_the_board_shows_him_and_is_told_of_years_he_does_not_see(cast: Cast, plan: Plan) -> None:
    in_two_years(cast, plan, restricted=True)
    mine, theirs = only(cast.reach(cast.investment_clerk)), only(cast.reach(cast.clerk))
    assert (mine.goals[0].done, mine.unseen) == ("1100", 0)
    assert (theirs.goals[0].done, theirs.unseen, len(theirs.steps)) == ("300", 1, 1)
    hidden = promised(cast, issued(cast, 2024, restricted=True), "只有一个单位看得到", parking(), number="91")
    assert hidden.title in str(listed(cast.reach(cast.investment_clerk)))
    assert hidden.title not in str(listed(cast.reach(cast.clerk)))


def test_another_organization_sees_nothing_of_it(cast: Cast, plan: Plan, client: Client) -> None:
    in_two_years(cast, plan)
    assert listed(cast.reach(cast.outsider)) == {}
    page = signed_in(client, cast.outsider).get("/multi-year-goals/").content.decode()
    assert "现在没有跨年的目标" in page
    assert "指标写了今年以后的“目标年份”" in page
    assert PARKING not in page


def test_what_offices_below_reached_is_added_over_their_years_and_then_over_offices(cast: Cast, plan: Plan) -> None:
    north, south = make_child(cast.organization, "bei"), make_child(cast.organization, "nan")
    _, now = handed_in_two_years(cast, plan, north)
    (handed,) = offer(cast, now, south)
    accepted(taken(south, handed), 7, cast, child=south)
    item = only(cast.reach(cast.office))
    assert [(line.row.to.code, line.year) for line in item.offices] == [("bei", 2026), ("nan", 2026)]
    assert [line.goals[0].done for line in item.offices] == ["120", "7"]
    assert [line.goals[0].years for line in item.offices] == [[(2025, "80"), (2026, "40")], [(2026, "7")]]
    (total,) = item.sums
    assert (total.offices, total.accepted, total.goal) == (2, Decimal(127), Decimal(6000))
    # What the offices below reached is their own account; the item's own figures stay its own.
    assert item.goals[0].done == "1100"


def test_an_offer_that_waits_says_so_and_has_no_light(cast: Cast, plan: Plan) -> None:
    _, now = in_two_years(cast, plan)
    offer(cast, now, make_child(cast.organization, "bei"))
    (line,) = only(cast.reach(cast.leader)).offices
    assert (line.row.state, line.lit, line.goals) == ("offered", None, ())


def test_the_roll_up_is_for_the_office_and_the_main_leader(cast: Cast, plan: Plan, client: Client) -> None:
    child = make_child(cast.organization, "bei")
    handed_in_two_years(cast, plan, child)
    for user, sees in ((cast.office, True), (cast.leader, True), (cast.investment_clerk, False), (cast.clerk, False)):
        assert bool(only(cast.reach(user)).offices) is sees
        page = signed_in(client, user).get("/multi-year-goals/").content.decode()
        assert (child.organization.name in page) is sees
        for secret in ("镇里的题目", "镇里上年", child.unit.name):
            assert secret not in page


def test_the_office_below_sees_its_own_goal_and_nothing_above(cast: Cast, plan: Plan) -> None:
    child = make_child(cast.organization, "bei")
    handed_in_two_years(cast, plan, child)
    item = only(child.reach())
    assert (item.task.title, item.goals[0].done, item.offices) == ("镇里的题目", "120", ())


@pytest.mark.parametrize("size", [2, 25])
def test_the_page_asks_equally_often_however_many_goals_there_are(
    cast: Cast, plan: Plan, client: Client, assert_query_baseline: QueryBaseline, size: int
) -> None:
    child, older = make_child(cast.organization, "bei"), issued(cast, 2025)
    for number in range(size):
        before = promised(cast, older, f"事项{number}", parking(), number=str(100 + number))
        (handed,) = offer(cast, before, child)
        taken(child, handed, issue=number == 0)
        promised(cast, plan, f"事项{number}", parking(), after=before, number=str(100 + number))
    for user in ("office", "clerk"):
        signed_in(client, getattr(cast, user)).get("/multi-year-goals/")
        with assert_query_baseline(f"page {user} /multi-year-goals/"):
            answer = client.get("/multi-year-goals/")
        assert sum(len(group.items) for group in answer.context["view"].groups) == size
    with assert_query_baseline("file multi-year goals"):
        client.get("/multi-year-goals/file.xlsx")


def test_a_long_list_has_pages_and_every_heading_says_how_many_it_has_in_all(
    cast: Cast, plan: Plan, client: Client
) -> None:
    lead = PartyDraft(InvolvementRole.LEAD, cast.investment.name, department_id=cast.investment.pk)
    drafts = [
        TaskDraft(f"事项{n}", number=str(n), parties=(lead,), targets=(parking(),)) for n in range(100, 102 + ROWS)
    ]
    add_tasks(plan=plan, drafts=drafts, by=cast.actor(), now=at(TODAY))
    desk = signed_in(client, cast.office)
    first, second = (desk.get(f"/multi-year-goals/?page={page}").context["view"].groups for page in (1, 2))
    assert [(len(group.items), group.total) for group in (*first, *second)] == [(ROWS, ROWS + 2), (2, ROWS + 2)]
    for nonsense in ("x", "0", "9" * 5000):
        assert desk.get(f"/multi-year-goals/?page={nonsense}").status_code == 200


def test_the_page_is_in_the_navigation_of_everyone(cast: Cast, plan: Plan, client: Client) -> None:
    for user in (cast.office, cast.leader, cast.deputy, cast.clerk):
        assert 'href="/multi-year-goals/"' in signed_in(client, user).get("/board/").content.decode()
    assert task_of(plan, "1").pk


def test_the_page_tells_what_was_promised_and_reached(cast: Cast, plan: Plan, client: Client) -> None:
    in_two_years(cast, plan)
    page = signed_in(client, cast.investment_clerk).get("/multi-year-goals/").content.decode()
    for said in ("到 2028 年", "停车难治理", PARKING, "1100", "3000 个", "1108 个", "各年相加"):
        assert said in page


def test_the_workbook_has_a_line_for_every_amount(cast: Cast, plan: Plan, client: Client) -> None:
    child = make_child(cast.organization, "bei")
    handed_in_two_years(cast, plan, child)
    promised(
        cast, plan, "=两个指标", parking(50, horizon=2027), TargetDraft("投诉", Decimal(9), "件", horizon_year=2027)
    )
    answer = signed_in(client, cast.office).get("/multi-year-goals/file.xlsx")
    assert "2026-06-24.xlsx" in answer.headers["Content-Disposition"]
    rows = [*load_workbook(BytesIO(answer.getvalue())).active.iter_rows(min_row=2, values_only=True)]  # type: ignore[union-attr]
    assert rows[0][:5] == ("目标年份", "序号", "事项", "指标", "目标")
    assert [row[0] for row in rows[1:]] == ["2027", "2027", "2028"]
    assert rows[1][2] != "=两个指标"
    assert rows[3][3:10] == (PARKING, "3000 个", "1100", "1108 个", "36.6", "36.9", "−0.2")
    assert rows[3][11:] == ("2025 800；2026 300", f"{child.organization.name} 滞后 {PARKING} 120 / 3000 个")
