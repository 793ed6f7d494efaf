"""Files that bear an account out."""

from django.db import models

from accounts.models import Department, Organization, User
from projects.models import Task
from tracker.models.closures import Closure
from tracker.models.extensions import Extension
from tracker.models.reports import ProgressReport


class EvidenceFile(models.Model):
    """One uploaded file of an item; `stored` is its random name under MEDIA_ROOT, `content_type` what its bytes say.

    It is kept with the report, the request for closing or the extension it came with, or with the item alone. A file
    taken back keeps its row and its bytes: `withdrawn_at` says since when it isn't shown.
    """

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="evidence")
    report = models.ForeignKey(ProgressReport, null=True, blank=True, on_delete=models.PROTECT, related_name="evidence")
    closure = models.ForeignKey(Closure, null=True, blank=True, on_delete=models.PROTECT, related_name="evidence")
    extension = models.ForeignKey(Extension, null=True, blank=True, on_delete=models.PROTECT, related_name="evidence")
    department = models.ForeignKey(Department, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=255)
    stored = models.CharField(max_length=100, unique=True)
    content_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    user = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    author_name = models.CharField(max_length=100)
    at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["task", "-id"], name="evidence_of_task")]

    def __str__(self) -> str:
        return self.name
