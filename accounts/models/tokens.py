"""Tokens with which programs call the API in somebody's name."""

from datetime import date

from django.db import models

from accounts.models.people import User
from accounts.models.units import Organization


class ApiToken(models.Model):
    """A key to what its user may do, narrowed to `scopes`; only its digest is kept, so it can be shown once only.

    `tail` are its last signs, by which its owner tells it from others; `expires_on` is its last day.
    """

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="tokens")
    name = models.CharField(max_length=100)
    digest = models.CharField(max_length=64, unique=True)
    tail = models.CharField(max_length=4)
    scopes = models.JSONField(default=list)
    made_at = models.DateTimeField()
    made_on = models.DateField()
    expires_on = models.DateField()
    last_used_on = models.DateField(null=True, blank=True)
    withdrawn_on = models.DateField(null=True, blank=True)
    withdrawn_name = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = [models.Index(fields=["organization", "-id"], name="token_of_office")]

    def __str__(self) -> str:
        return f"{self.name} …{self.tail}"

    def is_good(self, *, today: date) -> bool:
        return self.withdrawn_on is None and today <= self.expires_on
