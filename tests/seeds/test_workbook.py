"""The committed workbooks are what their text says, and look like an office's own sheet."""

import re
from pathlib import Path

import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from seeds.text_format import NUMBER, TABLES, RowKind, load_table
from seeds.workbook import HERE, build

YEAR = re.compile(r"(?:19|20)\d\d|[〇○二][〇○零一二三四五六七八九]{3}年|\d\d年")


def sheet_of(path: Path) -> Worksheet:
    sheet = load_workbook(path).active
    assert isinstance(sheet, Worksheet)
    return sheet


@pytest.fixture(params=TABLES)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def committed(name: str) -> Worksheet:
    return sheet_of(HERE / f"{name}.xlsx")


@pytest.fixture
def rebuilt(name: str, tmp_path: Path) -> Worksheet:
    return sheet_of(build(load_table(name), tmp_path))


def test_the_committed_workbook_holds_the_cells_of_its_text(committed: Worksheet, rebuilt: Worksheet) -> None:
    assert list(committed.values) == list(rebuilt.values)


def test_the_committed_workbook_is_merged_as_its_text_says(committed: Worksheet, rebuilt: Worksheet) -> None:
    assert set(map(str, committed.merged_cells.ranges)) == set(map(str, rebuilt.merged_cells.ranges))


def test_the_committed_workbook_has_the_widths_and_heights_of_its_text(
    committed: Worksheet, rebuilt: Worksheet
) -> None:
    def sizes(sheet: Worksheet) -> tuple[dict[str, float], dict[int, float | None]]:
        widths = {letter: column.width for letter, column in sheet.column_dimensions.items()}
        return widths, {number: row.height for number, row in sheet.row_dimensions.items()}

    assert sizes(committed) == sizes(rebuilt)


def test_building_twice_gives_the_same_bytes(name: str, tmp_path: Path) -> None:
    first = build(load_table(name), tmp_path).read_bytes()
    assert build(load_table(name), tmp_path).read_bytes() == first


def test_every_task_of_the_text_stands_in_the_sheet_with_its_words(name: str, committed: Worksheet) -> None:
    table = load_table(name)
    rows = list(committed.values)
    header = next(row for row in rows if NUMBER in row)
    at = {str(title): index for index, title in enumerate(header)}
    by_number = {row[at[NUMBER]]: row for row in rows if isinstance(row[at[NUMBER]], int)}
    assert set(by_number) == {task.number for task in table.tasks()}
    for task in table.tasks():
        for column, text in task.cells.items():
            shown = by_number[task.number][at[column]]
            assert shown is None or str(shown) == text


def test_the_large_table_has_142_rows_numbered_through_five_parts_and_24_headings() -> None:
    table = load_table("key-work-142")
    assert [task.number for task in table.tasks()] == list(range(1, 143))
    kinds = [row.kind for row in table.rows]
    assert (kinds.count(RowKind.SECTION), kinds.count(RowKind.HEADING)) == (5, 24)


def test_the_large_table_names_no_year_so_that_it_can_be_imported_for_any() -> None:
    sheet = sheet_of(HERE / "key-work-142.xlsx")
    texts = [str(cell) for row in sheet.values for cell in row if cell is not None] + [sheet.title]
    assert [text for text in texts if YEAR.search(text)] == []


def test_the_large_table_has_a_line_above_its_title_and_the_lead_rule_below_its_rows() -> None:
    rows = [row[0] for row in sheet_of(HERE / "key-work-142.xlsx").values]
    assert rows[0] == "附件1"
    assert rows[1] == "示例经济开发区年度重点工作责任分解表"
    assert any(isinstance(text, str) and text.startswith("备注") and "列第一位" in text for text in rows[-2:])
