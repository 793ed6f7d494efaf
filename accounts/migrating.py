"""What a migration of a table with millions of rows must not do: shut out writers while an index is built, or run out of time."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations import AddIndex
from django.db.migrations.state import ProjectState

PATIENT = ("statement_timeout", "idle_in_transaction_session_timeout")
"""What ends a page that takes too long, and would end the building of an index. A lock is still waited for briefly."""


class AddIndexOnline(AddIndexConcurrently):
    """Add an index while the table is written to; its migration needs `atomic = False`, which Django sees to.

    A building that was broken off leaves an invalid index behind: it is taken away and begun anew. SQLite has one writer
    anyway, and an index there is like any other.
    """

    def database_forwards(
        self, app_label: str, schema_editor: Any, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        if schema_editor.connection.vendor != "postgresql":
            AddIndex.database_forwards(self, app_label, schema_editor, from_state, to_state)
            return
        self._ensure_not_in_transaction(schema_editor)
        schema_editor.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {schema_editor.quote_name(self.index.name)}")
        super().database_forwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(
        self, app_label: str, schema_editor: Any, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        if schema_editor.connection.vendor != "postgresql":
            AddIndex.database_backwards(self, app_label, schema_editor, from_state, to_state)
            return
        super().database_backwards(app_label, schema_editor, from_state, to_state)


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
