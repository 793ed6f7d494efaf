"""Rows that hold from a day to a day."""

from datetime import date
from typing import TypeVar

from django.db import models
from django.db.models import Q

Row = TypeVar("Row", bound="Dated")


def in_force(day: date, *, prefix: str = "") -> Q:
    """Return the condition that a dated row holds on `day`; both ends are included and may be open."""
    since, until = f"{prefix}from_on", f"{prefix}to_on"
    return (Q(**{f"{since}__isnull": True}) | Q(**{f"{since}__lte": day})) & (
        Q(**{f"{until}__isnull": True}) | Q(**{f"{until}__gte": day})
    )


class DatedQuerySet(models.QuerySet[Row]):
    def on(self, day: date) -> "DatedQuerySet[Row]":
        return self.filter(in_force(day))


class Dated(models.Model):
    from_on = models.DateField(null=True, blank=True)
    to_on = models.DateField(null=True, blank=True)

    class Meta:
        abstract = True
