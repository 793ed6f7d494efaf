from django.db import migrations, models

from accounts.migrating import AddIndexOnline


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("projects", "0008_handing_down"),
        ("tracker", "0028_webhooks"),
    ]

    operations = [
        AddIndexOnline(
            model_name="receipt",
            index=models.Index(
                condition=models.Q(("state", "objected")), fields=["organization"], name="receipt_objected"
            ),
        ),
    ]
