"""Urging by hand (催办)."""

from django.db import models

from accounts.models import Department, Organization, Person, User
from projects.models import Task


class Urging(models.Model):
    """A word from the office to a unit or a person about an item; each is its own subject of reminding."""

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="urgings")
    department = models.ForeignKey(Department, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    text = models.TextField()
    user = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    author_name = models.CharField(max_length=100)
    urged_on = models.DateField()
    at = models.DateTimeField()
    token = models.CharField(max_length=64, unique=True)

    class Meta:
        indexes = [
            models.Index(fields=["task", "-id"], name="urging_of_task"),
            models.Index(fields=["organization", "-id"], name="urging_record"),
        ]

    def __str__(self) -> str:
        return self.text[:30]
