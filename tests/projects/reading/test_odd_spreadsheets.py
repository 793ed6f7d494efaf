"""Files no one here wrote: each ends in time with a reading or one clear line, the ordinary ones with all their rows."""

from __future__ import annotations

import csv
import resource
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from projects.reading.child import ReadingRefused, read_file
from projects.reading.model import Reading
from tests.projects.reading.shared import SHARED

SECONDS = 20
GROWTH_MIB = 50
FOLDER = SHARED / "odd_spreadsheets"

pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason="the shared files are not here (DUBAN_SHARED)")


def files(reason: str = "") -> list[Path]:
    with (FOLDER / "MANIFEST.tsv").open(encoding="utf-8", newline="") as listed:
        rows = csv.DictReader(listed, delimiter="\t")
        return [FOLDER / row["file"] for row in rows if reason in row["why_chosen"]]


def outcome(path: Path) -> tuple[str, str, float]:
    """Return the clear line of a refusal, or how much was read, with the seconds it took."""
    begun = time.monotonic()
    try:
        reading = read_file(path, year=2017)
        line = f"{len(reading.sheets)} sheets, {len(reading.problems)} problems"
    except ReadingRefused as refused:
        line = refused.message
    return path.name, line, time.monotonic() - begun


def peak_mib() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def test_every_odd_file_ends_in_time_with_a_reading_or_one_clear_line_and_leaves_this_process_small() -> None:
    before = peak_mib()
    with ThreadPoolExecutor(2) as threads:
        outcomes = list(threads.map(outcome, files()))
    assert len(outcomes) == 300
    assert [name for name, line, _ in outcomes if not line or "\n" in line] == []
    assert [(name, seconds) for name, _, seconds in outcomes if seconds > SECONDS] == []
    assert peak_mib() - before < GROWTH_MIB


def rows_told(reading: Reading) -> dict[str, set[int]]:
    """Return the rows of each sheet that ended as a task or with the reason why not."""
    told = {}
    for sheet in reading.sheets:
        rows = {skipped.row for skipped in sheet.skipped}
        for table in sheet.tables:
            rows |= (
                {task.row for task in table.tasks} | {skipped.row for skipped in table.skipped} | {*table.header_rows}
            )
        told[sheet.name] = rows
    return told


def rows_held(path: Path) -> dict[str, set[int]]:
    """Return the rows with anything in them, by another reader."""
    book = CalamineWorkbook.from_path(str(path))
    return {
        name: {
            number
            for number, row in enumerate(book.get_sheet_by_name(name).to_python(skip_empty_area=False), start=1)
            if any(str(value).strip() for value in row)
        }
        for name in book.sheet_names
    }


def test_every_ordinary_file_is_read_and_each_of_its_rows_is_accounted_for() -> None:
    ordinary = files("ordinary-control")
    assert len(ordinary) == 18
    for path in ordinary:
        told = rows_told(read_file(path, year=2017))
        assert told == rows_held(path), path.name
