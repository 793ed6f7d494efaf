"""What stays of an import: figures, decisions in words with who made them, the fate of each row; and the way back."""

from typing import Any

import pytest
from django.utils import timezone
from pytest_django import Settings

from projects.choices import BatchState, TaskState
from projects.models import ImportBatch, Task
from projects.planning import cancel_tasks
from tests.cast import TODAY, at
from tests.projects.import_views.pages import Office

pytestmark = pytest.mark.django_db

DAY = "due:impossible_day:9月31日前:没有9月31日,暂按9月30日,请核对。"
NAME = "name:department:东湖街道"


@pytest.fixture
def written(office: Office, doubtful: ImportBatch) -> ImportBatch:
    office.decide(doubtful, {DAY: "2026-09-30", NAME: "new:department", "decide": "row:2=leave"})
    office.apply(doubtful)
    return doubtful


def record(office: Office, batch: ImportBatch, query: str = "") -> Any:
    return office.client.get(f"/imports/{batch.pk}/{query}").context


def test_the_decisions_are_readable_with_who_made_them(office: Office, written: ImportBatch) -> None:
    decisions = {(one.about, one.answer, one.who) for one in record(office, written)["decisions"]}
    assert ("“东湖街道”", "新建单位", "示例·督办员") in decisions
    assert ("4 行", "不采用", "示例·督办员") in decisions
    assert any("没有9月31日" in about and answer == "2026年9月30日" for about, answer, _ in decisions)


def test_decisions_are_told_by_the_clock_by_which_the_table_was_written(
    office: Office, doubtful: ImportBatch, settings: Settings
) -> None:
    settings.BUSINESS_DAY_SHIFT = (TODAY - timezone.localtime().date()).days
    office.decide(doubtful, {DAY: "2026-09-30", NAME: "new:department"})
    office.apply(doubtful)
    shown = record(office, doubtful)
    assert {one.when.date() for one in shown["decisions"]} == {TODAY}
    assert timezone.localtime(shown["batch"].applied_at).date() == TODAY


def test_every_row_shows_what_became_of_it_and_why(office: Office, written: ImportBatch) -> None:
    lines = record(office, written)["lines"]
    fates = [(line["row"].row, line["row"].outcome, line["reason"]) for line in lines]
    assert fates == [(2, "new", ""), (3, "new", ""), (4, "skipped", "核对时决定不写入")]


def test_the_rows_of_one_outcome_are_shown_alone(office: Office, written: ImportBatch) -> None:
    lines = record(office, written, "?show=skipped")["lines"]
    assert [line["row"].row for line in lines] == [4]


def test_columns_items_and_dates_are_told_by_their_names(office: Office) -> None:
    plan = office.apply(office.paste("1\t修路\t6月底前\t规划建设科", "2\t修桥\t6月底前\t规划建设科"))
    batch = office.paste(
        "1\t修路\t8月底前\t规划建设科\t甲", plan=plan, header="序号\t工作内容\t完成时限\t责任单位\t说明栏"
    )
    road = Task.objects.get(plan=plan, number="1")
    office.post(batch, "roles", {"role:说明栏": "contact"})
    office.decide(batch, {"decide": f"field:{road.pk}:deadline=leave", "drop:0": "x"})
    office.apply(batch)
    told = {one.about: one.answer for one in record(office, batch)["decisions"]}
    assert told["列“说明栏”"] == "联系人"
    assert told["1 修路 时限"] == "不采用"
    assert told["新表没有的事项：2 修桥"] == "取消，报送记录保留"


def test_undoing_says_what_it_will_do_asks_why_and_leaves_a_record(office: Office, written: ImportBatch) -> None:
    assert "新增的 2 项撤下" in office.client.get(f"/imports/{written.pk}/undo/").content.decode()
    assert office.post(written, "undo", {"reason": " "}).status_code == 422
    assert office.post(written, "undo", {"reason": "导错了年度"}).status_code == 302
    written.refresh_from_db()
    assert written.state == BatchState.UNDONE
    assert "导错了年度" in office.text(written)
    assert not Task.objects.filter(import_rows__batch=written).exclude(state=TaskState.WITHDRAWN).exists()


def test_what_was_done_since_stands_in_the_way_and_is_listed(office: Office, written: ImportBatch) -> None:
    task = Task.objects.get(import_rows__batch=written, number="1")
    cancel_tasks(task_ids=[task.pk], reason="并入他项", by=office.cast.actor(), now=at(TODAY))
    page = office.client.get(f"/imports/{written.pk}/undo/").content.decode()
    assert "还不能撤回" in page
    assert "街区改造方案报批" in page
    assert "示例·督办员" in page
    assert office.post(written, "undo", {"reason": "导错了"}).status_code == 409
    written.refresh_from_db()
    assert written.state == BatchState.APPLIED


def test_an_import_undone_is_not_undone_again(office: Office, written: ImportBatch) -> None:
    office.post(written, "undo", {"reason": "导错了年度"})
    assert office.post(written, "undo", {"reason": "再来一次"}).headers["Location"] == f"/imports/{written.pk}/"


def test_two_who_undo_at_once_are_told(office: Office, written: ImportBatch) -> None:
    assert office.post(written, "undo", {"reason": "导错了", "version": 1}).status_code == 409


def test_a_draft_plan_says_what_comes_next(office: Office, written: ImportBatch) -> None:
    assert "下达以后" in office.text(written)
