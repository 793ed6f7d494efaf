"""What the API has answered already, so that a request sent twice acts once."""

from django.db import models

from accounts.models import Organization, User


class KeptAnswer(models.Model):
    """The answer to a request that brought an Idempotency-Key, written in the transaction of its effect.

    `fingerprint` is the digest of what was asked: the same key with another request is refused.
    """

    organization = models.ForeignKey(Organization, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    key = models.CharField(max_length=200)
    fingerprint = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(default=0)
    headers = models.JSONField(default=dict)
    body = models.TextField(blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="kept_answer_once")]
        indexes = [models.Index(fields=["user", "at"], name="kept_answers_by_age")]

    def __str__(self) -> str:
        return f"{self.user_id}:{self.key}"
