"""What blocks an item, and who must answer by when (吹哨报到)."""

from django.db import models

from accounts.choices import pairs
from accounts.models import Department, Organization, Person, User
from projects.models import Task
from tracker.choices import ObstacleState


class Obstacle(models.Model):
    """`text` says what blocks; a unit or a person answers by `due_on`, and its silence shows as loudly as its answer.

    `cycle` grows with every reopening or new day: reminders of an older cycle are void.
    """

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="obstacles")
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="+")
    user = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    author_name = models.CharField(max_length=100)
    text = models.TextField()
    raised_on = models.DateField()
    raised_at = models.DateTimeField()
    answering_department = models.ForeignKey(
        Department, null=True, blank=True, on_delete=models.PROTECT, related_name="obstacles_to_answer"
    )
    answering_person = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="obstacles_to_answer"
    )
    due_on = models.DateField()
    state = models.CharField(max_length=16, choices=pairs(ObstacleState), default=ObstacleState.OPEN)
    answer = models.TextField(blank=True)
    answered_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    answerer_name = models.CharField(max_length=100, blank=True)
    answered_on = models.DateField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    cycle = models.PositiveIntegerField(default=1)
    token = models.CharField(max_length=64, unique=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(answering_department__isnull=False) ^ models.Q(answering_person__isnull=False),
                name="obstacle_has_one_answerer",
            )
        ]
        indexes = [
            models.Index(fields=["task", "-id"], name="obstacle_of_task"),
            models.Index(fields=["answering_department", "state"], name="obstacle_of_unit"),
            models.Index(fields=["answering_person", "state"], name="obstacle_of_person"),
        ]

    def __str__(self) -> str:
        return self.text[:30]
