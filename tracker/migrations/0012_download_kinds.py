from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tracker", "0018_round_lists")]

    operations = [
        migrations.RemoveConstraint(model_name="download", name="waiting_download_once"),
        migrations.AddField(
            model_name="download",
            name="kind",
            field=models.CharField(
                choices=[("list", "list"), ("ledger", "ledger"), ("items", "items"), ("items_csv", "items_csv")],
                default="list",
                max_length=16,
            ),
        ),
        migrations.AddField(
            model_name="download",
            name="query",
            field=models.CharField(blank=True, max_length=600),
        ),
        migrations.AddConstraint(
            model_name="download",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ["waiting", "begun"])),
                fields=("user", "plan", "kind", "query"),
                name="waiting_download_once",
            ),
        ),
    ]
