"""Files no one here wrote: each ends in time with a reading or one clear line, the ordinary ones with all their rows."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from projects.reading.child import read_file
from projects.reading.model import Reading
from tests.projects.reading.shared import SHARED

SECONDS = 20
GROWTH_MIB = 50
READERS_MIB = 1024
BARE_MIB = 20
"""Less than this no interpreter takes: a smaller figure would be nobody's."""
FOLDER = SHARED / "odd_spreadsheets"

pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason="the shared files are not here (DUBAN_SHARED)")


def files(reason: str = "") -> list[Path]:
    with (FOLDER / "MANIFEST.tsv").open(encoding="utf-8", newline="") as listed:
        rows = csv.DictReader(listed, delimiter="\t")
        return [FOLDER / row["file"] for row in rows if reason in row["why_chosen"]]


def test_every_odd_file_ends_in_time_with_a_reading_or_one_clear_line_and_takes_little_memory() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.projects.reading.reading_many"],
        cwd=Path(__file__).parents[3],
        input=json.dumps([str(path) for path in files()]),
        capture_output=True,
        text=True,
        check=True,
    )
    told = json.loads(done.stdout)
    outcomes = told["outcomes"]
    sys.stdout.write(
        f"readers took at most {told['readers_mib']:.0f} MiB, their owner grew by {told['grown_mib']:.0f} MiB\n"
    )
    assert len(outcomes) == 300
    assert [name for name, line, _ in outcomes if not line or "\n" in line] == []
    assert [(name, seconds) for name, _, seconds in outcomes if seconds > SECONDS] == []
    assert told["grown_mib"] < GROWTH_MIB
    assert BARE_MIB < told["readers_mib"] <= READERS_MIB


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
