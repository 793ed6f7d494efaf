"""What a migration of a table with millions of rows must not do: shut out writers while an index is built, or run out of time."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import migrations
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.state import ProjectState

PATIENT = ("statement_timeout", "idle_in_transaction_session_timeout")
"""What ends a page that takes too long, and would end the building of an index. A lock is still waited for briefly."""


class AddIndexOnline(migrations.AddIndex):
    """Add an index while the table is written to; needs `atomic = False` in its migration.

    A building that was broken off leaves an invalid index behind on PostgreSQL: it is taken away and begun anew.
    """

    atomic = False

    def database_forwards(
        self, app_label: str, schema_editor: Any, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        if schema_editor.connection.vendor != "postgresql":
            super().database_forwards(app_label, schema_editor, from_state, to_state)
            return
        model = to_state.apps.get_model(app_label, self.model_name)
        if not self.allow_migrate_model(schema_editor.connection.alias, model):
            return
        schema_editor.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {schema_editor.quote_name(self.index.name)}")
        schema_editor.add_index(model, self.index, concurrently=True)

    def database_backwards(
        self, app_label: str, schema_editor: Any, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        if schema_editor.connection.vendor != "postgresql":
            super().database_backwards(app_label, schema_editor, from_state, to_state)
            return
        model = from_state.apps.get_model(app_label, self.model_name)
        if self.allow_migrate_model(schema_editor.connection.alias, model):
            schema_editor.remove_index(model, self.index, concurrently=True)


@contextmanager
def patience(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """Let statements of this connection take as long as they take, until the block ends."""
    if connection.vendor != "postgresql":
        yield
        return
    with connection.cursor() as cursor:
        for name in PATIENT:
            cursor.execute(f"SET {name} = 0")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            for name in PATIENT:
                cursor.execute(f"RESET {name}")
