"""What `./run bench import` compares does the same: the floor and the peer leave the rows that our import leaves."""

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from django.db import transaction
from django.db.models import Model
from pytest_django import Settings

from benchmarks import importing, workbooks
from benchmarks.floors import import_floor
from benchmarks.peers import import_resources
from projects.reading.child import read_file

ROWS = 60


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "table.xlsx"
    workbooks.write_workbook(path, workbooks.rows(ROWS))
    return path


def test_the_table_is_read_whole_and_leaves_nothing_to_decide(path: Path) -> None:
    reading = read_file(path, year=importing.YEAR)
    assert [task.title for task in reading.tasks] == [row.cells[1] for row in workbooks.rows(ROWS)]
    assert [task.category for task in reading.tasks] == [(row.section, row.heading) for row in workbooks.rows(ROWS)]
    assert [task.questions for task in reading.tasks if task.questions] == []


def content(models: Sequence[type[Model]]) -> dict[str, list[tuple[object, ...]]]:
    return {model.__name__: list(model._default_manager.order_by("pk").values_list()) for model in models}


@pytest.mark.django_db
@pytest.mark.parametrize("other", ["floor", "peer"])
def test_the_same_rows_stand_in_the_same_tables(path: Path, tmp_path: Path, settings: Settings, other: str) -> None:
    settings.MEDIA_ROOT = tmp_path
    importing.prepare()
    before = import_floor.counted()
    start = transaction.savepoint_create()
    importing.ours(path)
    grown = importing.grown(before)
    ours = content(grown)
    again: Callable[[], None]
    if other == "floor":
        tables = import_floor.added([model._meta.db_table for model in grown], before)
        again = lambda: import_floor.import_file(path, tables)  # noqa: E731 - what is imported is known only here
    else:
        datasets = importing.datasets_of(grown, before)
        again = lambda: import_resources.import_file(path, datasets, at_its_fastest=True)  # noqa: E731
    transaction.savepoint_rollback(start)
    assert import_floor.counted() == before
    again()
    assert content(grown) == ours
