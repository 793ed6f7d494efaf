"""A leader's line on an item (批示), which becomes a dated follow-up."""

from django.db import models

from accounts.choices import pairs
from accounts.models import Department, Organization, Person, User
from projects.models import Task
from tracker.choices import DirectiveState


class Directive(models.Model):
    """`leader` gave it; `recorder` wrote it down where that was the office on the leader's behalf, else it is empty.

    `department` answers by `due_on`. `meeting_on` is the day of the meeting it was decided in, if it was one.
    `cycle` grows with every new day or return: reminders of an older cycle are void.
    """

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="directives")
    leader = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="directives")
    leader_name = models.CharField(max_length=100)
    user = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    recorder_name = models.CharField(max_length=100, blank=True)
    text = models.TextField()
    given_on = models.DateField()
    given_at = models.DateTimeField()
    meeting_on = models.DateField(null=True, blank=True)
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="directives")
    due_on = models.DateField()
    state = models.CharField(max_length=16, choices=pairs(DirectiveState), default=DirectiveState.OPEN)
    answer = models.TextField(blank=True)
    answered_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    answerer_name = models.CharField(max_length=100, blank=True)
    answered_on = models.DateField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    settled_on = models.DateField(null=True, blank=True)
    settlement = models.TextField(blank=True)
    cycle = models.PositiveIntegerField(default=1)
    token = models.CharField(max_length=64, unique=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = [
            models.Index(fields=["task", "-id"], name="directive_of_task"),
            models.Index(fields=["department", "state"], name="directive_of_unit"),
            models.Index(fields=["organization", "state"], name="directive_record"),
        ]

    def __str__(self) -> str:
        return self.text[:30]
