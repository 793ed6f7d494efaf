"""Meetings on a plan (调度会): the agenda as it stood, what was decided on each item, and the minutes as they were made."""

from django.db import models

from accounts.choices import pairs
from accounts.models import Organization, Person, User
from projects.models import Plan, Task
from tracker.choices import AgendaReason, MeetingState
from tracker.lights import Light
from tracker.models.directives import Directive


class Meeting(models.Model):
    """One meeting of a day. Its agenda is drawn up and put in order until it is opened, then it stands as it is.

    `attendees` and `remarks` are what the minutes say beside the decisions, by hand.
    """

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="meetings")
    day = models.DateField()
    title = models.CharField(max_length=200)
    chair = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    chair_name = models.CharField(max_length=100)
    chair_post = models.CharField(max_length=100, blank=True)
    state = models.CharField(max_length=16, choices=pairs(MeetingState), default=MeetingState.PREPARED)
    attendees = models.TextField(blank=True)
    remarks = models.TextField(blank=True)
    author_name = models.CharField(max_length=100)
    opened_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = [
            models.Index(fields=["organization", "-day", "-id"], name="meeting_by_day"),
            models.Index(fields=["plan", "-day", "-id"], name="meeting_of_plan"),
        ]

    def __str__(self) -> str:
        return self.title


class AgendaItem(models.Model):
    """One item to be called up. From the opening on, the columns below `left_out` say how it stood then.

    `version` counts the decisions on it: who types one learns of another that came in meanwhile.
    """

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="items")
    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="+")
    position = models.PositiveIntegerField()
    reason = models.CharField(max_length=16, choices=pairs(AgendaReason))
    left_out = models.BooleanField(default=False)
    number = models.CharField(max_length=32, blank=True)
    title = models.CharField(max_length=500, blank=True)
    light = models.CharField(max_length=16, blank=True, choices=pairs(Light))
    days_late = models.PositiveIntegerField(default=0)
    units = models.TextField(blank=True)
    why = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["meeting", "task"], name="agenda_item_once")]

    def __str__(self) -> str:
        return f"{self.meeting_id} {self.position} {self.task_id}"


class Decision(models.Model):
    """What the meeting decided on an item, in the words of that day; what becomes of it is told by its directive."""

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="decisions")
    item = models.ForeignKey(AgendaItem, on_delete=models.PROTECT, related_name="decisions")
    directive = models.OneToOneField(Directive, on_delete=models.PROTECT, related_name="decision")
    text = models.TextField()
    unit_name = models.CharField(max_length=200)
    due_on = models.DateField()

    class Meta:
        indexes = [models.Index(fields=["meeting", "id"], name="decisions_of_meeting")]

    def __str__(self) -> str:
        return self.text[:30]


class DecisionDraft(models.Model):
    """What one person has typed for an item and not sent yet; `content` holds the form's fields by name."""

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    item = models.ForeignKey(AgendaItem, on_delete=models.PROTECT, related_name="drafts")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    content = models.JSONField(default=dict)
    saved_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["item", "user"], name="decision_draft_once")]

    def __str__(self) -> str:
        return f"{self.item_id} {self.user_id}"


class Minutes(models.Model):
    """The minutes (纪要) as they were made: the text to read and the very file, whatever happens to the decisions later.

    `edition` counts: made again, they stand beside the earlier ones.
    """

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="minutes")
    edition = models.PositiveSmallIntegerField()
    blocks = models.JSONField(default=list)
    content = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    author_name = models.CharField(max_length=100)
    made_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["meeting", "edition"], name="minutes_edition_once")]

    def __str__(self) -> str:
        return f"{self.meeting_id} {self.edition}"
