"""When work begins, from a column of its own: 开工时间 is no deadline but the start of the step beside it."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

from projects.reading.columns import starts
from projects.reading.deadlines import DeadlineReading, read_deadline
from projects.reading.model import Question, ReadMilestone
from projects.reading.rows import TaskRow
from projects.reading.tabular import Context

_ENDS_A_TIME = re.compile(r"[底末]$")
_IS_A_TIME = re.compile(r"[旬初]$")
_LASTING = frozenset({"recurring", "ongoing"})
_MARKS = re.compile(r"(?:开始|启动|开工|动工|进场)?(?:之?前|以前|起)?(?:开始|启动|开工|动工|进场)?$")


def with_start(deadline: DeadlineReading, row: TaskRow, context: Context) -> DeadlineReading:
    """Return the limit with the first step begun on the day a column of starts names.

    A start behind the step's own day is asked about; one that is no day stays among the words as written. A limit
    that names no day gets a step for the start only where the day will be asked for: its words are the limit's.
    """
    places = [place for place, _ in context.texts(row, "ignore") if starts(context.headers[place])]
    for place in places:
        text = row.cells[place].strip()
        day = _day(text, context.year)
        if day is not None:
            return _begun(deadline, day, text)
    return deadline


def _day(text: str, year: int) -> date | None:
    """Return the first day of what the cell says: of March for 3月, the 11th for 3月中旬, the last of it for 3月底."""
    bare = _MARKS.sub("", text)
    plain = read_deadline(bare, year=year, shown=True)
    if not bare or len(plain.due) != 1 or not plain.sure:
        return None
    if _ENDS_A_TIME.search(bare) or (plain.kind == "date" and not _IS_A_TIME.search(bare)):
        return plain.due[0]
    begun = read_deadline(f"{bare}起", year=year, shown=True)
    return next((step.start for step in begun.milestones if step.start), plain.due[0])


def _begun(deadline: DeadlineReading, day: date, phrase: str) -> DeadlineReading:
    if not deadline.milestones:
        if deadline.text.strip() and (deadline.kind in _LASTING or not _asks_for_day(deadline)):
            return deadline
        words = deadline.text.strip() or phrase
        return replace(deadline, milestones=(ReadMilestone(None, day, words, ""),), spans=())
    first, *rest = deadline.milestones
    if first.start is not None:
        return deadline
    if first.due is not None and day > first.due:
        message = f"开始时间“{phrase}”晚于完成时限“{first.phrase}”，请核对时限。"
        return replace(deadline, questions=(*deadline.questions, Question("start_after_due", "due", message)))
    return replace(deadline, milestones=(replace(first, start=day), *rest))


def _asks_for_day(deadline: DeadlineReading) -> bool:
    return any(question.field == "due" for question in deadline.questions)
