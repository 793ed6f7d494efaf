"""What is to be reached by the end of each stretch of the year, from columns headed 一季度 … 四季度 or 上半年 and 全年."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from projects.reading.columns import plain, split_remark
from projects.reading.deadlines import DeadlineReading, read_deadline
from projects.reading.deadlines.folding import fold
from projects.reading.model import Choice, Question, ReadMilestone
from projects.reading.periods import Period, period_of
from projects.reading.rows import TaskRow
from projects.reading.tabular import Context

_ROLES = ("target", "content", "measures")
_DASH = re.compile(r"^[-/\\—–―－\s]+$|^无$")
_AMOUNT = re.compile(r"^[\d.,，%％\s≥≤><~～+-]+$")
_POINT = re.compile(r"[底末前]$")
_MONTHS = {"year_end": 12, "half_year": 6, "quarter": 3, "month_end": 1}
_SIGNS = re.compile(r"[\s（）()，,。；;：:、]")

Span = tuple[int, int]
_NOWHERE = (0, 0)


@dataclass(frozen=True, slots=True)
class PeriodStep:
    """A step of a cell under a period; `since` is the first day of the time it is due in, `span` its place in the words.

    `dated` where the cell itself says when.
    """

    step: ReadMilestone
    due: date
    since: date
    dated: bool
    span: Span = _NOWHERE


@dataclass(frozen=True, slots=True)
class PeriodSteps:
    """`text` are the words in which the spans are, of the first role of the columns."""

    text: str
    steps: tuple[PeriodStep, ...] = ()
    questions: tuple[Question, ...] = ()

    def alone(self) -> DeadlineReading:
        """Return them as the reading of a row that has no other limit."""
        kind = "multi" if len(self.steps) > 1 else "quarter"
        spans = tuple(step.span for step in self.steps)
        return DeadlineReading(self.text, kind, tuple(step.step for step in self.steps), self.questions, spans)


@dataclass(frozen=True, slots=True)
class PeriodCell:
    """A filled cell under a period: its column's name, and the time from `since` up to `due` that the name says."""

    text: str
    head: str
    since: date
    due: date


def period_cells(row: TaskRow, context: Context) -> Iterator[PeriodCell]:
    """Yield the filled cells of a row under periods, whatever else the row says of its limit."""
    found = _periods(context)
    for (place, period), since in zip(found, _beginnings(found, context.year), strict=True):
        cell = row.cells[place]
        due = read_deadline(period.words, year=context.year, shown=True).due
        if cell and due and not _DASH.match(cell):
            yield PeriodCell(cell, context.headers[place].label, since, due[-1])


def period_steps(row: TaskRow, context: Context, words: dict[str, str], *, deeds: bool) -> PeriodSteps | None:
    """Return the steps of a row's filled cells under two or more periods; `deeds` takes columns of measures too."""
    found = [pair for pair in _periods(context) if deeds or not pair[1].deeds]
    if len(found) < 2:
        return None
    role = min((_ROLES.index(context.roles[place]) for place, _ in found), default=0)
    text = words[_ROLES[role]]
    folded = fold(text).text
    steps: list[PeriodStep] = []
    questions: list[Question] = []
    at = 0
    for (place, period), since in zip(found, _beginnings(found, context.year), strict=True):
        cell = row.cells[place]
        if not cell or _DASH.match(cell):
            continue
        span = _NOWHERE
        if context.roles[place] == _ROLES[role]:
            span = _span(folded, fold(cell).text, at)
            at = span[1]
        own = read_deadline("" if _AMOUNT.match(cell) else cell, year=context.year, shown=True)
        if own.due:
            steps += [replace(step, span=span) for step in _dated(own, context.year)]
            questions += own.questions
        else:
            steps += [replace(step, span=span) for step in _undated(period, cell, since, context.year)]
    return PeriodSteps(text, tuple(steps), tuple(questions)) if steps else None


def _span(text: str, cell: str, after: int) -> Span:
    """Return where a cell's words stand in the folded words of its role."""
    start = text.find(cell, after)
    return (start, start + len(cell)) if start >= 0 else (after, after)


def _periods(context: Context) -> list[tuple[int, Period]]:
    found = []
    for place, header in enumerate(context.headers):
        if context.roles[place] in _ROLES:
            period = period_of(*split_remark(plain(header.name)), plain(header.parent))
            if period is not None:
                found.append((place, period))
    return found


def _beginnings(found: Sequence[tuple[int, Period]], year: int) -> Iterator[date]:
    """Yield the first day of each column's time: of its period, or behind the column before (6月底 | 年底)."""
    ends = [read_deadline(period.words, year=year, shown=True) for _, period in found]
    for place, (_, period) in enumerate(found):
        if not ends[place].due:
            yield date(year, 1, 1)
            continue
        first = _first_day(period.words.rstrip("前底末"), ends[place].due[0], year)
        before = ends[place - 1].due if place else ()
        yield min(first, before[0] + timedelta(days=1)) if before else first


def _dated(own: DeadlineReading, year: int) -> Iterator[PeriodStep]:
    for step in own.milestones:
        if step.due is not None:
            since = step.start or (step.due if _POINT.search(step.phrase) else _first_day(step.phrase, step.due, year))
            yield PeriodStep(step, step.due, since, dated=True)


def _undated(period: Period, cell: str, since: date, year: int) -> Iterator[PeriodStep]:
    for step in read_deadline(period.words, year=year, shown=True).milestones:
        if step.due is not None:
            yield PeriodStep(ReadMilestone(step.due, None, period.words, cell), step.due, since, dated=False)


def _first_day(phrase: str, due: date, year: int) -> date:
    """Return the first day of the time a phrase names: 1 July for 下半年, the day itself for 9月1日."""
    reading = read_deadline(phrase, year=year, shown=True)
    if reading.kind == "range" and reading.milestones:
        return reading.milestones[0].start or due
    months = _MONTHS.get(reading.kind, 0)
    return due.replace(month=due.month - months + 1, day=1) if 0 < months <= due.month else due


def with_period_steps(reading: DeadlineReading, found: PeriodSteps) -> DeadlineReading:
    """Put the steps of the periods to those of the deadline's own cell.

    What is reached by the day of one of its steps, or in a time that its last day cuts short, is that step. What is
    due behind its last day contradicts it and is asked about.
    """
    dated = [step for step in reading.milestones if step.due]
    if not dated:
        alone = found.alone()
        steps = (*reading.milestones, *alone.milestones)
        spans = (*(_NOWHERE for _ in reading.milestones), *alone.spans)
        return DeadlineReading(alone.text, alone.kind, steps, (*reading.questions, *found.questions), spans)
    last = max(step.due for step in dated if step.due)
    merged = [_Slot(step) for step in reading.milestones]
    late: list[PeriodStep] = []
    for one in found.steps:
        day = last if one.since <= last < one.due else one.due
        twin = next((slot for slot in merged if slot.step.due == day), None)
        if twin is not None:
            twin.join(one)
        else:
            merged.append(_Slot(one.step, one.span))
            late += [one] if one.due > last else []
    questions = [*reading.questions, *found.questions]
    if late:
        questions.append(_contradiction(reading, merged, late, last))
    if len(merged) > len(reading.milestones):
        merged.sort(key=lambda slot: (slot.step.due is not None, slot.step.due or last))
    kind = "multi" if len(merged) > 1 else reading.kind
    steps = tuple(slot.step for slot in merged)
    return DeadlineReading(found.text, kind, steps, tuple(questions), tuple(slot.span for slot in merged))


@dataclass(slots=True)
class _Slot:
    """A step on its way into the list, with the place of its words."""

    step: ReadMilestone
    span: Span = _NOWHERE

    def join(self, one: PeriodStep) -> None:
        self.step = replace(
            self.step, text=_both(self.step.text, one.step.text), start=self.step.start or one.step.start
        )
        self.span = one.span if self.span == _NOWHERE else self.span


def _both(one: str, other: str) -> str:
    """Return both texts, or the one that says what the other does."""
    bare, rest = _SIGNS.sub("", one), _SIGNS.sub("", other)
    if rest in bare:
        return one
    return other if bare in rest else f"{one}；{other}"


def _contradiction(reading: DeadlineReading, merged: list[_Slot], late: Sequence[PeriodStep], last: date) -> Question:
    """Ask which day holds; a single day of a cell beside a limit without words is that limit, told twice."""
    one = late[0]
    limit = next(slot for slot in merged if slot.step.due == last)
    message = f"“{one.step.phrase}{one.step.text if one.dated else ''}”晚于时限“{reading.text}”，请核对。"
    if len(late) > 1 or not one.dated or limit.step.text:
        return Question("after_deadline", "due", message)
    merged[:] = [slot for slot in merged if slot.step != one.step]
    limit.join(one)
    choices = tuple(Choice(day.isoformat(), f"{day.year}年{day.month}月{day.day}日") for day in (last, one.due))
    return Question("after_deadline", "due", message, choices)
