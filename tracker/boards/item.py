"""One item whole: the promise as issued, its steps and indicators, its reports with their answers, and who does what."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from accounts.access import Reach
from accounts.days import day_words
from accounts.models import Department, HistoryEntry
from projects.access import departments_writable
from projects.choices import DateKind, InvolvementRole, TaskState
from projects.lineage import Kin, kin_of
from projects.models import ImportRow, MilestoneDate, Task
from projects.promise import section_paths
from tracker.access import get_task
from tracker.asking import closing_refusal
from tracker.boards.closing import ClosureLine, closures_of
from tracker.boards.extending import ExtensionLine, extensions_of
from tracker.boards.figures import FigureLine, figure_line
from tracker.boards.hanging import Hanging, hanging_on
from tracker.boards.lines import Line, lines_of, party_names
from tracker.boards.owing import rows_of_current_rounds
from tracker.boards.promised import FIELDS, WordChange, issued_words, words_text
from tracker.choices import STILL_OWED, OwedState, ReportState, ReviewState, RoundState
from tracker.lights import Light, milestone_light
from tracker.models import Owed, PlanRules, ProgressReport, Review
from tracker.rules import rules_for
from tracker.sentences import amount_text, cutoff_text, days_left_text, round_text, state_text
from tracker.turning import MilestoneFacts, TargetFacts

REPORTS = 24
"""Reports shown on the page, two years of months; the rest stands in the history."""
ENTRIES = 10


@dataclass(frozen=True, slots=True)
class StepLine:
    """A step with its own light, none on an item that has none; `number` counts from 1 in the order of the text."""

    number: int
    facts: MilestoneFacts
    light: Light | None
    today: date
    targets: tuple[TargetFacts, ...]

    @property
    def key(self) -> str:
        return self.light.value if self.light else ""

    @property
    def name(self) -> str:
        """Return a name short enough for the line of the year."""
        text = self.facts.text
        return text if len(text) <= 12 else f"{text[:12]}…"

    @property
    def due_on(self) -> date | None:
        return self.facts.current_due

    @property
    def due_words(self) -> str:
        return day_words(self.due_on, year=self.today.year) if self.due_on else "—"

    @property
    def done_on(self) -> date | None:
        return self.facts.done_on

    @property
    def done_words(self) -> str:
        return day_words(self.done_on, year=self.today.year) if self.done_on else ""

    @property
    def first_words(self) -> str:
        """Write the date first given, where another is in force."""
        issued = self.facts.issued_due
        return day_words(issued, year=self.today.year) if issued and issued != self.due_on else ""

    @property
    def left_words(self) -> str:
        return days_left_text((self.due_on - self.today).days) if self.due_on and not self.done_on else ""

    @property
    def amounts(self) -> list[str]:
        return [
            f"{amount_text(target.accepted, '')} / {amount_text(target.value, target.unit)}" for target in self.targets
        ]


@dataclass(frozen=True, slots=True)
class ReportLine:
    report: ProgressReport
    review: Review | None
    figures: tuple[str, ...]
    today: date

    @property
    def round_name(self) -> str:
        return round_text(self.report.round.key)

    @property
    def on(self) -> str:
        return day_words(self.report.submitted_on, year=self.today.year)

    @property
    def state(self) -> str:
        return state_text(ReportState(self.report.state))

    @property
    def reviewed_on(self) -> str:
        return day_words(self.review.decided_on, year=self.today.year) if self.review else ""

    @property
    def waiting(self) -> bool:
        return self.report.review_state == ReviewState.SUBMITTED

    @property
    def replaced(self) -> bool:
        return self.report.review_state == ReviewState.REPLACED


@dataclass(frozen=True, slots=True)
class Move:
    """A date that replaced another."""

    step: int
    before: str
    after: str
    row: MilestoneDate


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece of the promise; `key` is the number of the step whose deadline phrase it is."""

    text: str
    key: int | None = None

    @property
    def url(self) -> str:
        return "#steps"


@dataclass(frozen=True, slots=True)
class Item:
    line: Line
    section: tuple[str, ...]
    passages: tuple[Passage, ...]
    changed_words: tuple[WordChange, ...]
    steps: tuple[StepLine, ...]
    figures: tuple[FigureLine, ...]
    reports: tuple[ReportLine, ...]
    moves: tuple[Move, ...]
    entries: tuple[HistoryEntry, ...]
    source_row: ImportRow | None
    owed: tuple[Owed, ...]
    reporting: tuple[Department, ...]
    rules: PlanRules
    kin: Kin
    hanging: Hanging
    extensions: tuple[ExtensionLine, ...]
    closures: tuple[ClosureLine, ...]
    office: bool

    @property
    def task(self) -> Task:
        return self.line.task

    def party(self, role: InvolvementRole) -> tuple[str, ...]:
        return party_names(self.line.parties.get(role, ()))

    @property
    def supports(self) -> tuple[str, ...]:
        return self.party(InvolvementRole.SUPPORT)

    @property
    def owners(self) -> tuple[str, ...]:
        return self.party(InvolvementRole.OWNER)

    @property
    def answerers(self) -> tuple[str, ...]:
        return self.party(InvolvementRole.ANSWERER)

    @property
    def delegates(self) -> tuple[str, ...]:
        return self.party(InvolvementRole.DELEGATE)

    @property
    def missing(self) -> tuple[Owed, ...]:
        return tuple(row for row in self.owed if row.state in STILL_OWED)

    @property
    def round_name(self) -> str:
        return round_text(self.owed[0].round.key) if self.owed else ""

    @property
    def cutoff(self) -> str:
        """Write when the current round closes."""
        if not self.owed or self.owed[0].round.state == RoundState.CLOSED:
            return ""
        return cutoff_text(self.owed[0].round.cutoff_on, self.rules.cutoff_at, today=self.line.today)

    @property
    def may_report(self) -> bool:
        """Say whether there is something to report: what the office accepted is answered for this round."""
        if not self.reporting or self.task.state != TaskState.ISSUED:
            return False
        units = {unit.pk for unit in self.reporting}
        own = [row for row in self.owed if row.department_id in units]
        return not own or any(row.state == OwedState.RETURNED or self._takes(row) for row in own)

    @staticmethod
    def _takes(row: Owed) -> bool:
        return row.state != OwedState.ACCEPTED and row.round.state == RoundState.OPEN

    @property
    def may_extend(self) -> bool:
        """Say whether the reader's unit leads and a step with a date is open; the page behind it says what can be asked."""
        dated = any(step.due_on and not step.done_on for step in self.steps)
        return bool(self.reporting) and self.task.state == TaskState.ISSUED and dated

    @property
    def may_ask_closing(self) -> bool:
        waits = any(closure.waiting for closure in self.closures)
        return bool(self.reporting) and closing_refusal(self.line.facts, waiting=waits) is None

    @property
    def may_close(self) -> bool:
        return self.office and self.task.state == TaskState.ISSUED

    @property
    def may_reopen(self) -> bool:
        return self.office and self.task.state == TaskState.CLOSED


def item(reach: Reach, task_id: int, *, today: date) -> Item:
    """Read one item in a fixed number of queries; raise Http404 where it isn't theirs to see."""
    task = get_task(reach, task_id, today=today)
    line = lines_of([task], today=today)[0]
    owed = rows_of_current_rounds(today=today).filter(task=task).select_related("round", "department")
    steps, hanging = _steps(line, today=today), hanging_on(task.pk)
    issued = issued_words(task)
    return Item(
        line=line,
        section=section_paths({task.plan_id}).get(task.section_id or 0, ()),
        passages=tuple(passages(issued.text, steps)),
        changed_words=issued.changes,
        steps=steps,
        figures=tuple(figure_line(task, line.facts, each, line.rules, today=today) for each in line.targets),
        reports=_reports(line, today=today),
        moves=_moves(task, steps, today=today) if hanging.dates else (),
        entries=tuple(HistoryEntry.objects.filter(task_id=task.pk).order_by("-pk")[:ENTRIES]),
        source_row=source_row(task),
        owed=tuple(owed.order_by("pk")),
        reporting=departments_writable(reach, task, today=today),
        rules=rules_for(task.plan, on=today),
        kin=kin_of(reach, [task], today=today)[task.pk],
        hanging=hanging,
        extensions=extensions_of(reach, task, today=today) if hanging.extensions else (),
        closures=closures_of(reach, task, today=today) if hanging.closures else (),
        office=reach.office,
    )


def promise_text(task: Task) -> str:
    """Return the words of the item as they are now, each once; what was issued is asked of `issued_words`."""
    return words_text({name: getattr(task, name) for name in FIELDS})


def source_row(task: Task) -> ImportRow | None:
    """Return the row of the latest table in which the item stands."""
    return ImportRow.objects.filter(task=task).select_related("batch").order_by("-pk").first()


def passages(text: str, steps: Iterable[StepLine]) -> Iterable[Passage]:
    """Cut the promise at the deadline phrases of its steps, each underlined once and keyed to its step."""
    rest = text
    for step in steps:
        before, phrase, after = rest.partition(step.facts.phrase) if step.facts.phrase else (rest, "", "")
        if phrase:
            if before:
                yield Passage(before)
            yield Passage(phrase, step.number)
            rest = after
    if rest:
        yield Passage(rest)


def _steps(line: Line, *, today: date) -> tuple[StepLine, ...]:
    facts = line.facts
    return tuple(
        StepLine(
            number=number,
            facts=step,
            light=milestone_light(facts, step, today, line.rules) if line.light else None,
            today=today,
            targets=tuple(target for target in facts.targets if target.milestone_id == step.id),
        )
        for number, step in enumerate(facts.milestones, start=1)
    )


def _reports(line: Line, *, today: date) -> tuple[ReportLine, ...]:
    names = {target.id: (target.name, target.unit) for target in line.targets}
    rows = ProgressReport.objects.filter(task=line.task).select_related("round", "department").order_by("-pk")
    found = rows.prefetch_related("reviews", "values")[:REPORTS]
    return tuple(
        ReportLine(
            report=row,
            review=max(row.reviews.all(), key=lambda review: review.pk, default=None),
            figures=tuple(
                f"{names[value.target_id][0]} {amount_text(value.value, names[value.target_id][1])}"
                for value in row.values.all()
                if value.target_id in names
            ),
            today=today,
        )
        for row in found
    )


def _moves(task: Task, steps: Iterable[StepLine], *, today: date) -> tuple[Move, ...]:
    """Return every date that replaced another, in the order of the steps and then of time."""
    numbers = {step.facts.id: step.number for step in steps}
    standing = MilestoneDate.objects.filter(milestone__task=task, milestone__in=numbers, withdrawn_on__isnull=True)
    rows = standing.order_by("milestone__position", "pk")
    moves, before = [], dict[int, date]()
    for row in rows:
        if row.kind != DateKind.ISSUED and row.milestone_id in before:
            was = day_words(before[row.milestone_id], year=today.year)
            moves.append(Move(numbers[row.milestone_id], was, day_words(row.due_on, year=today.year), row))
        before[row.milestone_id] = row.due_on
    return tuple(moves)
