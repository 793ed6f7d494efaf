"""Queries written once a process: for what is asked with every request, Django's writing takes longer than the database's answer."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from functools import cache, partial
from typing import Any, Self, cast

import psycopg
from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.utils import CursorWrapper
from django.db.models import Model, QuerySet
from psycopg.abc import Params, QueryNoTemplate

type Build = Callable[..., Any]
type Written = tuple[str, list[Any], Mapping[int, Any]]
type Spell = Callable[[Any], Any]

FIRST_ID, FIRST_DAY = -7_391_048_261, date(1871, 2, 3)
"""What stands in for a value while the query is written, and is found again in what was written."""


class Prepared:
    """A query of plain rows whose values are given by name.

    They are an id for `ids`, a day for `days`, a text for `texts`, and many ids through `among` for `lists`. `build` is
    called once a database: a value may stand in any condition, but never decides how the query is built. `planned` is
    False where the best way to the rows depends on the values: then PostgreSQL plans with each.
    """

    def __init__(
        self,
        build: Build,
        *,
        ids: Sequence[str] = (),
        days: Sequence[str] = (),
        lists: Sequence[str] = (),
        texts: Sequence[str] = (),
        planned: bool = True,
    ) -> None:
        self._build, self._planned = build, planned
        self._ids = {name: FIRST_ID - place for place, name in enumerate((*ids, *lists))}
        self._days = {name: FIRST_DAY + timedelta(place) for place, name in enumerate(days)}
        self._lists = frozenset(lists)
        self._texts = {name: f"\N{OBJECT REPLACEMENT CHARACTER}{name}" for name in texts}
        self._written: dict[str, Written] = {}

    def rows(self, **values: Any) -> list[tuple[Any, ...]]:
        """Return the rows, converted as the query itself converts them."""
        connection = connections[DEFAULT_DB_ALIAS]
        sql, told = self.said(**values)
        with _cursor(connection) if self._planned else connection.cursor() as cursor:
            cursor.execute(sql, told)
            found = cursor.fetchall()
        converters = self._written[connection.vendor][2]
        return list(_converted(found, converters, connection)) if converters else found

    def said(self, **values: Any) -> tuple[str, list[Any]]:
        """Return the query in SQL with what it is told, for a statement that is made of several."""
        vendor = connections[DEFAULT_DB_ALIAS].vendor
        if vendor not in self._written:
            self._written[vendor] = self._write()
        sql, parameters, _ = self._written[vendor]
        return sql, [each.of(values) if isinstance(each, _Slot) else each for each in parameters]

    def _write(self) -> Written:
        compiler = self._built().query.get_compiler(DEFAULT_DB_ALIAS)
        sql, parameters = compiler.as_sql()
        columns = [column for column, *_ in compiler.select[: compiler.col_count]]
        return sql, [self._slot(each) for each in parameters], compiler.get_converters(columns)

    def _built(self) -> Any:
        many = {name: [stand_in] for name, stand_in in self._ids.items() if name in self._lists}
        return self._build(**{**self._ids, **many, **self._days, **self._texts})

    def _slot(self, parameter: Any) -> Any:
        """Return the place of a value where one stands, else what was written."""
        for name, number in self._ids.items():
            if parameter == number:
                return _Slot(name)
            if isinstance(parameter, str) and str(number) in parameter:
                return _Slot(name, partial(_listed, parameter[0], parameter[-1]))
        for name, text in self._texts.items():
            if parameter == text:
                return _Slot(name)
        for name, day in self._days.items():
            if parameter == day:
                return _Slot(name)
            if parameter == day.isoformat():
                return _Slot(name, date.isoformat)
        return parameter


class PreparedCounts(Prepared):
    """How many rows each of several queries finds, asked in one statement; `build` returns the queries by name."""

    def counts(self, **values: Any) -> dict[str, int]:
        (found,) = self.rows(**values)
        return dict(zip(self._names, found, strict=True))

    def _write(self) -> Written:
        queries: Mapping[str, QuerySet[Any, Any]] = self._built()
        self._names = tuple(queries)
        counts, told = list[str](), list[Any]()
        for each in queries.values():
            try:
                sql, parameters = each.order_by().values_list("pk").query.get_compiler(DEFAULT_DB_ALIAS).as_sql()
            except EmptyResultSet:  # a condition that nothing can meet
                counts.append("0")
            else:
                counts.append(f"(SELECT COUNT(*) FROM ({sql}) counted)")  # noqa: S608 - Django's own words
                told += parameters
        return f"SELECT {', '.join(counts)}", [self._slot(each) for each in told], {}


class _Slot:
    """Where a value stands, and how the database's driver wants it."""

    __slots__ = ("name", "spell")

    def __init__(self, name: str, spell: Spell | None = None) -> None:
        self.name, self.spell = name, spell

    def of(self, values: Mapping[str, Any]) -> Any:
        value = values[self.name]
        return self.spell(value) if self.spell else value


@cache
def attributes(model: type[Model], prefix: str = "") -> tuple[str, ...]:
    """Return the names of a model's columns, as a query reaches them from where `prefix` leads."""
    return tuple(f"{prefix}{field.attname}" for field in model._meta.concrete_fields)


def instance[M: Model](model: type[M], values: Sequence[Any]) -> M:
    """Make of values in the order of `attributes` what the query would have made of them."""
    return model.from_db(DEFAULT_DB_ALIAS, attributes(model), values)


class PlannedCursor(psycopg.Cursor[Any]):
    """Has PostgreSQL plan a query once a connection, unless the installation prepares nothing (DATABASE_PREPARES)."""

    planned = True

    def execute(self, query: QueryNoTemplate, params: Params | None = None, **_: Any) -> Self:  # type: ignore[override]  # asks no templates
        return super().execute(query, params, prepare=True)


def _cursor(connection: Any) -> CursorWrapper:
    """Return a cursor under Django's eyes; SQLite's driver keeps what is asked in the same words by itself."""
    if connection.vendor != "postgresql":
        return cast("CursorWrapper", connection.cursor())
    connection.ensure_connection()
    cursor = PlannedCursor(connection.connection)
    made = connection.make_debug_cursor(cursor) if connection.queries_logged else connection.make_cursor(cursor)
    return cast("CursorWrapper", made)


def _listed(opening: str, closing: str, ids: Sequence[int]) -> str:
    """Write many ids as `among` does: one text of them all."""
    return f"{opening}{','.join(map(str, ids))}{closing}"


def _converted(
    rows: Sequence[tuple[Any, ...]], converters: Mapping[int, Any], connection: Any
) -> Iterator[tuple[Any, ...]]:
    for row in rows:
        values = list(row)
        for place, (functions, expression) in converters.items():
            for function in functions:
                values[place] = function(values[place], expression, connection)
        yield tuple(values)
