"""The dated steps of an item with every date they ever had, and its amounts and lists."""

from django.db import models
from django.db.models import Q

from accounts.choices import pairs
from accounts.models import Organization, User
from projects.choices import Comparison, DateKind
from projects.models.tasks import Task


class Milestone(models.Model):
    """A step. `issued_due_on`, `current_due_on` and `moves` repeat what its MilestoneDate rows say, for the boards.

    `cycle` grows with every new date, reopening, return or resumption: reminders of an older cycle are void.
    """

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="milestones")
    position = models.PositiveIntegerField()
    text = models.TextField(blank=True)
    phrase = models.CharField(max_length=200, blank=True)
    start_on = models.DateField(null=True, blank=True)
    issued_due_on = models.DateField(null=True, blank=True)
    current_due_on = models.DateField(null=True, blank=True)
    done_on = models.DateField(null=True, blank=True)
    dropped_on = models.DateField(null=True, blank=True)
    moves = models.PositiveSmallIntegerField(default=0)
    cycle = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = [models.Index(fields=["task", "position"], name="milestone_of_task")]

    def __str__(self) -> str:
        return self.text or self.phrase


class MilestoneDate(models.Model):
    """One date a step had: issued, reissued, extended (the only kind that counts as a move) or corrected.

    A date that came with an import which was undone is `withdrawn_on` that day and counts for nothing any more.
    """

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    milestone = models.ForeignKey(Milestone, on_delete=models.PROTECT, related_name="dates")
    kind = models.CharField(max_length=16, choices=pairs(DateKind))
    due_on = models.DateField()
    document = models.CharField(max_length=200, blank=True)
    reason = models.TextField(blank=True)
    user = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    set_on = models.DateField()
    at = models.DateTimeField()
    withdrawn_on = models.DateField(null=True, blank=True)

    class Meta:
        indexes = [
            # What an office put off since a day, among all dates that its steps ever had.
            models.Index(
                fields=["organization", "set_on"],
                condition=Q(kind=DateKind.EXTENDED, withdrawn_on__isnull=True),
                include=["milestone"],
                name="dates_put_off",
            )
        ]

    def __str__(self) -> str:
        return f"{self.milestone_id} {self.kind} {self.due_on}"


class Target(models.Model):
    """An amount, of the item or of one step; or a named list to tick (then `value` is the length of the list).

    `curve` is a list of [ISO day, share 0..1] pairs; empty means linear from `start_on` to the due day.
    """

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="targets")
    milestone = models.ForeignKey(Milestone, null=True, blank=True, on_delete=models.PROTECT, related_name="targets")
    position = models.PositiveIntegerField()
    name = models.CharField(max_length=300, blank=True)
    comparison = models.CharField(max_length=16, choices=pairs(Comparison), default=Comparison.AT_LEAST)
    value = models.DecimalField(max_digits=20, decimal_places=4)
    unit = models.CharField(max_length=32, blank=True)
    baseline = models.DecimalField(max_digits=20, decimal_places=4, null=True, blank=True)
    cumulative = models.BooleanField(default=True)
    start_on = models.DateField(null=True, blank=True)
    due_on = models.DateField(null=True, blank=True)
    curve = models.JSONField(default=list)
    horizon_year = models.PositiveSmallIntegerField(null=True, blank=True)
    dropped_on = models.DateField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["task", "position"], name="target_of_task")]

    def __str__(self) -> str:
        return f"{self.name} {self.value} {self.unit}"


class TargetItem(models.Model):
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    target = models.ForeignKey(Target, on_delete=models.PROTECT, related_name="items")
    position = models.PositiveIntegerField()
    name = models.CharField(max_length=300)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["target", "position"], name="target_item_position_once")]

    def __str__(self) -> str:
        return self.name
