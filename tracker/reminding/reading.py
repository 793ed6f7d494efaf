"""Marking what stands in an inbox as read."""

from datetime import datetime

from tracker.choices import Channel
from tracker.models import Delivery


def mark_read(*, person_id: int, at: datetime, delivery_id: int | None = None) -> int:
    """Mark one entry, or all that are unread, and return how many; `at` is real time, as the record keeps it."""
    unread = Delivery.objects.filter(person=person_id, channel=Channel.INBOX, read_at__isnull=True)
    return (unread.filter(pk=delivery_id) if delivery_id else unread).update(read_at=at)
