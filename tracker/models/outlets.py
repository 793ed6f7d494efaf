"""The ways a message can go: a unit's group robot, the organization's app or SMS gateway, and what people want of them."""

from django.db import models
from django.db.models import Q

from accounts.choices import pairs
from accounts.models import Department, Organization, Person
from tracker.choices import Channel


class Outlet(models.Model):
    """One configured way (提醒渠道): a unit's group robot, or with no department the organization's own gateway or webhook.

    `settings_sealed` is JSON that only the key outside the database opens. `tells` lists which occasions go to a group
    (GroupOccasion) or another system (SystemEvent); a gateway tells whoever has an address on it. Taken out of use it is inactive, never deleted.
    """

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    channel = models.CharField(max_length=16, choices=pairs(Channel))
    department = models.ForeignKey(Department, null=True, blank=True, on_delete=models.PROTECT, related_name="outlets")
    label = models.CharField(max_length=100)
    settings_sealed = models.TextField()
    tells = models.JSONField(default=list)
    active = models.BooleanField(default=True)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["department", "channel"],
                condition=Q(active=True, department__isnull=False),
                name="active_group_once",
            ),
            models.UniqueConstraint(
                fields=["organization", "channel"],
                condition=Q(active=True, department__isnull=True) & ~Q(channel=Channel.WEBHOOK),
                name="active_gateway_once",
            ),
        ]

    def __str__(self) -> str:
        return self.label


class PersonAddress(models.Model):
    """Where a person is reached on a channel of the organization: an app's user id, or a number other than the mobile."""

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="addresses")
    channel = models.CharField(max_length=16, choices=pairs(Channel))
    address = models.CharField(max_length=200, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "channel"], name="person_address_once")]

    def __str__(self) -> str:
        return f"{self.person_id} {self.channel}"


class ChannelPreference(models.Model):
    """Whether a person wants to be told on a channel; what the plan obliges is told all the same."""

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="channel_preferences")
    channel = models.CharField(max_length=16, choices=pairs(Channel))
    wanted = models.BooleanField()
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "channel"], name="channel_preference_once")]

    def __str__(self) -> str:
        return f"{self.person_id} {self.channel} {self.wanted}"


class Pace(models.Model):
    """How fast an address or an outlet may be told: one row each, locked by whoever claims a message to it.

    `taken` maps each of the last tries to when it was over, or will be at the latest; `muted_until` is the other
    side's own pause. All moments are the database's.
    """

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    key = models.CharField(max_length=100, unique=True)
    taken = models.JSONField(default=dict)
    muted_until = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.key
