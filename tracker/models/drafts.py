"""What was typed and not yet handed in."""

from django.db import models

from accounts.choices import pairs
from accounts.models import Department, Organization, User
from projects.models import Task
from tracker.choices import DraftSource
from tracker.models.rounds import ReportingRound


class ReportDraft(models.Model):
    """One person's unfinished report of one item for one unit and round.

    `content` holds the form's fields by name as they were typed, whether or not they would be taken. `seen` is the
    report the form was made over (its id, 0 for none): what came in since is shown beside the draft.
    """

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="report_drafts")
    round = models.ForeignKey(ReportingRound, on_delete=models.PROTECT, related_name="+")
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="+")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    source = models.CharField(max_length=16, choices=pairs(DraftSource), default=DraftSource.TYPED)
    content = models.JSONField(default=dict)
    seen = models.BigIntegerField(default=0)
    saved_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["task", "round", "department", "user"], name="report_draft_once")
        ]
        indexes = [models.Index(fields=["user", "department"], name="report_drafts_of_user")]

    def __str__(self) -> str:
        return f"{self.task_id} {self.round_id} {self.user_id}"
