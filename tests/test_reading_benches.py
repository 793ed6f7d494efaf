"""What `./run bench lists`, `search` and `load` compare says the same on both sides, and a small run says its figures."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import orjson
import pytest
from django.db import connection

from benchmarks import kept, lists, load, offices, search, stage
from benchmarks.loading import Heard
from benchmarks.multiplying import multiply
from benchmarks.searching_texts import vocabulary, write
from tests.services import ServiceMissingError, find_program, postgres_program
from tracker.models import ItemText, ProgressReport, ReportText
from tracker.search_words import grams

ITEMS = 60


@pytest.fixture
def folder(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Keep the databases of a test beside those of real runs; the user PostgreSQL runs as must get in."""
    try:
        postgres_program("postgres")
        find_program("redis-server")
    except ServiceMissingError as missing:
        pytest.skip(str(missing))
    path = Path(tempfile.mkdtemp(prefix="duban-bench-"))
    path.chmod(0o755)
    monkeypatch.setattr(stage, "KEPT", path)
    monkeypatch.setattr(kept, "FOLDER", path / "postgresql")
    yield path
    shutil.rmtree(path, ignore_errors=True)


# The runs start their own databases, whichever this suite is on.
@pytest.mark.sqlite
def test_small_runs_say_in_their_last_lines_what_was_measured(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    small = ["--size", str(ITEMS), "--offices", "1"]
    lists.main([*small, "--times", "3"])
    found = orjson.loads(capfd.readouterr().out.splitlines()[-1])
    assert found["ratio_to_floor"] > 0
    assert found["single_p95_ms"] > 0
    assert found["lists"].keys() == {f"SQLite, {ITEMS}", f"PostgreSQL, {ITEMS}"}
    search.main([*small, "--times", "3"])
    found = orjson.loads(capfd.readouterr().out.splitlines()[-1])
    assert found["p95_ms"] > 0
    for each in found["search"].values():
        assert each["words"]["in every item"]["items"] == ITEMS
        assert each["words"]["nowhere"]["items"] == 0
    load.main([*small, "--clerks", "4", "--sqlite-clerks", "2", "--seconds", "4", "--think", "0.1", "0.4"])
    found = orjson.loads(capfd.readouterr().out.splitlines()[-1])
    assert found["errors"] == 0
    assert all(each["requests"] and each["locked"] == 0 for each in found["load"].values())


@pytest.mark.postgres
@pytest.mark.django_db
def test_every_office_has_the_same_words_under_pairs_of_its_own() -> None:
    offices.make_office(ITEMS)
    connection.check_constraints()
    multiply(3)
    write(3)
    texts = list(ItemText.objects.all())
    assert len(texts) == 3 * ITEMS
    assert len({(text.title, text.body) for text in texts}) == ITEMS
    for text in texts:
        own = text.organization_id
        assert text.grams == grams(text.title, organization=own) | grams(text.body, organization=own)
    said = list(ReportText.objects.select_related("report"))
    assert len(said) == ProgressReport.objects.count() == 3 * len(range(0, ITEMS, 4))
    for row in said:
        assert (row.report.organization_id, row.report.task_id) == (row.organization_id, row.task_id)
        assert row.grams == grams(row.body, organization=row.organization_id)


def test_words_differ_and_have_two_signs_each() -> None:
    words = vocabulary()
    assert len({*words}) == len(words)
    assert {len(word) for word in words} == {2}


def test_whatever_goes_wrong_is_counted_once_and_its_time_too() -> None:
    heard = Heard()
    for kind, milliseconds, wrong in (("mine", 10.0, ""), ("mine", 30.0, "status 500"), ("item", 20.0, "TimeoutError")):
        heard.note(kind, milliseconds, wrong)
    found = load.figures(heard, 2)
    assert (found["requests"], found["per_second"], found["errors"]) == (3, 1.5, 2)
    assert (found["median_ms"], found["max_ms"]) == (20.0, 30.0)
