"""The bulletin of a month or quarter (通报): figures as they stood on its day, and the words written of them."""

from django.db import models
from django.db.models import Q

from accounts.choices import pairs
from accounts.models import Organization, User
from projects.models import Plan, Task
from tracker.choices import BulletinAnnex, BulletinState, PeriodKind
from tracker.lights import Light
from tracker.models.rounds import ReportingRound


class Bulletin(models.Model):
    """Frozen on `as_of`: its items and figures are rows of their own, which no later change of the plan reaches.

    `round` is the closed round whose stored lights it took over; null where the lights are those of the day it was
    drawn up. `number` counts within the organization and `year` and is given on publication; a withdrawn bulletin
    keeps it to be read, and the next one published takes it up. `masthead` empty: no red head. `figures` holds the
    counts the words are made of.
    """

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="bulletins")
    kind = models.CharField(max_length=16, choices=pairs(PeriodKind))
    starts_on = models.DateField()
    ends_on = models.DateField()
    as_of = models.DateField()
    round = models.ForeignKey(ReportingRound, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=16, choices=pairs(BulletinState), default=BulletinState.DRAFT)
    year = models.PositiveSmallIntegerField()
    number = models.PositiveSmallIntegerField(null=True, blank=True)
    title = models.CharField(max_length=200)
    masthead = models.CharField(max_length=60, blank=True)
    issuer = models.CharField(max_length=100)
    copies = models.CharField(max_length=300, blank=True)
    annex = models.CharField(max_length=16, choices=pairs(BulletinAnnex), default=BulletinAnnex.LAGGING)
    figures = models.JSONField(default=dict)
    author_name = models.CharField(max_length=100)
    published_on = models.DateField(null=True, blank=True)
    published_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    publisher_name = models.CharField(max_length=100, blank=True)
    withdrawn_on = models.DateField(null=True, blank=True)
    withdrawal = models.CharField(max_length=300, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "kind", "starts_on"],
                condition=~Q(state=BulletinState.WITHDRAWN),
                name="bulletin_once_a_period",
            ),
            models.UniqueConstraint(
                fields=["organization", "year", "number"],
                condition=Q(state=BulletinState.PUBLISHED),
                name="bulletin_number_once",
            ),
        ]
        indexes = [models.Index(fields=["organization", "-ends_on", "-id"], name="bulletin_by_period")]

    def __str__(self) -> str:
        return self.title


class BulletinItem(models.Model):
    """One counted item as it stood; `due_on` is the day in force then, `said` and `problems` the unit's own words.

    `lacking` names the units whose report of it hadn't come.
    """

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    bulletin = models.ForeignKey(Bulletin, on_delete=models.PROTECT, related_name="items")
    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="+")
    position = models.PositiveIntegerField()
    number = models.CharField(max_length=32, blank=True)
    title = models.CharField(max_length=500)
    section = models.TextField(blank=True)
    light = models.CharField(max_length=16, choices=pairs(Light))
    days_late = models.PositiveIntegerField(default=0)
    moves = models.PositiveSmallIntegerField(default=0)
    units = models.TextField(blank=True)
    leaders = models.TextField(blank=True)
    due_on = models.DateField(null=True, blank=True)
    why = models.TextField(blank=True)
    said = models.TextField(blank=True)
    problems = models.TextField(blank=True)
    closed_in = models.BooleanField(default=False)
    steps_done = models.PositiveSmallIntegerField(default=0)
    lacking = models.JSONField(default=list)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["bulletin", "task"], name="bulletin_item_once")]

    def __str__(self) -> str:
        return f"{self.bulletin_id} {self.number} {self.light}"


class BulletinParagraph(models.Model):
    """One passage. `drafted` is what the template makes of `values`; `text` is what stands there.

    `text_values` are the figures `text` was written with: where they differ from `values`, hand-edited words may say
    an old figure.
    """

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    bulletin = models.ForeignKey(Bulletin, on_delete=models.PROTECT, related_name="paragraphs")
    key = models.CharField(max_length=16)
    position = models.PositiveSmallIntegerField()
    text = models.TextField(blank=True)
    text_values = models.JSONField(default=dict)
    drafted = models.TextField(blank=True)
    values = models.JSONField(default=dict)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["bulletin", "key"], name="bulletin_paragraph_once")]

    def __str__(self) -> str:
        return f"{self.bulletin_id} {self.key}"

    @property
    def edited(self) -> bool:
        """Say whether a hand changed what the template wrote."""
        return self.text != self.drafted
