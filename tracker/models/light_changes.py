"""The log of lights: which item's light was another one on which day."""

from django.db import models

from accounts.choices import pairs
from accounts.models import Organization
from projects.models import Plan, Task
from tracker.lights import Light


class LightsNoted(models.Model):
    """A day on which the lights of all items were looked at; what changed on it is a row of LightChange."""

    noted_on = models.DateField(primary_key=True)

    def __str__(self) -> str:
        return str(self.noted_on)


class LightChange(models.Model):
    """An item's light from this day on, until its next row; append-only by database trigger.

    Empty means none: in `was` that nobody had noted one before, in `light` that boards don't count the item any more.
    It tells what changed since a day. Today's light is never read from here, but from Standing.
    """

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="+")
    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="light_changes", db_index=False)
    noted_on = models.DateField()
    was = models.CharField(max_length=16, blank=True, choices=pairs(Light))
    light = models.CharField(max_length=16, blank=True, choices=pairs(Light))

    class Meta:
        constraints = [models.UniqueConstraint(fields=["task", "noted_on"], name="light_noted_once_a_day")]
        indexes = [
            models.Index(fields=["plan", "light", "noted_on"], name="light_changes_of_plan"),
            # The last light of each item of a plan on a day.
            models.Index(fields=["plan", "task", "noted_on"], include=["light"], name="light_changes_of_items"),
        ]

    def __str__(self) -> str:
        return f"{self.task_id} {self.noted_on} {self.was} → {self.light}"
