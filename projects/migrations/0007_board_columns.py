from django.db import migrations, models

from accounts.migrating import AddIndexOnline

# A plan belongs to one office: multiplied as if they were unrelated, the two make a plan of thousands look empty.
STATISTICS = "CREATE STATISTICS task_office_by_plan (dependencies) ON plan_id, organization_id FROM projects_task"


def create(apps, editor):
    if editor.connection.vendor == "postgresql":
        remove(apps, editor)
        editor.execute(STATISTICS)


def remove(apps, editor):
    if editor.connection.vendor == "postgresql":
        editor.execute("DROP STATISTICS IF EXISTS task_office_by_plan")


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("accounts", "0006_api_tokens"),
        ("projects", "0006_list_order"),
    ]

    operations = [
        AddIndexOnline(
            model_name="involvement",
            index=models.Index(
                fields=["organization", "role", "task"],
                include=("department", "post", "from_on", "to_on"),
                name="involved_of_office",
            ),
        ),
        AddIndexOnline(
            model_name="milestonedate",
            index=models.Index(
                condition=models.Q(("kind", "extended"), ("withdrawn_on__isnull", True)),
                fields=["organization", "set_on"],
                include=("milestone",),
                name="dates_put_off",
            ),
        ),
        migrations.RunPython(create, remove),
    ]
