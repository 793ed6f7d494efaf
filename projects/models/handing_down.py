"""An item of one office that was handed to an office below: what crosses the border is a copy, nothing is looked up."""

from django.db import models
from django.db.models import Q

from accounts.choices import pairs
from accounts.models import Organization
from projects.choices import HandDownState
from projects.models.tasks import Task


class HandDown(models.Model):
    """One item offered to one child organization, and what became of it.

    `promise` keeps the words, open steps and amounts as they stood when they were offered (`task_version`): the child
    reads this row and never the item. `taken_as` is the child's own item; the parent reads its roll-up and no more.
    """

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="handed_down")
    task_version = models.PositiveIntegerField()
    to = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+", db_index=False)
    state = models.CharField(max_length=16, choices=pairs(HandDownState), default=HandDownState.OFFERED)
    promise = models.JSONField()
    word = models.TextField(blank=True)
    reason = models.TextField(blank=True)
    offered_on = models.DateField()
    answered_on = models.DateField(null=True, blank=True)
    taken_as = models.OneToOneField(
        Task, null=True, blank=True, on_delete=models.PROTECT, related_name="handed_down_as"
    )
    version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = [models.Index(fields=["to", "state"], name="handed_to_office")]
        constraints = [
            models.UniqueConstraint(
                fields=["task", "to"],
                condition=Q(state__in=[HandDownState.OFFERED, HandDownState.TAKEN]),
                name="handed_to_a_child_once",
            ),
            models.CheckConstraint(
                condition=Q(state=HandDownState.TAKEN, taken_as__isnull=False)
                | (~Q(state=HandDownState.TAKEN) & Q(taken_as__isnull=True)),
                name="taken_hand_down_has_its_item",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.task_id} → {self.to_id} {self.state}"
