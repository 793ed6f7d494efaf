"""Answers that hold for the next table: what a name means, what a phrase says, what the columns of a layout are."""

import hashlib
from collections.abc import Iterable
from datetime import datetime

from accounts.directory import normalise
from accounts.history import Actor
from projects.choices import BatchState, RememberedKind
from projects.importing import decisions as said
from projects.importing.questions import Question
from projects.models import ImportBatch, Remembered
from projects.reading.model import Reading, ReadTable

NAME = "name:"
LONGEST_KEY = 300


def layout_of(reading: Reading) -> str:
    """Return a mark of the headers of all tables in the file: equal for last month's table and this month's."""
    marks = [table_layout(table) for sheet in reading.sheets for table in sheet.tables]
    return _digest(marks) if marks else ""


def table_layout(table: ReadTable) -> str:
    """Return a mark of a table's headers as they are compared, in their order."""
    return _digest(normalise(column.name) for column in table.columns)


def recall(organization_id: int, *, year: int) -> dict[str, str]:
    """Return the remembered answers about words by question key; a phrase means another day in another year."""
    rows = Remembered.objects.filter(
        organization=organization_id, kind__in=(RememberedKind.NAME, RememberedKind.PHRASE), layout__in=("", str(year))
    )
    return dict(rows.values_list("key", "value"))


def roles_remembered(organization_id: int, reading: Reading) -> dict[str, str]:
    """Return the roles once chosen for tables of these layouts where they are not what was read, by header label."""
    tables = {table_layout(table): table for sheet in reading.sheets for table in sheet.tables}
    rows = Remembered.objects.filter(organization=organization_id, kind=RememberedKind.ROLE, layout__in=tables)
    chosen: dict[str, str] = {}
    for layout, key, role in rows.order_by("pk").values_list("layout", "key", "value"):
        for column in tables[layout].columns:
            if normalise(column.name) == key and column.role != role:
                chosen[column.name] = role
    return chosen


def headers_remembered(organization_id: int) -> dict[str, bool]:
    """Return by its words which row was once said to name the columns, or not to."""
    rows = Remembered.objects.filter(
        organization=organization_id, kind=RememberedKind.ROLE, layout="", key__startswith=said.HEADER
    )
    return said.headers(dict(rows.values_list("key", "value")))


def remember(batch: ImportBatch, reading: Reading, questions: Iterable[Question], *, by: Actor, now: datetime) -> int:
    """Keep what a person decided about words and columns for the next table; return how many answers."""
    rows = {
        (kind, layout, key): value
        for kind, layout, key, value in (*_answers(batch, questions), *_roles(batch, reading))
        if len(key) <= LONGEST_KEY
    }
    Remembered.objects.bulk_create(
        [
            Remembered(
                organization_id=batch.organization_id,
                kind=kind,
                layout=layout,
                key=key,
                value=value,
                batch=batch,
                user=by.user,
                at=now,
            )
            for (kind, layout, key), value in rows.items()
        ],
        batch_size=500,
        update_conflicts=True,
        unique_fields=["organization", "kind", "layout", "key"],
        update_fields=["value", "batch", "user", "at"],
    )
    return len(rows)


def last_of_layout(batch: ImportBatch) -> ImportBatch | None:
    """Return the latest applied table of the same layout, if there is one."""
    if not batch.layout:
        return None
    same = ImportBatch.objects.filter(
        organization=batch.organization_id, layout=batch.layout, state=BatchState.APPLIED
    ).exclude(pk=batch.pk)
    return same.defer("reading").order_by("-applied_at", "-pk").first()


def last_answers(batch: ImportBatch, last: ImportBatch, questions: Iterable[Question]) -> dict[str, str]:
    """Return what was decided in `last` of all that is asked now, and the columns left there in the same plan.

    Decisions about a row by its place hold for that file only.
    """
    answers = {
        question.key: last.decisions[question.key]
        for question in questions
        if question.key in last.decisions and question.admits(last.decisions[question.key])
    }
    if batch.plan_id is not None and batch.plan_id == last.plan_id:
        answers |= {key: value for key, value in last.decisions.items() if key.startswith(said.FIELD)}
    return answers


def _answers(batch: ImportBatch, questions: Iterable[Question]) -> Iterable[tuple[RememberedKind, str, str, str]]:
    for question in questions:
        if question.chosen is None or question.remembered or question.key.startswith(said.OF_ONE_PLAN):
            continue
        if question.key.startswith(NAME):
            yield RememberedKind.NAME, "", question.key, question.chosen
        else:
            yield RememberedKind.PHRASE, str(batch.year), question.key, question.chosen


def _roles(batch: ImportBatch, reading: Reading) -> Iterable[tuple[RememberedKind, str, str, str]]:
    chosen = said.roles(batch.decisions)
    for sheet in reading.sheets:
        for table in sheet.tables:
            layout = table_layout(table)
            for column in table.columns:
                if column.name in chosen:
                    yield RememberedKind.ROLE, layout, normalise(column.name), chosen[column.name]
    for words, named in said.headers(batch.decisions).items():  # the words are the layout
        yield RememberedKind.ROLE, "", said.header_key(words), said.IS_HEADER if named else said.IS_DATA


def _digest(parts: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()
