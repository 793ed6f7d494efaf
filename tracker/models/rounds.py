"""A plan's rules, its reporting rounds, and who owes what in each."""

from datetime import time

from django.db import models

from accounts.choices import pairs
from accounts.models import Department, Organization
from projects.models import Plan, Task
from tracker.choices import OwedState, RhythmKind, RoundState


class PlanRules(models.Model):
    """Rhythm, light and ladder settings, each row valid from a day so that an old sentence stays explainable.

    `ladder` holds [days after, audience] pairs; empty lists mean the defaults of the rule modules. A report within
    `grace_days` working days of the cut-off isn't late. `extension_chain` lists ApprovalSteps (empty: the office alone).
    A closed item is looked at again after `look_back_days` (0: not at all). `obliged_channels` (Channel) are told
    whatever the recipient prefers. `compare_units` shows on the board which share of its steps each unit did in time.
    """

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="rules")
    valid_from = models.DateField()
    rhythm = models.CharField(max_length=16, choices=pairs(RhythmKind), default=RhythmKind.MONTH)
    cutoff_day = models.PositiveSmallIntegerField(default=25)
    cutoff_at = models.TimeField(default=time(17, 30))
    due_soon_days = models.PositiveSmallIntegerField(default=7)
    behind_points = models.PositiveSmallIntegerField(default=10)
    late_from = models.CharField(max_length=16, default="issued")
    before_days = models.JSONField(default=list)
    ladder = models.JSONField(default=list)
    receipt_days = models.PositiveSmallIntegerField(default=10)
    digest_at = models.TimeField(default=time(8, 30))
    quiet_from = models.TimeField(default=time(18, 0))
    quiet_to = models.TimeField(default=time(8, 0))
    grace_days = models.PositiveSmallIntegerField(default=0)
    sign_off = models.BooleanField(default=False)
    extension_chain = models.JSONField(default=list)
    closing_evidence = models.BooleanField(default=False)
    look_back_days = models.PositiveSmallIntegerField(default=0)
    obliged_channels = models.JSONField(default=list)
    compare_units = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["plan", "valid_from"], name="plan_rules_day_once")]

    def __str__(self) -> str:
        return f"{self.plan_id} {self.valid_from}"


class ReportingRound(models.Model):
    """A period with a cut-off; `figures` is stored when it closes and never read to show today's light."""

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="rounds")
    key = models.CharField(max_length=16)
    starts_on = models.DateField()
    ends_on = models.DateField()
    cutoff_on = models.DateField()
    opened_on = models.DateField()
    state = models.CharField(max_length=16, choices=pairs(RoundState), default=RoundState.OPEN)
    figures = models.JSONField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["plan", "key"], name="round_once")]
        indexes = [models.Index(fields=["plan", "starts_on"], name="round_by_start")]

    def __str__(self) -> str:
        return f"{self.plan_id} {self.key}"


class RoundLists(models.Model):
    """What stands behind a closed round's figures, in a row of its own since rounds are read with every report.

    `items` are [item, light, days late], `lacking` [item, name of the unit] for what nothing had come for.
    """

    round = models.OneToOneField(ReportingRound, primary_key=True, on_delete=models.PROTECT, related_name="lists")
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    items = models.JSONField(default=list)
    lacking = models.JSONField(default=list)

    def __str__(self) -> str:
        return f"{self.round_id}"


class Owed(models.Model):
    """What a leading department owes for an item in a round, fixed when the round opens.

    `cycle` grows each time the report is returned: older reminders are void. `next_step_at`: before it no reminder
    of this row can fall due.
    """

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="owed")
    round = models.ForeignKey(ReportingRound, on_delete=models.PROTECT, related_name="owed")
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="owed")
    state = models.CharField(max_length=16, choices=pairs(OwedState), default=OwedState.OWED)
    cycle = models.PositiveIntegerField(default=1)
    late = models.BooleanField(default=False)
    answered_at = models.DateTimeField(null=True, blank=True)
    next_step_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["task", "round", "department"], name="owed_once")]
        indexes = [
            models.Index(fields=["department", "round", "state"], name="owed_by_department"),
            # An office's list through the API, the newest first.
            models.Index(fields=["organization", "-id"], name="owed_record"),
            models.Index(
                fields=["next_step_at"], condition=models.Q(next_step_at__isnull=False), name="owed_next_step"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.task_id} {self.round_id} {self.department_id} {self.state}"
