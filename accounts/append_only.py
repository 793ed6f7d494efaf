"""Database triggers that make a table append-only: updates, deletes and truncation are refused by the database."""

from collections.abc import Sequence

from django.db.backends.base.base import BaseDatabaseWrapper

REFUSAL = "history is append-only"

SQLITE_INSTALL = """
CREATE TRIGGER IF NOT EXISTS {table}_no_{verb} BEFORE {verb} ON {table}
BEGIN SELECT RAISE(ABORT, '{refusal}'); END
"""
POSTGRES_FUNCTION = """
CREATE OR REPLACE FUNCTION refuse_rewriting() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION '{refusal}'; END $$
"""
POSTGRES_INSTALL = """
CREATE OR REPLACE TRIGGER {table}_no_{verb} BEFORE {verb} ON {table}
FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewriting()
"""


def statements_to_install(vendor: str, table: str) -> Sequence[str]:
    if vendor == "sqlite":
        return [SQLITE_INSTALL.format(table=table, verb=verb, refusal=REFUSAL) for verb in ("update", "delete")]
    return [POSTGRES_FUNCTION.format(refusal=REFUSAL)] + [
        POSTGRES_INSTALL.format(table=table, verb=verb) for verb in ("update", "delete", "truncate")
    ]


def statements_to_remove(vendor: str, table: str) -> Sequence[str]:
    if vendor == "sqlite":
        return [f"DROP TRIGGER IF EXISTS {table}_no_{verb}" for verb in ("update", "delete")]
    return [f"DROP TRIGGER IF EXISTS {table}_no_{verb} ON {table}" for verb in ("update", "delete", "truncate")]


def install(connection: BaseDatabaseWrapper, table: str = "accounts_historyentry") -> None:
    with connection.cursor() as cursor:
        for statement in statements_to_install(connection.vendor, table):
            cursor.execute(statement)


def remove(connection: BaseDatabaseWrapper, table: str = "accounts_historyentry") -> None:
    with connection.cursor() as cursor:
        for statement in statements_to_remove(connection.vendor, table):
            cursor.execute(statement)
