"""Reading tables into memory, as they are on a server that is up: a fresh copy of a database stands on the disk only."""

from django.db import connection, models

PREWARM = "pg_prewarm"


def warm(*read: type[models.Model]) -> None:
    """Read these tables with their indexes once, the last ones as the freshest; without pg_prewarm only the tables."""
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        cursor.execute("SELECT EXISTS (SELECT 1 FROM pg_available_extensions WHERE name = %s)", [PREWARM])
        (whole,) = cursor.fetchone()
        if whole:
            cursor.execute(f"CREATE EXTENSION IF NOT EXISTS {PREWARM}")
        for model in read:
            cursor.execute(_whole(model) if whole else f'SELECT count(*) FROM "{model._meta.db_table}"')
        cursor.execute("RESET statement_timeout")


def _whole(model: type[models.Model]) -> str:
    table = f"'{model._meta.db_table}'::regclass"
    indexes = f"SELECT indexrelid FROM pg_index WHERE indrelid = {table}"
    return (
        f"SELECT {PREWARM}(relation::regclass) FROM (SELECT {table}::oid AS relation UNION ALL {indexes}) AS all_of_it"
    )
