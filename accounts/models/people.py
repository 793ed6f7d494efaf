"""Persons, their posts and memberships, and the sign-ins of some of them."""

from typing import ClassVar

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import F, Q

from accounts.choices import MembershipRole, PostRank, Role, pairs
from accounts.models.dated import Dated, DatedQuerySet
from accounts.models.units import Department, Organization


class Person(models.Model):
    """Someone named in a table, maybe without a sign-in; an import never creates one unasked."""

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="people")
    name = models.CharField(max_length=100)
    email = models.EmailField(blank=True)
    mobile = models.CharField(max_length=32, blank=True)
    left_on = models.DateField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = [models.Index(fields=["organization", "name"], name="person_by_name")]

    def __str__(self) -> str:
        return self.name


class User(AbstractUser):
    """A sign-in, for one person at most."""

    # A person has one name; Django takes an inherited field away by None, for which the stubs have no word.
    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    organization = models.ForeignKey(
        Organization, null=True, blank=True, on_delete=models.PROTECT, related_name="users"
    )
    person = models.OneToOneField(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="user")
    large_type = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=1)

    REQUIRED_FIELDS: ClassVar[list[str]] = []

    def __str__(self) -> str:
        return self.person.name if self.person else self.username


class RoleGrant(Dated):
    """A sign-in acts for the office or looks after the installation."""

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="role_grants")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="role_grants")
    role = models.CharField(max_length=16, choices=pairs(Role))

    objects = DatedQuerySet["RoleGrant"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "user", "role"], condition=Q(to_on__isnull=True), name="open_grant_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.user_id}:{self.role}"


class Membership(Dated):
    """A person belongs to a unit for a time; several at once are usual."""

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="memberships")
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=16, choices=pairs(MembershipRole), default=MembershipRole.CLERK)

    objects = DatedQuerySet["Membership"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "department", "role"], condition=Q(to_on__isnull=True), name="open_membership_once"
            ),
            models.CheckConstraint(condition=Q(to_on__gte=F("from_on")), name="membership_ends_after_start"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id}:{self.department_id}:{self.role}"


class Post(models.Model):
    """A post such as 分管建设副主任; tables often name it instead of its holder."""

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="posts")
    name = models.CharField(max_length=200)
    rank = models.CharField(max_length=16, choices=pairs(PostRank), default=PostRank.OTHER)
    position = models.PositiveIntegerField(default=0)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization", "name"], name="post_name_once")]

    def __str__(self) -> str:
        return self.name


class PostUnit(Dated):
    """A post answers for a unit, and for the units below it, for a time; several at once are usual."""

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="units")
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="post_units")

    objects = DatedQuerySet["PostUnit"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["post", "department"], condition=Q(to_on__isnull=True), name="open_post_unit_once"
            ),
            models.CheckConstraint(condition=Q(to_on__gte=F("from_on")), name="post_unit_ends_after_start"),
        ]

    def __str__(self) -> str:
        return f"{self.post_id}:{self.department_id}"


class PostHolding(Dated):
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="holdings")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="holdings")

    objects = DatedQuerySet["PostHolding"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["post", "person"], condition=Q(to_on__isnull=True), name="open_holding_once"
            ),
            models.CheckConstraint(condition=Q(to_on__gte=F("from_on")), name="holding_ends_after_start"),
        ]

    def __str__(self) -> str:
        return f"{self.post_id}:{self.person_id}"
