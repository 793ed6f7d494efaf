"""Duties that went from one person to another."""

from django.db import models

from accounts.choices import pairs
from accounts.models import Membership, Organization, Person, PostHolding, User
from projects.models import Task
from tracker.choices import HandoverKind
from tracker.models.obstacles import Obstacle


class Handover(models.Model):
    """One operation: from `on`, what `giver` did is `taker`'s; a delegation (授权代办) goes back after `until`.

    `done_at` is when it was carried out: one for a later day waits for the clock. `ended_on` is the last day of a
    delegation that was ended early, or the day on which a waiting one was called off. The names are those of the day.
    """

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=16, choices=pairs(HandoverKind))
    giver = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="handovers_given")
    taker = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="handovers_taken")
    giver_name = models.CharField(max_length=100)
    taker_name = models.CharField(max_length=100)
    on = models.DateField()
    until = models.DateField(null=True, blank=True)
    ended_on = models.DateField(null=True, blank=True)
    leaves = models.BooleanField(default=False)
    reason = models.TextField()
    user = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    author_name = models.CharField(max_length=100)
    at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)
    token = models.CharField(max_length=64, unique=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = [
            models.Index(fields=["organization", "-id"], name="handover_record"),
            models.Index(fields=["on"], condition=models.Q(done_at__isnull=True), name="handover_waiting"),
        ]

    def __str__(self) -> str:
        return f"{self.giver_name} → {self.taker_name} {self.on}"


class HandoverItem(models.Model):
    """One duty that goes over: an item named to the giver, a post, a membership or a question that waits for an answer.

    `words` say what it was on that day, as the handover sheet prints it. Of a delegation, `membership` and `holding`
    are the taker's own, which end with it.
    """

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    handover = models.ForeignKey(Handover, on_delete=models.PROTECT, related_name="items")
    task = models.ForeignKey(Task, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    holding = models.ForeignKey(PostHolding, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    membership = models.ForeignKey(Membership, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    obstacle = models.ForeignKey(Obstacle, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    words = models.CharField(max_length=500)

    class Meta:
        indexes = [models.Index(fields=["handover", "id"], name="handover_items")]

    def __str__(self) -> str:
        return self.words
