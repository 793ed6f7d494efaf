"""The account a department gives, and what the office says of it."""

from django.db import models

from accounts.choices import pairs
from accounts.models import Department, Organization, Person, User
from projects.models import Milestone, Target, TargetItem, Task
from tracker.choices import Decision, ReportState, ReviewState
from tracker.models.rounds import Owed, ReportingRound


class ProgressReport(models.Model):
    """One account of one item by one department; a returned one is followed by a new row, never overwritten.

    `token` is the form's one-time number: a second submit with it finds the first report. Where the plan asks for a
    sign-off the unit's head signs (`signed_at`) before the office sees it.
    """

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="reports")
    round = models.ForeignKey(ReportingRound, on_delete=models.PROTECT, related_name="reports")
    owed = models.ForeignKey(Owed, null=True, blank=True, on_delete=models.PROTECT, related_name="reports")
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="reports")
    person = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    author_name = models.CharField(max_length=100)
    user = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=16, choices=pairs(ReportState))
    no_change = models.BooleanField(default=False)
    sentence = models.CharField(max_length=500)
    problems = models.TextField(blank=True)
    next_step = models.TextField(blank=True)
    help_needed = models.TextField(blank=True)
    review_state = models.CharField(max_length=16, choices=pairs(ReviewState), default=ReviewState.SUBMITTED)
    late = models.BooleanField(default=False)
    signed_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    signer_name = models.CharField(max_length=100, blank=True)
    signed_at = models.DateTimeField(null=True, blank=True)
    submitted_at = models.DateTimeField()
    submitted_on = models.DateField()
    token = models.CharField(max_length=64, unique=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = [
            models.Index(fields=["task", "-id"], name="report_of_task"),
            models.Index(fields=["organization", "review_state"], name="report_to_review"),
            # An office's list through the API, the newest first.
            models.Index(fields=["organization", "-id"], name="report_record"),
        ]

    def __str__(self) -> str:
        return f"{self.task_id} {self.round_id} {self.sentence[:30]}"


class TargetValue(models.Model):
    report = models.ForeignKey(ProgressReport, on_delete=models.PROTECT, related_name="values")
    target = models.ForeignKey(Target, on_delete=models.PROTECT, related_name="values")
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    value = models.DecimalField(max_digits=20, decimal_places=4)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["report", "target"], name="one_value_a_report")]

    def __str__(self) -> str:
        return f"{self.target_id} {self.value}"


class ItemTick(models.Model):
    """A list item that the report says is done."""

    report = models.ForeignKey(ProgressReport, on_delete=models.PROTECT, related_name="ticks")
    item = models.ForeignKey(TargetItem, on_delete=models.PROTECT, related_name="ticks")
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["report", "item"], name="one_tick_a_report")]

    def __str__(self) -> str:
        return f"{self.report_id} {self.item_id}"


class MilestoneMark(models.Model):
    """A step that the report says was reached, with its day; it counts once the report is accepted."""

    report = models.ForeignKey(ProgressReport, on_delete=models.PROTECT, related_name="marks")
    milestone = models.ForeignKey(Milestone, on_delete=models.PROTECT, related_name="marks")
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    done_on = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["report", "milestone"], name="one_mark_a_report")]

    def __str__(self) -> str:
        return f"{self.milestone_id} {self.done_on}"


class Review(models.Model):
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    report = models.ForeignKey(ProgressReport, on_delete=models.PROTECT, related_name="reviews")
    decision = models.CharField(max_length=16, choices=pairs(Decision))
    reason = models.TextField(blank=True)
    user = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    actor_name = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField()
    decided_on = models.DateField()

    def __str__(self) -> str:
        return f"{self.report_id} {self.decision}"
