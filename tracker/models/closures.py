"""Striking an item off (办结销号), and looking at it again later (回头看)."""

from django.db import models

from accounts.choices import pairs
from accounts.models import Department, Organization, User
from projects.models import Task
from tracker.choices import ClosureState


class Closure(models.Model):
    """A unit's request to close an item, with what proves it; the office verifies and closes, or returns it."""

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="closures")
    department = models.ForeignKey(Department, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    user = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    author_name = models.CharField(max_length=100)
    statement = models.TextField()
    asked_on = models.DateField()
    asked_at = models.DateTimeField()
    state = models.CharField(max_length=16, choices=pairs(ClosureState), default=ClosureState.ASKED)
    verified_how = models.TextField(blank=True)
    reason = models.TextField(blank=True)
    decided_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    decider_name = models.CharField(max_length=100, blank=True)
    decided_on = models.DateField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    token = models.CharField(max_length=64, unique=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["task"], condition=models.Q(state=ClosureState.ASKED), name="one_waiting_closure"
            )
        ]
        indexes = [
            models.Index(fields=["task", "-id"], name="closure_of_task"),
            models.Index(fields=["organization", "state"], name="closure_to_decide"),
        ]

    def __str__(self) -> str:
        return f"{self.task_id} {self.state}"


class LookBack(models.Model):
    """What the office found when it looked at a closed item again; one that doesn't hold reopens the item."""

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="look_backs")
    due_on = models.DateField()
    looked_on = models.DateField(null=True, blank=True)
    holds = models.BooleanField(null=True, blank=True)
    finding = models.TextField(blank=True)
    user = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    author_name = models.CharField(max_length=100, blank=True)
    at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = [
            models.Index(fields=["task", "-id"], name="look_back_of_task"),
            models.Index(
                fields=["organization", "due_on"], condition=models.Q(looked_on__isnull=True), name="look_back_due"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.task_id} {self.due_on}"
