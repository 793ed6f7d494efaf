"""What an import does while someone else is writing and doesn't end: it takes it for a conflict, not for a fault."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Event

import pytest
from django.db import OperationalError, connection, transaction

from accounts.conflicts import Conflict, conflict_when_held
from projects.importing.batches import apply_batch
from projects.importing.undo import undo_batch
from projects.models import Plan, Task
from tests.cast import Cast, firms, issued_plan, make_cast, road
from tests.projects.importing.tables import NOW, batch_of, bring_in, changed_road, table

pytestmark = pytest.mark.django_db(transaction=True)
PATIENCE = {
    "sqlite": ("PRAGMA busy_timeout = 100", "PRAGMA busy_timeout = 20000"),
    "postgresql": ("SET lock_timeout = '100ms'", "RESET lock_timeout"),
}
"""To wait a moment only, and to wait as before: PostgreSQL's pool gives a connection on as it is."""


@pytest.fixture
def zone() -> Cast:
    return make_cast()


@contextmanager
def held(plan: Plan) -> Iterator[None]:
    """Let someone else, on a connection of their own, write this plan until the end of the block."""
    holds, let_go = Event(), Event()

    def hold() -> None:
        with transaction.atomic():
            Plan.objects.select_for_update().get(pk=plan.pk)
            holds.set()
            let_go.wait(30)
        connection.close()

    with ThreadPoolExecutor(1) as pool:
        writing = pool.submit(hold)
        holds.wait(10)
        with connection.cursor() as cursor:
            cursor.execute(PATIENCE[connection.vendor][0])
        try:
            yield
        finally:
            let_go.set()
            writing.result()
            with connection.cursor() as cursor:
                cursor.execute(PATIENCE[connection.vendor][1])


def test_a_table_is_not_applied_while_someone_else_writes_the_plan(zone: Cast) -> None:
    plan = issued_plan(zone)
    batch = batch_of(zone, table([changed_road(zone), firms(zone)]), plan)
    with held(plan), pytest.raises(Conflict):
        apply_batch(batch=batch, by=zone.actor(), now=NOW, unattended=True)
    assert list(Task.objects.filter(plan=plan, version__gt=2)) == []
    apply_batch(batch=batch, by=zone.actor(), now=NOW, unattended=True)


def test_a_table_is_not_taken_back_while_someone_else_writes_the_plan(zone: Cast) -> None:
    applied = bring_in(zone, [road(zone)], None)
    with held(applied.plan), pytest.raises(Conflict):
        undo_batch(batch=applied.batch, by=zone.actor(), now=NOW)
    undo_batch(batch=applied.batch, by=zone.actor(), now=NOW)


def test_another_fault_of_the_database_stays_one() -> None:
    with pytest.raises(OperationalError), conflict_when_held():
        raise OperationalError("disk I/O error")
