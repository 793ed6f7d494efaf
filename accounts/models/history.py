"""Who changed what, when, from what to what, why and by which door."""

from django.db import models

from accounts.choices import Door, pairs
from accounts.models.people import User
from accounts.models.units import Organization


class HistoryEntry(models.Model):
    """One change of one object; versions of an object are gap-free, rows are append-only by database trigger.

    `task_id` is a plain number: history lies below the apps it tells of and holds no foreign key upward.
    """

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="history")
    object_type = models.CharField(max_length=32)
    object_id = models.BigIntegerField()
    object_version = models.PositiveIntegerField()
    task_id = models.BigIntegerField(null=True, blank=True)
    action = models.CharField(max_length=64)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    reason = models.TextField(blank=True)
    door = models.CharField(max_length=16, choices=pairs(Door))
    user = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    actor_name = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField()
    business_on = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["object_type", "object_id", "object_version"], name="history_version_once")
        ]
        indexes = [models.Index(fields=["task_id", "id"], name="history_of_task")]

    def __str__(self) -> str:
        return f"{self.action} {self.object_type} {self.object_id} v{self.object_version}"
