"""What a unit's people have to account for: owed now, reported, due next, supported, and everything they have a part in."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from django.core.paginator import Page, Paginator
from django.db.models import Case, Count, Exists, F, Model, OuterRef, Q, QuerySet, Value, When

from accounts.access import Reach
from accounts.days import day_words
from accounts.models.dated import in_force
from projects.access import plans_for, tasks_of_units
from projects.choices import COUNTED_STATES, InvolvementRole, PlanState, TaskState
from projects.models import Involvement, Task
from tracker.boards.lines import Line, lines_of
from tracker.boards.owing import rows_of_current_rounds, still_owed, unsigned_reports
from tracker.choices import OwedState, ReviewState, RoundState
from tracker.lights import Light
from tracker.lights_sql import gravity_expression
from tracker.models import Owed, PlanRules, ProgressReport, ReportingRound, Review
from tracker.rules import rules_of
from tracker.sentences import cutoff_text, round_text

ROWS = 30
AHEAD = timedelta(days=31)
"""How far past the round's end 下期到期 looks: about one more round."""
TABS = ("owed", "reported", "next", "support", "all")
SUPPORTING = (InvolvementRole.SUPPORT, InvolvementRole.ANSWERER, InvolvementRole.DELEGATE)


@dataclass(frozen=True, slots=True)
class OwedLine:
    """An item with what one unit owes for it; `answer` is why the office sent the unit's report back."""

    line: Line
    owed: Owed | None
    answer: Review | None

    @property
    def key(self) -> str:
        return f"owed-{self.owed.pk}" if self.owed else f"item-{self.line.task.pk}"

    @property
    def round_name(self) -> str:
        return round_text(self.owed.round.key) if self.owed else ""

    @property
    def answered_on(self) -> str:
        return day_words(self.answer.decided_on, year=self.line.today.year) if self.answer else ""

    @property
    def returned(self) -> bool:
        return self.owed is not None and self.owed.state == OwedState.RETURNED

    @property
    def open(self) -> bool:
        return self.owed is not None and self.owed.state in {OwedState.OWED, OwedState.RETURNED}

    @property
    def changeable(self) -> bool:
        return self.owed is not None and self.owed.state in {OwedState.SUBMITTED, OwedState.UNSIGNED}

    @property
    def unsigned(self) -> bool:
        return self.owed is not None and self.owed.state == OwedState.UNSIGNED


@dataclass(frozen=True, slots=True)
class Counts:
    owed: int
    reported: int
    next: int
    support: int
    all: int
    sign: int = 0

    @property
    def due(self) -> int:
        """Return what this round asks for."""
        return self.owed + self.reported


@dataclass(frozen=True, slots=True)
class Mine:
    tab: str
    counts: Counts
    rows: tuple[OwedLine, ...]
    page: Page[Owed] | Page[Task]
    round: ReportingRound | None
    rules: PlanRules | None
    heads: bool
    today: date

    @property
    def cutoff(self) -> str:
        """Write when the nearest round closes."""
        if self.round is None or self.rules is None:
            return ""
        return cutoff_text(self.round.cutoff_on, self.rules.cutoff_at, today=self.today)

    @property
    def round_name(self) -> str:
        return round_text(self.round.key) if self.round else ""

    @property
    def closed(self) -> bool:
        """Say whether the round has ended: it takes nothing more but what was returned."""
        return self.round is not None and self.round.state == RoundState.CLOSED

    @property
    def over(self) -> bool:
        return self.round is not None and self.round.cutoff_on < self.today


def mine(reach: Reach, *, tab: str = "owed", number: int = 1, owed: int | None = None, today: date) -> Mine:
    """Return one page of one tab and the numbers of all, in a fixed number of queries; `owed` by who has counted it."""
    current = current_rounds(reach, today=today)
    nearest = next(iter(current), None)
    rules = rules_of([nearest.plan], on=today)[nearest.plan_id] if nearest else None
    parts = _parts(reach, nearest, today=today)
    counts = _counts(reach, parts, owed, today=today)
    page: Page[Owed] | Page[Task]
    rows: list[OwedLine]
    if tab == "sign":  # the page of what waits for a signature has rows of its own
        page, rows = _page(Task.objects.none(), 1, 0), []
    elif tab in {"owed", "reported"}:
        chosen = still_owed(reach.departments, today=today) if tab == "owed" else _reported(reach, today=today)
        owed_page = _page(_most_urgent_first(chosen, today=today), number, getattr(counts, tab))
        page, rows = owed_page, owed_lines(list(owed_page.object_list), today=today)
    else:
        tasks = parts.visible.filter({"next": parts.next, "support": parts.support}.get(tab, Q()))
        task_page = _page(_soonest_first(tasks, today=today), number, getattr(counts, tab))
        lines = lines_of(list(task_page), today=today, with_parties=False)
        page, rows = task_page, [OwedLine(line, None, None) for line in lines]
    return Mine(tab, counts, tuple(rows), page, nearest, rules, bool(reach.headed), today)


def _page[Row: Model](rows: QuerySet[Row], number: int, count: int) -> Page[Row]:
    """Return one page of rows whose number the tabs know already."""
    paginator = Paginator(rows, ROWS)
    paginator.count = count  # computed once and kept: setting it keeps this one
    return paginator.get_page(number)


@dataclass(frozen=True, slots=True)
class _Parts:
    """The items in which the reach's units have a part, and which of them the tabs `next` and `support` show."""

    visible: QuerySet[Task]
    next: Q
    support: Q


def _parts(reach: Reach, nearest: ReportingRound | None, *, today: date) -> _Parts:
    parts = Involvement.objects.filter(in_force(today), department__in=reach.departments)
    led, supported = parts.filter(role=InvolvementRole.LEAD), parts.filter(role__in=SUPPORTING)
    since = nearest.ends_on if nearest else today
    due = Q(standing__next_due_on__gt=since, standing__next_due_on__lte=since + AHEAD)
    return _Parts(
        visible=tasks_of_units(reach, today=today).filter(state__in=COUNTED_STATES),
        next=Q(state=TaskState.ISSUED, pk__in=led.values("task")) & due,
        support=Q(state=TaskState.ISSUED, pk__in=supported.values("task")),
    )


def _counts(reach: Reach, parts: _Parts, owed: int | None, *, today: date) -> Counts:
    tasks = parts.visible.aggregate(
        next=Count("pk", filter=parts.next), support=Count("pk", filter=parts.support), all=Count("pk")
    )
    return Counts(
        owed=still_owed(reach.departments, today=today).count() if owed is None else owed,
        reported=_reported(reach, today=today).count(),
        sign=unsigned_reports(reach).count() if reach.headed else 0,
        **tasks,
    )


def _reported(reach: Reach, *, today: date) -> QuerySet[Owed]:
    said = (OwedState.UNSIGNED, OwedState.SUBMITTED, OwedState.ACCEPTED)
    return rows_of_current_rounds(today=today).filter(department__in=reach.departments, state__in=said)


def current_rounds(reach: Reach, *, today: date) -> list[ReportingRound]:
    """Return the current round of each issued plan this reach sees, the nearest cut-off still ahead first."""
    plans = plans_for(reach, today=today).filter(state=PlanState.ISSUED)
    rows = ReportingRound.objects.filter(plan__in=plans, starts_on__lte=today).select_related("plan")
    latest: dict[int, ReportingRound] = {}
    for row in rows.order_by("plan", "-starts_on"):
        latest.setdefault(row.plan_id, row)
    return sorted(latest.values(), key=lambda row: (row.cutoff_on < today, row.cutoff_on, row.pk))


def owed_lines(rows: Collection[Owed], *, today: date) -> list[OwedLine]:
    """Return the rows with their items, each item once read however many units owe it."""
    tasks = {row.task_id: row.task for row in rows}
    lines = {line.task.pk: line for line in lines_of(list(tasks.values()), today=today, with_parties=False)}
    answers = _last_answers(rows)
    return [OwedLine(lines[row.task_id], row, answers.get(row.pk)) for row in rows]


def owed_rows(rows: QuerySet[Owed]) -> QuerySet[Owed]:
    return rows.select_related("task__plan", "task__section", "round", "department")


def _last_answers(rows: Collection[Owed]) -> dict[int, Review]:
    """Return why the office sent back what is to be corrected."""
    returned = [row.pk for row in rows if row.state == OwedState.RETURNED]
    if not returned:
        return {}
    newer = ProgressReport.objects.filter(owed=OuterRef("report__owed"), pk__gt=OuterRef("report_id"))
    answers = Review.objects.filter(~Exists(newer), report__owed__in=returned).order_by("pk")
    last = answers.exclude(report__review_state=ReviewState.SUBMITTED).select_related("report")
    return {answer.report.owed_id: answer for answer in last if answer.report.owed_id is not None}


def _most_urgent_first(rows: QuerySet[Owed], *, today: date) -> QuerySet[Owed]:
    """Order by what was returned, then what is overdue, then the nearest date, the graver light and the table's order."""
    gravity = gravity_expression(today, prefix="task__standing__")
    urgency = Case(
        When(state=OwedState.RETURNED, then=Value(0)),
        When(gravity=Light.OVERDUE.gravity, then=Value(1)),
        default=Value(2),
    )
    soonest = F("task__standing__next_due_on").asc(nulls_last=True)
    graver = F("gravity").asc(nulls_last=True)
    lit = rows.select_related("task__plan").alias(gravity=gravity)
    return lit.order_by(urgency, soonest, graver, "task__position", "pk")


def _soonest_first(tasks: QuerySet[Task], *, today: date) -> QuerySet[Task]:
    lit = tasks.select_related("plan").alias(gravity=gravity_expression(today))
    soonest = F("standing__next_due_on").asc(nulls_last=True)
    return lit.order_by(soonest, F("gravity").asc(nulls_last=True), "position", "pk")
