"""What was read beside what is true, field by field, with every row of the file accounted for."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

import xlsxwriter

from projects.reading.grid import Grid, Workbook
from projects.reading.model import Reading, ReadSheet, ReadTask
from projects.reading.table import Wishes, read_workbook
from tests.tables_written.notation import FIELDS, PROSE, Book, Sheet

Fields = dict[str, tuple[str, ...]]


@dataclass(slots=True)
class Score:
    """How many values of each field were right of how many, and every disagreement in words."""

    right: Counter[str] = field(default_factory=Counter)
    total: Counter[str] = field(default_factory=Counter)
    lost: int = 0
    invented: int = 0
    wrong: list[str] = field(default_factory=list)

    def add(self, other: Score) -> None:
        self.right += other.right
        self.total += other.total
        self.lost += other.lost
        self.invented += other.invented
        self.wrong += other.wrong

    def table(self) -> str:
        lines = [f"{name:10} {self.right[name]:5} of {self.total[name]:5}" for name in FIELDS]
        return "\n".join([*lines, f"lost {self.lost}, invented {self.invented}"])


def workbook_of(book: Book, *, kind: str = "xlsx") -> Workbook:
    grids = [
        Grid(
            sheet.name,
            [list(row) for row in sheet.rows],
            list(sheet.boxes),
            hidden=sheet.hidden,
            hidden_rows=frozenset(sheet.hidden_rows),
        )
        for sheet in book.sheets
    ]
    return Workbook(grids, kind)


def prose_of(book: Book, *, kind: str = "txt") -> Workbook:
    return Workbook([], kind, paragraphs=list(book.sheet(PROSE).paragraphs))


def save(book: Book, path: str) -> None:
    """Write the book as a real .xlsx."""
    target = xlsxwriter.Workbook(path)
    for sheet in book.sheets:
        page = target.add_worksheet(sheet.name)
        for at, row in enumerate(sheet.rows):
            for column, text in enumerate(row):
                if text:
                    page.write(at, column, int(text) if text.isdigit() else text)
        for box in sheet.boxes:
            page.merge_range(box.top, box.left, box.bottom, box.right, sheet.rows[box.top][box.left])
        for row_number in sheet.hidden_rows:
            page.set_row(row_number, None, None, {"hidden": True})
        if sheet.hidden:
            page.hide()
    target.close()


def read_book(book: Book) -> Reading:
    return read_workbook(workbook_of(book), Wishes(book.year, 2017))


def fields_of(task: ReadTask) -> Fields:
    return {
        "number": (task.number,) if task.number else (),
        "category": task.category,
        "due": tuple(step.due.isoformat() for step in task.milestones if step.due),
        "lead": task.lead,
        "support": task.support,
        "leaders": task.leaders,
        "owners": task.owners,
    }


def compare(book: Book, reading: Reading) -> Score:
    """Return the score of every visible sheet of a book."""
    score = Score()
    for sheet, read in zip(book.sheets, reading.sheets, strict=True):
        _compare_sheet(book.name, sheet, read, score)
    return score


def _compare_sheet(name: str, sheet: Sheet, read: ReadSheet, score: Score) -> None:
    found: dict[int, list[ReadTask]] = {}
    for table in read.tables:
        for one in table.tasks:
            found.setdefault(one.row, []).append(one)
    for row, truth in sheet.tasks:
        place = f"{name}/{sheet.name} row {row}"
        task = found[row].pop(0) if found.get(row) else None
        if task is None:
            score.lost += 1
            score.wrong.append(f"{place}: lost")
            score.total.update(FIELDS)
            continue
        mine = fields_of(task)
        for key in FIELDS:
            score.total[key] += 1
            if mine[key] == truth[key]:
                score.right[key] += 1
            else:
                score.wrong.append(f"{place} {key}: {mine[key]} instead of {truth[key]}")
        score.wrong += [f"{place} {fault}" for fault in _beyond(task, truth)]
    for row, tasks in found.items():
        for extra in tasks:
            score.invented += 1
            score.wrong.append(f"{name}/{sheet.name} row {row}: invented {extra.title} {extra.content[:40]}")


def _beyond(task: ReadTask, truth: Fields) -> list[str]:
    """Return what is wrong with the amounts and the title, where they are stated."""
    faults = []
    amounts = tuple(f"{target.value:g}{target.unit}" for target in task.targets)
    if truth["targets"] and amounts != truth["targets"]:
        faults.append(f"targets: {amounts} instead of {truth['targets']}")
    faults += [f"title: {task.title} without {words}" for words in truth["title"] if words not in task.title]
    return faults


def unaccounted(rows: list[int], read: ReadSheet) -> list[str]:
    """Return what is wrong with the account of a sheet's non-empty rows: each is named exactly once."""
    headers = [row for table in read.tables for row in table.header_rows]
    tasks = {task.row for table in read.tables for task in table.tasks}
    skipped = [one.row for one in read.skipped] + [one.row for table in read.tables for one in table.skipped]
    named = Counter([*headers, *tasks, *skipped])
    return [f"row {row} named {named[row]} times" for row in sorted({*rows, *named}) if named[row] != (row in rows)]
