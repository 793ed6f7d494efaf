"""Uploaded tables: the stored file, its reading, what was decided, what came of each row, and what is remembered."""

from django.db import models

from accounts.choices import pairs
from accounts.models import Organization, User
from projects.choices import BatchState, RememberedKind, RowOutcome
from projects.models.large_json import LargeJSONField
from projects.models.plans import Plan
from projects.models.tasks import Task


class ImportBatch(models.Model):
    """One uploaded table. `reading` is the reader's full output, `decisions` what a person chose, by question key.

    While it is read, `reader` names who reads it until `read_until` and `progress` how far it is (`done`, `total`,
    `stage`); `read_attempts` counts those who began. `layout` is a mark of the headers of its tables.
    """

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="import_batches")
    plan = models.ForeignKey(Plan, null=True, blank=True, on_delete=models.PROTECT, related_name="batches")
    year = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=16, choices=pairs(BatchState), default=BatchState.OPENED)
    file = models.FileField(upload_to="imports/%Y/", max_length=200)
    file_name = models.CharField(max_length=300)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    progress = models.JSONField(default=dict)
    reader = models.CharField(max_length=32, blank=True)
    read_until = models.DateTimeField(null=True, blank=True)
    read_attempts = models.PositiveSmallIntegerField(default=0)
    reading = LargeJSONField(null=True, blank=True)
    layout = models.CharField(max_length=64, blank=True)
    decisions = models.JSONField(default=dict)
    summary = models.JSONField(default=dict)
    refusal = models.TextField(blank=True)
    uploaded_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField()
    applied_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    applied_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    undone_at = models.DateTimeField(null=True, blank=True)
    undo_reason = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = [models.Index(fields=["organization", "sha256"], name="batch_by_content")]

    def __str__(self) -> str:
        return self.file_name

    @property
    def discarded(self) -> bool:
        """Say whether it was put aside before anything was written."""
        return self.state == BatchState.UNDONE and self.applied_at is None


class ImportRow(models.Model):
    """One row of an applied table, with its raw cells and what became of it; an item the table no longer has is row 0.

    `task_version` is the version in which the import left an item it wrote, `undone_version` the one in which its
    undoing left it.
    """

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    batch = models.ForeignKey(ImportBatch, on_delete=models.PROTECT, related_name="rows")
    sheet = models.CharField(max_length=200)
    row = models.PositiveIntegerField()
    cells = models.JSONField(default=list)
    outcome = models.CharField(max_length=16, choices=pairs(RowOutcome))
    reason = models.CharField(max_length=200, blank=True)
    task = models.ForeignKey(Task, null=True, blank=True, on_delete=models.PROTECT, related_name="import_rows")
    task_version = models.PositiveIntegerField(null=True, blank=True)
    undone_version = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["task"], name="import_row_of_task")]

    def __str__(self) -> str:
        return f"{self.sheet}:{self.row}"


class Remembered(models.Model):
    """An answer that holds for the next table of the same office: what a name means, a column is, a phrase says.

    Columns are remembered by `layout`, the mark of their table's headers; the rest holds in any layout.
    """

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=16, choices=pairs(RememberedKind))
    layout = models.CharField(max_length=64, blank=True)
    key = models.CharField(max_length=300)
    value = models.CharField(max_length=200)
    batch = models.ForeignKey(ImportBatch, on_delete=models.PROTECT, related_name="remembered")
    user = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "kind", "layout", "key"], name="remembered_once")
        ]

    def __str__(self) -> str:
        return f"{self.key} → {self.value}"
