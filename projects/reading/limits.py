"""When a row is due: its deadline cell, ticks or texts under quarters, else the dates in its own words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from projects.reading.clauses import heading_limit, is_limit
from projects.reading.columns import plain, split_remark
from projects.reading.deadlines import DeadlineReading, read_deadline
from projects.reading.model import Choice, Question
from projects.reading.parties import heading_clauses
from projects.reading.period_steps import period_steps, with_period_steps
from projects.reading.rows import TaskRow
from projects.reading.tabular import Context

_QUARTER = re.compile(r"季度?|半年|月|Q\d|全年")
_LINE = re.compile(r"^\s*(?:[(（]?\d{1,2}[)）.、．]|[①-⑳])\s*(?!\d)")
_AMOUNT = re.compile(r"^[\d.,，%％\s≥≤><~～+-]+$")
_ELSEWHERE = re.compile(r"节点|见(?:任务|内容|左|工作)|按(?:任务|工作|计划|内容|要求|序时)|同(?:左|任务)")
_REFERS = re.compile(
    r"^[（(]?(?:具体|时限|时间|完成时[间限])*[（(]?(?:(?:详|另|参|请)?见|参[照看阅考]|查阅|以.{1,14}为准"
    r"|同(?:上级|左|右|前|任务|内容|推进|进度|工作|本行|项目)|按?照?(?:合同|协议)(?:约定|规定)?)"
)
_PENDING = re.compile(
    r"待(?!.{0,12}后)[^，,。；;]{0,12}(?:定|明确|通知|确认|研究|批复|下达|安排)|未定|另定|不定$|另行(?:通知|确定|明确|安排)"
    r"|(?:尚|暂|还)[未不没](?:有)?(?:确定|明确)"
)
# Nothing but what the day hangs on: 视资金到位情况定, 根据批复情况确定, 按上级要求.
_CONDITION = re.compile(
    r"^[（(]?(?:具体|时限|时间|完成时[间限]|[:：])*(?:"
    r"视[^，,。；;]{0,16}(?:情况|进度|形势|进展|而定|确定|定)"
    r"|(?:根据|依据?|按照?)[^，,。；;]{1,16}(?:确定|而定|另定|来定|情况)"
    r"|(?:根据|依据?|按照?)(?:上级|国家|中央|省|市|州|区|县)[^，,。；;]{0,10}(?:要求|部署|安排|通知|规定|规定时间|时间|文件|精神)"
    r"(?:执行|推进|落实|完成|办理)?"
    r")[）)。]?$"
)
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
        return text, _with_what_it_leaves_open(_cell(row, context, texts[0][0], text, words), row, context, words)
    return _without_cell(row, context, words, stated)


def _with_what_it_leaves_open(
    reading: DeadlineReading, row: TaskRow, context: Context, words: dict[str, str]
) -> DeadlineReading:
    """Add the steps of the period columns; ask where the cell sends to other words without a date, or is not settled."""
    text = reading.text
    steps = period_steps(row, context, words, deeds=False)
    silent = reading.kind == "none" and not reading.questions
    if silent and not steps:
        reading = _where_it_points(text, row, context) or (
            (_in_words(context, words) or reading) if _ELSEWHERE.search(text) else reading
        )
    found = with_period_steps(reading, steps) if steps else reading
    if silent and (_PENDING.search(text) or _CONDITION.match(text.strip())):
        question = Question("undecided", "due", f"时限“{text}”还没有确定，请填写日期。")
    elif silent and not found.due and _REFERS.search(text):
        question = Question("refers_elsewhere", "due", f"“{text}”没有写明日期，请填写。")
    else:
        return found
    return replace(found, questions=(*found.questions, question))


def _where_it_points(text: str, row: TaskRow, context: Context) -> DeadlineReading | None:
    """Read the cell of the column that the limit names: 详见备注, 见整改措施."""
    if not _REFERS.search(text):
        return None
    said = plain(text)
    for place, header in enumerate(context.headers):
        names = (split_remark(plain(name))[0] for name in (header.name, header.parent))
        if row.cells[place] and any(len(name) > 1 and name in said for name in names):
            reading = read_deadline(row.cells[place], year=context.year, shown=True)
            if reading.due:
                return reading
    return None


def _without_cell(
    row: TaskRow, context: Context, words: dict[str, str], stated: Sequence[str]
) -> tuple[str, DeadlineReading]:
    periods = period_steps(row, context, words, deeds=True)
    if periods:
        return "", periods.alone()
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
