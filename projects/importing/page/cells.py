"""The sheet's side of the page: its columns by letter, its cells as written, the words a date was read from."""

from collections.abc import Collection, Iterable, Sequence

from projects.choices import InvolvementRole
from projects.drafts import TaskDraft
from projects.importing.page.lines import names
from projects.importing.page.parts import Asked, Column, Segment
from projects.importing.preparing import SheetRow
from projects.reading.model import ReadColumn

NUMBER_LENGTH, NAME_LENGTH = 4, 16
"""Characters up to which a column holds numbers, or names; longer ones hold sentences."""


def columns_of(
    columns: Sequence[ReadColumn], rows: Iterable[SheetRow], chosen: Collection[str]
) -> tuple[tuple[Column, ...], tuple[Column, ...]]:
    """Return the columns to show, and those not shown: empty ones, and headings, which stand above the rows.

    `chosen` are the headers whose role a person chose.
    """
    longest: dict[int, int] = {}
    for row in rows:
        for at, text in enumerate(row.task.cells):
            if (length := len(text.strip())) > longest.get(at, 0):
                longest[at] = length
    width = max([len(columns), *(at + 1 for at in longest)])
    every = [_column(at, columns[at] if at < len(columns) else None, longest.get(at, 0), chosen) for at in range(width)]
    shown = tuple(column for column in every if column.role != "category" and (column.at in longest or not longest))
    return shown, tuple(column for column in every if column.name and column not in shown)


def _column(at: int, read: ReadColumn | None, longest: int, chosen: Collection[str]) -> Column:
    name, role = (read.name, read.role) if read else ("", "ignore")
    return Column(at, _letter(at), name, " ".join(name.split()), role, _span(longest), name in chosen)


def _span(longest: int) -> str:
    if longest <= NUMBER_LENGTH:
        return "number"
    return "long" if longest > NAME_LENGTH else "name"


def _letter(at: int) -> str:
    """Return a column's letter as the spreadsheet program shows it, from 0."""
    letters = ""
    at += 1
    while at:
        at, rest = divmod(at - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def sheet_cells(
    read: SheetRow, draft: TaskDraft, columns: Sequence[Column], questions: Iterable[Asked]
) -> tuple[tuple[Segment, ...], ...]:
    mark = _mark(questions)
    return tuple(tuple(_cell(read, column, draft, mark)) for column in columns)


def gone_cells(draft: TaskDraft, columns: Sequence[Column]) -> tuple[tuple[Segment, ...], ...]:
    """Return an item the table no longer has, as its row would stand in the table's columns."""
    texts = _texts(draft)
    cells = [texts.pop(column.role, "") for column in columns]
    if columns and not {"title", "content"} & {column.role for column in columns}:
        cells[max(range(len(columns)), key=lambda at: columns[at].span == "long")] = draft.title
    return tuple((Segment(text),) for text in cells)


def _texts(draft: TaskDraft) -> dict[str, str]:
    return {
        "no": draft.number,
        "title": draft.title,
        "content": draft.content or draft.title,
        "target": draft.target_text,
        "measures": draft.measures,
        "deadline": draft.deadline_text,
        "leader": names(draft, InvolvementRole.LEADER),
        "lead_department": names(draft, InvolvementRole.LEAD),
        "support_departments": names(draft, InvolvementRole.SUPPORT),
        "owner": names(draft, InvolvementRole.OWNER),
        "contact": draft.contacts,
        "note": draft.note,
    }


def _mark(questions: Iterable[Asked]) -> str:
    """Return how the words of a deadline are marked that the row's questions are about."""
    asked = [question for question in questions if question.field == "deadline"]
    if any(question.impossible for question in asked):
        return "impossible"
    return "doubt" if asked else "deadline"


def _cell(read: SheetRow, column: Column, draft: TaskDraft, mark: str) -> Iterable[Segment]:
    text = read.task.cells[column.at] if column.at < len(read.task.cells) else ""
    dated = column.role in {"deadline", "content", "title", "measures", "target"}
    return _marked(text, [step.phrase for step in draft.milestones if step.phrase] if dated else [], mark)


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
