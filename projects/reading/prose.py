"""A plan written as prose: numbered items with their units and dates in brackets or in lines of their own."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from projects.reading.deadlines import DeadlineReading, read_deadline
from projects.reading.model import Problem, Question, ReadSheet, ReadTable, ReadTask, Skipped
from projects.reading.people import read_people
from projects.reading.targets import read_targets
from projects.reading.units import UnitsReading, read_units

SHEET = "正文"
_LEVELS = (
    re.compile(r"^\s*(?P<number>第?[一二三四五六七八九十]{1,3}(?:部分|篇|章|[、.．]))\s*"),
    re.compile(r"^\s*(?P<number>[(（][一二三四五六七八九十]{1,3}[)）]|第[一二三四五六七八九十]{1,3}[节条])[、.．]?\s*"),
    re.compile(r"^\s*(?P<number>\d{1,3}[.、．](?!\d)|\d{1,3}(?=\s+\D))\s*"),
    re.compile(r"^\s*(?P<number>[(（]\d{1,3}[)）]|[①-⒛])[、.．]?\s*"),
)
_DEEPEST_HEADING = 1
_ASIDE = re.compile(r"[(（\[【](?P<inside>(?:[^()（）\[\]【】]|[(（][^()（）]*[)）])*)[)）\]】]\s*[。；;.]?\s*")
_PARTIES = re.compile(r"牵头|责任(?:单位|部门|科室|领导|人)|负责|配合|主办|协办|完成时限|完成时间|时限")
_LABELLED = re.compile(
    r"(?P<label>(?:牵头|责任|配合|主办|协办|承办|分管|参与|协助|落实)(?:单位|部门|科室|领导|人|责任人)?|完成时限|完成时间|时间节点|时限要求|时限|联系人)\s*[:：]\s*"
)
_FRAME = re.compile(
    r"总体(?:要求|思路)|指导思想|基本原则|工作(?:思路|要求|机制)|组织(?:领导|保障|实施)|保障措施|有关要求|几点要求|附则|总体目标|主要目标"
)
_ENDING = re.compile(r"^(?:附件|抄送|联系人|联系电话|(?:二[〇○零]|20)[\d〇○零一二三四五六七八九]{2}年.{1,6}日$)")


@dataclass(slots=True)
class _Item:
    row: int
    level: int
    number: str
    text: str
    rows: list[int] = field(default_factory=list)
    category: tuple[str, ...] = ()
    leaf: bool = True


def read_prose(paragraphs: list[str], *, year: int) -> tuple[ReadSheet, list[Problem]]:
    """Read numbered paragraphs as one table; every other non-empty one is skipped with its reason."""
    items, skipped, title = _items(paragraphs)
    tasks: list[ReadTask] = []
    problems: list[Problem] = []
    for item in items:
        task = _task(item, year) if item.leaf else None
        if task is None:
            skipped.append(Skipped(item.row, "板块标题" if not item.leaf else "说明文字"))
            skipped += [Skipped(row, "说明文字") for row in item.rows]
            continue
        tasks.append(task)
        skipped += [Skipped(row, f"并入第{item.row}段的事项") for row in item.rows]
        problems += [
            Problem(SHEET, item.row, None, question.code, "warning", question.message, task.deadline_text)
            for question in task.questions
        ]
    ordered = tuple(sorted(skipped, key=lambda entry: entry.row))
    if not tasks:
        return ReadSheet(SHEET, (), tuple(Skipped(entry.row, "不是事项") for entry in ordered)), problems
    return ReadSheet(SHEET, (ReadTable(title, (), (), tuple(tasks), ordered),)), problems


def prose_title(paragraphs: list[str]) -> str:
    """Return the first short line, which names a plan and its year."""
    first = next((line.strip() for line in paragraphs if line.strip()), "")
    return first if len(first) <= 60 and not any(level.match(first) for level in _LEVELS) else ""


def _items(paragraphs: list[str]) -> tuple[list[_Item], list[Skipped], str]:
    items: list[_Item] = []
    skipped: list[Skipped] = []
    title = prose_title(paragraphs)
    ended = False
    for row, line in enumerate(paragraphs, start=1):
        text = line.strip()
        if not text:
            continue
        found = next(((depth, match) for depth, level in enumerate(_LEVELS) if (match := level.match(text))), None)
        if found:
            ended = False
            depth, match = found
            items.append(_Item(row, depth, match["number"].strip("、.．"), text[match.end() :].strip()))
        elif not items or ended or _ENDING.match(text):
            ended = bool(items)
            skipped.append(Skipped(row, "标题" if text == title and not items else "说明文字"))
        else:
            items[-1].rows.append(row)
            items[-1].text += "\n" + text
    _nest(items)
    return items, skipped, title


def _nest(items: list[_Item]) -> None:
    """Give every item its headings; one with deeper items below it is itself a heading."""
    above: list[_Item] = []
    for item in items:
        while above and above[-1].level >= item.level:
            above.pop()
        for parent in above:
            parent.leaf = False
        names = [_heading(parent) for parent in above]
        item.category = tuple(names) if len(names) <= 2 else (names[0], "／".join(names[1:]))
        above.append(item)


def _heading(item: _Item) -> str:
    mark = item.number + (
        "、" if re.match(r"[一二三四五六七八九十\d]", item.number) and item.number[-1:] not in "分篇章条节" else ""
    )
    return mark + re.split(r"[。\n]", item.text)[0].strip()


def _task(item: _Item, year: int) -> ReadTask | None:
    body, notes = _notes(item.text)
    title, content = _titled(body)
    deadline_text, deadline = _deadline(notes, body, year)
    units, leaders, owners = _parties(notes)
    framed = item.level <= _DEEPEST_HEADING and _FRAME.search(title or body[:20])
    plain = not (units.lead or deadline.due)
    bare = plain and (item.level == 0 or (item.level == _DEEPEST_HEADING and len(body) < 30 and "。" not in body))
    if not body or framed or bare:
        return None
    targets = read_targets(content or title, spans=deadline.spans if deadline.text == content else ())
    questions: tuple[Question, ...] = (*deadline.questions, *units.questions, *targets.questions)
    return ReadTask(
        row=item.row,
        number=item.number.strip("()（）"),
        category=item.category,
        title=title,
        content=content,
        deadline_text=deadline_text,
        kind=deadline.kind,
        milestones=deadline.milestones,
        leaders=leaders,
        lead=units.lead,
        support=units.support,
        owners=owners,
        contacts="",
        targets=targets.targets,
        measures="",
        progress="",
        status="",
        note="",
        extra={},
        cells=(item.text,),
        questions=questions,
    )


def _notes(text: str) -> tuple[str, list[str]]:
    """Take the brackets and lines that name parties or a limit out of an item's words."""
    notes: list[str] = []
    lines = []
    for line in text.split("\n"):
        if _LABELLED.match(line.strip("()（）[]【】 ")):
            notes.append(line.strip("()（）[]【】。 "))
        else:
            lines.append(line)
    body = "\n".join(lines)
    for match in reversed(list(_ASIDE.finditer(body))):
        if _PARTIES.search(match["inside"]) and not re.search(r"牵头部门\s*$", match["inside"]):
            notes.insert(0, match["inside"])
            body = body[: match.start()].rstrip("。") + "。" + body[match.end() :]
    tail = re.search(r"(?:^|[。；\s])(?=(?:牵头|责任)(?:单位|部门|科室)[:：])", body)
    if tail:
        notes.append(body[tail.end() :].strip())
        body = body[: tail.end()]
    return body.strip().rstrip("。").strip(), notes


def _titled(body: str) -> tuple[str, str]:
    """Split `抓实创新应用。以科技创新…` into its title and its content."""
    match = re.match(r"^(?P<title>[^。；;\n：:]{2,30})[。:：\n](?P<rest>.+)$", body, re.DOTALL)
    if match:
        return match["title"].strip(), match["rest"].strip()
    return "", body


def _deadline(notes: list[str], body: str, year: int) -> tuple[str, DeadlineReading]:
    for note in notes:
        for label, value in _fields(note):
            if not label or re.search(r"时限|时间|节点", label):
                for part in [value, *re.split(r"[，,；;]", value)] if label else re.split(r"[，,；;]", value):
                    reading = read_deadline(part, year=year)
                    if reading.due or (reading.kind in ("ongoing", "recurring", "relative") and label):
                        return part.strip(), reading
            else:
                for part in re.split(r"[，,；;]", value):
                    reading = read_deadline(part, year=year)
                    if reading.due:
                        return part.strip(), reading
    content = _titled(body)[1]
    reading = read_deadline(content, year=year, shown=True)
    return "", reading if reading.due else DeadlineReading(content, "none")


def _fields(note: str) -> list[tuple[str, str]]:
    """Cut `牵头单位：A；完成时限：6月底` into labelled values; words before the first label have none."""
    marks = list(_LABELLED.finditer(note))
    parts = [("", note[: marks[0].start()] if marks else note)]
    for mark, following in zip(marks, [*marks[1:], None], strict=True):
        parts.append((mark["label"], note[mark.end() : following.start() if following else len(note)]))
    return [(label, value.strip(" ；;，,。\n")) for label, value in parts if value.strip(" ；;，,。\n")]


def _parties(notes: list[str]) -> tuple[UnitsReading, tuple[str, ...], tuple[str, ...]]:
    leaders: list[str] = []
    owners: list[str] = []
    words: list[str] = []
    for label, value in (pair for note in notes for pair in _fields(note)):
        if "领导" in label:
            leaders += read_people(value)
        elif re.search(r"责任人|联系人|^分管", label):
            owners += read_people(value)
        elif not re.search(r"时限|时间|节点", label):
            words.append(f"{label}：{value}" if label else value)
    return read_units("；".join(words)), tuple(dict.fromkeys(leaders)), tuple(dict.fromkeys(owners))
