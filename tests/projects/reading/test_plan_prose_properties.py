"""What holds of every plan in prose: each promise once, each paragraph accounted for, nothing invented."""

from __future__ import annotations

import re
from pathlib import Path

import docx
from hypothesis import given, settings
from hypothesis import strategies as st

from projects.reading.model import Reading
from projects.reading.table import Wishes, read_workbook
from projects.reading.workbook import open_workbook
from tests.tables_written.notation import PROSE, Book
from tests.tables_written.scoring import compare, prose_of, unaccounted
from tests.tables_written.telling import FRAMES, KINDS, tell

PLANS = st.builds(tell, st.integers(0, 10_000), st.sampled_from(KINDS), st.frozensets(st.sampled_from(FRAMES)))
FEW = settings(max_examples=60, deadline=None)


def _read(plan: Book) -> Reading:
    return read_workbook(prose_of(plan), Wishes(plan.year, 2017))


@FEW
@given(PLANS)
def test_a_written_plan_is_read_as_it_was_meant(plan: Book) -> None:
    assert compare(plan, _read(plan)).wrong == []


@FEW
@given(PLANS)
def test_every_paragraph_ends_as_a_task_or_with_its_reason(plan: Book) -> None:
    sheet, (read,) = plan.sheet(PROSE), _read(plan).sheets
    assert unaccounted([row for row, text in enumerate(sheet.paragraphs, start=1) if text.strip()], read) == []
    reasons = {one.row: one.reason for table in read.tables for one in table.skipped}
    assert {row: reasons.get(row) for row in sheet.reasons} == sheet.reasons


@FEW
@given(PLANS)
def test_no_task_of_a_plan_says_what_the_plan_does_not(plan: Book) -> None:
    written = _bare("".join(plan.sheet(PROSE).paragraphs))
    for task in _read(plan).tasks:
        parties = [*task.lead, *task.support, *task.leaders, *task.owners]
        category = [part for name in task.category for part in name.split("／")]
        said = [*parties, *category, *task.content.split("\n"), task.title, task.number, task.deadline_text]
        assert [words for words in said if _bare(words) not in written] == []


@FEW
@given(PLANS)
def test_empty_paragraphs_and_indents_change_only_the_rows(plan: Book) -> None:
    before = [_without_row(task) for task in _read(plan).to_dict()["sheets"][0]["tables"][0]["tasks"]]
    sheet = plan.sheet(PROSE)
    sheet.paragraphs = [line for text in sheet.paragraphs for line in ("", f"\u3000\u3000{text.strip()}")]
    after = [_without_row(task) for task in _read(plan).to_dict()["sheets"][0]["tables"][0]["tasks"]]
    assert after == before


def test_a_plan_in_a_word_document_reads_as_the_same_text(tmp_path: Path) -> None:
    for kind in KINDS:
        plan = tell(7, kind, frozenset({"nested", "opening", "empty", "ending"}))
        document = docx.Document()
        for text in plan.sheet(PROSE).paragraphs:
            document.add_paragraph(text)
        document.save(str(tmp_path / "plan.docx"))
        assert compare(plan, read_workbook(open_workbook(tmp_path / "plan.docx"), Wishes(plan.year, 2017))).wrong == []


def _without_row(task: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in task.items() if name not in ("row", "cells")}


def _bare(words: str) -> str:
    return re.sub(r"[\W_]+", "", words)
