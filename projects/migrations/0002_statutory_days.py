"""Load the State Council's holidays and make-up days that are known today."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

from projects.statutory_days import statutory_days


def load(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    CalendarDay = apps.get_model("projects", "CalendarDay")
    CalendarDay.objects.bulk_create(
        [
            CalendarDay(day=named.day, working=named.working, name=named.name, source=named.source)
            for named in statutory_days()
        ],
        ignore_conflicts=True,
    )


def unload(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    apps.get_model("projects", "CalendarDay").objects.filter(organization__isnull=True).delete()


class Migration(migrations.Migration):
    dependencies = [("projects", "0001_initial")]
    operations = [migrations.RunPython(load, unload)]
