"""The reminder record: who must be told what, each message, and each try to send it."""

from django.db import models

from accounts.choices import pairs
from accounts.models import Department, Organization, Person, User
from projects.models import Task
from tracker.choices import (
    UNDELIVERED,
    UNSENT,
    WAITING,
    AttemptOutcome,
    Channel,
    DeliveryState,
    ReminderState,
    SettledBy,
    SubjectKind,
)
from tracker.models.outlets import Outlet


class Reminder(models.Model):
    """“This recipient is to be told this”: the unique key holds no time, so a second pass adds nothing.

    `recipient` is `person:ID` (a person with a sign-in) or `department:ID` (its group channel); `params` are the
    facts the sentence is made of, fixed when the reminder is raised.
    """

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    subject_kind = models.CharField(max_length=16, choices=pairs(SubjectKind))
    subject_id = models.BigIntegerField()
    cycle = models.PositiveIntegerField()
    step = models.CharField(max_length=32)
    recipient = models.CharField(max_length=32)
    person = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="reminders")
    department = models.ForeignKey(Department, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    task = models.ForeignKey(Task, null=True, blank=True, on_delete=models.PROTECT, related_name="reminders")
    audience = models.CharField(max_length=16)
    state = models.CharField(max_length=16, choices=pairs(ReminderState), default=ReminderState.DUE)
    reason = models.CharField(max_length=200, blank=True)
    merged_into = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="merged")
    params = models.JSONField(default=dict)
    tell_at = models.DateTimeField()
    raised_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "subject_kind", "subject_id", "cycle", "step", "recipient"],
                name="reminder_once",
            )
        ]
        indexes = [
            models.Index(fields=["tell_at"], condition=models.Q(state=ReminderState.DUE), name="reminder_due"),
            models.Index(fields=["tell_at"], condition=models.Q(state=ReminderState.HELD), name="reminder_held"),
            models.Index(fields=["task", "-id"], name="reminder_of_task"),
            models.Index(fields=["organization", "-id"], name="reminder_record"),
            # The record is looked through by the days on which things were to be told.
            models.Index(fields=["organization", "tell_at"], name="reminder_by_day"),
            models.Index(
                fields=["organization", "-id"],
                condition=models.Q(
                    state__in=[ReminderState.CANCELLED, ReminderState.SUPERSEDED, ReminderState.SUPPRESSED]
                ),
                name="reminder_stopped",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject_kind}:{self.subject_id} {self.step} → {self.recipient}"


class Delivery(models.Model):
    """One message on one channel to one address.

    `bundle` is the digest's day, or the hour of immediate ones; a claimed bundle takes no more rows. `subject` and
    `body` are rendered when it is first claimed and never change after; `message_id` is stable from the start.
    `stands_for` is the message that wasn't delivered and that this one tells in its place; `settled_*` are the office's
    word on one that wasn't.
    """

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    recipient = models.CharField(max_length=32)
    person = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="deliveries")
    department = models.ForeignKey(Department, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    channel = models.CharField(max_length=16, choices=pairs(Channel))
    outlet = models.ForeignKey(Outlet, null=True, blank=True, on_delete=models.PROTECT, related_name="deliveries")
    address = models.CharField(max_length=320)
    address_hash = models.CharField(max_length=64)
    bundle = models.CharField(max_length=32)
    state = models.CharField(max_length=16, choices=pairs(DeliveryState), default=DeliveryState.READY)
    attempts_made = models.PositiveIntegerField(default=0)
    lease_token = models.CharField(max_length=64, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    next_try_at = models.DateTimeField()
    message_id = models.CharField(max_length=200, unique=True)
    subject = models.TextField(blank=True)
    body = models.TextField(blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    rendered_at = models.DateTimeField(null=True, blank=True)
    provider_ref = models.CharField(max_length=300, blank=True)
    last_error = models.TextField(blank=True)
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    read_at = models.DateTimeField(null=True, blank=True)
    stands_for = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="stand_ins")
    settled_how = models.CharField(max_length=16, choices=pairs(SettledBy), blank=True)
    settled_word = models.CharField(max_length=500, blank=True)
    settled_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["recipient", "channel", "address_hash", "bundle"], name="delivery_bundle_once"
            )
        ]
        indexes = [
            # With the id it is in the very order of the claim: a whole morning's digests share one moment.
            models.Index(
                fields=["next_try_at", "id"], condition=models.Q(state__in=UNSENT), name="delivery_to_claim_next"
            ),
            models.Index(fields=["person", "channel", "-id"], name="delivery_inbox"),
            models.Index(fields=["organization", "-id"], name="delivery_record"),
            # What is still open, counted each time the record is looked at, is a small part of it.
            models.Index(
                fields=["organization", "state", "-id"],
                condition=~models.Q(state__in=[DeliveryState.SENT, DeliveryState.CANCELLED]),
                name="delivery_open",
            ),
            models.Index(
                fields=["organization", "-id"],
                condition=models.Q(state__in=UNDELIVERED, settled_at__isnull=True),
                name="delivery_undelivered",
            ),
            # What waits for one address moves together when that is told enough for now.
            models.Index(
                fields=["address_hash", "next_try_at", "id"],
                condition=models.Q(state__in=WAITING),
                name="delivery_waiting_for_address",
            ),
            models.Index(
                fields=["outlet", "next_try_at", "id"],
                condition=models.Q(state__in=WAITING, outlet__isnull=False),
                name="delivery_waiting_for_outlet",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.recipient} {self.bundle}"


class DeliveryItem(models.Model):
    """A reminder inside a message."""

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    delivery = models.ForeignKey(Delivery, on_delete=models.PROTECT, related_name="items")
    reminder = models.ForeignKey(Reminder, on_delete=models.PROTECT, related_name="items")
    channel = models.CharField(max_length=16, choices=pairs(Channel))
    address_hash = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["reminder", "channel", "address_hash"], name="delivery_item_once")
        ]

    def __str__(self) -> str:
        return f"{self.delivery_id} {self.reminder_id}"


class Attempt(models.Model):
    """One try to send; a killed process leaves it `open`, and the next claim makes it `unknown`.

    Those two are the only window in which a kill can double a message on the wire.
    """

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    delivery = models.ForeignKey(Delivery, on_delete=models.PROTECT, related_name="attempts")
    number = models.PositiveIntegerField()
    worker = models.CharField(max_length=200)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=16, choices=pairs(AttemptOutcome), default=AttemptOutcome.OPEN)
    detail = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["delivery", "number"], name="attempt_once")]

    def __str__(self) -> str:
        return f"{self.delivery_id}#{self.number} {self.outcome}"


class Heartbeat(models.Model):
    """When each clock-driven job last ran to its end; `/readyz` reads its age. Belongs to the installation."""

    name = models.CharField(max_length=64, unique=True)
    beat_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name} {self.beat_at}"
