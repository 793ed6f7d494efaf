from django.db import migrations, models

from accounts.migrating import AddIndexOnline


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("accounts", "0006_api_tokens"),
        ("projects", "0007_board_columns"),
        ("tracker", "0026_calendar_links"),
    ]

    operations = [
        AddIndexOnline(
            model_name="lightchange",
            index=models.Index(fields=["plan", "task", "noted_on"], include=("light",), name="light_changes_of_items"),
        ),
    ]
