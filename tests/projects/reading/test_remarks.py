"""What a person should know about a file that was read is said with it, and nothing is guessed in its place."""

from __future__ import annotations

import zipfile
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter

from projects.reading.child import read_file
from projects.reading.model import Problem, Reading
from tests.projects.reading.kinds import write_kinds
from tests.projects.reading.sheets import workbook

HEAD = ["序号", "工作任务", "责任单位", "完成时限"]
ROW = [1, "甲", "规建局", "3月底"]


def told(reading: Reading, code: str) -> Problem:
    (problem,) = [problem for problem in reading.problems if problem.code == code]
    return problem


def with_part(path: Path, part: str) -> Path:
    with zipfile.ZipFile(path, "a") as package:
        package.writestr(part, b"")
    return path


@pytest.mark.parametrize(("kind", "suffix"), [("xlsx", ".xls"), ("xls", ".xlsx"), ("ods", ".xlsx"), ("docx", ".csv")])
def test_a_file_whose_name_says_another_kind_is_read_by_its_content_with_a_remark(
    tmp_path: Path, kind: str, suffix: str
) -> None:
    path = write_kinds(tmp_path)[kind].rename(tmp_path / f"renamed{suffix}")
    reading = read_file(path, year=2017)
    assert len(reading.tasks) == 6
    assert told(reading, "renamed").severity == "info"


def test_macros_are_left_alone_and_said(tmp_path: Path) -> None:
    path = with_part(workbook(tmp_path / "a.xlsx", [HEAD, ROW]), "xl/vbaProject.bin")
    reading = read_file(path, year=2017, name="a.xlsm")
    assert (len(reading.tasks), told(reading, "macros").message) == (1, "文件中的宏没有运行，只读取了单元格的值。")


def test_links_to_other_files_are_not_followed_and_said(tmp_path: Path) -> None:
    path = with_part(workbook(tmp_path / "a.xlsx", [HEAD, ROW]), "xl/externalLinks/externalLink1.xml")
    assert told(read_file(path, year=2017), "external_links").severity == "warning"


def test_a_formula_without_a_stored_value_is_named_by_its_place_and_not_guessed(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.append(HEAD)
    book.active.append([1, "甲", "规建局", '="3月"&"底"'])
    book.save(tmp_path / "a.xlsx")
    reading = read_file(tmp_path / "a.xlsx", year=2017)
    problem = told(reading, "unsaved_formula")
    assert (problem.row, problem.column, problem.severity) == (2, 4, "warning")
    assert reading.tasks[0].milestones == ()


def test_a_formula_error_stands_at_its_cell(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, HEAD)
        sheet.write_row(1, 0, ROW[:3])
        sheet.write_formula(1, 3, "=#REF!", None, "#REF!")
    problem = told(read_file(tmp_path / "a.xlsx", year=2017), "formula_error")
    assert (problem.row, problem.column, problem.value) == (2, 4, "#REF!")


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_unseen_signs_are_taken_out_and_counted(tmp_path: Path, kind: str) -> None:
    words = "\u202e甲\u200b乙"
    if kind == "xlsx":
        path = workbook(tmp_path / "a.xlsx", [HEAD, [1, words, "规建局", "3月底"]])
    else:
        path = tmp_path / "a.csv"
        path.write_text(",".join(HEAD) + f"\n1,{words}\x01\x00,规建局,3月底\n", encoding="utf-8")
    reading = read_file(path, year=2017)
    assert reading.tasks[0].content == "甲乙"
    problem = told(reading, "stripped_signs")
    assert (problem.row, problem.column, problem.severity) == (2, 2, "info")


def test_hidden_columns_are_read_and_counted(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, HEAD)
        sheet.write_row(1, 0, ROW)
        sheet.set_column(2, 2, None, None, {"hidden": True})
        sheet.set_column(20, 30, None, None, {"hidden": True})
    reading = read_file(tmp_path / "a.xlsx", year=2017)
    assert reading.tasks[0].lead == ("规建局",)
    assert told(reading, "hidden_columns").message == "有1个隐藏列，已一并读取。"


def test_a_cell_beyond_the_limit_is_cut_and_named(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(",".join(HEAD) + f"\n1,{'长' * 40_000},规建局,3月底\n", encoding="utf-8")
    reading = read_file(tmp_path / "a.csv", year=2017)
    assert len(reading.tasks[0].content) == 32_767
    assert (told(reading, "cell_too_long").row, told(reading, "cell_too_long").column) == (2, 2)


def test_a_quote_that_never_closes_does_not_swallow_the_rows_below(tmp_path: Path) -> None:
    lines = [",".join(HEAD), '1,"甲,规建局,3月底', *(f"{n},乙{n},规建局,3月底" for n in range(2, 6))]
    (tmp_path / "a.csv").write_text("\n".join(lines), encoding="utf-8")
    reading = read_file(tmp_path / "a.csv", year=2017)
    assert len(reading.tasks) == 5
    assert told(reading, "unclosed_quote").severity == "warning"
