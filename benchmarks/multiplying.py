"""Many offices out of one: every row of an organization again, in SQL, with all its ids moved on by the same step."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.apps import apps
from django.db import connection, models

from accounts.models import Organization
from tracker.models import ItemText, ReportText, TextDue

STEP = 10_000_000
"""How far the ids of two offices lie apart; one office has fewer rows in each table."""
WORDS_WITH_IDS = ("recipient",)
"""Columns that hold `kind:ID`."""
OF_THEIR_OWN = (ItemText, ReportText, TextDue)
"""What stands in their rows depends on the organization: a copy would be wrong. Whoever measures the search writes them."""


def multiply(offices: int) -> None:
    """Turn the one organization there is into so many that differ in ids, codes and sign-ins alone.

    Numbers that name rows without a foreign key (history, subjects) are moved as well. Indexes are built at the end.
    """
    if offices == 1:
        return
    copied = [model for model in apps.get_models(include_auto_created=True) if _is_ours(model)]
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        cursor.execute("SET idle_in_transaction_session_timeout = 0")
        cursor.execute("SET maintenance_work_mem = '512MB'")
        # The rows were checked when the first office was made: copies of them need no triggers and no look-ups.
        cursor.execute("SET session_replication_role = replica")
        for model in copied:
            _multiply_table(cursor, model, offices)
        cursor.execute("SET session_replication_role = DEFAULT")


def _is_ours(model: type[models.Model]) -> bool:
    return model is Organization or (model not in OF_THEIR_OWN and _has_organization(model))


def _has_organization(model: type[models.Model]) -> bool:
    return any(field.name == "organization" for field in model._meta.concrete_fields)


def _multiply_table(cursor: Any, model: type[models.Model], offices: int) -> None:
    table = model._meta.db_table
    fields = model._meta.concrete_fields
    target = ", ".join(f'"{field.column}"' for field in fields)
    source = ", ".join(_copied(field) for field in fields)
    own = "" if model is Organization else "WHERE organization_id IS NOT NULL"
    cursor.execute(f'SELECT EXISTS (SELECT 1 FROM "{table}" {own})')
    if not cursor.fetchone()[0]:
        return
    with _indexed_later(cursor, table):
        cursor.execute(
            f'INSERT INTO "{table}" ({target}) SELECT {source} FROM generate_series(1, %s) AS office, '
            f'(SELECT * FROM "{table}" {own}) AS row',
            [offices - 1],
        )
    if isinstance(model._meta.pk, models.AutoField):
        key = f'(SELECT MAX("{model._meta.pk.column}") FROM "{table}")'
        cursor.execute(f"SELECT setval(pg_get_serial_sequence(%s, 'id'), {key})", [table])


def _copied(field: Any) -> str:
    """Return the expression of a column in the copy of a row for one of the further offices."""
    column = f'row."{field.column}"'
    names_a_row = field.column.endswith("_id") and isinstance(field, models.IntegerField)
    if field.primary_key or field.is_relation or names_a_row:
        return f"{column} + office * {STEP}"
    if field.name in WORDS_WITH_IDS:
        return f"split_part({column}, ':', 1) || ':' || split_part({column}, ':', 2)::bigint + office * {STEP}"
    return f"{column} || '-' || office" if field.unique else column


@contextmanager
def _indexed_later(cursor: Any, table: str) -> Iterator[None]:
    """Take the table's plain indexes away and build them anew: sorting once is faster than a million look-ups."""
    cursor.execute(
        "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = current_schema AND tablename = %s AND NOT EXISTS"
        " (SELECT 1 FROM pg_constraint WHERE conindid = to_regclass(quote_ident(indexname)))",
        [table],
    )
    indexes: Sequence[tuple[str, str]] = cursor.fetchall()
    for name, _ in indexes:
        cursor.execute(f'DROP INDEX "{name}"')
    yield
    for _, definition in indexes:
        cursor.execute(definition)
