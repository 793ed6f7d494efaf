"""The plain cells of a file, read in the same limited child as tables."""

from pathlib import Path

import pytest
from openpyxl import Workbook

from projects.reading.child import ReadingRefused, read_grid


def test_a_merged_cell_shows_in_each_of_its_rows_and_what_is_hidden_in_none(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.worksheets[0]
    for row in (["单位", "姓名"], ["办公室", "示例·甲"], [None, "示例·乙"], ["财务科", "示例·丙"]):
        sheet.append(row)
    sheet.merge_cells("A2:A3")
    sheet.row_dimensions[4].hidden = True
    book.create_sheet("旧表").sheet_state = "hidden"
    book.save(tmp_path / "list.xlsx")
    (shown,) = read_grid(tmp_path / "list.xlsx")
    assert shown.rows == (("单位", "姓名"), ("办公室", "示例·甲"), ("办公室", "示例·乙"), ())


def test_a_list_marked_secret_is_refused_like_a_table(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text("机密★5年\n姓名,单位\n示例·甲,办公室\n", encoding="utf-8")
    with pytest.raises(ReadingRefused) as refused:
        read_grid(path)
    assert refused.value.code == "secret_cell"
