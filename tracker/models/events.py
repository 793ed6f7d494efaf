"""What other systems of the office are still to be told."""

from django.db import models

from accounts.choices import pairs
from accounts.models import Organization
from tracker.choices import EventSource


class EventDue(models.Model):
    """A row that other systems may want to know of, written in the transaction that wrote that row.

    Of history it is a trigger that writes it (0028), where somebody listens. It is taken away in the transaction that makes
    the messages, so no id of a late transaction is passed over and none is told twice.
    """

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    source = models.CharField(max_length=16, choices=pairs(EventSource))
    source_id = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "source_id"], name="event_due_once")]

    def __str__(self) -> str:
        return f"{self.source}-{self.source_id}"
