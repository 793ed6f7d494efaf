"""A plan written as prose: numbered items with their units and dates in brackets or in lines of their own."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from projects.reading.clauses import LABEL, Clauses, heading_limit, read_clauses
from projects.reading.deadlines import DeadlineReading, read_deadline
from projects.reading.model import LONGEST_WORDS, Problem, Question, ReadSheet, ReadTable, ReadTask, Skipped
from projects.reading.paragraphs import CHAPTER, PROSE, SECTION, Item, Paragraph, outline, titles
from projects.reading.promises import Promise, find_promises
from projects.reading.targets import read_targets
from projects.reading.units import read_units

SHEET = "正文"
_HEADING, _FRAMED, _PAST_YEAR, _UNMEASURED = "板块标题", "总体要求和保障措施", "上年工作总结", "没有可衡量的目标"

_ASIDE = re.compile(r"[（(\[【](?P<inside>(?:[^（()）\[\]【】]|[（(][^（()）]*[)）])*)[)）\]】]")
_PARTIES = re.compile(r"牵头|责任(?:单位|部门|科室|领导|人)|负责|配合|主办|协办|会同|完成时限|完成时间|时限")
_UNIT = re.compile(
    r"(?:局|委|办|科|室|处|所|站|队|中心|公司|部|厅|园区|管委会|街道|镇|乡|社区|片区|政府|单位|部门|专班|集团|学校|医院|组|联|会|府|县市)(?:[，,、；;]|$)"
)
_OFFICE = re.compile(r"(?:局|委|办|科|室|处|厅|部|镇|乡|街道|政府|管委会|支队|大队)$")
_CLOSES = re.compile(r"\s*(?:[。；;.\n]|$)")
_CONTENT = re.compile(r"^(?:工作|主要|任务|具体)?内容[:：]\s*")
_FRAME = re.compile(
    r"总体(?:要求|思路)|指导思想|基本原则|工作(?:思路|要求|机制|原则)|组织(?:领导|保障|实施)|保障(?:措施|机制)|有关要求|几点要求|相关要求|附则|督查考核|职责分工$"
)
_REVIEW = re.compile(
    r"(?:工作)?(?:回顾|总结|完成情况|开展情况|主要做法|工作成效|存在的?(?:主要)?(?:问题|不足)[^，。]{0,6})$"
)
_RUNNING = re.compile(
    r"(?:^|[，,。；;：:])由?(?P<lead>[^，,。；;：:（()）]{2,40}?)(?:牵头(?:负责|落实|实施|组织)?|主办|负责)(?=[，,。；;]|$)(?:[，,](?P<support>[^，,。；;]{2,60}?)(?:积极)?(?:配合|协助|协办)(?:[，,。；;]|$))?"
    r"|(?:^|[，,。；;：:])由(?P<charged>[^，,。；;：:（()）]{2,30}?)(?:牵头|负责)"
)


@dataclass(frozen=True, slots=True)
class _Note:
    """What brackets, lines and running words say of an item, and its words without them."""

    body: str
    clauses: tuple[Clauses, ...] = ()

    @property
    def units(self) -> str:
        return "；".join(one.units for one in self.clauses if one.units)

    @property
    def limits(self) -> tuple[str, ...]:
        return tuple(limit for one in self.clauses for limit in one.limits)

    @property
    def says_who(self) -> bool:
        return any(one.units or one.leaders or one.owners for one in self.clauses)


def read_prose(paragraphs: list[str], *, year: int) -> tuple[ReadSheet, list[Problem]]:
    """Read numbered paragraphs as one table; every other non-empty one is skipped with its reason."""
    reader = _Reader(paragraphs, year)
    reader.read()
    ordered = tuple(
        Skipped(entry.row, entry.reason, paragraphs[entry.row - 1].strip()[:LONGEST_WORDS])
        for entry in sorted(reader.skipped, key=lambda entry: entry.row)
    )
    if not reader.tasks:
        return ReadSheet(SHEET, (), tuple(replace(entry, reason="不是事项") for entry in ordered)), reader.problems
    table = ReadTable(reader.title, (), (), tuple(reader.tasks), ordered)
    return ReadSheet(SHEET, (table,)), reader.problems


def prose_title(paragraphs: list[str]) -> str:
    """Return the lines that name a plan and its year; without them the opening words."""
    named = "".join(titles(paragraphs))
    first = next((line.strip() for line in paragraphs if line.strip()), "")
    return named or first[:20]


class _Reader:
    def __init__(self, paragraphs: list[str], year: int) -> None:
        found = outline(paragraphs)
        self.title = found.title
        self.skipped = found.skipped
        self.tasks: list[ReadTask] = []
        self.problems: list[Problem] = []
        self._year = year
        self._items = found.items
        self._notes: dict[int, _Note] = {}
        leaves = [item for item in found.items if item.leaf]
        assigned = sum(self._note(item.row, _whole(item), item.all_labels).says_who for item in leaves)
        self._assigns = assigned * 3 >= max(1, len(leaves))

    def read(self) -> None:
        for item in self._items:
            framed = self._frame(item)
            if framed and not self._speaks(item):
                self._skip(item.row, framed if item.leaf else _HEADING)
                self._skip_all(item, framed)
            elif not item.leaf:
                self._skip(item.row, _HEADING)
                self._paragraphs(item)
            else:
                self._leaf(item)

    def _frame(self, item: Item) -> str:
        """Return why an item under 工作要求 or 上年回顾 is no promise of this plan."""
        for one in (item, *item.above):
            name = re.sub(r"[（(].*$", "", one.text if not one.leaf else one.text[:20])
            if one.depth <= SECTION and len(one.heading) <= 40:
                if _FRAME.search(name):
                    return _FRAMED
                if not one.leaf and _REVIEW.search(one.heading):
                    return _PAST_YEAR
        return ""

    def _speaks(self, item: Item) -> bool:
        """Tell an item that names its parties in a frame, so that it is a task all the same."""
        return (
            item.leaf
            and self._note(item.row, _whole(item), item.all_labels).says_who
            and not _REVIEW.search(item.heading)
        )

    def _skip(self, row: int, why: str) -> None:
        self.skipped.append(Skipped(row, why))

    def _skip_all(self, item: Item, why: str) -> None:
        for row in item.rows:
            self._skip(row, why)
        for paragraph in item.body:
            for row in (paragraph.row, *paragraph.rows):
                self._skip(row, why)

    def _note(self, row: int, text: str, labels: list[str]) -> _Note:
        if row not in self._notes:
            self._notes[row] = _noted(text, labels, self._year)
        return self._notes[row]

    def _leaf(self, item: Item) -> None:
        groups = [one for one in item.body if _noted(one.text, one.labels, self._year).says_who]
        apart = bool(item.body) and (
            len(groups) > 1 or (item.depth <= SECTION and not groups and not item.labels and _is_heading(item.text))
        )
        if apart:
            self._skip(item.row, _HEADING)
            self._paragraphs(item)
            return
        note = self._note(item.row, _whole(item), item.all_labels)
        bare = not (note.says_who or note.limits or read_deadline(note.body, year=self._year, shown=True).due)
        if not note.body or (bare and _is_bare(item, note.body)):
            self._skip(item.row, _HEADING)
            self._skip_all(item, PROSE)
            return
        for row in (*item.rows, *(row for one in item.body for row in (one.row, *one.rows))):
            self._skip(row, f"并入第{item.row}段的事项")
        self._item(item, note)

    def _item(self, item: Item, note: _Note) -> None:
        title, content = _titled(note.body)
        pieces = _pieces(item.text, self._year) if not item.body and not item.labels else []
        if len(pieces) > 1:
            for piece in pieces:
                self._task(item, piece, piece.body if len(piece.body) <= 40 else "", piece.body)
            return
        promises, rest = ([], []) if note.says_who or self._assigns else find_promises(content, year=self._year)
        if len(promises) < 2:
            self._task(item, note, title, content)
            return
        for promise in promises:
            self._promise(item.row, item, promise, title)
        self._unmeasured(item.row, rest)

    def _paragraphs(self, item: Item) -> None:
        """Read the unnumbered paragraphs below a heading, each by itself."""
        for row in item.rows:
            self._skip(row, f"并入第{item.row}段的标题")
        under = replace(item, number="", above=(*item.above, item))
        for paragraph in item.body:
            self._paragraph(under, paragraph)

    def _paragraph(self, under: Item, paragraph: Paragraph) -> None:
        note = _noted(paragraph.text, paragraph.labels, self._year)
        promises, rest = find_promises(note.body, year=self._year)
        if not note.says_who and not promises:
            for row in (paragraph.row, *paragraph.rows):
                self._skip(row, _UNMEASURED)
            return
        for row in paragraph.rows:
            self._skip(row, f"并入第{paragraph.row}段的事项")
        if note.says_who:
            self._task(replace(under, row=paragraph.row), note, "", note.body)
            return
        for promise in promises:
            self._promise(paragraph.row, under, promise, "")
        self._unmeasured(paragraph.row, rest)

    def _unmeasured(self, row: int, rest: list[str]) -> None:
        if rest:
            message = f"另有{len(rest)}句没有可衡量的目标，未列为事项。"
            self.problems.append(Problem(SHEET, row, None, "unmeasured_text", "info", message, "。".join(rest)))

    def _promise(self, row: int, item: Item, promise: Promise, topic: str) -> None:
        phrase = promise.deadline.milestones[0].phrase if promise.deadline.milestones else ""
        task = self._made(item, _Note(""), promise.title, promise.sentence)
        dated = bool(promise.deadline.due)
        self._keep(
            replace(
                task,
                row=row,
                deadline_text=phrase if dated else task.deadline_text,
                kind=promise.deadline.kind if dated else task.kind,
                milestones=promise.deadline.milestones if dated else task.milestones,
                targets=promise.targets,
                extra={"条目": topic} if topic else {},
                questions=promise.questions,
            )
        )

    def _task(self, item: Item, note: _Note, title: str, content: str) -> None:
        self._keep(self._made(item, note, title, content))

    def _keep(self, task: ReadTask) -> None:
        self.tasks.append(task)
        for question in task.questions:
            value = task.deadline_text
            self.problems.append(Problem(SHEET, task.row, None, question.code, "warning", question.message, value))

    def _made(self, item: Item, note: _Note, title: str, content: str) -> ReadTask:
        sources = [*note.clauses, *self._inherited(item)]
        units = read_units(note.units)
        if not units.lead and not units.support:
            units = next((read_units(one.units) for one in sources if one.units), units)
        deadline_text, deadline = self._limit(item, note, content if note.body else "", sources)
        spans = deadline.spans if deadline.text == content else ()
        targets = read_targets(content or title, spans=spans)
        questions: tuple[Question, ...] = (*deadline.questions, *units.questions, *targets.questions)
        return ReadTask(
            row=item.row,
            number=item.number,
            category=_category(item),
            title=title,
            content=content,
            deadline_text=deadline_text,
            kind=deadline.kind,
            milestones=deadline.milestones,
            leaders=next((one.leaders for one in sources if one.leaders), ()),
            lead=units.lead,
            support=units.support,
            owners=next((one.owners for one in sources if one.owners), ()),
            contacts="；".join(one.contacts for one in note.clauses if one.contacts),
            targets=targets.targets,
            measures="",
            progress="",
            status="",
            note="",
            extra={},
            cells=(item.line,),
            questions=questions,
        )

    def _inherited(self, item: Item) -> list[Clauses]:
        """Return what the headings above say of parties and limits, the nearest first."""
        return [
            clauses
            for heading in reversed(item.above)
            for clauses in self._note(heading.row, heading.text, heading.labels).clauses
        ]

    def _limit(self, item: Item, note: _Note, content: str, sources: list[Clauses]) -> tuple[str, DeadlineReading]:
        for part in note.limits:
            return part, read_deadline(part, year=self._year, shown=True)
        reading = read_deadline(content, year=self._year, shown=True)
        if reading.due:
            return "", reading
        for part in (limit for one in sources for limit in one.limits):
            return part, read_deadline(part, year=self._year, shown=True)
        for heading in reversed(item.above):
            found = heading_limit(heading.text, year=self._year)
            if found:
                return found
        return "", DeadlineReading(content, "none")


def _category(item: Item) -> tuple[str, ...]:
    names = [one.heading for one in item.above]
    return tuple(names) if len(names) <= 2 else (names[0], "／".join(names[1:]))


def _whole(item: Item) -> str:
    return "\n".join([item.text, *(paragraph.text for paragraph in item.body)]).strip()


def _is_heading(text: str) -> bool:
    return len(text) <= 40 and "。" not in text.rstrip("。") and not _ASIDE.search(text)


def _is_bare(item: Item, body: str) -> bool:
    """Tell a numbered heading with nothing below it."""
    if item.body:
        return False
    return item.depth <= CHAPTER or (item.depth == SECTION and len(body) < 30 and "。" not in body)


def _noted(text: str, labels: list[str], year: int) -> _Note:
    """Take the brackets, lines and running words that name parties or a limit out of an item's words."""
    body = text
    notes: list[Clauses] = []
    lines = []
    for line in body.split("\n"):
        tail = LABEL.search(line)
        if tail and _outside(line, tail.start()):
            notes.append(read_clauses(line[tail.start() :].strip(), year=year))
        kept = line[: tail.start()].rstrip(" ，,；;（(\u3000") if tail and _outside(line, tail.start()) else line
        lines.append(kept)
    body = "\n".join(lines)
    for match in reversed(list(_ASIDE.finditer(body))):
        clauses = _aside(match, body, year)
        if clauses:
            notes.insert(0, clauses)
            body = body[: match.start()].rstrip("。") + "。" + body[match.end() :].lstrip("。；;. ")
    notes += [read_clauses(label, year=year) for label in labels]
    body = body.strip().rstrip("。").strip()
    if not any(one.units for one in notes):
        notes += _in_running_words(body, year)
    return _Note(body, tuple(notes))


def _outside(text: str, place: int) -> bool:
    return sum(text[:place].count(sign) for sign in "(（【") <= sum(text[:place].count(sign) for sign in ")）】")


def _aside(match: re.Match[str], text: str, year: int) -> Clauses | None:
    """Return what a bracket says of parties or a limit; None for a bracket that belongs to the words."""
    inside = match["inside"]
    if len(text[: match.start()].strip()) < 2:
        return None
    clauses = read_clauses(inside, year=year)
    if _PARTIES.search(inside):
        return clauses
    closes = bool(_CLOSES.match(text[match.end() :]))
    named = bool(clauses.units) and bool(_UNIT.search(clauses.units))
    plain = bool(clauses.limits) or len(re.findall(r"[、，]", clauses.units)) > 0 or bool(_OFFICE.search(clauses.units))
    if closes and named and plain:
        return clauses
    whole = bool(clauses.limits) and not (clauses.units or clauses.owners or clauses.leaders)
    return clauses if whole else None


def _in_running_words(body: str, year: int) -> list[Clauses]:
    """Read 由规建局牵头，财政局配合 in a sentence; names that look like no unit are words."""
    for match in _RUNNING.finditer(body):
        lead = match["lead"] or match["charged"]
        names = re.split(r"[、和]", re.sub(r"^由|分别$|共同$", "", lead))
        if all(_UNIT.search(name) or name.startswith("各") for name in names):
            words = f"牵头单位：{lead.removeprefix('由')}"
            if match["support"]:
                words += f"；配合单位：{match['support']}"
            return [read_clauses(words, year=year)]
    return []


def _titled(body: str) -> tuple[str, str]:
    """Split `抓实创新应用。以科技创新…`, or a title line and the paragraph below it, into title and content."""
    match = re.match(r"^(?P<title>[^。；;\n：:]{2,30})[。:：\n](?P<rest>.+)$", body, re.DOTALL)
    if match:
        return match["title"].strip(), _CONTENT.sub("", match["rest"].strip())
    return "", body


def _pieces(text: str, year: int) -> list[_Note]:
    """Cut an item at its brackets where several promises each name their own parties."""
    ends = []
    for match in _ASIDE.finditer(text):
        clauses = _aside(match, text, year)
        if clauses and (clauses.units or clauses.owners):
            ends.append((match.start(), match.end(), clauses))
    if len(ends) < 2:
        return []
    found = []
    start = 0
    for before, after, clauses in ends:
        body = text[start:before].strip("。；;，, ")
        start = after
        if body:
            found.append(_Note(body, (clauses,)))
    return found
