"""Writing many rows at the driver's speed: plain values, ids drawn first, one statement a table.

bulk_create wants a model instance a row, renders every value into SQL text and asks for the ids back, which takes five
times as long. For ten rows that doesn't matter; an import writes ten thousand items with their steps, parties and history.
"""

import gc
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from functools import lru_cache
from itertools import batched, chain, islice
from operator import attrgetter
from typing import Any, Protocol, Self, cast

import orjson
import psycopg
from django.db import DEFAULT_DB_ALIAS, IntegrityError, connections, models, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

Values = Sequence[Any]
Prepare = Callable[[Any], Any]
Write = Callable[[Any], str]

FEW = 50
"""Up to so many rows one statement is faster than COPY, which goes to the database and back three times."""
BLOCK = 500
"""So many rows are written out and sent off together."""


class Copy(Protocol):
    """The part of psycopg's COPY that is used here."""

    def __enter__(self) -> Self: ...
    def __exit__(self, *reason: object) -> None: ...
    def write(self, text: str) -> None: ...


def insert_values(model: type[models.Model], names: Sequence[str], rows: Iterable[Values]) -> None:
    """Insert rows whose values stand in the order of `names`, every column of the model by its attribute's name.

    The primary key may be left out where nobody asks for it: the database counts on by itself. Call it inside a
    transaction, with parents inserted before.
    """
    connection = connections[DEFAULT_DB_ALIAS]
    counted = {model._meta.pk.attname} - {*names}
    columns, target = _prepared(model, names, rows, connection, counted), _target(model, names, connection)
    if not columns:
        return
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.executemany(f"INSERT INTO {target} VALUES ({_marks(names)})", cast(Any, zip(*columns, strict=True)))  # noqa: S608 - names of models
            return
        if len(columns[0]) <= FEW:
            arrays = _arrays(model, names, connection)
            cursor.execute(f"INSERT INTO {target} SELECT * FROM unnest({arrays})", _written(columns))  # noqa: S608 - names of models
            return
    _copy(target, [columns], connection)


def upsert_values(model: type[models.Model], names: Sequence[str], rows: Iterable[Values]) -> None:
    """Insert rows as `insert_values` does; where one with its primary key stands already, overwrite all of it.

    Many times faster than an update with a case for every row and column.
    """
    connection = connections[DEFAULT_DB_ALIAS]
    columns, target = _prepared(model, names, rows, connection), _target(model, names, connection)
    if not columns:
        return
    key, quote = model._meta.pk, connection.ops.quote_name
    others = [quote(_field(model, name).column) for name in names if name != key.attname]
    update = ", ".join(f"{other} = EXCLUDED.{other}" for other in others)
    conflict = f"ON CONFLICT ({quote(str(key.column))}) DO UPDATE SET {update}"
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            statement = f"INSERT INTO {target} VALUES ({_marks(names)}) {conflict}"  # noqa: S608 - names of models
            cursor.executemany(statement, cast(Any, zip(*columns, strict=True)))
            return
        arrays = _arrays(model, names, connection)
        cursor.execute(f"INSERT INTO {target} SELECT * FROM unnest({arrays}) {conflict}", _written(columns))  # noqa: S608 - names of models


def insert_missing(model: type[models.Model], names: Sequence[str], rows: Iterable[Values]) -> None:
    """Insert rows as `insert_values` does and leave out those whose unique key stands already.

    PostgreSQL writes many of them while the next ones are still worked out: whatever gives the rows asks it nothing.
    """
    connection, flow = connections[DEFAULT_DB_ALIAS], iter(rows)
    if connection.vendor == "postgresql":
        kept = list(islice(flow, FEW + 1))
        if len(kept) > FEW and _copied(model, names, flow, kept, connection):
            return
        flow = chain(kept, flow)
    counted = {model._meta.pk.attname} - {*names}
    columns, target = _prepared(model, names, flow, connection, counted), _target(model, names, connection)
    if not columns:
        return
    with _binding_cursor(connection) as cursor:
        if connection.vendor == "sqlite":
            statement = f"INSERT INTO {target} VALUES ({_marks(names)}) ON CONFLICT DO NOTHING"  # noqa: S608 - names of models
            cursor.executemany(statement, cast(Any, zip(*columns, strict=True)))
            return
        rows_of = f"SELECT * FROM unnest({_arrays(model, names, connection)})"  # noqa: S608 - names of types
        cursor.execute(f"INSERT INTO {target} {rows_of} ON CONFLICT DO NOTHING", _written(columns))


def update_values(model: type[models.Model], name: str, values: Mapping[int, Any]) -> None:
    """Set one column of many rows, `values` by primary key, in one statement."""
    update_columns(model, [name], values.items())


def update_columns(model: type[models.Model], names: Sequence[str], rows: Iterable[Values]) -> None:
    """Set these columns of many rows in one statement; of each its primary key comes first, then the values."""
    connection, quote = connections[DEFAULT_DB_ALIAS], connections[DEFAULT_DB_ALIAS].ops.quote_name
    key = model._meta.pk
    keys, *columns = _columns(model, [key.attname, *names], rows, connection) or [[]]
    if not keys:
        return
    table, pk, *targets = (
        quote(str(each)) for each in (model._meta.db_table, key.column, *(_field(model, name).column for name in names))
    )
    with _binding_cursor(connection) as cursor:
        if connection.vendor == "sqlite":
            changes = ", ".join(f"{target} = %s" for target in targets)
            statement = f"UPDATE {table} SET {changes} WHERE {pk} = %s"  # noqa: S608 - names of models
            cursor.executemany(statement, cast(Any, zip(*columns, keys, strict=True)))
            return
        changes = ", ".join(f"{target} = new.{target}" for target in targets)
        arrays = _arrays(model, [key.attname, *names], connection)
        cursor.execute(
            f"UPDATE {table} SET {changes} FROM unnest({arrays}) AS new({', '.join([pk, *targets])}) WHERE {table}.{pk} = new.{pk}",  # noqa: S608 - names of models
            _written([keys, *columns]),
        )


def insert_rows(model: type[models.Model], rows: Sequence[models.Model]) -> None:
    """Insert unsaved instances and give them their ids, where making them is worth its time."""
    names = [field.attname for field in model._meta.concrete_fields]
    for row, pk in zip(rows, draw_ids(model, len(rows)) if rows else (), strict=True):
        row.pk = pk
        row._state.adding = False
        row._state.db = DEFAULT_DB_ALIAS
    insert_values(model, names, map(attrgetter(*names), rows))


def draw_ids(model: type[models.Model], count: int) -> Sequence[int]:
    """Return fresh ids; on SQLite the transaction holds the only pen, so the next ones are simply counted."""
    connection, table = connections[DEFAULT_DB_ALIAS], model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT COALESCE(MAX(seq), 0) FROM sqlite_sequence WHERE name = %s", [table])
            last = int(cursor.fetchone()[0])
            return range(last + 1, last + 1 + count)
        cursor.execute("SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)", [table, count])
        return [int(pk) for (pk,) in cursor.fetchall()]


@contextmanager
def uncollected() -> Iterator[None]:
    """Keep the garbage collector from walking through the rows of a bulk again and again; none of them is garbage."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _copied(
    model: type[models.Model], names: Sequence[str], flow: Iterator[Values], kept: list[Values], connection: Any
) -> bool:
    """Copy the rows in `kept` and those that flow after them, as if none stood yet; say whether that was so.

    Asking of each row whether it stands makes it a third dearer. All that has flown by is in `kept`.
    """
    counted = {model._meta.pk.attname} - {*names}

    def blocks() -> Iterator[list[list[Any]]]:
        yield _prepared(model, names, kept, connection, counted)
        for block in batched(flow, BLOCK):
            kept.extend(block)
            yield _columns(model, names, block, connection)

    try:
        with transaction.atomic():
            _copy(_target(model, names, connection), blocks(), connection)
    except IntegrityError:
        return False
    return True


def _copy(target: str, blocks: Iterable[Sequence[Sequence[Any]]], connection: Any) -> None:
    """Send blocks of columns; the database writes the one while we write out the next."""
    statement = f"COPY {target} FROM STDIN"
    # COPY is the driver's own; what it raises has to become Django's like everything else.
    with connection.cursor() as cursor, connection.wrap_database_errors, cast(Copy, cursor.copy(statement)) as copy:
        for columns in blocks:
            cells = [_each_once(column, _cell) for column in columns]
            copy.write("\n".join(map("\t".join, zip(*cells, strict=True))) + "\n")


def _cell(value: object) -> str:
    if value is None:
        return "\\N"
    text = str(value)
    if text.isalnum():  # as numbers and words are, that is most
        return text
    return text.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")


def _binding_cursor(connection: Any) -> Any:
    """Return a cursor that sends parameters beside the statement: megabytes needn't be quoted, nor read as SQL."""
    if connection.vendor == "sqlite":
        return connection.cursor()
    connection.ensure_connection()
    make = connection.make_debug_cursor if connection.queries_logged else connection.make_cursor
    return make(psycopg.Cursor(connection.connection))


def _field(model: type[models.Model], name: str) -> Any:
    return next(field for field in model._meta.concrete_fields if field.attname == name)


def _target(model: type[models.Model], names: Sequence[str], connection: BaseDatabaseWrapper) -> str:
    quote = connection.ops.quote_name
    return f"{quote(model._meta.db_table)} ({', '.join(quote(_field(model, name).column) for name in names)})"


def _marks(names: Sequence[str]) -> str:
    return ", ".join(["%s"] * len(names))


def _arrays(model: type[models.Model], names: Sequence[str], connection: BaseDatabaseWrapper) -> str:
    return ", ".join(f"%s::{_array_type(_field(model, name), connection)}[]" for name in names)


def _array_type(field: Any, connection: BaseDatabaseWrapper) -> str:
    # A cast to varchar(n) cuts off what is too long; on its way from a text into the column it is refused.
    return "text" if isinstance(field, models.CharField) else str(field.rel_db_type(connection))


def _written(columns: Iterable[Iterable[Any]]) -> list[str]:
    """Return each column as PostgreSQL writes an array, several times faster than the driver does."""
    return [f"{{{','.join(_each_once(column, _quoted))}}}" for column in columns]


def _each_once(column: Iterable[Any], write: Write) -> Iterable[str]:
    """Write out each value of a column once, however many rows have it."""
    values = list(column)
    if not {Decimal, float}.isdisjoint(map(type, values)):
        return map(write, values)  # 1.0 and 1.00 are equal and aren't written alike
    written = {value: write(value) for value in set(values)}
    return [written[value] for value in values]


def _quoted(value: object) -> str:
    if value is None:
        return "NULL"
    text = str(value).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{text}"'


def _prepared(
    model: type[models.Model],
    names: Sequence[str],
    rows: Iterable[Values],
    connection: BaseDatabaseWrapper,
    counted: Collection[str] = (),
) -> list[list[Any]]:
    """Return the rows by columns, none if there are none, with every value as the driver takes it."""
    if {*names, *counted} != {field.attname for field in model._meta.concrete_fields}:
        raise ValueError(f"{model.__name__} has other columns than {', '.join(names)}")
    return _columns(model, names, rows, connection)


def _columns(
    model: type[models.Model], names: Sequence[str], rows: Iterable[Values], connection: BaseDatabaseWrapper
) -> list[list[Any]]:
    columns = [list(column) for column in zip(*rows, strict=True)]
    for name, (place, column) in zip(names, enumerate(columns), strict=False):
        if (prepare := _prepare(_field(model, name), connection)) is not None:
            columns[place] = [value if value is None else prepare(value) for value in column]
    return columns


def _prepare(field: Any, connection: BaseDatabaseWrapper) -> Prepare | None:
    """Return what makes a value fit for the driver, None when it is already."""
    match field:
        case models.JSONField():
            return _json
        case models.CharField() if field.choices:
            return str  # a choice is a word with a name; the drivers know plain words
        case models.DateTimeField() | models.DecimalField() if connection.vendor == "sqlite":
            # One instant, and often one amount, stands in thousands of rows.
            return lru_cache(1000)(lambda value: field.get_db_prep_save(value, connection))
        case models.DateField() if connection.vendor == "sqlite":
            return date.isoformat
        case _:
            return None


def _json(value: Any) -> str:
    return orjson.dumps(value).decode()
