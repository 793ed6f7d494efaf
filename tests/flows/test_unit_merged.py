"""A unit is merged into another in July: nothing it had is lost, and what it said in June still bears its old name."""

import re
from datetime import date

import pytest
from django.test import Client
from pytest_django import Settings

from accounts.models import Department
from projects.models import Plan, Task
from projects.planning import close_task
from tests.cast import TODAY, Cast, at, evening, task_of
from tests.flows.monthly import accepted, on_day, reported, text
from tests.projects.test_editing import fill
from tests.tracker.visits import signed_in
from tracker.derived import differences
from tracker.models import Owed, ProgressReport
from tracker.rounds import open_rounds

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("business_day")]
JULY = date(2026, 7, 8)
OLD, NEW = "规划建设科", "经济发展科"
REASON = "示例机构改革方案"


@pytest.fixture
def june(cast: Cast, plan: Plan) -> ProgressReport:
    """Have the old unit tell of the road in June, through the pages, and the office accept it."""
    open_rounds(today=TODAY)
    road = task_of(plan, "1")
    selected = road.milestones.get(text="选址")
    clerk = signed_in(Client(), cast.clerk)
    reported(clerk, road, sentence="选址意见已批。", **{f"mark-{selected.pk}": "2026-06-20"})
    accepted(signed_in(Client(), cast.office), road)
    return ProgressReport.objects.get()


def merged(office: Client, source: Department, target: Department) -> str:
    """Merge on the unit's page; return the page that follows."""
    address = f"/people/units/{source.pk}/pass-on/"
    page = text(office, address)
    assert "整个并过去，原单位撤销" in page
    assert "报过的情况和原文仍是旧名称" in page
    source.refresh_from_db()
    said = {"version": source.version, "target": target.pk, "dissolve": "on", "reason": REASON}
    answer = office.post(address, said, follow=True)
    assert answer.redirect_chain == [(f"/people/units/{target.pk}/", 302)]
    return str(answer.content.decode())


def owing(plan: Plan, number: str) -> dict[str, str]:
    rows = Owed.objects.filter(task=task_of(plan, number), round__starts_on__gte=date(2026, 7, 1))
    return dict(rows.values_list("department__name", "state"))


def test_a_unit_is_merged_in_july(cast: Cast, plan: Plan, june: ProgressReport, settings: Settings) -> None:
    on_day(settings, JULY)
    open_rounds(today=JULY)
    office, clerk = signed_in(Client(), cast.office), signed_in(Client(), cast.clerk)
    road = task_of(plan, "1")
    assert re.search(r"还差\D*2\D*项", text(clerk, "/mine/"))

    page = merged(office, cast.building, cast.economy)
    assert f"已把 2 项交给{NEW}，从今天起算。" in page
    for name in ("示例·科长", "示例·张三", "示例·李四"):
        assert name in page
    assert "撤并" in text(office, "/people/")
    assert "过去的记录仍用这个名称" in text(office, f"/people/units/{cast.building.pk}/")

    item = text(office, f"/items/{road.pk}/")
    assert "选址意见已批。" in item
    assert NEW in item
    history = text(office, f"/items/{road.pk}/history/")
    assert (REASON in history, OLD in history, NEW in history) == (True, True, True)
    june.refresh_from_db()
    assert (june.department, june.author_name) == (cast.building, "示例·张三")
    assert re.search(rf"选址意见已批。\s*<span class=\"sub\">{OLD} 示例·张三", item)

    assert owing(plan, "1") == {NEW: "owed"}
    assert owing(plan, "3") == {OLD: "waived", NEW: "owed", "招商服务科": "owed"}
    mine = text(clerk, "/mine/")
    assert "新塘路建设" in mine
    assert "安全生产" in mine
    form = text(clerk, f"/items/{road.pk}/report/")
    grid = text(clerk, "/mine/grid/")
    assert ("选址意见已批。" in form, "选址意见已批。" in grid) == (True, True)
    reported(clerk, road, sentence="报批材料已受理。")
    assert NEW in text(office, "/reviews/")
    accepted(office, road)
    told = ProgressReport.objects.filter(task=road).order_by("pk").values_list("department__name", "sentence")
    assert list(told) == [(OLD, "选址意见已批。"), (NEW, "报批材料已受理。")]

    board = text(signed_in(Client(), cast.leader), "/board/")
    units = re.search(r'<table class="[^"]*matrix[^"]*".*?</table>', board, re.DOTALL)
    assert units is not None
    assert (NEW in units[0], OLD in units[0]) == (True, False)
    assert Task.objects.filter(plan=plan, state="issued").count() == 3
    assert not differences(now=evening(JULY))


def test_a_table_that_still_says_the_old_name_finds_the_new_unit(
    cast: Cast, plan: Plan, june: ProgressReport, settings: Settings
) -> None:
    on_day(settings, JULY)
    office = signed_in(Client(), cast.office)
    merged(office, cast.building, cast.economy)
    address = f"/plans/{plan.pk}/items/add/"
    form = fill(office, address, title="滨河绿道", deadline_text="年底前", lead="规建科")
    assert office.post(address, form).status_code == 302
    added = Task.objects.get(plan=plan, title="滨河绿道")
    assert added.involvements.get(role="lead").department == cast.economy
    assert NEW in text(office, f"/items/{added.pk}/")


def test_what_was_closed_before_keeps_the_old_name_on_its_page(
    cast: Cast, plan: Plan, june: ProgressReport, settings: Settings
) -> None:
    road = task_of(plan, "1")
    close_task(task=road, on=TODAY, by=cast.actor(), now=at(TODAY))
    on_day(settings, JULY)
    office = signed_in(Client(), cast.office)
    assert f"已把 1 项交给{NEW}" in merged(office, cast.building, cast.economy)
    assert OLD in text(office, f"/items/{road.pk}/")
    assert "选址意见已批。" in text(signed_in(Client(), cast.clerk), f"/items/{road.pk}/")
