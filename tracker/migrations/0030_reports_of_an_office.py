from django.db import migrations, models

from accounts.migrating import AddIndexOnline


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("tracker", "0029_objected_receipts"),
    ]

    operations = [
        AddIndexOnline(
            model_name="owed",
            index=models.Index(fields=["organization", "-id"], name="owed_record"),
        ),
        AddIndexOnline(
            model_name="progressreport",
            index=models.Index(fields=["organization", "-id"], name="report_record"),
        ),
    ]
