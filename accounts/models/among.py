"""The lookup `among`: a column's value is one of many, told to the database as one parameter."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import orjson
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Field, ForeignKey, Lookup
from django.db.models.sql.compiler import SQLCompiler

Sql = tuple[str, Sequence[Any]]

if TYPE_CHECKING:
    AnyLookup = Lookup[Any]
else:
    AnyLookup = Lookup


@ForeignKey.register_lookup
@Field.register_lookup
class Among(AnyLookup):
    """`filter(task__among=ids)` with plain numbers, however many; `in` looks at each and writes a mark for each."""

    lookup_name = "among"
    prepare_rhs = False

    def as_sqlite(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> Sql:
        column, parameters = self.process_lhs(compiler, connection)
        values = orjson.dumps([*self.rhs]).decode()
        return f"{column} IN (SELECT value FROM json_each(%s))", [*parameters, values]  # noqa: S608 - a column's name

    def as_postgresql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> Sql:
        column, parameters = self.process_lhs(compiler, connection)
        return f"{column} = ANY(%s)", [*parameters, [*self.rhs]]
