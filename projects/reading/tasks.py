"""One row of a table read as a task: its words, dates, people, units and amounts."""

from __future__ import annotations

import re

from projects.reading.belonging import unit_first
from projects.reading.columns import plain
from projects.reading.courses import with_courses
from projects.reading.deadlines import DeadlineReading
from projects.reading.limits import read_limit
from projects.reading.model import Problem, Question, ReadTarget, ReadTask
from projects.reading.parties import read_parties
from projects.reading.rows import JOINED, UNNUMBERED, TaskRow
from projects.reading.starting import with_start
from projects.reading.tabular import Context
from projects.reading.targets import read_targets

__all__ = ["Context", "read_task"]

_TEXTS = ("title", "content", "target", "measures", "progress", "note")
_OWN_NUMBER = re.compile(
    r"^(?:(\d{1,3})[.、．](?!\d)|([(（]\d{1,3}[)）])|([①-⒛])|([一二三四五六七八九十]{1,3})[、.．]|([(（][一二三四五六七八九十]{1,3}[)）]))"
)
_SCALE = re.compile(r"规模|概况|简介|建设内容|主要内容|基本情况")
_ERROR = re.compile(r"^#(?:REF!|N/A|VALUE!|DIV/0!|NAME\?|NULL!|NUM!)$")


def read_task(row: TaskRow, context: Context) -> tuple[ReadTask, list[Problem]]:
    """Return the task with its open questions, and the same questions as problems of the sheet."""
    words = {role: context.joined(row, role) for role in _TEXTS}
    parties = read_parties(row, context)
    deadline_text, limit = read_limit(row, context, words, parties.limits)
    deadline = with_start(limit, row, context)
    targets, target_questions = _targets(words, deadline, context)
    questions = [*deadline.questions, *parties.questions, *target_questions, *_row_questions(row)]
    title, content = words["title"], words["content"] or (words["measures"] if not words["title"] else "")
    task = ReadTask(
        row=row.rows[0] + 1,
        number=_number(row, context, title or content),
        category=_category(row, context),
        title=_one_line(title),
        content=content,
        deadline_text=deadline_text,
        kind=deadline.kind,
        milestones=deadline.milestones,
        leaders=parties.leaders,
        lead=parties.units.lead,
        support=parties.units.support,
        owners=parties.owners,
        contacts=context.joined(row, "contact") or parties.contacts,
        targets=with_courses(targets, row, context, deadline.milestones),
        measures=words["measures"],
        progress=words["progress"],
        status=context.joined(row, "status"),
        note=words["note"],
        extra=_extra(row, context),
        cells=tuple(row.raw),
        questions=tuple(questions),
    )
    return task, [*_problems(task, row, context), *_errors(row, context)]


def _number(row: TaskRow, context: Context, words: str) -> str:
    """Return the number's cell, or the number an item carries in its words where the table has no column for it."""
    texts = context.texts(row, "no")
    if texts:
        return texts[0][1]
    match = _OWN_NUMBER.match(words)
    several = "\n" in words and sum(bool(_OWN_NUMBER.match(line.strip())) for line in words.split("\n")) > 1
    return next((found for found in match.groups() if found), "") if match and not several else ""


def _one_line(text: str) -> str:
    if "\n" not in text:
        return text
    return re.sub(r"\s*\n\s*", "", text)


def _category(row: TaskRow, context: Context) -> tuple[str, ...]:
    names = [heading.text for heading in row.section]
    names += [text for _, text in context.texts(row, "category")]
    names = [_one_line(name) for name in dict.fromkeys(names)]
    return tuple(names) if len(names) <= 2 else (names[0], "／".join(names[1:]))


def _extra(row: TaskRow, context: Context) -> dict[str, str]:
    extra: dict[str, str] = {}
    for place, text in context.texts(row, "ignore"):
        name = context.headers[place].label or f"第{place + 1}列"
        extra[name if name not in extra else f"{name}（第{place + 1}列）"] = text
    for place, text in context.texts(row, "no")[1:]:
        extra[context.headers[place].label] = text
    if {"lead_department", "support_departments"} & context.places.keys():
        extra |= _people_with_units(row, context)
    return extra


def _people_with_units(row: TaskRow, context: Context) -> dict[str, str]:
    """Return as written the people with a unit behind them, 张三（规建局）: the units of the table are in other columns."""
    texts = [*context.texts(row, "leader"), *context.texts(row, "owner")]
    return {context.headers[place].label: text for place, text in texts if unit_first(text)[1]}


def _targets(
    words: dict[str, str], deadline: DeadlineReading, context: Context
) -> tuple[tuple[ReadTarget, ...], list[Question]]:
    """Read the amounts that count as done: the target's, and the content's unless it only describes what is built."""
    found: list[ReadTarget] = []
    questions: list[Question] = []
    for role in _promising(words, context):
        spans = deadline.spans if deadline.text == words[role] else ()
        reading = read_targets(words[role], spans=spans, year=context.year)
        found += [target for target in reading.targets if not any(_same(target, other) for other in found)]
        questions += reading.questions
    return tuple(found), questions


def _promising(words: dict[str, str], context: Context) -> list[str]:
    described = any(_SCALE.search(plain(context.headers[place].label)) for place in context.places.get("content", ()))
    if words["target"] and described:
        return ["target"]
    return ["target", "content"] if words["content"] else ["target", "title"]


def _same(one: ReadTarget, other: ReadTarget) -> bool:
    return (one.value, one.unit, one.items) == (other.value, other.unit, other.items)


def _row_questions(row: TaskRow) -> list[Question]:
    if JOINED not in row.doubts:
        return []
    below = "、".join(str(place + 1) for place in row.rows[1:])
    message = f"第{below}行只有单位、人员或时限，已并入本事项，请确认。"
    return [Question(JOINED, "lead", message)]


def _problems(task: ReadTask, row: TaskRow, context: Context) -> list[Problem]:
    fields = {"due": "deadline", "lead": "lead_department", "targets": "content"}
    values = {"due": task.deadline_text, "lead": "、".join(task.lead), "targets": task.content}
    problems = []
    for question in task.questions:
        columns = context.places.get(fields.get(question.field, ""), [])
        column = columns[0] + 1 if columns else None
        value = values.get(question.field, "")
        problems.append(Problem(context.grid.name, task.row, column, question.code, "warning", question.message, value))
    if not task.lead and "lead_department" in context.places:
        problems.append(_missing(task, context, "lead_department", "missing_lead", "没有写明责任单位，请补充。"))
    if not task.title and not task.content:
        problems.append(_missing(task, context, "content", "missing_content", "没有写明事项内容，请补充。"))
    if UNNUMBERED in row.doubts:
        problems.append(_missing(task, context, "no", UNNUMBERED, "这一行没有序号，请确认是单独的事项。"))
    return problems


def _missing(task: ReadTask, context: Context, role: str, code: str, message: str) -> Problem:
    columns = context.places.get(role, [])
    return Problem(context.grid.name, task.row, columns[0] + 1 if columns else None, code, "warning", message)


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
        if text[:1] == "#" and _ERROR.match(text)
    ]
