"""One row of a table read as a task: its words, dates, people, units and amounts."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from projects.reading.columns import Header, plain, split_remark
from projects.reading.deadlines import DeadlineReading, read_deadline
from projects.reading.grid import Grid
from projects.reading.model import Choice, Problem, Question, ReadMilestone, ReadTarget, ReadTask
from projects.reading.people import read_people
from projects.reading.rows import TaskRow
from projects.reading.targets import read_targets
from projects.reading.units import UnitsReading, read_supporters, read_units

_PERIOD = re.compile(r"季度?|半年|月|Q\d|全年")
_STRONG = re.compile(r"牵头|主办|主责")
_LINE = re.compile(r"^\s*(?:[(（]?\d{1,2}[)）.、．]|[①-⑳])\s*(?!\d)")
_DASH = re.compile(r"^[-/\\—–―－\s]+$|^无$")


@dataclass(slots=True)
class Context:
    """The table a row stands in."""

    grid: Grid
    kind: str
    year: int
    headers: list[Header]
    roles: list[str]
    places: dict[str, list[int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for place, role in enumerate(self.roles):
            self.places.setdefault(role, []).append(place)


def read_task(row: TaskRow, context: Context) -> tuple[ReadTask, list[Problem]]:
    """Return the task with its open questions, and the same questions as problems of the sheet."""
    words = {
        role: _joined(row, context, role) for role in ("title", "content", "target", "measures", "progress", "note")
    }
    deadline_text, deadline = _deadline(row, context, words)
    units, questions = _units(row, context)
    targets, target_questions = _targets(words, deadline)
    questions = [*deadline.questions, *questions, *target_questions]
    title, content = words["title"], words["content"] or (words["measures"] if not words["title"] else "")
    task = ReadTask(
        row=row.rows[0] + 1,
        number=_first(row, context, "no") or _own_number(title or content),
        category=_category(row, context),
        title=_one_line(title),
        content=content,
        deadline_text=deadline_text,
        kind=deadline.kind,
        milestones=deadline.milestones,
        leaders=_people(row, context, "leader"),
        lead=units.lead,
        support=units.support,
        owners=_people(row, context, "owner"),
        contacts=_joined(row, context, "contact"),
        targets=targets,
        measures=words["measures"],
        progress=words["progress"],
        status=_joined(row, context, "status"),
        note=words["note"],
        extra=_extra(row, context),
        cells=tuple(row.raw),
        questions=tuple(questions),
    )
    return task, [*_problems(task, context), *_errors(row, context)]


def _texts(row: TaskRow, context: Context, role: str) -> list[tuple[int, str]]:
    return [(place, row.cells[place]) for place in context.places.get(role, ()) if row.cells[place]]


def _first(row: TaskRow, context: Context, role: str) -> str:
    return next((text for _, text in _texts(row, context, role)), "")


def _own_number(text: str) -> str:
    """Return the number an item carries in its words where the table has no column for it."""
    match = re.match(r"^(\d{1,3})[.、．](?!\d)|^[(（](\d{1,3})[)）]", text)
    return (match[1] or match[2]) if match else ""


def _joined(row: TaskRow, context: Context, role: str) -> str:
    """Return the cells of a role; several columns each under their header's name."""
    texts = _texts(row, context, role)
    if len(context.places.get(role, ())) == 1 or role in ("title", "content"):
        return "\n".join(text for _, text in texts)
    return "\n".join(f"{context.headers[place].name}：{text}" for place, text in texts)


def _one_line(text: str) -> str:
    return re.sub(r"\s*\n\s*", "", text)


def _category(row: TaskRow, context: Context) -> tuple[str, ...]:
    names = [*row.section, *(text for _, text in _texts(row, context, "category"))]
    names = [_one_line(name) for name in dict.fromkeys(names)]
    return tuple(names) if len(names) <= 2 else (names[0], "／".join(names[1:]))


def _people(row: TaskRow, context: Context, role: str) -> tuple[str, ...]:
    names = [name for _, text in _texts(row, context, role) for name in read_people(text)]
    return tuple(dict.fromkeys(names))


def _extra(row: TaskRow, context: Context) -> dict[str, str]:
    extra: dict[str, str] = {}
    for place, text in _texts(row, context, "ignore"):
        name = context.headers[place].label or f"第{place + 1}列"
        extra[name if name not in extra else f"{name}（第{place + 1}列）"] = text
    for place, text in _texts(row, context, "no")[1:]:
        extra[context.headers[place].label] = text
    return extra


def _units(row: TaskRow, context: Context) -> tuple[UnitsReading, list[Question]]:
    lead: list[str] = []
    support: list[str] = []
    questions: list[Question] = []
    for place, text in _texts(row, context, "lead_department"):
        strong = _STRONG.search(split_remark(plain(context.headers[place].label))[0])
        found = read_units(text, all_lead=bool(strong))
        lead += found.lead
        support += found.support
        questions += found.questions
    for _, text in _texts(row, context, "support_departments"):
        found = read_supporters(text)
        support += found.support
        questions += found.questions
    lead = list(dict.fromkeys(lead))
    support = [name for name in dict.fromkeys(support) if name not in lead]
    return UnitsReading(tuple(lead), tuple(support)), questions


def _targets(words: dict[str, str], deadline: DeadlineReading) -> tuple[tuple[ReadTarget, ...], list[Question]]:
    found: list[ReadTarget] = []
    questions: list[Question] = []
    for role in ("target", "content") if words["content"] else ("target", "title"):
        spans = deadline.spans if deadline.text == words[role] else ()
        reading = read_targets(words[role], spans=spans)
        found += [target for target in reading.targets if not any(_same(target, other) for other in found)]
        questions += reading.questions
    return tuple(found), questions


def _same(one: ReadTarget, other: ReadTarget) -> bool:
    return (one.value, one.unit, one.items) == (other.value, other.unit, other.items)


def _deadline(row: TaskRow, context: Context, words: dict[str, str]) -> tuple[str, DeadlineReading]:
    """Read the deadline cell; without one the dates in the task's own words count."""
    texts = _texts(row, context, "deadline")
    ticked = [
        place
        for place, _ in texts
        if _PERIOD.search(context.headers[place].name) and len(context.places["deadline"]) > 1
    ]
    if ticked:
        text = _ticked(ticked, context)
        return text, read_deadline(text, year=context.year, shown=True)
    text = "\n".join(text for _, text in texts)
    if text and not _DASH.match(text):
        return text, _cell_deadline(row, context, texts[0][0], text, words)
    for role in ("content", "target", "measures", "title"):
        if words[role]:
            reading = read_deadline(words[role], year=context.year, shown=True)
            if reading.due:
                return text, reading
    return text, read_deadline(text, year=context.year)


def _ticked(places: list[int], context: Context) -> str:
    names = [split_remark(plain(context.headers[place].name))[0] for place in places]
    columns = context.places["deadline"]
    run = columns.index(places[-1]) - columns.index(places[0]) == len(places) - 1
    return f"{names[0]}-{names[-1]}" if run and len(names) > 1 else "、".join(names)


def _cell_deadline(row: TaskRow, context: Context, column: int, text: str, words: dict[str, str]) -> DeadlineReading:
    paired = _paired(text, words["content"], context.year)
    if paired:
        return paired
    origin = next((at for at in range(row.rows[0], -1, -1) if context.grid.cell(at, column)), row.rows[0])
    seen = context.kind not in ("csv", "pasted") and (origin, column) not in context.grid.unseen
    reading = read_deadline(text, year=context.year, shown=seen)
    day = context.grid.days.get((origin, column))
    if day and len(reading.due) == 1 and not re.search(r"\d{4}|-\d\d$", text) and day.year != reading.due[0].year:
        choices = tuple(
            Choice(date.isoformat(), f"{date.year}年")
            for date in (
                reading.due[0],
                reading.due[0].replace(
                    year=day.year, day=min(reading.due[0].day, 28) if reading.due[0].month == 2 else reading.due[0].day
                ),
            )
        )
        question = Question(
            "which_year", "due", f"单元格只显示“{text}”，其中保存的年份是{day.year}年，请确认。", choices
        )
        return DeadlineReading(
            reading.text, reading.kind, reading.milestones, (*reading.questions, question), reading.spans
        )
    return reading


def _paired(text: str, content: str, year: int) -> DeadlineReading | None:
    """Pair numbered items of one cell with equally many lines of the deadline cell."""
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    items = [line.strip() for line in content.split("\n") if line.strip()]
    if len(lines) < 2 or len(items) != len(lines) or not all(_LINE.match(item) for item in items):
        return None
    readings = [read_deadline(_LINE.sub("", line), year=year, shown=True) for line in lines]
    if not all(len(reading.due) == 1 for reading in readings):
        return None
    milestones = tuple(
        ReadMilestone(
            reading.milestones[0].due, reading.milestones[0].start, reading.milestones[0].phrase, _LINE.sub("", item)
        )
        for reading, item in zip(readings, items, strict=True)
    )
    questions = tuple(question for reading in readings for question in reading.questions)
    return DeadlineReading(text, "multi", milestones, questions)


def _problems(task: ReadTask, context: Context) -> list[Problem]:
    fields = {"due": "deadline", "lead": "lead_department", "targets": "content"}
    values = {"due": task.deadline_text, "lead": "、".join(task.lead), "targets": task.content}
    problems = []
    for question in task.questions:
        columns = context.places.get(fields.get(question.field, ""), [])
        column = columns[0] + 1 if columns else None
        value = values.get(question.field, "")
        problems.append(Problem(context.grid.name, task.row, column, question.code, "warning", question.message, value))
    missing = not task.lead and "lead_department" in context.places
    if missing:
        column = context.places["lead_department"][0] + 1
        message = "没有写明责任单位，请补充。"
        problems.append(Problem(context.grid.name, task.row, column, "missing_lead", "warning", message))
    return problems


_ERROR = re.compile(r"^#(?:REF!|N/A|VALUE!|DIV/0!|NAME\?|NULL!|NUM!)$")


def _errors(row: TaskRow, context: Context) -> list[Problem]:
    return [
        Problem(
            context.grid.name,
            row.rows[0] + 1,
            place + 1,
            "formula_error",
            "error",
            f"单元格是公式错误 {text}，请更正。",
            text,
        )
        for place, text in enumerate(row.cells)
        if _ERROR.match(text)
    ]
