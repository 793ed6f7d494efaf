"""One-time codes with which someone without mail signs in for the first time."""

from django.db import models

from accounts.models.people import User
from accounts.models.units import Organization


class SignInCode(models.Model):
    """A code that was handed out; only its digest is kept."""

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="codes")
    digest = models.CharField(max_length=64)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["user"], condition=models.Q(used_at__isnull=True), name="open_code_of_user")]

    def __str__(self) -> str:
        return f"{self.user_id}:{self.expires_at:%Y-%m-%d}"
