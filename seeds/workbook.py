"""Build the sample workbooks from their text: `python -m seeds.workbook [FOLDER]`."""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from math import ceil
from pathlib import Path
from typing import Any

import xlsxwriter

from seeds.text_format import MERGED, NUMBER, TABLES, Column, Row, RowKind, Table, load_table

HERE = Path(__file__).parent

# A fixed day of making, so that the same text gives the same bytes.
MADE_AT = datetime(2000, 1, 1, tzinfo=UTC).replace(tzinfo=None)

TITLE_FONT, HEAD_FONT, BODY_FONT = "方正小标宋简体", "黑体", "仿宋"
BODY_SIZE = 10.5
LINE_HEIGHT = 14.5
ROW_HEIGHT = 26
# A column's width counts digits of 7 pixels; a Chinese character of the body size takes 14.
CHARACTERS_PER_WIDTH = 7 / 14


@dataclass(frozen=True, slots=True)
class Styles:
    """The cell formats of one workbook."""

    above: Any
    title: Any
    below: Any
    header: Any
    section: Any
    centered: Any
    left: Any
    footer: Any

    def of(self, column: Column) -> Any:
        return self.centered if column.align == "center" else self.left


def build(table: Table, folder: Path) -> Path:
    """Write the table's .xlsx into `folder` and return its path."""
    path = folder / table.file
    with xlsxwriter.Workbook(path) as book:
        book.set_properties({"title": table.title, "created": MADE_AT})
        sheet = book.add_worksheet(table.sheet)
        styles = _styles(book)
        header = _write_top(sheet, table, styles)
        last = _write_rows(sheet, table, styles, header + 1)
        _write_footer(sheet, table, styles, last + 1)
        _set_page(sheet, table, header)
    return path


def _styles(book: Any) -> Styles:
    def style(font: str, size: float, **more: object) -> Any:
        return book.add_format({"font_name": font, "font_size": size, "valign": "vcenter", **more})

    grid = {"border": 1, "text_wrap": True}
    return Styles(
        above=style(HEAD_FONT, 14),
        title=style(TITLE_FONT, 22, align="center"),
        below=style(BODY_FONT, 11, align="center"),
        header=style(HEAD_FONT, 11, align="center", **grid),
        section=style(HEAD_FONT, 11, **grid),
        centered=style(BODY_FONT, BODY_SIZE, align="center", **grid),
        left=style(BODY_FONT, BODY_SIZE, **grid),
        footer=style(BODY_FONT, BODY_SIZE, text_wrap=True),
    )


def _write_top(sheet: Any, table: Table, styles: Styles) -> int:
    """Write what stands above the grid and the header row; return that row."""
    across = len(table.columns) - 1
    row = 0
    for text in table.above:
        sheet.set_row(row, 22)
        sheet.write_string(row, 0, text, styles.above)
        row += 1
    for text, style, height in ((table.title, styles.title, 38), (table.below, styles.below, 20)):
        sheet.set_row(row, height)
        sheet.merge_range(row, 0, row, across, text, style)
        row += 1
    sheet.set_row(row, 30)
    for index, column in enumerate(table.columns):
        sheet.set_column(index, index, column.width)
        sheet.write_string(row, index, column.name, styles.header)
    return row


def _write_rows(sheet: Any, table: Table, styles: Styles, first: int) -> int:
    """Write section rows, heading cells and tasks from row `first` on; return the row after them."""
    row = first
    for heading, lines in _blocks(table):
        tasks = list(lines)
        if tasks[0].kind is RowKind.SECTION:
            sheet.set_row(row, 24)
            sheet.merge_range(row, 0, row, len(table.columns) - 1, tasks[0].cells[0], styles.section)
            row += 1
            continue
        offset = 0
        if heading:
            _write_span(sheet, row, 0, [heading] + [MERGED] * (len(tasks) - 1), styles.of(table.columns[0]))
            offset = 1
        _write_block(sheet, table, styles, tasks, row, offset)
        row += len(tasks)
    return row


def _blocks(table: Table) -> Iterator[tuple[str, list[Row]]]:
    """Yield section rows one by one and the tasks under each heading together."""
    heading = ""
    for kind, rows in groupby(table.rows, key=lambda row: row.kind):
        if kind is RowKind.HEADING:
            heading = next(rows).cells[0]
        elif kind is RowKind.SECTION:
            yield "", list(rows)
        else:
            yield heading, list(rows)


def _write_block(sheet: Any, table: Table, styles: Styles, tasks: list[Row], row: int, offset: int) -> None:
    for index, column in enumerate(table.task_columns):
        _write_span(sheet, row, offset + index, [task.cells[index] for task in tasks], styles.of(column), column.name)
    for index, task in enumerate(tasks):
        sheet.set_row(row + index, _height(task.cells, table.task_columns))


def _write_span(sheet: Any, row: int, column: int, cells: list[str], style: Any, name: str = "") -> None:
    """Write a column of cells, each merged with the `MERGED` ones below it."""
    starts = [index for index, cell in enumerate(cells) if cell != MERGED]
    for start, end in zip(starts, [*starts[1:], len(cells)], strict=True):
        if name == NUMBER:
            sheet.write_number(row + start, column, int(cells[start]), style)
        elif end - start == 1:
            sheet.write_string(row + start, column, cells[start], style)
        else:
            sheet.merge_range(row + start, column, row + end - 1, column, cells[start], style)


def _height(cells: tuple[str, ...], columns: tuple[Column, ...]) -> float:
    """Return a row height in points that shows every wrapped line, never less than `ROW_HEIGHT`."""
    lines = max(_lines(cell, column.width) for cell, column in zip(cells, columns, strict=True))
    return max(ROW_HEIGHT, lines * LINE_HEIGHT + 5)


def _lines(text: str, width: float) -> int:
    fits = width * CHARACTERS_PER_WIDTH
    return sum(max(1, ceil(_characters(line) / fits)) for line in text.split("\n"))


def _characters(text: str) -> float:
    return sum(0.55 if character.isascii() else 1 for character in text)


def _write_footer(sheet: Any, table: Table, styles: Styles, row: int) -> None:
    width = sum(column.width for column in table.columns)
    for index, text in enumerate(table.footer):
        sheet.set_row(row + index, _lines(text, width) * LINE_HEIGHT + 5)
        sheet.merge_range(row + index, 0, row + index, len(table.columns) - 1, text, styles.footer)


def _set_page(sheet: Any, table: Table, header: int) -> None:
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.6)
    sheet.fit_to_pages(1, 0)
    sheet.center_horizontally()
    sheet.repeat_rows(header)
    sheet.freeze_panes(header + 1, 2 if table.has_headings else 1)
    sheet.set_footer("&C第 &P 页，共 &N 页")


def main(folder: Path) -> None:
    for name in TABLES:
        sys.stdout.write(f"{build(load_table(name), folder)}\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE)
