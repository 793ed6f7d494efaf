"""The tests' own ground: what is flushed, what is refused, and when a query count fails."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Literal

import pytest
from django.db import DatabaseError, connection, transaction

from accounts.choices import Door
from accounts.models import HistoryEntry, Organization
from projects.models import CalendarDay
from tests import conftest
from tests.query_counts import QueryBaseline


@pytest.mark.django_db
def test_the_test_database_is_the_one_a_service_would_use() -> None:
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            assert cursor.execute("PRAGMA journal_mode").fetchone() == ("wal",)
            assert cursor.execute("PRAGMA foreign_keys").fetchone() == (1,)
    assert connection.settings_dict["NAME"] != ":memory:"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("_round", [1, 2])
def test_a_transactional_test_begins_as_migrations_left_the_database(_round: int) -> None:
    assert not Organization.objects.exists()
    assert CalendarDay.objects.filter(organization=None).exists()
    Organization.objects.create(code="sample", name="示例机构")
    CalendarDay.objects.all().delete()


@pytest.mark.django_db(transaction=True)
def test_history_stays_append_only_after_a_flush() -> None:
    organization = Organization.objects.create(code="sample", name="示例机构")
    entry = HistoryEntry.objects.create(
        organization=organization,
        object_type="organization",
        object_id=organization.pk,
        object_version=1,
        action="organization.made",
        door=Door.COMMAND,
        at=datetime(2026, 3, 2, 9, tzinfo=UTC),
        business_on=date(2026, 3, 2),
    )
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        HistoryEntry.objects.filter(pk=entry.pk).update(action="rewritten")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        entry.delete()


@pytest.mark.parametrize("outcome", ["skipped", "passed"])
def test_a_skip_counts_as_a_failure_in_ci(
    outcome: Literal["skipped", "passed"], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(conftest, "IN_CI", True)
    report = pytest.TestReport("id", ("file", 1, "name"), {}, outcome, "why", "call")

    assert conftest.refuse_skip(report).outcome == {"skipped": "failed", "passed": "passed"}[outcome]


def test_a_skip_stays_a_skip_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(conftest, "IN_CI", False)
    report = pytest.TestReport("id", ("file", 1, "name"), {}, "skipped", "why", "call")

    assert conftest.refuse_skip(report).outcome == "skipped"


@pytest.mark.django_db
@pytest.mark.parametrize("known", ['{"page": 0}', '{"page": 2}', "{}"], ids=["gained", "lost", "unknown"])
def test_a_page_that_changes_its_queries_fails(tmp_path: Path, known: str) -> None:
    counts = tmp_path / "counts.json"
    counts.write_text(known)
    with (
        pytest.raises(pytest.fail.Exception, match="page: 1 queries"),
        QueryBaseline(update=False, path=counts)("page"),
    ):
        Organization.objects.exists()
    assert counts.read_text() == known


@pytest.mark.django_db
def test_an_accepted_count_is_written_and_then_holds(tmp_path: Path) -> None:
    counts = tmp_path / "counts.json"
    counts.write_text("{}")
    for update in (True, False):
        with QueryBaseline(update=update, path=counts)("page"):
            Organization.objects.exists()
    assert counts.read_text() == '{\n  "page": 1\n}\n'
