"""The year's responsibility table and its headings."""

from django.db import models

from accounts.choices import pairs
from accounts.models import Organization
from projects.choices import PlanState


class Plan(models.Model):
    """A year's table. `token` is the one-time number of the form it was made by, where a form made it."""

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="plans")
    year = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=300)
    document = models.CharField(max_length=200, blank=True)
    state = models.CharField(max_length=16, choices=pairs(PlanState), default=PlanState.DRAFT)
    issued_on = models.DateField(null=True, blank=True)
    restricted = models.BooleanField(default=False)
    token = models.CharField(max_length=64, null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = [models.Index(fields=["organization", "year"], name="plan_by_year")]
        constraints = [models.UniqueConstraint(fields=["organization", "token"], name="plan_made_once")]

    def __str__(self) -> str:
        return self.title


class Section(models.Model):
    """A heading of the table; headings form a tree."""

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="sections")
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="children")
    title = models.CharField(max_length=500)
    position = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["plan", "parent", "title"], name="section_title_once")]

    def __str__(self) -> str:
        return self.title
