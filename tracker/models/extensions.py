"""A new date asked for, and what each one on the way says of it."""

from django.db import models

from accounts.choices import pairs
from accounts.models import Department, Organization, User
from projects.models import Milestone, Task
from tracker.choices import ApprovalStep, Decision, ExtensionState


class Extension(models.Model):
    """One request for a later day of one step (延期申请).

    `chain` lists who decides in which order (ApprovalStep), as the plan's rules said on the day it was asked; the
    first `decided` of them have agreed. Granted by the last, `to_on` becomes the step's date; refused by one, it ends.
    """

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="extensions")
    milestone = models.ForeignKey(Milestone, on_delete=models.PROTECT, related_name="extensions")
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="+")
    user = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    author_name = models.CharField(max_length=100)
    from_on = models.DateField()
    to_on = models.DateField()
    reason = models.TextField()
    progress = models.TextField(blank=True)
    chain = models.JSONField(default=list)
    decided = models.PositiveSmallIntegerField(default=0)
    state = models.CharField(max_length=16, choices=pairs(ExtensionState), default=ExtensionState.PENDING)
    asked_on = models.DateField()
    asked_at = models.DateTimeField()
    ended_on = models.DateField(null=True, blank=True)
    token = models.CharField(max_length=64, unique=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["milestone"], condition=models.Q(state=ExtensionState.PENDING), name="one_pending_extension"
            )
        ]
        indexes = [
            models.Index(fields=["task", "-id"], name="extension_of_task"),
            models.Index(fields=["organization", "state"], name="extension_to_decide"),
        ]

    def __str__(self) -> str:
        return f"{self.milestone_id} {self.from_on} → {self.to_on} {self.state}"


class ExtensionDecision(models.Model):
    """What one on the way said, with the name as it was that day."""

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    extension = models.ForeignKey(Extension, on_delete=models.PROTECT, related_name="decisions")
    step = models.CharField(max_length=16, choices=pairs(ApprovalStep))
    decision = models.CharField(max_length=16, choices=pairs(Decision))
    reason = models.TextField(blank=True)
    user = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    actor_name = models.CharField(max_length=200)
    at = models.DateTimeField()
    decided_on = models.DateField()

    def __str__(self) -> str:
        return f"{self.extension_id} {self.step} {self.decision}"
