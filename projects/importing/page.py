"""What the import page shows: the sheet as issued beside what was read, with the questions at their rows."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext

from accounts.days import day_words
from projects.choices import InvolvementRole, RowOutcome
from projects.drafts import MilestoneDraft, TaskDraft
from projects.importing.diff import FieldChange, RowDiff, shown_target
from projects.importing.preparing import Prepared, SheetRow
from projects.importing.questions import Question
from projects.importing.wording import choice_label, field_label, question_text, skipped_reason

NUMBER_LENGTH, NAME_LENGTH = 4, 16
"""Characters up to which a column holds numbers, or names; longer ones hold sentences."""

BESIDE = (("lead", "support"), ("leaders", "owners"))
"""Fields that share a line of the reading while neither is changed."""

CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of a cell's text; `mark` is how the words a date was read from are set: deadline, doubt or impossible."""

    text: str
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One labelled line of a reading; a changed one carries what stood there."""

    label: str
    text: str
    old: str | None = None


@dataclass(frozen=True, slots=True)
class Option:
    value: str
    label: str
    checked: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """One question on the page, numbered in the order of the rows."""

    number: int
    name: str
    field: str
    text: str
    summary: str
    options: tuple[Option, ...]
    decided: bool
    impossible: bool
    day: str = ""
    other_day: bool = False
    remembered: bool = False

    @property
    def undecided(self) -> bool:
        return not self.decided

    @property
    def day_name(self) -> str:
        """Return the name under which another day may be typed."""
        return f"day:{self.name}" if self.other_day else ""


@dataclass(frozen=True, slots=True)
class PageRow:
    """One row of the sheet (or an item it no longer has: `row_label` is a dash)."""

    place: int
    row_label: str
    heading: str
    cells: tuple[tuple[Segment, ...], ...]
    outcome: str
    lines: tuple[Line, ...]
    questions: tuple[Asked, ...]

    @property
    def undecided(self) -> bool:
        return any(not asked.decided for asked in self.questions)


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the sheet by its letter; `span` says what its longest text makes it: number, name or long."""

    letter: str
    name: str
    span: str


@dataclass(frozen=True, slots=True)
class ImportPage:
    columns: tuple[Column, ...]
    rows: tuple[PageRow, ...]
    questions: tuple[Asked, ...]
    counts: dict[str, int]
    skipped: tuple[tuple[str, int], ...]
    fingerprint: str

    @property
    def undecided(self) -> int:
        return sum(not asked.decided for asked in self.questions)

    @property
    def decided(self) -> int:
        return len(self.questions) - self.undecided

    @property
    def remembered(self) -> int:
        return sum(asked.remembered for asked in self.questions)

    @property
    def first_undecided(self) -> int:
        return next((asked.number for asked in self.questions if not asked.decided), 0)

    def shown(self, only: str) -> tuple[PageRow, ...]:
        """Return the rows of one tab: `all`, `asked`, or an outcome."""
        if only == "asked":
            return tuple(row for row in self.rows if row.questions)
        return self.rows if only == "all" else tuple(row for row in self.rows if row.outcome == only)


def import_page(prepared: Prepared, *, remembered: Mapping[str, str] | None = None) -> ImportPage:
    """Lay the page out; `remembered` are answers of an earlier import, marked where they still stand."""
    asked = _asked(prepared, remembered or {})
    columns = _columns(prepared)
    rows = tuple(_rows(prepared, asked, [*columns]))
    return ImportPage(
        columns=tuple(columns.values()),
        rows=rows,
        questions=asked,
        counts={**prepared.counts, "asked": sum(bool(row.questions) for row in rows)},
        skipped=tuple(
            (skipped_reason(reason), count) for reason, count in Counter(one.reason for one in prepared.skipped).items()
        ),
        fingerprint=prepared.fingerprint,
    )


def _columns(prepared: Prepared) -> dict[int, Column]:
    """Return the columns that hold anything; headings that stand above the rows aren't shown in them again."""
    names = prepared.rows[0].columns if prepared.rows else ()
    longest: dict[int, int] = {}
    for row in prepared.rows:
        for at, text in enumerate(row.task.cells):
            if text.strip() and not (at < len(row.columns) and row.columns[at].role == "category"):
                longest[at] = max(longest.get(at, 0), len(text.strip()))
    return {
        at: Column(_letter(at), " ".join(names[at].name.split()) if at < len(names) else "", _span(longest[at]))
        for at in sorted(longest)
    }


def _span(longest: int) -> str:
    if longest <= NUMBER_LENGTH:
        return "number"
    return "long" if longest > NAME_LENGTH else "name"


def _asked(prepared: Prepared, remembered: Mapping[str, str]) -> tuple[Asked, ...]:
    ordered = sorted(prepared.questions, key=lambda question: question.rows[0])
    return tuple(
        _ask(
            number,
            question,
            prepared,
            is_remembered=question.decided and remembered.get(question.key) == question.chosen,
        )
        for number, question in enumerate(ordered, start=1)
    )


def _ask(number: int, question: Question, prepared: Prepared, *, is_remembered: bool) -> Asked:
    text = question_text(question)
    options = tuple(
        Option(choice.value, choice_label(question, choice), choice.value == question.chosen)
        for choice in question.choices
    )
    chosen = next((option.label for option in options if option.checked), question.chosen or "")
    place = question.rows[0]
    row_label = gettext("%(row)s 行") % {"row": prepared.rows[place].task.row} if place < len(prepared.rows) else "—"
    said = gettext("沿用上次：%(choice)s") if is_remembered else gettext("已选 %(choice)s")
    state = said % {"choice": chosen} if question.decided else gettext("待决定")
    return Asked(
        number=number,
        name=question.key,
        field=question.field,
        text=text,
        summary=f"{row_label} {state}",
        options=options,
        decided=question.decided,
        impossible=question.code.startswith("impossible"),
        day=question.chosen or "" if question.decided and not any(option.checked for option in options) else "",
        other_day=question.other_day,
        remembered=is_remembered,
    )


def _rows(prepared: Prepared, asked: Sequence[Asked], used: Sequence[int]) -> Iterable[PageRow]:
    by_name = {one.name: one for one in asked}
    places: dict[int, list[Asked]] = {}
    for question in prepared.questions:
        places.setdefault(question.rows[0], []).append(by_name[question.key])
    heading: tuple[str, ...] = ()
    for place, row in enumerate(prepared.diff):
        questions = tuple(sorted(places.get(place, ()), key=lambda one: one.number))
        if row.row is None:
            yield _dropped_row(place, prepared.tasks[row.task_id or 0].draft, questions, len(used))
            continue
        read, draft = prepared.rows[row.row], prepared.drafts[row.row]
        yield PageRow(
            place=place,
            row_label=str(read.task.row),
            heading=_new_heading(heading, draft.category),
            cells=tuple(_cell(read, at, draft, _doubt(questions)) for at in used),
            outcome=row.outcome.value,
            lines=_lines(
                draft, row, prepared.tasks[row.task_id].draft if row.task_id else draft, prepared.reading.year
            ),
            questions=questions,
        )
        heading = draft.category


def _new_heading(before: tuple[str, ...], now: tuple[str, ...]) -> str:
    return " › ".join(now) if now and now != before else ""


def _dropped_row(place: int, draft: TaskDraft, questions: tuple[Asked, ...], width: int) -> PageRow:
    texts = [draft.number, draft.title, draft.deadline_text][:width]
    cells = tuple((Segment(text),) for text in (*texts, *[""] * (width - len(texts))))
    return PageRow(place, "—", "", cells, RowOutcome.DROPPED.value, (), questions)


def _doubt(questions: Iterable[Asked]) -> str:
    """Return how the words of a deadline are marked that the row's questions are about."""
    asked = [question for question in questions if question.field == "deadline"]
    if any(question.impossible for question in asked):
        return "impossible"
    return "doubt" if asked else "deadline"


def _cell(read: SheetRow, at: int, draft: TaskDraft, mark: str) -> tuple[Segment, ...]:
    text = read.task.cells[at] if at < len(read.task.cells) else ""
    role = read.columns[at].role if at < len(read.columns) else ""
    phrases = [step.phrase for step in draft.milestones if step.phrase] if role in {"deadline", "content"} else []
    return tuple(_marked(text, phrases, mark))


def _marked(text: str, phrases: Sequence[str], mark: str) -> Iterable[Segment]:
    rest = text
    for phrase in phrases:
        before, found, after = rest.partition(phrase)
        if found:
            if before:
                yield Segment(before)
            yield Segment(found, mark)
            rest = after
    if rest:
        yield Segment(rest)


def _lines(draft: TaskDraft, row: RowDiff, before: TaskDraft, year: int) -> tuple[Line, ...]:
    changes = {change.field: change for change in row.changes}
    if "deadline" in changes:
        changes["deadline"] = _deadline_change(before, draft, year)
    fields = {
        "deadline": _steps_text(draft.milestones, year) or draft.deadline_text,
        "target": "；".join(shown_target(target) for target in draft.targets),
        "lead": _names(draft, InvolvementRole.LEAD),
        "support": _names(draft, InvolvementRole.SUPPORT),
        "leaders": _names(draft, InvolvementRole.LEADER),
        "owners": _names(draft, InvolvementRole.OWNER),
    }
    for first, second in BESIDE:
        if fields[first] and fields[second] and not {first, second} & {*changes}:
            fields[first] = f"{fields[first]}　{field_label(second)} {fields.pop(second)}"
    lines = [_line(field, text, changes.pop(field, None)) for field, text in fields.items()]
    lines += [Line(field_label(field), change.new, change.old) for field, change in changes.items()]
    return tuple(line for line in lines if line.text or line.old)


def _deadline_change(before: TaskDraft, draft: TaskDraft, year: int) -> FieldChange:
    """Return the change in the days that were read, or in the words where the days are the same."""
    old, new = (_steps_text(each.milestones, year) for each in (before, draft))
    if old == new:
        old, new = before.deadline_text, draft.deadline_text
    return FieldChange("deadline", old, new)


def _line(field: str, text: str, change: FieldChange | None) -> Line:
    return Line(field_label(field), change.new, change.old) if change else Line(field_label(field), text)


def _steps_text(steps: Sequence[MilestoneDraft], year: int) -> str:
    if len(steps) == 1:
        return _step_text(steps[0], year)
    return "　".join(f"{CIRCLED[at % len(CIRCLED)]} {_step_text(step, year)}" for at, step in enumerate(steps))


def _step_text(step: MilestoneDraft, year: int) -> str:
    day = day_words(step.due_on, year=year) if step.due_on else ""
    return " ".join(part for part in (day, step.text) if part)


def _names(draft: TaskDraft, role: InvolvementRole) -> str:
    return "、".join(party.as_written for party in draft.parties if party.role == role)


def _letter(at: int) -> str:
    """Return a column's letter as the spreadsheet program shows it, from 0."""
    letters = ""
    at += 1
    while at:
        at, rest = divmod(at - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
