"""Inserting many rows at the driver's speed: ids are drawn first, then one statement takes all values.

bulk_create renders every value into SQL text and asks for the ids back, which takes twice as long. For ten rows that
doesn't matter; an import writes ten thousand items with their steps, parties and history.
"""

from collections.abc import Callable, Iterator, Sequence
from operator import attrgetter
from typing import Any, Protocol, Self, cast

from django.db import DEFAULT_DB_ALIAS, connections, models
from django.db.backends.base.base import BaseDatabaseWrapper

AS_THEY_ARE = (models.IntegerField, models.BooleanField, models.ForeignKey, models.TextField)


class Copy(Protocol):
    """The part of psycopg's COPY that is used here."""

    def __enter__(self) -> Self: ...
    def __exit__(self, *reason: object) -> None: ...
    def write_row(self, row: Sequence[Any]) -> None: ...


def insert_rows(model: type[models.Model], rows: Sequence[models.Model]) -> None:
    """Insert unsaved rows and give them their ids; call it inside a transaction, with parents inserted before."""
    if not rows:
        return
    connection = connections[DEFAULT_DB_ALIAS]
    related = [field for field in model._meta.concrete_fields if isinstance(field, models.ForeignKey)]
    for row, pk in zip(rows, _draw_ids(model, len(rows), connection), strict=True):
        row.pk = pk
        for field in related:
            if field.is_cached(row) and (parent := field.get_cached_value(row)) is not None:
                setattr(row, field.attname, parent.pk)
        row._state.adding = False
        row._state.db = connection.alias
    _write(model, _values(model, rows, connection), connection)


def _draw_ids(model: type[models.Model], count: int, connection: BaseDatabaseWrapper) -> Sequence[int]:
    """Return fresh ids; on SQLite the transaction holds the only pen, so the next ones are simply counted."""
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT COALESCE(MAX(seq), 0) FROM sqlite_sequence WHERE name = %s", [table])
            last = int(cursor.fetchone()[0])
            return range(last + 1, last + 1 + count)
        cursor.execute("SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)", [table, count])
        return [int(pk) for (pk,) in cursor.fetchall()]


def _values(
    model: type[models.Model], rows: Sequence[models.Model], connection: BaseDatabaseWrapper
) -> Iterator[list[Any]]:
    fields = model._meta.concrete_fields
    read = attrgetter(*(field.attname for field in fields))
    prepared = [
        (place, prepare) for place, field in enumerate(fields) if (prepare := _prepare(field, connection)) is not None
    ]
    for row in rows:
        values = list(read(row))
        for place, prepare in prepared:
            if values[place] is not None:
                values[place] = prepare(values[place])
        yield values


def _prepare(field: Any, connection: BaseDatabaseWrapper) -> Callable[[Any], Any] | None:
    """Return what makes a value fit for the driver, None when it is already."""
    if isinstance(field, AS_THEY_ARE):
        return None
    if isinstance(field, models.CharField):
        return str  # a choice is a word with a name; the drivers know plain words
    return lambda value: field.get_db_prep_save(value, connection)


def _write(model: type[models.Model], values: Iterator[list[Any]], connection: BaseDatabaseWrapper) -> None:
    quote = connection.ops.quote_name
    columns = [quote(str(field.column)) for field in model._meta.concrete_fields]
    target = f"{quote(model._meta.db_table)} ({', '.join(columns)})"
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            marks = ", ".join(["%s"] * len(columns))
            cursor.executemany(f"INSERT INTO {target} VALUES ({marks})", cast(Any, values))  # noqa: S608 - names of models
            return
        # COPY is the driver's own; what it raises has to become Django's like everything else.
        with connection.wrap_database_errors, cast(Copy, cursor.copy(f"COPY {target} FROM STDIN")) as copy:
            for row in values:
                copy.write_row(row)
