"""What `./run bench reminders` compares does the same, and the large database it plays in is what it says."""

import shutil
import tempfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import orjson
import pytest
from django.db import connection
from django.db.models import F, Model

from benchmarks import kept, offices, reminders
from benchmarks.floors import reminder_floor
from benchmarks.multiplying import STEP, multiply
from projects.models import Milestone, Task
from tests.services import ServiceMissingError, postgres_program
from tracker.models import Reminder, Standing
from tracker.reminding.raising import raise_due
from tracker.standing import differing

ITEMS = 60
DAY = date(offices.YEAR, 3, 24)


@pytest.fixture
def folder(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Keep the servers of a test beside those of real runs; the user PostgreSQL runs as must get in."""
    try:
        postgres_program("postgres")
    except ServiceMissingError as missing:
        pytest.skip(str(missing))
    path = Path(tempfile.mkdtemp(prefix="duban-bench-"))
    monkeypatch.setattr(kept, "FOLDER", path)
    yield path
    shutil.rmtree(path, ignore_errors=True)


def test_a_small_run_says_in_its_last_line_how_far_we_are_from_the_floor(
    folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    reminders.main(["--size", str(ITEMS), "--times", "1"])
    found = orjson.loads(capfd.readouterr().out.splitlines()[-1])
    assert found["ratio_to_floor"] > 0
    assert found["items"] == ITEMS
    assert found["rows"] > 0


def counted(*models: type[Model]) -> list[int]:
    return [model._default_manager.count() for model in models]


@pytest.mark.postgres
@pytest.mark.django_db
def test_every_further_office_is_the_first_one_again_and_its_lights_follow_from_its_own_facts() -> None:
    offices.make_office(ITEMS)
    before = counted(Task, Milestone, Standing, Reminder)
    first = list(Task.objects.values_list("pk", flat=True))
    connection.check_constraints()
    multiply(3)
    assert counted(Task, Milestone, Standing, Reminder) == [3 * number for number in before]
    second = list(Task.objects.filter(pk__in=[pk + STEP for pk in first]).values_list("pk", flat=True))
    assert len(second) == ITEMS
    assert differing(second, now=offices.moment(offices.EVE)) == []
    assert not Milestone.objects.exclude(organization=F("task__organization")).exists()
    raised = raise_due(now=offices.moment(DAY))
    assert raised
    assert raised % 3 == 0


@pytest.mark.postgres
@pytest.mark.django_db
def test_the_floor_inserts_the_rows_that_the_clock_raised(tmp_path: Path) -> None:
    offices.make_office(ITEMS)
    last = reminder_floor.last_id()
    raise_due(now=offices.moment(DAY))
    rows = Reminder.objects.filter(pk__gt=last).order_by("pk")
    columns = [field.attname for field in Reminder._meta.concrete_fields if not field.primary_key]
    ours = list(rows.values_list(*columns))
    assert reminder_floor.keep(tmp_path / "rows", after=last) == len(ours)
    rows.delete()
    connection.check_constraints()
    reminder_floor.insert(tmp_path / "rows")
    assert list(rows.values_list(*columns)) == ours
