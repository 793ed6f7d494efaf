"""What a supporting unit adds to an item it doesn't lead."""

from django.db import models

from accounts.choices import pairs
from accounts.models import Department, Organization, User
from projects.models import Task
from tracker.choices import PartState


class SupportPart(models.Model):
    """A supporting unit's part: asked for by a lead with a last day (`due_on`), or given unasked (no `question`)."""

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="support_parts")
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="support_parts")
    asking_department = models.ForeignKey(Department, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    asked_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    asker_name = models.CharField(max_length=100, blank=True)
    asked_on = models.DateField(null=True, blank=True)
    question = models.TextField(blank=True)
    due_on = models.DateField(null=True, blank=True)
    state = models.CharField(max_length=16, choices=pairs(PartState), default=PartState.ASKED)
    answer = models.TextField(blank=True)
    answered_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    answerer_name = models.CharField(max_length=100, blank=True)
    answered_on = models.DateField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    token = models.CharField(max_length=64, unique=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = [
            models.Index(fields=["department", "state"], name="part_of_department"),
            models.Index(fields=["task", "-id"], name="part_of_task"),
        ]

    def __str__(self) -> str:
        return f"{self.task_id} {self.department_id} {self.state}"
