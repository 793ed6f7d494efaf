"""A prepared table is kept at hand as long as nothing it depends on moved, and never longer."""

from datetime import timedelta

import pytest
from django.core.files.base import ContentFile

from accounts.models import HistoryEntry
from accounts.registering import create_department
from projects.importing import shelf
from projects.importing.batches import choose_roles, decide, open_batch
from projects.importing.page.laying import Overview
from projects.models import ImportBatch
from tests.cast import TODAY, Cast, at

pytestmark = pytest.mark.django_db

TABLE = "序号\t工作内容\t完成时限\t责任单位\n1\t修路\t6月底前\t东湖街道\n2\t修桥\t年底前\t规划建设科\n"


@pytest.fixture
def batch(cast: Cast) -> ImportBatch:
    file = ContentFile(TABLE.encode(), name="表.txt")
    return open_batch(
        organization=cast.organization,
        year=2026,
        plan=None,
        file=file,
        file_name="表.txt",
        by=cast.actor(),
        now=at(TODAY),
    )


def view(batch: ImportBatch, cast: Cast) -> Overview:
    return shelf.overview_of(ImportBatch.objects.defer("reading").get(pk=batch.pk), by=cast.actor())


def test_the_same_table_is_prepared_once(batch: ImportBatch, cast: Cast) -> None:
    assert view(batch, cast) is view(batch, cast)


def test_a_decision_is_seen_and_the_file_is_not_read_from_the_database_again(batch: ImportBatch, cast: Cast) -> None:
    before = view(batch, cast)
    decide(batch=batch, decisions={"name:department:东湖街道": "keep"}, by=cast.actor())
    after = view(batch, cast)
    assert (len(before.queue.undecided), len(after.queue.undecided)) == (1, 0)
    assert after.prepared.reading is before.prepared.reading


def test_another_role_is_another_reading(batch: ImportBatch, cast: Cast) -> None:
    before = view(batch, cast)
    choose_roles(batch=batch, roles={"责任单位": "note"}, by=cast.actor(), now=at(TODAY))
    after = view(batch, cast)
    assert after.prepared.reading is not before.prepared.reading
    assert not after.queue.all


def test_a_unit_made_elsewhere_is_known_at_once(batch: ImportBatch, cast: Cast) -> None:
    assert view(batch, cast).queue.undecided
    create_department(organization=cast.organization, name="东湖街道", by=cast.actor())
    assert not view(batch, cast).queue.all


def test_another_day_is_another_table(batch: ImportBatch, cast: Cast) -> None:
    tomorrow = shelf.overview_of(batch, by=cast.actor(today=TODAY + timedelta(days=1)))
    assert tomorrow is not view(batch, cast)


def test_a_database_that_was_put_back_is_not_taken_for_the_one_before(batch: ImportBatch, cast: Cast) -> None:
    mark = shelf.history_mark(cast.organization.pk)
    latest = HistoryEntry.objects.get(pk=mark.entry)
    assert mark == shelf.Mark(latest.pk, latest.at)
    assert mark != shelf.Mark(latest.pk, latest.at - timedelta(seconds=1))


def test_only_so_many_rows_are_kept_and_the_longest_unused_go(
    batch: ImportBatch, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shelf, "MOST_ROWS", 5)
    kept, seen = shelf.Shelf(), view(batch, cast)
    state = shelf.State(shelf.Source("", 2026, frozenset(), frozenset()), 1, shelf.Mark(0, None), TODAY)
    for number in (1, 2):
        kept.put(number, state, seen)
    assert kept.take(1)
    kept.put(3, state, seen)
    assert (kept.take(1) is None, kept.take(2) is None, kept.take(3) is None) == (False, True, False)
