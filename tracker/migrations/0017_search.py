import django.db.models.deletion
from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

import tracker.models.search

KEYS = {"tracker_itemtext": "task_id", "tracker_reporttext": "report_id"}

# SQLite drops triggers with their table: a migration that alters one of these runs `install` once more.
SQLITE_INSTALL = (
    ("CREATE VIRTUAL TABLE {table}_grams USING fts5"
    "(grams, content='{table}', content_rowid='{key}', detail=none, tokenize='ascii')"),
    ("CREATE TRIGGER {table}_grams_new AFTER INSERT ON {table} BEGIN "
    "INSERT INTO {table}_grams(rowid, grams) VALUES (new.{key}, new.grams); END"),
    ("CREATE TRIGGER {table}_grams_gone AFTER DELETE ON {table} BEGIN "
    "INSERT INTO {table}_grams({table}_grams, rowid, grams) VALUES ('delete', old.{key}, old.grams); END"),
    ("CREATE TRIGGER {table}_grams_changed AFTER UPDATE ON {table} BEGIN "
    "INSERT INTO {table}_grams({table}_grams, rowid, grams) VALUES ('delete', old.{key}, old.grams); "
    "INSERT INTO {table}_grams(rowid, grams) VALUES (new.{key}, new.grams); END"),
)
SQLITE_REMOVE = (
    "DROP TRIGGER {table}_grams_new",
    "DROP TRIGGER {table}_grams_gone",
    "DROP TRIGGER {table}_grams_changed",
    "DROP TABLE {table}_grams",
)
POSTGRES_INSTALL = ("CREATE INDEX {table}_grams ON {table} USING gin (grams)",)
POSTGRES_REMOVE = ("DROP INDEX {table}_grams",)


def install(_: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    _run(editor, SQLITE_INSTALL if editor.connection.vendor == "sqlite" else POSTGRES_INSTALL)


def remove(_: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    _run(editor, SQLITE_REMOVE if editor.connection.vendor == "sqlite" else POSTGRES_REMOVE)


def _run(editor: BaseDatabaseSchemaEditor, statements: tuple[str, ...]) -> None:
    for table, key in KEYS.items():
        for statement in statements:
            editor.execute(statement.format(table=table, key=key))


def leave_to_the_clock(apps: Apps, _: BaseDatabaseSchemaEditor) -> None:
    """Have the words of every item there is written down; reports' follow with the next hourly look."""
    due, tasks = apps.get_model("tracker", "TextDue"), apps.get_model("projects", "Task").objects
    rows = tasks.values_list("pk", "organization_id").iterator()
    due.objects.bulk_create((due(task_id=task, organization_id=own) for task, own in rows), batch_size=5000)


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0005_post_units'),
        ('projects', '0004_carried_over'),
        ('tracker', '0013_bulletins'),
    ]

    operations = [
        migrations.CreateModel(
            name='ItemText',
            fields=[
                ('task', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='item_text', serialize=False, to='projects.task')),
                ('title', models.TextField()),
                ('body', models.TextField()),
                ('grams', tracker.models.search.GramsField()),
                ('organization', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organization')),
            ],
        ),
        migrations.CreateModel(
            name='ReportText',
            fields=[
                ('report', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='text', serialize=False, to='tracker.progressreport')),
                ('body', models.TextField()),
                ('grams', tracker.models.search.GramsField()),
                ('organization', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organization')),
                ('task', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='projects.task')),
            ],
        ),
        migrations.CreateModel(
            name='TextDue',
            fields=[
                ('task', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='+', serialize=False, to='projects.task')),
                ('organization', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organization')),
            ],
        ),
        migrations.RunPython(install, remove),
        migrations.RunPython(leave_to_the_clock, migrations.RunPython.noop),
    ]
