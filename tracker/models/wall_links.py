"""Links for screens on a wall: one plan's figures, read by whoever holds the address."""

from datetime import date

from django.db import models

from accounts.models import Organization, User
from projects.models import Plan


class WallLink(models.Model):
    """A read-only address without a sign-in; only the digest of its secret is kept, so it can be shown once only.

    `restricted_said`: the office ticked that items of a restricted plan may hang there; `expires_on` is its last day.
    """

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="wall_links")
    place = models.CharField(max_length=100)
    digest = models.CharField(max_length=64, unique=True)
    restricted_said = models.BooleanField(default=False)
    made_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    made_name = models.CharField(max_length=100)
    made_on = models.DateField()
    made_at = models.DateTimeField()
    expires_on = models.DateField()
    withdrawn_on = models.DateField(null=True, blank=True)
    withdrawn_name = models.CharField(max_length=100, blank=True)

    class Meta:
        indexes = [models.Index(fields=["organization", "-id"], name="wall_link_of_office")]

    def __str__(self) -> str:
        return self.place

    def is_good(self, *, today: date) -> bool:
        return self.withdrawn_on is None and today <= self.expires_on
