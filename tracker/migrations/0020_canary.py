from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("tracker", "0019_meetings"),
    ]

    operations = [
        migrations.RemoveField(
            model_name="clockstate",
            name="canary_sent",
        ),
    ]
