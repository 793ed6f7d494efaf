"""A migration of a large table neither shuts out writers nor runs out of the time a page has."""

from collections.abc import Iterator
from importlib import import_module

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection, migrations, models
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState
from django.db.models.signals import pre_migrate

from accounts.migrating import PATIENT, AddIndexOnline, patience

OURS = ("accounts", "projects", "tracker")
FIRST_ONLINE = {"accounts": "0007", "projects": "0005", "tracker": "0027"}
"""From here on the tables hold rows when they are migrated."""
INDEX = models.Index(fields=["title"], name="of_a_test_by_title")


def asked(name: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"SHOW {name}")
        return str(cursor.fetchone()[0])


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_page_has_seconds_and_a_migration_as_long_as_it_takes() -> None:
    before = {name: asked(name) for name in PATIENT}
    assert "0" not in before.values()
    found: dict[str, str] = {}

    def look(**_: object) -> None:
        found.update({name: asked(name) for name in PATIENT})

    pre_migrate.connect(look)
    try:
        call_command("migrate", interactive=False, verbosity=0)
    finally:
        pre_migrate.disconnect(look)
    assert found == dict.fromkeys(PATIENT, "0")
    assert {name: asked(name) for name in PATIENT} == before


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_migration_that_fails_leaves_no_patience_behind() -> None:
    before = asked(PATIENT[0])
    with pytest.raises(ZeroDivisionError), patience(connection):
        raise ZeroDivisionError
    assert asked(PATIENT[0]) == before


@pytest.fixture
def _no_index_left() -> Iterator[None]:
    yield
    with connection.cursor() as cursor:
        cursor.execute(f"DROP INDEX IF EXISTS {INDEX.name}")


def indexes() -> dict[str, bool]:
    """Return the indexes of items, and whether they can be used."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname, indisvalid FROM pg_index JOIN pg_class ON oid = indexrelid "
            "WHERE indrelid = 'projects_task'::regclass"
        )
        return dict(cursor.fetchall())


@pytest.mark.postgres
@pytest.mark.usefixtures("_no_index_left")
@pytest.mark.django_db(transaction=True)
def test_an_index_is_built_beside_writers_and_a_building_broken_off_is_begun_anew() -> None:
    before = MigrationLoader(connection).project_state()
    operation = AddIndexOnline("task", INDEX)
    after = before.clone()
    operation.state_forwards("projects", after)
    # A unique index that can't be true would leave the same: an index by this name that nothing may use.
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE INDEX {INDEX.name} ON projects_task (note)")
        cursor.execute("UPDATE pg_index SET indisvalid = false WHERE indexrelid = %s::regclass", [INDEX.name])
    with connection.schema_editor(atomic=False) as editor:
        operation.database_forwards("projects", editor, before, after)
    assert indexes()[INDEX.name]
    with connection.schema_editor(atomic=False) as editor:
        operation.database_backwards("projects", editor, after, before)
    assert INDEX.name not in indexes()


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_writers_are_not_shut_out() -> None:
    with connection.schema_editor(collect_sql=True, atomic=False) as editor:
        before = MigrationLoader(None).project_state()
        after = before.clone()
        operation = AddIndexOnline("task", INDEX)
        operation.state_forwards("projects", after)
        operation.database_forwards("projects", editor, before, after)
    assert [line for line in editor.collected_sql if "CREATE INDEX" in line and "CONCURRENTLY" not in line] == []
    assert any("CREATE INDEX CONCURRENTLY" in line for line in editor.collected_sql)


@pytest.mark.sqlite
@pytest.mark.django_db(transaction=True)
def test_on_sqlite_it_is_an_index_like_any_other() -> None:
    before = MigrationLoader(connection).project_state()
    operation = AddIndexOnline("task", INDEX)
    after: ProjectState = before.clone()
    operation.state_forwards("projects", after)
    with connection.schema_editor() as editor:
        operation.database_forwards("projects", editor, before, after)
    with connection.cursor() as cursor:
        assert INDEX.name in connection.introspection.get_constraints(cursor, "projects_task")
    with connection.schema_editor() as editor:
        operation.database_backwards("projects", editor, after, before)


def test_indexes_on_tables_with_rows_are_added_online() -> None:
    """Every index that a later migration adds to a table it doesn't make itself."""
    wrong = []
    for app in OURS:
        names = sorted(name for label, name in MigrationLoader(None).disk_migrations if label == app)
        for name in names:
            if name < FIRST_ONLINE[app]:
                continue
            module = import_module(f"{apps.get_app_config(app).name}.migrations.{name}")
            made = {op.name.lower() for op in module.Migration.operations if isinstance(op, migrations.CreateModel)}
            for op in module.Migration.operations:
                if isinstance(op, migrations.AddIndex) and op.model_name.lower() not in made:
                    online = isinstance(op, AddIndexOnline) and module.Migration.atomic is False
                    wrong += [] if online else [f"{app} {name}: {op.index.name}"]
    assert wrong == []
