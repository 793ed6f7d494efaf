"""One table in every kind of file: a workbook, a table in a Word document, delimited text."""

from __future__ import annotations

import csv
from pathlib import Path

import docx
import pytest

from projects.reading.table import Wishes, read_workbook
from projects.reading.workbook import open_workbook
from tests.tables_written.generating import LAYOUTS, generate
from tests.tables_written.notation import Book, Sheet
from tests.tables_written.scoring import compare, save

FURNITURE = frozenset({"annex", "unit_line", "ditto", "merged_units", "totals", "lead_rule", "contact", "page_breaks"})
UNMERGED = frozenset({"annex", "ditto", "totals", "contact", "mid_note", "sub_items"})


def _wrong(book: Book, path: Path) -> list[str]:
    return compare(book, read_workbook(open_workbook(path), Wishes(book.year, 2017))).wrong


@pytest.mark.parametrize("layout", LAYOUTS[::2])
def test_a_workbook_reads_as_it_was_meant(layout: str, tmp_path: Path) -> None:
    book = generate(3, layout, FURNITURE, tables=2)
    save(book, str(tmp_path / "plan.xlsx"))
    assert _wrong(book, tmp_path / "plan.xlsx") == []


@pytest.mark.parametrize("layout", LAYOUTS[1::3])
def test_a_table_in_a_word_document_reads_as_it_was_meant(layout: str, tmp_path: Path) -> None:
    book = generate(4, layout, FURNITURE, size=3)
    _save_document(book.sheets[0], tmp_path / "plan.docx")
    assert _wrong(book, tmp_path / "plan.docx") == []


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_delimited_text_reads_as_it_was_meant(encoding: str, tmp_path: Path) -> None:
    book = generate(5, "L1", UNMERGED)
    with (tmp_path / "plan.csv").open("w", encoding=encoding, newline="") as stream:
        csv.writer(stream).writerows(book.sheets[0].rows)
    assert _wrong(book, tmp_path / "plan.csv") == []


def _save_document(sheet: Sheet, path: Path) -> None:
    document = docx.Document()
    table = document.add_table(len(sheet.rows), len(sheet.rows[0]))
    for row, cells in enumerate(sheet.rows):
        for column, text in enumerate(cells):
            table.cell(row, column).text = text
    for box in sheet.boxes:
        table.cell(box.top, box.left).merge(table.cell(box.bottom, box.right)).text = sheet.rows[box.top][box.left]
    document.save(str(path))


def test_a_rule_in_a_paragraph_below_the_table_holds_for_its_units(tmp_path: Path) -> None:
    document = docx.Document()
    table = document.add_table(2, 3)
    for row, cells in enumerate([["序号", "工作任务", "牵头单位"], ["1", "修订规程", "规建局、财政局"]]):
        for column, text in enumerate(cells):
            table.cell(row, column).text = text
    document.add_paragraph("备注：列第一位的为牵头单位。")
    document.save(str(tmp_path / "plan.docx"))
    (task,) = read_workbook(open_workbook(tmp_path / "plan.docx"), Wishes(2017, 2017)).tasks
    assert (task.lead, task.support) == (("规建局",), ("财政局",))
