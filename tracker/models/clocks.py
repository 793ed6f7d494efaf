"""What the installation knows of the clock: how far it was seen, how often it beat, and when sending was paused."""

from django.db import models

from accounts.choices import pairs
from accounts.models import User
from tracker.choices import PauseReason


class Pause(models.Model):
    """Sending stood still from `paused_at` until somebody said with a word that it may go on. Belongs to the installation.

    `paused_at` and `seen_at` are what the clock said, however wrong: the time it showed and the time it should have shown.
    `gathered_at`: after a restored backup, when what may have been sent already was laid aside.
    """

    reason = models.CharField(max_length=16, choices=pairs(PauseReason))
    paused_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    gathered_at = models.DateTimeField(null=True, blank=True)
    released_at = models.DateTimeField(null=True, blank=True)
    released_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    released_name = models.CharField(max_length=200, blank=True)
    word = models.TextField(blank=True)

    def __str__(self) -> str:
        return f"{self.reason} {self.paused_at}"


class ClockState(models.Model):
    """One row. `seen_at` is the latest time that the database's clock was believed to show.

    `counter` grows with every heartbeat, here and in a file beside the uploads: a file that is ahead says that the
    database is an older one. `epoch` grows with every release, so that each process measures anew. `installation`
    tells databases apart that share a folder. `canary_taken` is the last number that came back through the broker.
    """

    installation = models.UUIDField(unique=True)
    counter = models.PositiveBigIntegerField(default=0)
    epoch = models.PositiveIntegerField(default=0)
    seen_at = models.DateTimeField()
    pause = models.ForeignKey(Pause, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    canary_taken = models.PositiveBigIntegerField(default=0)
    canary_taken_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.counter} {self.seen_at}"
