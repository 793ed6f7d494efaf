"""Organizations and the units inside them."""

from django.db import models
from django.db.models import F, Q

from accounts.choices import DepartmentKind, pairs
from accounts.models.dated import Dated, DatedQuerySet


class Organization(models.Model):
    """An office with its own units, people and plans; nothing crosses its border unseen."""

    code = models.SlugField(unique=True)
    name = models.CharField(max_length=200)
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="children")
    version = models.PositiveIntegerField(default=1)

    def __str__(self) -> str:
        return self.name


class Department(models.Model):
    """A unit. `dissolved_on` is the first day on which it is no more; `successor` goes by its names from then on."""

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="departments")
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="children")
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=16, choices=pairs(DepartmentKind), default=DepartmentKind.SECTION)
    position = models.PositiveIntegerField(default=0)
    dissolved_on = models.DateField(null=True, blank=True)
    successor = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="predecessors")
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization", "name"], name="department_name_once")]

    def __str__(self) -> str:
        return self.name


class DepartmentAlias(models.Model):
    """Another way a table writes a unit's name: a short form, an old name, a typing habit."""

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="aliases")
    name = models.CharField(max_length=200)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization", "name"], name="alias_name_once")]

    def __str__(self) -> str:
        return self.name


class DepartmentGroup(models.Model):
    """A word like 各科室 that stands for a maintained list of units."""

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="department_groups")
    name = models.CharField(max_length=200)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization", "name"], name="group_name_once")]

    def __str__(self) -> str:
        return self.name


class GroupMember(Dated):
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    group = models.ForeignKey(DepartmentGroup, on_delete=models.PROTECT, related_name="members")
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="groups")

    objects = DatedQuerySet["GroupMember"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["group", "department"], condition=Q(to_on__isnull=True), name="open_group_member_once"
            ),
            models.CheckConstraint(condition=Q(to_on__gte=F("from_on")), name="group_member_ends_after_start"),
        ]

    def __str__(self) -> str:
        return f"{self.group_id}:{self.department_id}"
