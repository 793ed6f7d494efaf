"""Long exports, made by a job and kept for a while for the one who asked."""

from django.db import models

from accounts.choices import pairs
from accounts.models import Organization, User
from projects.models import Plan
from tracker.choices import DownloadKind, DownloadState


class Download(models.Model):
    """A list somebody asked for; `query` are the filters of one that has any. `stored` is its random name under MEDIA_ROOT, drawn when its making begins.

    `asked_on` is the business day whose reach and items it shows; after `kept_until` the row and its file are gone.
    """

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="downloads")
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=16, choices=pairs(DownloadKind), default=DownloadKind.LIST)
    query = models.CharField(max_length=600, blank=True)
    name = models.CharField(max_length=255)
    state = models.CharField(max_length=16, choices=pairs(DownloadState), default=DownloadState.WAITING)
    asked_on = models.DateField()
    asked_at = models.DateTimeField()
    begun_at = models.DateTimeField(null=True, blank=True)
    stored = models.CharField(max_length=100, blank=True)
    size = models.PositiveBigIntegerField(default=0)
    kept_until = models.DateField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["user", "-id"], name="download_of_user"),
            models.Index(fields=["state", "id"], name="download_by_state"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "plan", "kind", "query"],
                condition=models.Q(state__in=[DownloadState.WAITING, DownloadState.BEGUN]),
                name="waiting_download_once",
            )
        ]

    def __str__(self) -> str:
        return self.name
