from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def close_those_left_open(apps: Apps, _: BaseDatabaseSchemaEditor) -> None:
    """Call tries unknown whose message somebody else has sent since; when they ended nobody knows."""
    attempts = apps.get_model("tracker", "Attempt").objects
    attempts.filter(outcome="open").exclude(delivery__state="sending").update(outcome="unknown", detail="lease_ended")


def open_again(apps: Apps, _: BaseDatabaseSchemaEditor) -> None:
    apps.get_model("tracker", "Attempt").objects.filter(outcome="unknown").update(outcome="open", detail="")


class Migration(migrations.Migration):

    dependencies = [
        ('tracker', '0007_notices'),
    ]

    operations = [
        migrations.AlterField(
            model_name='attempt',
            name='outcome',
            field=models.CharField(choices=[('open', 'open'), ('sent', 'sent'), ('retry', 'retry'), ('failed', 'failed'), ('unknown', 'unknown')], default='open', max_length=16),
        ),
        migrations.RunPython(close_those_left_open, open_again),
    ]
