"""The check page: one page of the sheet at a time, each decision kept, two people at one table."""

import pytest

from projects.importing.page.laying import PAGE_ROWS
from projects.models import ImportBatch, Task
from projects.planning import cancel_tasks
from tests.cast import TODAY, at
from tests.projects.import_views.pages import Office

pytestmark = pytest.mark.django_db

DAY = "due:impossible_day:9月31日前:没有9月31日,暂按9月30日,请核对。"
NAME = "name:department:东湖街道"


def long_table(office: Office) -> ImportBatch:
    rows = [f"{n}\t建设第{n}座公交站\t6月底前\t规划建设科" for n in range(1, 2 * PAGE_ROWS + 2)]
    rows[2 * PAGE_ROWS] = rows[2 * PAGE_ROWS].replace("6月底前", "9月31日前")
    return office.paste(*rows)


def test_a_long_sheet_comes_a_page_at_a_time_with_what_waits_on_each(office: Office) -> None:
    batch = long_table(office)
    page = office.page(batch)
    assert len(page.rows) == PAGE_ROWS
    assert [(one.undecided, one.current) for one in page.pages] == [(0, True), (0, False), (1, False)]
    assert page.next_undecided == 1
    assert [row.row_label for row in office.page(batch, "?page=3").rows] == [str(2 * PAGE_ROWS + 2)]


def test_a_question_is_shown_on_the_page_where_it_stands(office: Office) -> None:
    batch = long_table(office)
    assert office.page(batch, "?at=1").number == 3
    assert office.page(batch, "?show=asked&at=1").number == 1


@pytest.mark.parametrize(
    "query", ["?page=0", "?page=99", "?page=x", "?at=77", "?show=none", "?place=999999", "?page=９"]
)
def test_an_address_nobody_offered_shows_a_page_all_the_same(query: str, office: Office, doubtful: ImportBatch) -> None:
    assert len(office.page(doubtful, query).rows) == 3


def test_every_tab_holds_its_rows_only(office: Office, doubtful: ImportBatch) -> None:
    assert [row.row_label for row in office.page(doubtful, "?show=asked").rows] == ["2", "3"]
    assert len(office.page(doubtful, "?show=new").rows) == 3
    assert not office.page(doubtful, "?show=changed").rows


def test_a_decision_comes_back_with_the_rows_it_touches_only(office: Office, doubtful: ImportBatch) -> None:
    answer = office.post(doubtful, "decide", {DAY: "as_read"}, htmx=True).content.decode()
    assert 'id="row-0"' in answer
    assert 'id="row-1"' not in answer
    assert "还剩 1 处" in answer


def test_a_name_is_decided_once_for_every_row_it_stands_in(office: Office) -> None:
    batch = office.paste("1\t修路\t6月底前\t东湖街道", "2\t修桥\t6月底前\t东湖街道")
    assert [one.number for one in office.page(batch).rows[1].elsewhere] == [1]
    answer = office.post(batch, "decide", {NAME: "new:department"}, htmx=True).content.decode()
    assert 'id="row-0"' in answer
    assert 'id="row-1"' in answer


def test_anyone_of_the_directory_may_be_named(office: Office, doubtful: ImportBatch) -> None:
    office.decide(doubtful, {f"who:{NAME}": "招商服务科"})
    asked = next(asked for asked in office.page(doubtful).questions if asked.name == NAME)
    assert asked.chosen == "招商服务科"


def test_a_name_nobody_goes_by_is_said_to_be_unknown(office: Office, doubtful: ImportBatch) -> None:
    answer = office.post(doubtful, "decide", {f"who:{NAME}": "天外飞仙科"})
    assert answer.status_code == 422
    assert "名录里没有“天外飞仙科”" in answer.content.decode()


def test_what_is_refused_is_told_at_its_question_with_what_was_typed(office: Office, doubtful: ImportBatch) -> None:
    answer = office.post(doubtful, "decide", {f"who:{NAME}": "天外飞仙科"}, htmx=True)
    text = answer.content.decode()
    assert answer.status_code == 200
    assert 'id="row-1"' in text
    assert 'id="row-0"' not in text
    row = text.partition('id="row-1"')[2]
    assert 'value="天外飞仙科"' in row
    assert row.index("名录里没有“天外飞仙科”") < row.index("</fieldset>")
    assert office.page(doubtful).decided == 0


def test_a_name_is_not_said_to_mean_itself(office: Office, doubtful: ImportBatch) -> None:
    answer = office.post(doubtful, "decide", {f"who:{NAME}": "东湖街道"})
    assert answer.status_code == 422
    assert "这里写的就是“东湖街道”" in answer.content.decode()


def test_what_is_no_day_is_refused_at_its_question(office: Office, doubtful: ImportBatch) -> None:
    answer = office.post(doubtful, "decide", {f"day:{DAY}": "2026-02-31", NAME: "keep"})
    told = {asked.name: asked.refused.why for asked in answer.context["page"].questions if asked.refused}
    assert told == {DAY: "“2026-02-31”不是一个日期。"}
    assert office.page(doubtful).decided == 1


def test_a_table_is_not_written_while_what_was_typed_last_is_refused(office: Office, doubtful: ImportBatch) -> None:
    office.decide(doubtful, {DAY: "as_read", NAME: "keep"})
    sent: dict[str, object] = {"fingerprint": office.page(doubtful).fingerprint, f"who:{NAME}": "天外飞仙科"}
    assert office.post(doubtful, "apply", sent).status_code == 422
    assert not Task.objects.exists()


@pytest.mark.parametrize(
    "pressed", ["row:99=leave", "row:0=burn", "field:1:title=leave", "drop:1=cancel", "x", "row:=leave"]
)
def test_a_button_the_page_has_not_decides_nothing(pressed: str, office: Office, doubtful: ImportBatch) -> None:
    office.decide(doubtful, {"decide": pressed})
    doubtful.refresh_from_db()
    assert doubtful.decisions == {}


def test_a_row_left_out_is_not_written_and_asks_nothing_more(office: Office, doubtful: ImportBatch) -> None:
    office.decide(doubtful, {"decide": "row:1=leave"})
    page = office.page(doubtful)
    assert (page.rows[1].left, page.total, page.to_write["new"]) == (True, 1, 2)
    office.decide(doubtful, {"decide": "row:1=take"})
    assert not office.page(doubtful).rows[1].left


def test_what_two_people_decide_of_different_things_is_both_kept_and_told(
    office: Office, doubtful: ImportBatch
) -> None:
    office.decide(doubtful, {NAME: "keep"})
    answer = office.post(doubtful, "decide", {DAY: "as_read", "version": doubtful.version})
    assert answer.status_code == 200
    assert "刚决定了 1 处" in answer.content.decode()
    assert office.page(doubtful).undecided == 0


def test_what_a_colleague_decided_otherwise_stands_and_both_are_shown(office: Office, doubtful: ImportBatch) -> None:
    office.decide(doubtful, {DAY: "2026-09-30"})
    answer = office.post(doubtful, "decide", {DAY: "as_read", "version": doubtful.version})
    text = answer.content.decode()
    assert answer.status_code == 409
    assert "示例·督办员 刚刚另有决定" in text
    assert "9月30日（您选的是 照上面的读法）" in text
    doubtful.refresh_from_db()
    assert doubtful.decisions[DAY] == "2026-09-30"


def test_a_form_that_only_repeats_what_stood_there_overrules_nobody(office: Office, doubtful: ImportBatch) -> None:
    office.decide(doubtful, {DAY: "as_read", NAME: "keep"})
    seen = ImportBatch.objects.get(pk=doubtful.pk).version
    office.decide(doubtful, {DAY: "2026-09-30"})
    answer = office.post(doubtful, "decide", {DAY: "as_read", NAME: "new:department", "version": seen})
    assert answer.status_code == 200
    doubtful.refresh_from_db()
    assert (doubtful.decisions[DAY], doubtful.decisions[NAME]) == ("2026-09-30", "new:department")


def test_a_plan_that_moved_is_told_with_what_was_done_to_it(office: Office, doubtful: ImportBatch) -> None:
    plan = office.apply(doubtful)
    batch = office.paste("1\t街区改造方案报批\t8月底前\t规划建设科", plan=plan)
    shown = office.client.get(f"/imports/{batch.pk}/")
    task = Task.objects.get(plan=plan, number="1")
    cancel_tasks(task_ids=[task.pk], reason="并入他项", by=office.cast.actor(), now=at(TODAY))
    sent = {"fingerprint": shown.context["page"].fingerprint, "mark": shown.context["mark"]}
    answer = office.post(batch, "apply", sent)
    assert answer.status_code == 409
    assert "街区改造方案报批 取消" in answer.content.decode()


def test_a_table_that_is_written_is_not_decided_on_any_more(office: Office, doubtful: ImportBatch) -> None:
    office.apply(doubtful)
    for act in ("decide", "apply", "roles", "plan", "as-before", "together/names"):
        answer = office.post(doubtful, act, {DAY: "as_read"})
        assert answer.headers["Location"] == f"/imports/{doubtful.pk}/"
