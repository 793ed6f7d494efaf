"""Bad input by the number it has in docs/bad-inputs.md: read as it is meant, asked about, or refused with one clear line."""

from __future__ import annotations

import re
import time
import zipfile
from pathlib import Path

import pytest
import xlsxwriter

from projects.reading.child import ReadingRefused, read_file
from projects.reading.deadlines import read_deadline
from projects.reading.grid import MAX_MERGES
from projects.reading.model import ReadTask
from tests.projects.reading.shared import SHARED
from tests.projects.reading.sheets import read, workbook

HEAD = ["序号", "工作内容", "完成时限", "责任单位"]
ROW = ["1", "建学校", "6月底前", "规建局"]


def written(tmp_path: Path, text: str, name: str = "a.csv") -> Path:
    (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path / name


def rewritten(path: Path, member: str, old: str, new: str) -> Path:
    """Return a copy of a package with one piece of one part put otherwise."""
    changed = path.with_name(f"changed-{path.name}")
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(changed, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            content = source.read(name)
            if name == member:
                assert re.search(old, content.decode())
                content = re.sub(old, new, content.decode(), count=1).encode()
            target.writestr(name, content)
    return changed


@pytest.mark.parametrize("name", ["poi__protected_passtika.xlsx", "calamine__pass_protected.ods", "poi__password.xls"])
def test_4_a_workbook_with_a_password_is_refused_for_it(name: str) -> None:
    path = SHARED / "odd_spreadsheets" / name
    if not path.exists():
        pytest.skip("the shared files are not here (DUBAN_SHARED)")
    with pytest.raises(ReadingRefused) as refused:
        read_file(path)
    assert refused.value.code == "encrypted"
    assert "去掉密码" in refused.value.message


def test_5_a_package_inside_a_package_is_never_unpacked(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "inner.zip", "w", zipfile.ZIP_DEFLATED) as inner:
        inner.writestr("zeros", b"0" * 30_000_000)
    path = workbook(tmp_path / "a.xlsx", [HEAD, ROW])
    with zipfile.ZipFile(path, "a") as package:
        package.write(tmp_path / "inner.zip", "xl/embeddings/inner.xlsx")
    assert len(read_file(path, year=2017).tasks) == 1


def test_7_a_sheet_that_claims_to_be_endless_has_the_rows_it_has(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", [HEAD, *[ROW] * 10])
    endless = rewritten(
        path, "xl/worksheets/sheet1.xml", r'<dimension ref="[^"]+"/>', '<dimension ref="A1:XFD1048576"/>'
    )
    begun = time.monotonic()
    assert len(read_file(endless, year=2017).tasks) == 10
    assert time.monotonic() - begun < 15


def test_9_more_merged_ranges_than_any_table_has_are_refused(tmp_path: Path) -> None:
    book = xlsxwriter.Workbook(tmp_path / "a.xlsx")
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, HEAD)
    sheet.write_row(1, 0, ROW)
    book.close()
    ranges = "".join(f'<mergeCell ref="F{row}:G{row}"/>' for row in range(1, MAX_MERGES + 2))
    path = rewritten(
        tmp_path / "a.xlsx",
        "xl/worksheets/sheet1.xml",
        "</sheetData>",
        f"</sheetData><mergeCells>{ranges}</mergeCells>",
    )
    with pytest.raises(ReadingRefused) as refused:
        read_file(path)
    assert refused.value.code == "too_many_merges"


def test_18_a_full_width_comma_parts_cells_and_a_quoted_one_does_not(tmp_path: Path) -> None:
    text = '序号，工作内容，完成时限，责任单位\n1，建学校，6月底前，规建局\n2，"修路\n三条"，年底前，财政局\n'
    tasks = read_file(written(tmp_path, text), year=2017).tasks
    assert [(task.content, task.lead) for task in tasks] == [("建学校", ("规建局",)), ("修路\n三条", ("财政局",))]


def test_19_rows_of_unequal_length_stay_rows(tmp_path: Path) -> None:
    text = "序号,工作内容,完成时限,责任单位\n1,建学校\n2,修路,年底前,财政局,多出来的\n"
    tasks = read_file(written(tmp_path, text), year=2017).tasks
    assert [(task.content, task.lead) for task in tasks] == [("建学校", ()), ("修路", ("财政局",))]
    assert "多出来的" in [*tasks[1].extra.values(), *tasks[1].cells]


def test_22_a_header_that_stands_twice_is_named(tmp_path: Path) -> None:
    rows = [["序号", "工作内容", "完成时限", "完成时限", "责任单位"], ["1", "建学校", "6月底前", "9月底前", "规建局"]]
    reading = read(tmp_path, rows)
    doubled = [problem for problem in reading.problems if problem.code == "doubled_header"]
    assert [(problem.row, problem.column, problem.value) for problem in doubled] == [(1, 4, "完成时限")]


@pytest.mark.parametrize(
    ("cell", "due", "asked"),
    [
        ("2026.2.30", "2026-02-28", "impossible_day"),
        ("2月底", "2026-02-28", ""),
        ("长期", "", ""),
        ("立即", "", "relative"),
        ("46000", "2025-12-09", ""),
    ],
)
def test_25_and_26_a_cell_is_a_day_a_rule_or_a_question(cell: str, due: str, asked: str) -> None:
    reading = read_deadline(cell, year=2026, shown=True)
    assert [str(day) for day in reading.due] == ([due] if due else [])
    assert [question.code for question in reading.questions] == ([asked] if asked else [])


@pytest.mark.parametrize("cell", ["1900年6月30日", "9999-12-31"])
def test_27_a_year_out_of_all_bounds_is_asked(cell: str) -> None:
    reading = read_deadline(cell, year=2026, shown=True)
    assert reading.questions


def one(tmp_path: Path, content: str) -> ReadTask:
    return read(tmp_path, [HEAD, ["1", content, "6月底前", "规建局"]]).tasks[0]


@pytest.mark.parametrize(
    "content",
    ["=cmd|' /C calc'!A0", "+1建学校", "@建学校", "-2建学校", "<script>alert(1)</script>", "{{7*7}}", "%s建学校"],
)
def test_35_and_36_words_that_look_like_programs_stay_words(tmp_path: Path, content: str) -> None:
    text = written(tmp_path, f'序号,工作内容,完成时限,责任单位\n1,"{content}",6月底前,规建局\n')
    assert read_file(text, year=2017).tasks[0].content == content


@pytest.mark.parametrize("name", ["a.numbers", "a.et", "a.pdf", "a.png"])
def test_39_a_kind_that_is_not_read_is_named_with_what_to_do(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"\x89PNG\r\n\x1a\n" if name.endswith("png") else b"%PDF-1.4")
    with pytest.raises(ReadingRefused) as refused:
        read_file(tmp_path / name)
    assert refused.value.code in {"save_as", "unsupported"}
    assert ".xlsx" in refused.value.message or ".docx" in refused.value.message


def test_40_long_numbers_keep_every_digit_and_full_width_ones_count(tmp_path: Path) -> None:
    head = [*HEAD, "项目代码"]
    rows = [head, ["１", "建学校", "６月底前", "规建局", "202611000000000017"]]
    task = read(tmp_path, rows).tasks[0]
    assert (str(task.milestones[0].due), task.extra["项目代码"]) == ("2017-06-30", "202611000000000017")
