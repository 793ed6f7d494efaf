import django.db.models.deletion
from django.db import migrations, models

from accounts.migrating import AddIndexOnline


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("accounts", "0006_api_tokens"),
        ("projects", "0004_carried_over"),
    ]

    operations = [
        AddIndexOnline(
            model_name="task",
            index=models.Index(fields=["organization", "id"], name="task_of_office"),
        ),
        AddIndexOnline(
            model_name="task",
            index=models.Index(
                fields=["plan", "id"],
                include=("section", "state", "organization", "position", "issued_on", "closed_on"),
                name="task_of_plan",
            ),
        ),
        # The two begin with what these were about.
        migrations.AlterField(
            model_name="task",
            name="organization",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.organization",
            ),
        ),
        migrations.AlterField(
            model_name="task",
            name="plan",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="tasks", to="projects.plan"
            ),
        ),
    ]
