"""However much waits, the next message is found by one look at the index."""

from datetime import timedelta

import pytest
from django.db import connection
from django.db.models import Model
from django.test.utils import CaptureQueriesContext

from projects.models import Milestone
from tests.tracker.reminding.passes import FIVE_BEFORE, digest, run
from tracker.choices import Channel, DeliveryState
from tracker.models import Delivery
from tracker.reminding.claiming import claim_one

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]
NUMBER = 3000


def values(row: Model) -> dict[str, object]:
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields if not field.primary_key}


def copies(row: Delivery, name: str, **other: object) -> None:
    """Write as many like it; those that wait share one moment, as a morning's digests do."""
    same = values(row)
    Delivery.objects.bulk_create(
        Delivery(**{**same, "bundle": f"{name}{n}", "message_id": f"<{name}{n}@example.org>", **other})
        for n in range(NUMBER)
    )


def test_the_claim_reads_one_row_by_the_index(report_step: Milestone) -> None:
    run(digest(FIVE_BEFORE))
    first = Delivery.objects.get(channel=Channel.MAIL)
    copies(first, "waits", next_try_at=first.next_try_at + timedelta(hours=1))
    copies(first, "sent", state=DeliveryState.SENT)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE tracker_delivery")
        with CaptureQueriesContext(connection) as captured:
            assert claim_one(worker="test", today=FIVE_BEFORE) is not None
        (claim,) = [
            each["sql"] for each in captured if "SKIP LOCKED" in each["sql"] and "tracker_delivery" in each["sql"]
        ]
        cursor.execute(f"EXPLAIN {claim}")
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "Index Scan using delivery_to_claim_next" in plan
    assert "Sort" not in plan
