"""Uploaded tables: the stored file, its reading, what was decided and what came of each row."""

from django.db import models

from accounts.choices import pairs
from accounts.models import Organization, User
from projects.choices import BatchState, RowOutcome
from projects.models.plans import Plan
from projects.models.tasks import Task


class ImportBatch(models.Model):
    """One uploaded table. `reading` is the reader's full output, `decisions` what a person chose, by question key."""

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="import_batches")
    plan = models.ForeignKey(Plan, null=True, blank=True, on_delete=models.PROTECT, related_name="batches")
    year = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=16, choices=pairs(BatchState), default=BatchState.OPENED)
    file = models.FileField(upload_to="imports/%Y/", max_length=200)
    file_name = models.CharField(max_length=300)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    reading = models.JSONField(null=True, blank=True)
    decisions = models.JSONField(default=dict)
    summary = models.JSONField(default=dict)
    refusal = models.TextField(blank=True)
    uploaded_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField()
    applied_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    applied_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = [models.Index(fields=["organization", "sha256"], name="batch_by_content")]

    def __str__(self) -> str:
        return self.file_name


class ImportRow(models.Model):
    """One row of an applied table, with its raw cells and what became of it."""

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    batch = models.ForeignKey(ImportBatch, on_delete=models.PROTECT, related_name="rows")
    sheet = models.CharField(max_length=200)
    row = models.PositiveIntegerField()
    cells = models.JSONField(default=list)
    outcome = models.CharField(max_length=16, choices=pairs(RowOutcome))
    reason = models.CharField(max_length=200, blank=True)
    task = models.ForeignKey(Task, null=True, blank=True, on_delete=models.PROTECT, related_name="import_rows")

    class Meta:
        indexes = [models.Index(fields=["task"], name="import_row_of_task")]

    def __str__(self) -> str:
        return f"{self.sheet}:{self.row}"
