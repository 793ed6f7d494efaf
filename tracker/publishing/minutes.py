"""The minutes of a meeting (纪要): their text as it is kept, and the .docx in the layout of official documents."""

from collections.abc import Iterable
from typing import Any

from django.utils import translation

from tracker.boards.meetings import MinutesFacts, MinutesItem, minutes_facts
from tracker.meetings.agenda import LANGUAGE
from tracker.meetings.running import Made
from tracker.models import Meeting
from tracker.publishing.official import (
    add_heading,
    add_paragraph,
    add_signature,
    add_title,
    official_document,
    saved,
)

FIRST = "一二三四五六七八九十"

type Block = dict[str, Any]
"""Its `level` (0: no heading), `heading` and `lines`."""


def minutes_of(row: Meeting) -> Made:
    """Write the minutes of a meeting: the text and the file from one reading."""
    with translation.override(LANGUAGE):
        told = minutes_facts(row)
        blocks = _blocks(told)
    return Made(blocks=list(blocks), content=minutes_file(told, blocks))


def minutes_file(told: MinutesFacts, blocks: Iterable[Block]) -> bytes:
    """Return them as the bytes of a .docx."""
    title = title_of(told.row)
    document = official_document(title)
    add_title(document, title)
    for block in blocks:
        if block["heading"]:
            add_heading(document, block["heading"], level=block["level"])
        for line in block["lines"]:
            add_paragraph(document, line)
    add_signature(document, told.issuer, told.day)
    return saved(document)


def title_of(row: Meeting) -> str:
    return row.title if row.title.endswith("纪要") else f"{row.title}纪要"


def _blocks(told: MinutesFacts) -> list[Block]:
    """Lay out what has something to say, the first level numbered on."""
    row = told.row
    found: list[Block] = [{"level": 0, "heading": "", "lines": [_opening(told)]}]
    parts: list[tuple[str, list[str], list[Block]]] = [
        ("上次会议议定事项办理情况", [_before(told)] if told.before else [], []),
        ("议定事项", _talked_of(told), [_agreed(place, each) for place, each in enumerate(_decided(told))]),
        ("会议要求", _lines(row.remarks), []),
    ]
    spoken = [part for part in parts if part[1] or part[2]]
    for place, (heading, lines, below) in enumerate(spoken):
        # What has its own headings comes first, the general word after it.
        numbered = f"{FIRST[place]}、{heading}"
        found.append({"level": 1, "heading": numbered, "lines": [] if below else lines})
        found.extend(below)
        if below and lines:
            found.append({"level": 0, "heading": "", "lines": lines})
    if row.attendees.strip():
        found.append({"level": 0, "heading": "", "lines": ["出席：" + "；".join(_lines(row.attendees))]})
    return found


def _opening(told: MinutesFacts) -> str:
    row, decided = told.row, sum(len(item.agreed) for item in told.items)
    who = f"{row.chair_post}{row.chair_name}"
    agreed = f"议定{decided}件事" if decided else "没有作出新的决定"
    return (
        f"{told.day}，{who}主持召开{row.title}，对照《{row.plan.title}》调度{len(told.items)}个事项，"
        f"{agreed}。现将有关情况纪要如下。"
    )


def _before(told: MinutesFacts) -> str:
    left = told.before - told.settled
    return f"此前会议议定、本次过问的{told.before}件事中，已办完{told.settled}件，未办完{left}件。"


def _decided(told: MinutesFacts) -> list[MinutesItem]:
    return [item for item in told.items if item.agreed]


def _talked_of(told: MinutesFacts) -> list[str]:
    """Name the items that were called up and on which nothing new was decided."""
    rest = "、".join(f"第{item.number}项" if item.number else item.title for item in told.items if not item.agreed)
    return [f"列入议程的{rest}没有作出新的决定，按原定要求推进。"] if rest else []


def _agreed(place: int, item: MinutesItem) -> Block:
    number = f"第{item.number}项 " if item.number else ""
    several = len(item.agreed) > 1
    lines = [f"会前情况：{item.stood.rstrip('。')}。"]
    for order, each in enumerate(item.agreed, start=1):
        mark = f"{order}." if several else ""
        lines.append(f"{mark}{each.text.rstrip('。；')}。（{each.unit}，{each.due}前）")
    return {"level": 2, "heading": f"（{_counted(place + 1)}）{number}{item.title}", "lines": lines}


def _counted(number: int) -> str:
    """Write a number up to 99 as headings count."""
    tens, ones = divmod(number, 10)
    if not tens:
        return FIRST[ones - 1]
    return ("" if tens == 1 else FIRST[tens - 1]) + "十" + (FIRST[ones - 1] if ones else "")


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]
