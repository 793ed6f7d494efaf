"""A ledger that comes back says what the plan says: nothing in it is taken for a change."""

import os
from pathlib import Path

import pytest

from projects.exporting.writer import write
from projects.reading.model import Reading
from projects.reading.shown import shown_sheets
from projects.reading.table import Wishes, read_workbook
from projects.reading.workbook import open_workbook
from tests import tables_written
from tests.cast import Cast
from tests.projects.exporting.ledgers import SAID, bring_in, differences, ledger_of, ledger_order, read_again
from tests.tables_written.notation import book
from tests.tables_written.scoring import save

SEEDS = Path(__file__).resolve().parents[3] / "seeds"
SAMPLES = Path(__file__).resolve().parents[1] / "reading" / "samples"
BOOKS = sorted((Path(tables_written.__file__).parent / "books").glob("*.txt"))
SOME = BOOKS if "EVERY_LEDGER" in os.environ else BOOKS[::9]
"""Brought in whole, all of them where EVERY_LEDGER is set; the others are only read again."""


@pytest.mark.django_db
@pytest.mark.parametrize("own_book", [True, False], ids=["own book", "plain"])
def test_the_ledger_of_the_sample_plan_changes_nothing_when_it_comes_back(cast: Cast, own_book: bool) -> None:
    plan = bring_in(cast, (SEEDS / "key-work-142.xlsx").read_bytes(), "key-work-142.xlsx")
    assert differences(read_again(cast, plan, ledger_of(plan, own_book=own_book))) == []


@pytest.mark.django_db
@pytest.mark.parametrize("path", sorted(SAMPLES.glob("table.*")), ids=lambda path: path.name)
def test_a_table_of_another_kind_comes_back_as_a_workbook_laid_out_the_same(cast: Cast, path: Path) -> None:
    plan = bring_in(cast, path.read_bytes(), path.name)
    assert differences(read_again(cast, plan, ledger_of(plan))) == []


@pytest.mark.django_db
@pytest.mark.parametrize("path", SOME, ids=lambda path: path.stem)
def test_the_ledger_of_any_layout_changes_nothing_when_it_comes_back(cast: Cast, path: Path, tmp_path: Path) -> None:
    written = book(path)
    save(written, str(tmp_path / "plan.xlsx"))
    plan = bring_in(cast, (tmp_path / "plan.xlsx").read_bytes(), "plan.xlsx", year=written.year or 2017)
    assert differences(read_again(cast, plan, ledger_of(plan))) == []


def read(path: Path, year: int | None) -> Reading:
    return read_workbook(open_workbook(path), Wishes(year, 2017))


@pytest.mark.parametrize("laid", [False, True], ids=["own book", "laid out anew"])
@pytest.mark.parametrize("path", BOOKS, ids=lambda path: path.stem)
def test_what_a_ledger_adds_to_a_table_is_not_read(path: Path, laid: bool, tmp_path: Path) -> None:
    written = book(path)
    save(written, str(tmp_path / "plan.xlsx"))
    before = read(tmp_path / "plan.xlsx", written.year)
    sheets = shown_sheets(open_workbook(tmp_path / "plan.xlsx")) if laid else ()
    order = ledger_order(before, tmp_path / "plan.xlsx", tmp_path / "ledger.xlsx", sheets)
    write(order)
    assert SAID.said in str([row for sheet in order.sheets for row in sheet.rows.values()])
    after = read(tmp_path / "ledger.xlsx", written.year)
    assert after.tasks == before.tasks
    assert [table.columns for sheet in after.sheets for table in sheet.tables] == [
        table.columns for sheet in before.sheets for table in sheet.tables
    ]
