"""The same table in every kind of file: its cells as their program shows them, its merged ranges and hidden rows."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
import xlsxwriter

from projects.reading.child import read_file
from projects.reading.model import Reading
from tests.projects.reading.binary_sheets import binary_workbook
from tests.projects.reading.kinds import KINDS, write_kinds

HEAD = ["类别", "序号", "工作任务", "责任单位", "完成时限"]
# 42916 is 30 June 2017; 2017.1 shown with two decimals is October.
DUE = [(42916.0, 'yyyy"年"m"月"'), (2017.1, "0.00"), (42916.0, "mmm-yy"), (20170630.0, "0")]
DATES = ["2017-06-30", "2017-10-31", "2017-06-30", "2017-06-30"]
SHOWN = ["2017年6月", "2017.10", "Jun-17", "20170630"]


def rows() -> list[list[str | float | tuple[float, str]]]:
    tasks = [["", float(place + 1), f"任务{place + 1}", "规建局", due] for place, due in enumerate(DUE)]
    tasks[0][0] = "工业"
    return [[*HEAD], *tasks]  # type: ignore[list-item]


def xlsx(path: Path, *, hidden: int) -> Path:
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("责任分解表")
        for number, row in enumerate(rows()):
            for column, cell in enumerate(row):
                if isinstance(cell, tuple):
                    sheet.write_number(number, column, cell[0], book.add_format({"num_format": cell[1]}))
                else:
                    sheet.write(number, column, cell)
        sheet.merge_range(1, 0, 4, 0, "工业")
        sheet.set_row(hidden, None, None, {"hidden": True})
    return path


def xlsb(path: Path, *, hidden: int) -> Path:
    return binary_workbook(path, rows(), merges=[(1, 0, 4, 0)], hidden=[hidden])


@pytest.mark.parametrize("write", [xlsx, xlsb])
def test_formats_merged_cells_and_hidden_rows_are_seen_in_every_kind_of_workbook(
    tmp_path: Path, write: Callable[..., Path]
) -> None:
    path = write(tmp_path / "a.bin", hidden=4)
    reading = read_file(path, year=2017)
    assert [task.deadline_text for task in reading.tasks] == SHOWN[:3]
    assert [str(task.milestones[0].due) for task in reading.tasks] == DATES[:3]
    assert {task.category for task in reading.tasks} == {("工业",)}
    assert all(task.sure for task in reading.tasks)
    assert [problem.code for problem in reading.problems] == ["hidden_rows"]
    assert [task.deadline_text for task in read_file(path, year=2017, hidden_too=True).tasks] == SHOWN


def test_days_of_a_binary_workbook_count_from_1904_where_it_says_so(tmp_path: Path) -> None:
    path = binary_workbook(
        tmp_path / "a.xlsb",
        [["序号", "工作任务", "责任单位", "完成时限"], [1.0, "甲", "规建局", (42916.0 - 1462, "yyyy-mm-dd")]],
        since_1904=True,
    )
    (task,) = read_file(path, year=2017).tasks
    assert task.milestones[0].due == date(2017, 6, 30)


def without(path: Path, target: Path, *, member: str = "", recode: str = "") -> Path:
    """Copy a package, leaving one member out or writing all its XML in another encoding."""
    with zipfile.ZipFile(path) as whole, zipfile.ZipFile(target, "w") as copy:
        for name in whole.namelist():
            content = whole.read(name)
            if recode and name.endswith((".xml", ".rels")):
                text = content.decode().replace('encoding="UTF-8"', f'encoding="{recode}"')
                content = text.encode(recode)
            if name != member:
                copy.writestr(name, content)
    return target


def essence(reading: Reading) -> list[tuple[object, ...]]:
    return [
        (task.number, task.content, task.lead, task.deadline_text, task.category, task.milestones)
        for task in reading.tasks
    ]


@pytest.mark.parametrize("change", [{"recode": "UTF-16"}, {"member": "xl/_rels/workbook.xml.rels"}])
def test_a_workbook_the_usual_reader_refuses_reads_the_same_by_its_bare_xml(
    tmp_path: Path, change: dict[str, str]
) -> None:
    path = xlsx(tmp_path / "a.xlsx", hidden=4)
    odd = without(path, tmp_path / "odd.xlsx", **change)
    assert essence(read_file(odd, year=2017)) == essence(read_file(path, year=2017))


def test_long_numbers_and_numbers_as_text_keep_every_digit(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["序号", "工作任务", "责任单位", "联系电话", "备注"])
        sheet.write_row(1, 0, [1, "甲", "规建局", 13800138000])
        sheet.write_string(1, 4, "350521199003071234")
    (task,) = read_file(tmp_path / "a.xlsx").tasks
    assert (task.contacts, task.note) == ("13800138000", "350521199003071234")


def test_a_formula_is_read_by_its_stored_value(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["序号", "工作任务", "责任单位", "完成时限"])
        sheet.write_row(1, 0, [1, "甲", "规建局"])
        sheet.write_formula(1, 3, '="3月"&"底"', None, "3月底")
    assert read_file(tmp_path / "a.xlsx", year=2017).tasks[0].milestones[0].due == date(2017, 3, 31)


def test_one_line_wider_than_the_limit_is_no_table_and_no_refusal(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(",".join(["a"] * 311), encoding="utf-8")
    reading = read_file(tmp_path / "a.csv")
    assert [problem.code for problem in reading.problems] == ["no_table"]
    assert [skipped.row for skipped in reading.sheets[0].skipped] == [1]


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_table_is_read_alike_from_every_kind_of_file(tmp_path: Path, kind: str) -> None:
    reading = read_file(write_kinds(tmp_path)[kind], year=2017)
    assert [
        (task.category, task.number, task.content.replace("\n", ""), task.deadline_text, task.lead, task.support)
        for task in reading.tasks
    ] == [
        (("工业",), "1", "新增规上工业企业5家", "年底前", ("经济发展局",), ("财政局", "税务局")),
        (("工业",), "2", "建成标准厂房2万平方米", "2017年6月30日", ("规划建设局",), ()),
        (("工业",), "3", "完成设备更新，培训200人次", "2017年9月", ("企业服务中心",), ()),
        (("民生",), "4", "新建停车场", "2017.10", ("城市管理局",), ("规划建设局",)),
        (("民生",), "5", "改造老旧小区3个", "3月份摸底，6月底前开工，11月底前完工", ("社会事务局",), ("财政局",)),
        (("民生",), "6", "常态化开展志愿服务", "长期坚持", ("党群工作部",), ()),
    ]
    assert [str(task.milestones[0].due) for task in reading.tasks[:3]] == ["2017-12-31", "2017-06-30", "2017-09-30"]


def test_a_blank_far_off_neither_widens_nor_lengthens_a_sheet(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["序号", "工作任务", "责任单位", "完成时限"])
        sheet.write_row(1, 0, [1, "甲", "规建局", "3月底"])
        sheet.write_string(1, 500, " ")
        sheet.write_string(5000, 0, "  ")
    reading = read_file(tmp_path / "a.xlsx", year=2017)
    assert [len(task.cells) for task in reading.tasks] == [4]
    assert reading.problems == ()
