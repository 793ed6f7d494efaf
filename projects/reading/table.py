"""A whole file to its reading: every sheet, every table, every task with its dates, units and targets."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from projects.reading.columns import Header, read_columns
from projects.reading.deadlines.numerals import YEAR_DIGITS, number
from projects.reading.grid import Grid, Workbook
from projects.reading.layout import Region, find_tables
from projects.reading.lead_rules import NO_RULE, LeadRule, lead_rule
from projects.reading.merging import Cells
from projects.reading.model import LONGEST_WORDS, Problem, ReadColumn, Reading, ReadSheet, ReadTable, ReadTask, Skipped
from projects.reading.pace import Pace, Tell, untold
from projects.reading.prose import SHEET, prose_title, read_prose
from projects.reading.remarks import Remark
from projects.reading.rows import column_facts, task_rows
from projects.reading.said import NOTHING_SAID, Said, row_words
from projects.reading.sharing import read_rows
from projects.reading.tasks import Context

_YEAR = re.compile(rf"({YEAR_DIGITS})(?=年|[-—~至]\d{{4}}年)")


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the caller decides: the plan's year, what a person said, whether hidden rows and sheets count."""

    year: int | None
    this_year: int
    said: Said = NOTHING_SAID
    hidden_too: bool = False


@dataclass(frozen=True, slots=True)
class _Terms:
    """What holds for a table before it is read."""

    kind: str
    year: int
    said: Said
    rule: LeadRule


def read_workbook(book: Workbook, wishes: Wishes, progress: Tell = untold) -> Reading:
    """Read every sheet; `progress` is told how many rows are done of how many."""
    sheets: list[ReadSheet] = []
    problems = [_remarked("", remark) for remark in book.remarks]
    year = wishes.year
    pace = Pace(sum(len(grid.rows) for grid in book.grids) + len(book.paragraphs), progress)
    beside = lead_rule(book.paragraphs) if book.grids else NO_RULE
    for grid in book.grids:
        sheet, found, own_year = _sheet(grid, _Terms(book.kind, 0, wishes.said, beside), wishes, pace)
        pace.leave(len(grid.rows))
        sheets.append(sheet)
        problems += found
        year = year or own_year
    if book.paragraphs:
        sheet, found, year = _prose(book, wishes, year, tables=any(sheet.tables for sheet in sheets))
        pace.leave(len(book.paragraphs))
        sheets += [sheet] if sheet.tables or sheet.skipped else []
        problems += found
    if not any(sheet.tables for sheet in sheets):
        problems.append(Problem("", None, None, "no_table", "error", "没有找到责任分解表：没有一行像是表头。"))
    return Reading(tuple(sheets), tuple(problems), year or wishes.this_year, book.kind, book.encoding)


def _prose(
    book: Workbook, wishes: Wishes, year: int | None, *, tables: bool
) -> tuple[ReadSheet, list[Problem], int | None]:
    """Read the words outside the tables; beside a table of tasks they are only its introduction."""
    if tables:
        skipped = tuple(
            Skipped(row, "表格之外的文字", text.strip()[:LONGEST_WORDS])
            for row, text in enumerate(book.paragraphs, start=1)
            if text.strip()
        )
        return ReadSheet(SHEET, (), skipped), [], year
    year = year or title_year(prose_title(book.paragraphs))
    sheet, problems = read_prose(book.paragraphs, year=year or wishes.this_year)
    return sheet, problems, year


def _sheet(grid: Grid, terms: _Terms, wishes: Wishes, pace: Pace) -> tuple[ReadSheet, list[Problem], int | None]:
    cells = Cells(grid)
    if grid.hidden and not wishes.hidden_too:
        rows = [Skipped(row + 1, "隐藏工作表") for row in range(len(grid.rows)) if cells.texts(row)]
        skipped = _worded(rows, cells)
        note = Problem(grid.name, None, None, "hidden_sheet", "info", f"工作表“{grid.name}”是隐藏的，未读取。")
        return ReadSheet(grid.name, (), skipped, hidden=True), [note] if skipped else [], None
    layout = find_tables(grid, cells, hidden_too=wishes.hidden_too, said=wishes.said)
    problems = _grid_problems(grid, cells, wishes)
    tables = []
    year = None
    for region in layout.regions:
        region.title = region.title or grid.caption
        own_year = title_year(region.title) or title_year(grid.name)
        year = year or own_year
        terms = replace(terms, year=wishes.year or own_year or wishes.this_year)
        table, found = _table(grid, cells, region, terms, pace)
        tables.append(table)
        problems += found
    return ReadSheet(grid.name, tuple(tables), _worded(layout.skipped, cells), grid.hidden), problems, year


def _worded(skipped: Iterable[Skipped], cells: Cells) -> tuple[Skipped, ...]:
    return tuple(replace(one, text="　".join(cells.own_texts(one.row - 1))[:LONGEST_WORDS]) for one in skipped)


def title_year(title: str) -> int | None:
    """Return the year a title names (2017年…, 二〇一七年…)."""
    match = _YEAR.search(title)
    return number(match[1]) if match else None


def _remarked(sheet: str, remark: Remark) -> Problem:
    row, column = (None if place is None else place + 1 for place in (remark.row, remark.column))
    return Problem(sheet, row, column, remark.code, remark.severity, remark.message, remark.value)


def _grid_problems(grid: Grid, cells: Cells, wishes: Wishes) -> list[Problem]:
    problems = [_remarked(grid.name, remark) for remark in grid.remarks]
    hidden = [row for row in sorted(grid.hidden_rows) if row < len(grid.rows) and cells.texts(row)]
    if hidden and not wishes.hidden_too:
        message = f"有{len(hidden)}个隐藏行未读取。"
        problems.append(Problem(grid.name, hidden[0] + 1, None, "hidden_rows", "warning", message))
    return problems


def _table(grid: Grid, cells: Cells, region: Region, terms: _Terms, pace: Pace) -> tuple[ReadTable, list[Problem]]:
    headers = region.headers
    roles, unsure = read_columns(headers, column_facts(region, cells, grid.width), year=terms.year)
    roles = terms.said.over(headers, [region.guessed.get(place, role) for place, role in enumerate(roles)])
    unsure = {place for place in unsure | region.guessed.keys() if headers[place].label not in terms.said.roles}
    rule = terms.rule | lead_rule([*region.notes, region.title])
    context = Context(grid, terms.kind, terms.year, headers, roles, rule, tuple(region.notes))
    tasks: list[ReadTask] = []
    problems: list[Problem] = []
    for task, found in read_rows(task_rows(grid, region, cells, roles), context, pace):
        tasks.append(task)
        problems += found
    width = (
        max(
            (place for place, header in enumerate(headers) if header.label or any(_has(region, cells, place))),
            default=-1,
        )
        + 1
    )
    columns = tuple(
        ReadColumn(header.label, roles[place], place in unsure) for place, header in enumerate(headers[:width])
    )
    if region.doubtful:
        place = region.header_rows[0] + 1
        message = f"第{place}行像是表头，但列名不常见，请核对各列的用途。"
        problems.append(Problem(grid.name, place, None, "unsure_header", "warning", message))
    problems += _unsure(grid, region, headers, unsure) + _doubled(grid, region, headers)
    skipped = _worded(sorted(region.skipped, key=lambda item: item.row), cells)
    rows = tuple(row + 1 for row in region.header_rows)
    named_by = row_words(cells.own_texts(region.header_rows[0]))
    table = ReadTable(region.title, rows, columns, tuple(tasks), skipped, named_by)
    return table, problems


def _has(region: Region, cells: Cells, column: int) -> list[bool]:
    return [bool(cells.own(row, column)) for row in region.rows]


def _unsure(grid: Grid, region: Region, headers: list[Header], unsure: set[int]) -> list[Problem]:
    """Ask for a look at every column whose own words do not say what it is."""
    row = region.header_rows[-1] + 1
    return [
        Problem(
            grid.name,
            row,
            place + 1,
            "unsure_column",
            "warning",
            f"“{headers[place].label}”一栏的用途是推断的，请核对这一栏。",
            headers[place].label,
        )
        for place in sorted(unsure)
    ]


def _doubled(grid: Grid, region: Region, headers: list[Header]) -> list[Problem]:
    seen: dict[str, int] = {}
    problems = []
    for column, header in enumerate(headers):
        if header.label and header.label in seen:
            message = f"列名“{header.label}”重复出现，请核对列的用途。"
            problems.append(
                Problem(
                    grid.name, region.header_rows[0] + 1, column + 1, "doubled_header", "warning", message, header.label
                )
            )
        seen.setdefault(header.label, column)
    return problems
