"""Ways into the record by day, and into its small parts: what is held, what was stopped, what is still open."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tracker", "0010_clock_state")]

    operations = [
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(
                condition=models.Q(("state__in", ["sent", "cancelled"]), _negated=True),
                fields=["organization", "state", "-id"],
                name="delivery_open",
            ),
        ),
        migrations.AddIndex(
            model_name="reminder",
            index=models.Index(condition=models.Q(("state", "held")), fields=["tell_at"], name="reminder_held"),
        ),
        migrations.AddIndex(
            model_name="reminder",
            index=models.Index(fields=["organization", "tell_at"], name="reminder_by_day"),
        ),
        migrations.AddIndex(
            model_name="reminder",
            index=models.Index(
                condition=models.Q(("state__in", ["cancelled", "superseded", "suppressed"])),
                fields=["organization", "-id"],
                name="reminder_stopped",
            ),
        ),
    ]
