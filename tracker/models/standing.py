"""The days on which lights turn: one row an item, rewritten with every change of facts or rules."""

from django.db import models

from accounts.choices import pairs
from accounts.models import Organization
from projects.choices import TaskState
from projects.models import Plan, Target, Task


class Standing(models.Model):
    """Between two changes of facts a light is a comparison of these days with today, nothing else.

    `state` repeats the item's; `complete`: every step done and target met; `completion_pending`: a report that says
    已完成 waits for review; `late_since`: from it days late run;
    `next_step_at`: before it no reminder of this item can fall due (null: none will).
    """

    task = models.OneToOneField(Task, primary_key=True, on_delete=models.PROTECT, related_name="standing")
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=16, choices=pairs(TaskState))
    starts_on = models.DateField(null=True, blank=True)
    soon_from = models.DateField(null=True, blank=True)
    behind_from = models.DateField(null=True, blank=True)
    overdue_from = models.DateField(null=True, blank=True)
    late_since = models.DateField(null=True, blank=True)
    ongoing = models.BooleanField(default=False)
    complete = models.BooleanField(default=False)
    completion_pending = models.BooleanField(default=False)
    next_due_on = models.DateField(null=True, blank=True)
    last_due_on = models.DateField(null=True, blank=True)
    moves = models.PositiveSmallIntegerField(default=0)
    next_step_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["plan", "state"], name="standing_of_plan"),
            models.Index(
                fields=["next_step_at"], condition=models.Q(next_step_at__isnull=False), name="standing_next_step"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.task_id} {self.state}"


class TargetStanding(models.Model):
    """A target's accepted value and the first day it is too far under its expected share."""

    target = models.OneToOneField(Target, primary_key=True, on_delete=models.PROTECT, related_name="standing")
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="+")
    accepted = models.DecimalField(max_digits=20, decimal_places=4, null=True, blank=True)
    accepted_on = models.DateField(null=True, blank=True)
    start_on = models.DateField()
    due_on = models.DateField()
    behind_from = models.DateField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["task"], name="target_standing_of_task")]

    def __str__(self) -> str:
        return f"{self.target_id} {self.accepted}"
