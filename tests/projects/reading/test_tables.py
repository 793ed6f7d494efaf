"""Whole sheets: furniture, merged cells, several tables, and where every row went."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from projects.reading.child import read_file
from projects.reading.model import Reading
from tests.projects.reading.sheets import read, workbook

HEAD = ["序号", "工作任务", "责任单位", "完成时限"]


def rows_of(reading: Reading) -> list[int]:
    """Return every row the reading accounts for."""
    found = []
    for sheet in reading.sheets:
        found += [skipped.row for skipped in sheet.skipped]
        for table in sheet.tables:
            found += [
                *table.header_rows,
                *(task.row for task in table.tasks),
                *(skipped.row for skipped in table.skipped),
            ]
    return sorted(found)


def reasons(reading: Reading) -> dict[int, str]:
    return {
        skipped.row: skipped.reason for sheet in reading.sheets for table in sheet.tables for skipped in table.skipped
    }


def test_title_annex_unit_line_and_footer_are_no_tasks_and_no_row_disappears(tmp_path: Path) -> None:
    rows: list[list[Any]] = [
        ["附件1"],
        ["2017年重点工作责任分解表"],
        ["单位：万元"],
        HEAD,
        [1, "甲", "规建局", "3月底"],
        ["合计"],
        ["备注：按月报送"],
        ["联系人：示例·张三"],
    ]
    reading = read(tmp_path, rows, merges=[(1, 0, 1, 3, "2017年重点工作责任分解表")])
    assert reading.sheets[0].tables[0].title == "2017年重点工作责任分解表"
    assert reasons(reading) == {
        1: "附件标记",
        2: "标题",
        3: "单位或日期说明",
        6: "合计行",
        7: "表尾说明",
        8: "表尾说明",
    }
    assert rows_of(reading) == [1, 2, 3, 4, 5, 6, 7, 8]


def test_a_header_repeated_at_a_page_break_is_dropped(tmp_path: Path) -> None:
    reading = read(tmp_path, [HEAD, [1, "甲", "规建局", "3月"], HEAD, [2, "乙", "财政局", "6月"]])
    assert ([task.row for task in reading.tasks], reasons(reading)) == ([2, 4], {3: "重复表头"})


def test_section_rows_become_the_categories_of_the_tasks_below(tmp_path: Path) -> None:
    rows: list[list[Any]] = [
        HEAD,
        ["一、工业"],
        ["（一）招商"],
        [1, "甲", "规建局", "3月"],
        ["（二）企业"],
        [2, "乙", "规建局", "3月"],
        ["二", "城建"],
        [3, "丙", "规建局", "3月"],
    ]
    reading = read(tmp_path, rows, merges=[(1, 0, 1, 3, "一、工业")])
    assert [task.category for task in reading.tasks] == [
        ("一、工业", "（一）招商"),
        ("一、工业", "（二）企业"),
        ("二、城建",),
    ]


def test_merged_cells_same_as_above_and_dashes(tmp_path: Path) -> None:
    head = ["类别", "序号", "项目名称", "完成时间", "责任领导", "责任单位", "责任人"]
    rows: list[list[Any]] = [
        head,
        ["", 1, "甲", "3月", "陆 明", "规建局", "示例·张三"],
        ["", 2, "乙", "6月", "同上", "", "〃"],
        ["", 3, "丙", "9月", "—", "财政局", "/"],
    ]
    reading = read(tmp_path, rows, merges=[(1, 0, 3, 0, "食品园"), (1, 5, 2, 5, "规建局")])
    assert [task.category for task in reading.tasks] == [("食品园",)] * 3
    assert [(task.leaders, task.lead, task.owners) for task in reading.tasks] == [
        (("陆明",), ("规建局",), ("示例·张三",)),
        (("陆明",), ("规建局",), ("示例·张三",)),
        ((), ("财政局",), ()),
    ]


def test_a_blank_unit_outside_a_merged_range_is_not_filled(tmp_path: Path) -> None:
    reading = read(tmp_path, [HEAD, [1, "甲", "规建局", "3月"], [2, "乙", "", "6月"]])
    assert reading.tasks[1].lead == ()
    assert [(problem.row, problem.column, problem.code) for problem in reading.problems] == [(3, 3, "missing_lead")]


def test_two_header_rows_are_flattened_as_parent_and_child(tmp_path: Path) -> None:
    rows: list[list[Any]] = [
        ["序号", "项目名称", "", "", "", "", "完成时限"],
        ["", "", "业主名称", "负责人", "单位名称", "责任人", ""],
    ]
    rows += [[1, "甲项目", "示例公司", "示例·张三", "规建局", "示例·李四", "3月底"]]
    merges = [
        (0, 0, 1, 0, "序号"),
        (0, 1, 1, 1, "项目名称"),
        (0, 2, 0, 3, "项目业主单位"),
        (0, 4, 0, 5, "挂钩责任单位"),
        (0, 6, 1, 6, "完成时限"),
    ]
    reading = read(tmp_path, rows, merges=merges)
    (table,) = reading.sheets[0].tables
    assert table.header_rows == (1, 2)
    assert [column.name for column in table.columns][3:5] == ["项目业主单位/负责人", "挂钩责任单位/单位名称"]
    (task,) = table.tasks
    assert (task.lead, task.owners, task.extra["项目业主单位/负责人"]) == (("规建局",), ("示例·李四",), "示例·张三")


def test_a_merged_first_column_may_be_followed_by_an_unnamed_running_number(tmp_path: Path) -> None:
    rows: list[list[Any]] = [
        ["", "", "具体要求", "责任部门", "完成时限"],
        ["", 1, "做甲", "规建局", "6月底"],
        ["", 2, "做乙", "财政局", "年底前"],
    ]
    reading = read(tmp_path, rows, merges=[(0, 0, 0, 1, "工作任务"), (1, 0, 2, 0, "一、城建")])
    assert [(task.number, task.category, task.content) for task in reading.tasks] == [
        ("1", ("一、城建",), "做甲"),
        ("2", ("一、城建",), "做乙"),
    ]


def test_ticks_under_quarters_are_the_deadline(tmp_path: Path) -> None:
    rows: list[list[Any]] = [
        ["序号", "工作任务", "", "", "", "", "责任单位"],
        ["", "", "一季度", "二季度", "三季度", "四季度", ""],
    ]
    rows += [[1, "甲", "√", "", "", "", "规建局"], [2, "乙", "", "√", "√", "", "财政局"]]
    merges = [(0, 0, 1, 0, "序号"), (0, 1, 1, 1, "工作任务"), (0, 2, 0, 5, "时间安排"), (0, 6, 1, 6, "责任单位")]
    reading = read(tmp_path, rows, merges=merges)
    assert [(task.kind, str(task.milestones[0].due)) for task in reading.tasks] == [
        ("quarter", "2017-03-31"),
        ("range", "2017-09-30"),
    ]


def test_numbered_items_pair_up_with_as_many_lines_in_the_deadline_cell(tmp_path: Path) -> None:
    rows: list[list[Any]] = [
        ["序号", "工作内容", "完成时限", "责任单位"],
        [1, "1、清查摸底\n2、入户登记", "2017.1—4\n2017.5", "统计局"],
    ]
    (task,) = read(tmp_path, rows).tasks
    assert [(milestone.text, str(milestone.due)) for milestone in task.milestones] == [
        ("清查摸底", "2017-04-30"),
        ("入户登记", "2017-05-31"),
    ]


def test_rows_that_share_a_merged_task_are_one_task(tmp_path: Path) -> None:
    rows: list[list[Any]] = [
        ["序号", "工作内容", "完成时限", "责任单位"],
        ["", "", "3月底", "规建局"],
        ["", "", "6月底", "财政局"],
        [2, "乙", "6月", "规建局"],
    ]
    reading = read(tmp_path, rows, merges=[(1, 0, 2, 0, "1"), (1, 1, 2, 1, "做甲")])
    assert [str(milestone.due) for milestone in reading.tasks[0].milestones] == ["2017-03-31", "2017-06-30"]
    assert reasons(reading) == {3: "与第2行为同一事项"}


def test_several_tables_one_under_the_other(tmp_path: Path) -> None:
    rows: list[list[Any]] = [
        ["附件1"],
        ["2017年目标任务表"],
        HEAD,
        [1, "甲", "规建局", "3月"],
        ["联系人：示例·张三"],
        ["附件2"],
        ["2017年项目表"],
    ]
    rows += [
        ["序号", "项目名称", "建设内容", "责任单位", "责任人"],
        [1, "丙", "丁", "财政局", "示例·李四"],
        ["说明：列第一位的为牵头单位"],
    ]
    merges = [(1, 0, 1, 3, "2017年目标任务表"), (6, 0, 6, 4, "2017年项目表")]
    reading = read(tmp_path, rows, merges=merges)
    assert [(table.title, len(table.tasks)) for table in reading.sheets[0].tables] == [
        ("2017年目标任务表", 1),
        ("2017年项目表", 1),
    ]
    assert rows_of(reading) == list(range(1, 11))


def test_hidden_rows_are_stated_and_read_only_when_asked_for(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", [HEAD, [1, "甲", "规建局", "3月"], [2, "乙", "规建局", "3月"]], hidden=[2])
    reading = read_file(path, year=2017)
    assert ([task.row for task in reading.tasks], reasons(reading)) == ([2], {3: "隐藏行"})
    assert [problem.code for problem in reading.problems] == ["hidden_rows"]
    assert len(read_file(path, year=2017, hidden_too=True).tasks) == 2


def test_a_file_without_such_a_table_says_so_and_lists_its_rows(tmp_path: Path) -> None:
    reading = read(tmp_path, [["姓名", "年龄"], ["示例·张三", 3]])
    assert (reading.sheets[0].tables, [row.row for row in reading.sheets[0].skipped]) == ((), [1, 2])
    assert [problem.code for problem in reading.problems] == ["no_table"]


def test_cells_are_read_as_their_number_format_shows_them(tmp_path: Path) -> None:
    book = xlsxwriter.Workbook(tmp_path / "a.xlsx")
    page = book.add_worksheet()
    page.write_row(0, 0, HEAD)
    cases = [
        ('yyyy"年"m"月"', date(2017, 6, 1)),
        ("mmm-yy", date(2017, 6, 1)),
        ("yyyy-mm-dd", date(2017, 6, 1)),
        ("0.00", 2017.1),
        ("", 2017.1),
    ]
    for row, (code, value) in enumerate(cases, start=1):
        page.write_row(row, 0, [row, "甲", "规建局"])
        page.write(row, 3, value, book.add_format({"num_format": code} if code else {}))
    book.close()
    tasks = read_file(tmp_path / "a.xlsx", year=2017).tasks
    assert [task.deadline_text for task in tasks] == ["2017年6月", "Jun-17", "2017-06-01", "2017.10", "2017.1"]
    assert [str(task.milestones[0].due) for task in tasks] == [
        "2017-06-30",
        "2017-06-30",
        "2017-06-01",
        "2017-10-31",
        "2017-01-31",
    ]
    assert [task.sure for task in tasks] == [True, True, True, True, False]


def test_a_date_cell_that_hides_another_year_is_asked(tmp_path: Path) -> None:
    book = xlsxwriter.Workbook(tmp_path / "a.xlsx")
    page = book.add_worksheet()
    page.write_row(0, 0, HEAD)
    page.write_row(1, 0, [1, "甲", "规建局"])
    page.write(1, 3, date(2016, 6, 30), book.add_format({"num_format": 'm"月"d"日"'}))
    book.close()
    (task,) = read_file(tmp_path / "a.xlsx", year=2017).tasks
    assert [question.code for question in task.questions] == ["which_year"]


def test_the_year_comes_from_the_title_unless_it_is_given(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", [["2019年重点工作责任分解表"], HEAD, [1, "甲", "规建局", "3月"]])
    assert str(read_file(path).tasks[0].milestones[0].due) == "2019-03-31"
    assert str(read_file(path, year=2017).tasks[0].milestones[0].due) == "2017-03-31"


def test_a_role_given_by_the_caller_wins(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", [["序号", "工作任务", "经手", "完成时限"], [1, "甲", "规建局", "3月"]])
    assert read_file(path, year=2017).tasks[0].lead == ()
    assert read_file(path, year=2017, roles={"经手": "lead_department"}).tasks[0].lead == ("规建局",)


def test_without_a_deadline_cell_the_dates_in_the_tasks_own_words_count(tmp_path: Path) -> None:
    (task,) = read(tmp_path, [["序号", "工作任务", "责任单位"], [1, "3月份确定选址，6月底前报批", "规建局"]]).tasks
    assert [(str(m.due), m.text) for m in task.milestones] == [("2017-03-31", "确定选址"), ("2017-06-30", "报批")]


def test_a_reading_survives_the_way_through_json(tmp_path: Path) -> None:
    reading = read(
        tmp_path, [HEAD, [1, "投资3亿元", "规建局、财政局", "2017.1"], [2, "甲、乙等3家企业", "财政局配合", "本月底"]]
    )
    assert Reading.from_dict(reading.to_dict()) == reading


def test_a_row_that_only_resembles_a_header_is_taken_with_a_question_where_no_other_is_there(tmp_path: Path) -> None:
    rows: list[list[Any]] = [
        ["序号", "重点工作", "哪里负责", "数量"],
        [1, "改造路灯二期工程", "城管办", "12"],
        [2, "清理河道垃圾", "环卫所", "3"],
    ]
    reading = read(tmp_path, rows)
    assert [(task.number, task.content) for task in reading.tasks] == [("1", "改造路灯二期工程"), ("2", "清理河道垃圾")]
    assert "unsure_header" in [problem.code for problem in reading.problems]


def test_a_table_of_goods_is_no_plan(tmp_path: Path) -> None:
    reading = read(tmp_path, [["商品", "单价", "数量"], ["苹果", 3, 10], ["香蕉", 4, 20]])
    assert [problem.code for problem in reading.problems] == ["no_table"]


def test_sections_without_tasks_are_named_as_sections(tmp_path: Path) -> None:
    rows: list[list[Any]] = [HEAD, ["一、工业"], ["二、农业"], [1, "甲", "规建局", "3月"], ["三、商贸"]]
    reading = read(tmp_path, rows)
    assert reading.tasks[0].category == ("二、农业",)
    assert reasons(reading) == {2: "板块标题", 3: "板块标题", 5: "板块标题"}


def test_a_list_of_contacts_below_the_plan_gives_no_tasks(tmp_path: Path) -> None:
    rows: list[list[Any]] = [HEAD, [1, "甲", "规建局", "3月"], [], ["联络员名单"]]
    rows += [["姓名", "单位", "职务", "联系电话"], ["示例·张三", "规建局", "科员", "0000001"]]
    reading = read(tmp_path, rows)
    assert [task.row for task in reading.tasks] == [2]
    assert {row: why for row, why in reasons(reading).items() if row > 4} == {5: "其他表格", 6: "其他表格"}


def test_a_parent_row_with_a_section_number_gives_its_parties_to_the_rows_below(tmp_path: Path) -> None:
    rows: list[list[Any]] = [HEAD, ["一", "城建", "规建局", ""], [1, "甲", "", "3月"], [2, "乙", "财政局", "6月"]]
    reading = read(tmp_path, rows)
    assert [(task.category, task.lead) for task in reading.tasks] == [
        (("一、城建",), ("规建局",)),
        (("一、城建",), ("财政局",)),
    ]


def test_a_row_with_a_unit_only_joins_the_task_above_and_asks(tmp_path: Path) -> None:
    reading = read(tmp_path, [HEAD, [1, "甲", "规建局", "3月"], ["", "", "财政局", ""], [2, "乙", "经发局", "6月"]])
    assert [(task.lead, task.support) for task in reading.tasks] == [(("规建局",), ("财政局",)), (("经发局",), ())]
    assert [question.code for question in reading.tasks[0].questions] == ["joined_row"]
    assert reasons(reading) == {3: "与第2行为同一事项"}


MANY = ["序号", "工作任务", "主责部门", "协同部门", "完成时限"]
MANY_ROW = [1, "建设新区道路", "规建局、财政局", "经发局", "3月"]


@pytest.mark.parametrize(
    "note",
    [
        "主责部门列多个单位的，第一个为牵头；联系方式另附。",
        "排第一位的为牵头单位",
        "列首位的为牵头",
        "排名第一的为牵头单位",
    ],
)
def test_the_first_unit_of_a_leading_column_leads_alone_where_a_note_says_so(tmp_path: Path, note: str) -> None:
    one = (("规建局",), ("财政局", "经发局"))
    below = read(tmp_path, [MANY, MANY_ROW, [f"备注：{note}"]])
    above = read(tmp_path, [["2017年任务清单"], [f"说明：{note}"], MANY, MANY_ROW])
    assert [(task.lead, task.support) for table in (below, above) for task in table.tasks] == [one, one]


@pytest.mark.parametrize(
    ("head", "notes", "lead"),
    [
        ("主责部门", [], ["规建局", "财政局"]),
        ("主责部门（第一个为牵头）", [], ["规建局"]),
        ("责任单位", [], ["规建局"]),
        ("责任单位", ["备注：列多个单位的，均为牵头单位。"], ["规建局", "财政局"]),
        ("责任单位", ["备注：列多个单位的，最后一个为牵头单位。"], ["财政局"]),
        ("牵头单位", ["备注：列第一位的责任单位为牵头单位。"], ["规建局", "财政局"]),
    ],
)
def test_a_rule_of_the_table_goes_before_ours_in_the_column_it_speaks_of(
    tmp_path: Path, head: str, notes: list[str], lead: list[str]
) -> None:
    heads = [*MANY[:2], head, *MANY[3:]]
    (task,) = read(tmp_path, [heads, MANY_ROW, *([note] for note in notes)]).tasks
    assert list(task.lead) == lead
    assert {*task.lead, *task.support} == {"规建局", "财政局", "经发局"}


def test_units_said_to_stand_in_no_order_are_asked_about(tmp_path: Path) -> None:
    reading = read(tmp_path, [HEAD, [1, "甲", "规建局、财政局", "3月"], ["注：责任单位排名不分先后。"]])
    assert [question.code for question in reading.tasks[0].questions] == ["unordered_units"]


def test_an_instruction_between_the_rows_is_no_section(tmp_path: Path) -> None:
    rows: list[list[Any]] = [
        HEAD,
        [1, "甲", "规建局", "3月"],
        ["请各单位每月25日前报送进展"],
        [2, "乙", "财政局", "6月"],
    ]
    reading = read(tmp_path, rows, merges=[(2, 0, 2, 3, "请各单位每月25日前报送进展")])
    assert ([task.category for task in reading.tasks], reasons(reading)) == ([(), ()], {3: "表外文字"})
