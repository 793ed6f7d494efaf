"""Requests for later dates as pages show them: what each has behind it, whose word it waits for, and how it ended."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from django.core.paginator import Page, Paginator

from accounts.access import Reach
from accounts.days import day_words
from accounts.models import Department, HistoryEntry
from accounts.models.among import among
from accounts.prepared import Prepared
from projects.access import get_task, require_lead
from projects.models import Milestone, MilestoneDate, Task
from tracker.asking import Refusal, Turn, step_refusal
from tracker.choices import ApprovalStep, Decision, ExtensionState
from tracker.deciding import (
    Waiting,
    chain_of,
    extensions_for,
    get_extension,
    still_pending,
    turn_of,
    waiting,
    with_holders,
)
from tracker.extending import KIND, step_asked
from tracker.models import EvidenceFile, Extension, ExtensionDecision
from tracker.sentences import approver_text

ROWS = 30
PENDING = Prepared(
    lambda tasks: (
        Extension.objects.filter(among("task", tasks), state=ExtensionState.PENDING)
        .order_by("to_on")
        .values_list("task_id", "to_on")
    ),
    lists=["tasks"],
)
Key = tuple[int, str]


@dataclass(frozen=True, slots=True)
class Stage:
    """One step of the chain: what was said there, or that it is waited for."""

    step: ApprovalStep
    said: ExtensionDecision | None
    on_behalf: bool
    waited: Turn | None
    today: date

    @property
    def name(self) -> str:
        return approver_text(self.step)

    @property
    def passed_over(self) -> bool:
        """Say whether the asker holds this step: it was counted without a word."""
        return self.said is not None and not self.said.reason

    @property
    def agreed(self) -> bool:
        return self.said is not None and self.said.decision == Decision.ACCEPTED

    @property
    def on(self) -> str:
        return day_words(self.said.decided_on, year=self.today.year) if self.said else ""


@dataclass(frozen=True, slots=True)
class ExtensionLine:
    """A request; `dates` are all the dates the step had before, the first as issued."""

    waiting: Waiting
    stages: tuple[Stage, ...]
    dates: tuple[date, ...]
    files: tuple[EvidenceFile, ...]
    own: bool
    today: date

    @property
    def row(self) -> Extension:
        return self.waiting.extension

    @property
    def pending(self) -> bool:
        return self.row.state == ExtensionState.PENDING

    @property
    def step(self) -> str:
        return str(self.row.milestone)

    @property
    def from_words(self) -> str:
        return day_words(self.row.from_on, year=self.today.year)

    @property
    def to_words(self) -> str:
        return day_words(self.row.to_on, year=self.today.year)

    @property
    def asked_words(self) -> str:
        return day_words(self.row.asked_on, year=self.today.year)

    @property
    def ended_words(self) -> str:
        return day_words(self.row.ended_on, year=self.today.year) if self.row.ended_on else ""

    @property
    def date_words(self) -> list[str]:
        return [day_words(day, year=self.today.year) for day in self.dates]

    @property
    def moves(self) -> int:
        return self.row.milestone.moves

    @property
    def waits_for(self) -> str:
        return approver_text(self.waiting.turn.step) if self.waiting.turn else ""

    @property
    def moved_on(self) -> bool:
        """Say whether the step's date, or its being open, changed since it was asked: then it can't be granted."""
        step = self.row.milestone
        return self.pending and (step.done_on is not None or step.current_due_on != self.row.from_on)

    @property
    def may_withdraw(self) -> bool:
        return self.pending and self.own


@dataclass(frozen=True, slots=True)
class Extensions:
    """`mine` waits for the reader's word, `elsewhere` (the office's) for someone else's, `own` is what our units asked."""

    mine: tuple[ExtensionLine, ...]
    elsewhere: tuple[ExtensionLine, ...]
    own: tuple[ExtensionLine, ...]
    ended: tuple[ExtensionLine, ...]
    page: Page[Extension]


def extensions(reach: Reach, *, number: int = 1, today: date) -> Extensions:
    """Return the page in a fixed number of queries."""
    rows = extensions_for(reach, today=today).select_related("task__plan", "milestone", "department")
    pending = [waiting(row, reach) for row in still_pending(rows).order_by("asked_at", "pk")]
    ended = rows.exclude(state=ExtensionState.PENDING).order_by("-ended_on", "-pk")
    page = Paginator(ended, ROWS).get_page(number)
    found = _lines(reach, [*pending, *(waiting(row, reach) for row in page.object_list)], today=today)
    open_lines, closed = found[: len(pending)], found[len(pending) :]
    return Extensions(
        mine=tuple(line for line in open_lines if line.waiting.mine),
        elsewhere=tuple(line for line in open_lines if line.waiting.on_behalf and not line.waiting.mine),
        own=tuple(line for line in open_lines if line.own and not line.waiting.may_decide),
        ended=tuple(closed),
        page=page,
    )


def extension_line(reach: Reach, extension_id: int, *, today: date) -> ExtensionLine:
    """Raise Http404 for one that isn't theirs to see."""
    return _lines(reach, [get_extension(reach, extension_id, today=today)], today=today)[0]


def extensions_of(reach: Reach, task: Task, *, today: date) -> tuple[ExtensionLine, ...]:
    """Return the requests of one visible item, the newest first, in a fixed number of queries."""
    rows = with_holders(Extension.objects.filter(task=task), reach, today=today)
    related = rows.select_related("task", "milestone", "department")
    return tuple(_lines(reach, [waiting(row, reach) for row in related.order_by("-pk")], today=today))


def pending_days(task_ids: Collection[int]) -> dict[int, date]:
    """Return the latest day that is asked for, by item with a request that waits."""
    return {task: to_on for task, to_on in PENDING.rows(tasks=list(task_ids))}  # noqa: C416 - rows are tuples of anything


@dataclass(frozen=True, slots=True)
class Choice:
    """A step of the item with why no later date can be asked for it (None: it can)."""

    milestone: Milestone
    refusal: Refusal | None


@dataclass(frozen=True, slots=True)
class Asking:
    """What a unit may ask for an item today."""

    task: Task
    units: tuple[Department, ...]
    choices: tuple[Choice, ...]

    @property
    def free(self) -> tuple[Milestone, ...]:
        return tuple(choice.milestone for choice in self.choices if choice.refusal is None)


def asking(reach: Reach, task_id: int, *, today: date) -> Asking:
    """Raise Http404 where the item isn't theirs to see, PermissionDenied where their unit doesn't lead it."""
    task = get_task(reach, task_id, today=today)
    units = require_lead(reach, task, today=today)
    return Asking(task, units, choices_of(task, today=today))


def choices_of(task: Task, *, today: date) -> tuple[Choice, ...]:
    """Return the steps that aren't done, each with whether a later date can be asked for it."""
    steps = Milestone.objects.filter(task=task, dropped_on__isnull=True, done_on__isnull=True)
    waits = set(Extension.objects.filter(task=task, state=ExtensionState.PENDING).values_list("milestone", flat=True))
    return tuple(
        Choice(step, step_refusal(step_asked(task, step, waiting=step.pk in waits), today=today))
        for step in steps.order_by("position", "pk")
    )


def _lines(reach: Reach, found: Collection[Waiting], *, today: date) -> list[ExtensionLine]:
    ids = [each.extension.pk for each in found]
    said = _said(ids)
    behalf = _on_behalf(ids)
    dates = dates_of({each.extension.milestone_id for each in found})
    files: defaultdict[int, list[EvidenceFile]] = defaultdict(list)
    for file in EvidenceFile.objects.filter(extension__in=ids, withdrawn_at__isnull=True).order_by("pk"):
        files[file.extension_id or 0].append(file)
    return [
        ExtensionLine(
            waiting=each,
            stages=_stages(each, said[each.extension.pk], behalf, today),
            dates=tuple(dates[each.extension.milestone_id]),
            files=tuple(files[each.extension.pk]),
            own=each.extension.department_id in reach.departments,
            today=today,
        )
        for each in found
    ]


def _stages(each: Waiting, said: list[ExtensionDecision], behalf: Collection[Key], today: date) -> tuple[Stage, ...]:
    """Pair the chain with what was said: one word a step, in the same order."""
    row, waited = each.extension, turn_of(each.extension)
    words: list[ExtensionDecision | None] = [*said, *[None] * len(row.chain)]
    return tuple(
        Stage(
            step=step,
            said=words[place],
            on_behalf=(row.pk, step.value) in behalf,
            waited=waited if place == row.decided else None,
            today=today,
        )
        for place, step in enumerate(chain_of(row))
    )


def _said(ids: Collection[int]) -> Mapping[int, list[ExtensionDecision]]:
    said: defaultdict[int, list[ExtensionDecision]] = defaultdict(list)
    for decision in ExtensionDecision.objects.filter(extension__in=ids).order_by("pk"):
        said[decision.extension_id].append(decision)
    return said


def _on_behalf(ids: Collection[int]) -> frozenset[Key]:
    """Return the words that the office spoke for someone else; their history says so."""
    entries = HistoryEntry.objects.filter(object_type=KIND, object_id__in=ids, action__in=_SPOKEN)
    said = entries.values_list("object_id", "after")
    return frozenset((number, after["step"]) for number, after in said if after.get("on_behalf"))


_SPOKEN = ("extension.accepted", "extension.refused")


def dates_of(steps: Collection[int], *, before: date | None = None) -> Mapping[int, list[date]]:
    """Return the dates as issued and as later extended, reissued or corrected, in time; one after the other once.

    `before` leaves out those set from that day on.
    """
    if not steps:
        return {}
    dates: defaultdict[int, list[date]] = defaultdict(list)
    rows = MilestoneDate.objects.filter(milestone__in=steps, withdrawn_on__isnull=True).order_by("pk")
    told = rows.filter(set_on__lt=before) if before else rows
    for step, due_on in told.values_list("milestone", "due_on"):
        if dates[step][-1:] != [due_on]:
            dates[step].append(due_on)
    return dates
