"""What people say of the pages."""

from django.db import models

from accounts.models import Organization, User


class Feedback(models.Model):
    """`page` is the address that it was written about."""

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    user = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    author_name = models.CharField(max_length=200)
    text = models.TextField()
    page = models.CharField(max_length=500, blank=True)
    given_on = models.DateField()
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["organization", "-id"], name="feedback_record")]

    def __str__(self) -> str:
        return self.text[:30]
