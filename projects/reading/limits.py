"""When a row is due: its deadline cell, ticks or texts under quarters, else the dates in its own words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from projects.reading.clauses import heading_limit, is_limit
from projects.reading.columns import plain, split_remark
from projects.reading.deadlines import DeadlineReading, read_deadline
from projects.reading.model import Choice, Question, ReadMilestone
from projects.reading.parties import heading_clauses
from projects.reading.rows import TaskRow
from projects.reading.tabular import Context

_PERIOD = re.compile(
    r"^(?:第?[一二三四1-4]季度?|[上下]半年|全年|\d{1,2}月(?:份)?|[一二三四五六七八九十]{1,3}月(?:份)?|Q[1-4])(?:目标|任务|计划|安排|节点|进度)?$"
)
_QUARTER = re.compile(r"季度?|半年|月|Q\d|全年")
_LINE = re.compile(r"^\s*(?:[(（]?\d{1,2}[)）.、．]|[①-⑳])\s*(?!\d)")
_DASH = re.compile(r"^[-/\\—–―－\s]+$|^无$")
_AMOUNT = re.compile(r"^[\d.,，%％\s≥≤><~～+-]+$")
_ELSEWHERE = re.compile(r"节点|见(?:任务|内容|左|工作)|按(?:任务|工作|计划|内容|要求|序时)|同(?:左|任务)")
_WORDS = ("content", "target", "measures", "title")


def read_limit(
    row: TaskRow, context: Context, words: dict[str, str], stated: Sequence[str]
) -> tuple[str, DeadlineReading]:
    """Return the text that says when and its reading; `stated` are limits found among the units."""
    texts = context.texts(row, "deadline")
    ticked = [place for place, _ in texts if len(context.places["deadline"]) > 1]
    if ticked and all(_QUARTER.search(context.headers[place].name) for place in ticked):
        text = _ticked(ticked, context)
        return text, read_deadline(text, year=context.year, shown=True)
    text = "\n".join(text for _, text in texts)
    if text:
        reading = _cell(row, context, texts[0][0], text, words)
        elsewhere = reading.kind == "none" and _ELSEWHERE.search(text) and not reading.questions
        return text, (_in_words(context, words) or reading) if elsewhere else reading
    return _without_cell(row, context, words, stated)


def _without_cell(
    row: TaskRow, context: Context, words: dict[str, str], stated: Sequence[str]
) -> tuple[str, DeadlineReading]:
    periods = _periods(row, context, words)
    if periods:
        return "", periods
    for part in stated:
        return part, read_deadline(part, year=context.year, shown=True)
    reading = _in_words(context, words)
    if reading:
        return "", reading
    note = read_deadline(words["note"], year=context.year) if words["note"] else None
    if note and note.due and is_limit(words["note"], note):
        return words["note"], note
    return _from_heading(row, context)


def _from_heading(row: TaskRow, context: Context) -> tuple[str, DeadlineReading]:
    """Let a heading that is nothing but a time (一、一季度), or names a limit in a bracket, hold for its rows."""
    for clauses in heading_clauses(row.section, context.year):
        for part in clauses.limits:
            return part, read_deadline(part, year=context.year, shown=True)
    for heading in reversed(row.section):
        found = heading_limit(heading.text, year=context.year)
        if found:
            return found
    return "", read_deadline("", year=context.year)


def _in_words(context: Context, words: dict[str, str]) -> DeadlineReading | None:
    for role in _WORDS:
        # A bare amount (12.5 of a target column) is no date.
        if words[role] and not _AMOUNT.match(words[role]):
            reading = read_deadline(words[role], year=context.year, shown=True)
            if reading.due:
                return reading
    return None


def _periods(row: TaskRow, context: Context, words: dict[str, str]) -> DeadlineReading | None:
    """Read texts under quarters or months: each is a step, due at the end of its period unless it says when."""
    for role in ("target", "measures", "content"):
        texts = context.texts(row, role)
        places = [place for place in context.places.get(role, ()) if _is_period(context, place)]
        if len(places) < 2:
            continue
        steps: list[ReadMilestone] = []
        spans: list[tuple[int, int]] = []
        questions: list[Question] = []
        for place, text in texts:
            if place not in places or _DASH.match(text):
                continue
            start = words[role].find(text, spans[-1][1] if spans else 0)
            own = read_deadline("" if _AMOUNT.match(text) else text, year=context.year, shown=True)
            name = context.headers[place].name
            period = read_deadline(split_remark(plain(name))[0], year=context.year, shown=True)
            found = own.milestones if own.due else tuple(replace(step, text=text) for step in period.milestones)
            steps += found
            spans += [(start, start + len(text))] * len(found)
            questions += own.questions if own.due else ()
        if steps:
            kind = "multi" if len(steps) > 1 else "quarter"
            return DeadlineReading(words[role], kind, tuple(steps), tuple(questions), tuple(spans))
    return None


def _is_period(context: Context, place: int) -> bool:
    return bool(_PERIOD.match(split_remark(plain(context.headers[place].name))[0]))


def _ticked(places: list[int], context: Context) -> str:
    names = [split_remark(plain(context.headers[place].name))[0] for place in places]
    columns = context.places["deadline"]
    run = columns.index(places[-1]) - columns.index(places[0]) == len(places) - 1
    return f"{names[0]}-{names[-1]}" if run and len(names) > 1 else "、".join(names)


def _cell(row: TaskRow, context: Context, column: int, text: str, words: dict[str, str]) -> DeadlineReading:
    paired = _paired(text, words["content"], context.year)
    if paired:
        return paired
    origin = next((at for at in range(row.rows[0], -1, -1) if context.grid.cell(at, column)), row.rows[0])
    seen = context.kind not in ("csv", "pasted") and (origin, column) not in context.grid.unseen
    reading = read_deadline(text, year=context.year, shown=seen)
    reading = _asked_for_lines(reading, text, words["content"])
    day = context.grid.days.get((origin, column))
    if day and len(reading.due) == 1 and not re.search(r"\d{4}|-\d\d$", text) and day.year != reading.due[0].year:
        return _asked_for_year(reading, text, day.year)
    return reading


def _asked_for_year(reading: DeadlineReading, text: str, year: int) -> DeadlineReading:
    due = reading.due[0]
    hidden = due.replace(year=year, day=min(due.day, 28) if due.month == 2 else due.day)
    choices = tuple(Choice(day.isoformat(), f"{day.year}年") for day in (due, hidden))
    message = f"单元格只显示“{text}”，其中保存的年份是{year}年，请确认。"
    question = Question("which_year", "due", message, choices)
    return replace(reading, questions=(*reading.questions, question))


def _numbered_lines(text: str) -> list[str]:
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    return lines if len(lines) > 1 and all(_LINE.match(line) for line in lines) else []


def _paired(text: str, content: str, year: int) -> DeadlineReading | None:
    """Pair numbered items of one cell with equally many lines of the deadline cell."""
    if "\n" not in text or "\n" not in content:
        return None
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    items = _numbered_lines(content)
    if len(lines) < 2 or len(items) != len(lines):
        return None
    readings = [read_deadline(_LINE.sub("", line), year=year, shown=True) for line in lines]
    if not all(len(reading.due) == 1 for reading in readings):
        return None
    milestones = tuple(
        replace(reading.milestones[0], text=_LINE.sub("", item)) for reading, item in zip(readings, items, strict=True)
    )
    questions = tuple(question for reading in readings for question in reading.questions)
    return DeadlineReading(text, "multi", milestones, questions)


def _asked_for_lines(reading: DeadlineReading, text: str, content: str) -> DeadlineReading:
    """Ask which line belongs to which item where the cell has several lines, but not as many as there are items."""
    if "\n" not in text or "\n" not in content:
        return reading
    items = _numbered_lines(content)
    lines = [line for line in text.split("\n") if line.strip()]
    if not items or len(lines) < 2 or len(lines) == len(items):
        return reading
    message = f"事项有{len(items)}条，时限有{len(lines)}行，请确认各条的时限。"
    return replace(reading, questions=(*reading.questions, Question("uneven_lines", "due", message)))
