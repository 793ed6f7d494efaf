"""Two people at one table at the same moment, each on a connection of their own."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from threading import Barrier

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from pytest_django import Settings

from accounts.conflicts import Conflict
from projects.choices import BatchState, PlanState
from projects.importing.batches import apply_batch, decide, preview, read_batch, receive_file
from projects.importing.undo import undo_batch
from projects.models import ImportBatch, Plan, Task
from tests.cast import Cast, duty, firms, issued_plan, make_cast, road
from tests.projects.importing.tables import NOW, batch_of, bring_in, table

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def zone() -> Cast:
    return make_cast()


def both(act: Callable[[int], object]) -> list[object]:
    """Let two threads begin together; return what each got, an exception by its type."""
    begin = Barrier(2)

    def one(number: int) -> object:
        begin.wait(5)
        try:
            return act(number)
        except Conflict as lost:
            return lost
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(one, range(2)))


def lost(results: list[object]) -> int:
    return sum(isinstance(one, Conflict) for one in results)


def test_one_batch_is_applied_by_one(zone: Cast) -> None:
    batch = batch_of(zone, table([road(zone), firms(zone)]), None)
    assert lost(both(lambda _: apply_batch(batch=batch, by=zone.actor(), now=NOW, version=1, unattended=True))) == 1
    assert Task.objects.count() == 2


def test_one_new_table_uploaded_twice_makes_one_plan(zone: Cast) -> None:
    twins = [batch_of(zone, table([road(zone), firms(zone)]), None) for _ in range(2)]
    seen = [preview(batch, by=zone.actor()).fingerprint for batch in twins]
    results = both(
        lambda at: apply_batch(batch=twins[at], by=zone.actor(), now=NOW, fingerprint=seen[at], unattended=True)
    )
    assert lost(results) == 1
    assert Plan.objects.filter(state=PlanState.DRAFT).count() == 1


def test_two_revisions_of_one_plan_are_not_both_written_unseen(zone: Cast) -> None:
    plan = issued_plan(zone)
    changed = [replace(road(zone), note=note) for note in ("甲改", "乙改")]
    batches = [batch_of(zone, table([one, firms(zone), duty(zone)]), plan) for one in changed]
    seen = [preview(batch, by=zone.actor()).fingerprint for batch in batches]
    results = both(
        lambda at: apply_batch(batch=batches[at], by=zone.actor(), now=NOW, fingerprint=seen[at], unattended=True)
    )
    assert lost(results) == 1


def test_of_two_decisions_on_one_version_one_is_kept(zone: Cast) -> None:
    batch = batch_of(zone, table([road(zone)]), None)
    results = both(
        lambda at: decide(batch=batch, decisions={"row:0": "take" if at else "leave"}, by=zone.actor(), version=1)
    )
    assert lost(results) == 1
    batch.refresh_from_db()
    assert batch.version == 2


def test_one_batch_is_undone_by_one(zone: Cast) -> None:
    batch = bring_in(zone, [road(zone)], None).batch
    results = both(lambda _: undo_batch(batch=batch, by=zone.actor(), now=NOW, version=batch.version))
    assert lost(results) == 1
    batch.refresh_from_db()
    assert batch.state == BatchState.UNDONE


def test_one_file_is_read_by_one(zone: Cast, tmp_path: Path, settings: Settings) -> None:
    settings.MEDIA_ROOT = tmp_path
    text = "序号,工作内容,完成时限,责任单位\n1,建设28座公交站,6月底前,规划建设科\n"
    batch = receive_file(
        organization=zone.organization,
        year=2026,
        plan=None,
        file=ContentFile(text.encode()),
        file_name="表.csv",
        by=zone.actor(),
        now=NOW,
    )
    both(lambda _: read_batch(batch=batch, by=zone.actor(), now=NOW))
    read = ImportBatch.objects.get()
    assert (read.state, read.read_attempts, read.version) == (BatchState.PREVIEWED, 1, 2)
