"""The working calendar: State Council days, and an organization's own exceptions."""

from django.db import models
from django.db.models import Q

from accounts.models import Organization


class CalendarDay(models.Model):
    """A day that is not what its weekday says; without an organization it holds for all."""

    organization = models.ForeignKey(
        Organization, null=True, blank=True, on_delete=models.PROTECT, related_name="calendar_days"
    )
    day = models.DateField()
    working = models.BooleanField()
    name = models.CharField(max_length=100, blank=True)
    source = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["day"], condition=Q(organization__isnull=True), name="statutory_day_once"),
            models.UniqueConstraint(fields=["organization", "day"], name="own_day_once"),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.working}"
