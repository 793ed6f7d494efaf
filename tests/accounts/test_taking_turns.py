"""What writes batch after batch lets those write between who wait for it."""

import time
from threading import Event, Thread

import pytest
from django.db import connection, transaction

from accounts import taking_turns
from accounts.models import Organization
from accounts.tracing import tracing

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.sqlite]


def test_who_waits_while_a_batch_is_written_writes_before_the_next() -> None:
    wrote, asked = Event(), Event()

    def write() -> None:
        asked.set()
        try:
            with transaction.atomic():
                Organization.objects.create(code="wait", name="示例等候机构")
            wrote.set()
        finally:
            connection.close()

    other = Thread(target=write)
    with transaction.atomic():
        Organization.objects.create(code="batch", name="示例批次机构")
        other.start()
        assert asked.wait(5)
        until = time.monotonic() + 5
        while not taking_turns._waiting and time.monotonic() < until:
            time.sleep(0.01)
        time.sleep(0.3)  # by now it asks every tenth of a second
    taking_turns.give_turn()
    with transaction.atomic():
        assert wrote.is_set()
    other.join()


def test_a_connection_that_opens_under_a_trace_keeps_its_ear_and_not_the_trace() -> None:
    connection.close()
    connection.execute_wrappers.clear()
    for request in ("request-1", "request-2"):
        with tracing(request) as trace:
            Organization.objects.count()
            Organization.objects.count()
        assert trace.queries == 2
        connection.close()
    assert connection.execute_wrappers == [taking_turns._noted]


def test_nobody_is_waited_for_who_does_not_wait() -> None:
    began = time.monotonic()
    for _ in range(20):
        taking_turns.give_turn()
    assert time.monotonic() - began < taking_turns.GAP


def test_a_transaction_keeps_its_turn() -> None:
    with transaction.atomic():
        taking_turns._count(1)
        try:
            began = time.monotonic()
            taking_turns.give_turn()
            assert time.monotonic() - began < taking_turns.GAP
        finally:
            taking_turns._count(-1)
