"""Links by which a person's calendar reads the days that concern them."""

from django.db import models

from accounts.models import Organization, User


class CalendarLink(models.Model):
    """A read-only address of one sign-in; only the digest of its secret is kept. One at a time is good."""

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="calendar_links")
    digest = models.CharField(max_length=64, unique=True)
    made_on = models.DateField()
    made_at = models.DateTimeField()
    withdrawn_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user"], condition=models.Q(withdrawn_on__isnull=True), name="calendar_link_good_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.made_on}"
