"""What holds of every sheet: each row accounted for, nothing invented, furniture harmless, cells read as they read alone."""

from __future__ import annotations

import re
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from projects.reading.cells import deadline_json
from projects.reading.model import Reading, ReadTask
from tests.tables_written.generating import FURNITURE, LAYOUTS, generate
from tests.tables_written.notation import Book
from tests.tables_written.scoring import compare, read_book, unaccounted

BOOKS = st.builds(
    generate,
    st.integers(0, 10_000),
    st.sampled_from(LAYOUTS),
    st.frozensets(st.sampled_from(FURNITURE), max_size=8),
    tables=st.integers(1, 2),
    size=st.integers(2, 6),
)
PLAIN = st.builds(generate, st.integers(0, 10_000), st.sampled_from(("L1", "L3")), st.just(frozenset[str]()))
FEW = settings(max_examples=60, deadline=None)


@FEW
@given(BOOKS)
def test_a_written_workbook_is_read_as_it_was_meant(book: Book) -> None:
    assert compare(book, read_book(book)).wrong == []


@FEW
@given(BOOKS)
def test_every_filled_row_is_named_exactly_once_with_the_reason_where_it_is_no_task(book: Book) -> None:
    (sheet,), (read,) = book.sheets, read_book(book).sheets
    assert unaccounted([row for row, cells in enumerate(sheet.rows, start=1) if any(cells)], read) == []
    reasons = {one.row: one.reason for table in read.tables for one in table.skipped}
    assert {row: reasons.get(row) for row in sheet.reasons} == sheet.reasons


@FEW
@given(BOOKS)
def test_no_field_of_a_task_holds_words_that_are_not_in_the_file(book: Book) -> None:
    written = _bare("".join(cell for row in book.sheets[0].rows for cell in row))
    strange = [words for task in read_book(book).tasks for words in _words(task) if _bare(words) not in written]
    assert strange == []


@FEW
@given(PLAIN, st.integers(0, 10_000))
def test_furniture_between_the_rows_never_loses_a_task(book: Book, seed: int) -> None:
    random = Random(seed)
    before = _promises(read_book(book))
    (sheet,) = book.sheets
    body = max(sheet.headers)
    sheet.boxes.clear()
    for _ in range(5):
        sheet.rows.insert(random.randint(body, len(sheet.rows)), _furniture(random, len(sheet.rows[0])))
    assert _promises(read_book(book)) == before


@FEW
@given(BOOKS)
def test_a_deadline_cell_reads_in_the_sheet_as_it_reads_alone(book: Book) -> None:
    for task in read_book(book).tasks:
        if task.deadline_text and "\n" not in task.deadline_text:
            alone = deadline_json(task.deadline_text, year=book.year or 0)
            due = [step.due.isoformat() for step in task.milestones if step.due]
            assert (task.kind, due) == (alone["kind"], alone["due"])


def _furniture(random: Random, width: int) -> list[str]:
    first = random.choice(
        ["合计", "注：按月报送。", "— 2 —", "联系人：示例·张三", "（续表）", "说明：以上为续建事项", "单位：万元", ""]
    )
    return [first, *[""] * (width - 1)]


def _promises(reading: Reading) -> list[tuple[str, str, tuple[str, ...], tuple[str, ...]]]:
    return [(task.number, task.content, task.category, task.lead) for task in reading.tasks]


def _words(task: ReadTask) -> list[str]:
    steps = [words for step in task.milestones for words in (step.phrase, step.text)]
    parties = [*task.leaders, *task.lead, *task.support, *task.owners]
    category = [part for name in task.category for part in name.split("／")]
    return [*steps, *parties, *category, *task.content.split("\n"), task.title, task.number, task.deadline_text]


def _bare(words: str) -> str:
    return re.sub(r"[\W_]+", "", words)
