import django.db.models.deletion
import tracker.choices
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("tracker", "0017_search"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name="delivery",
            name="state",
            field=models.CharField(
                choices=[
                    ("ready", "ready"),
                    ("sending", "sending"),
                    ("sent", "sent"),
                    ("retry", "retry"),
                    ("failed", "failed"),
                    ("unknown", "unknown"),
                    ("cancelled", "cancelled"),
                    ("held", "held"),
                ],
                default=tracker.choices.DeliveryState["READY"],
                max_length=16,
            ),
        ),
        migrations.CreateModel(
            name="Pause",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "reason",
                    models.CharField(
                        choices=[("back", "back"), ("ahead", "ahead"), ("restored", "restored")], max_length=16
                    ),
                ),
                ("paused_at", models.DateTimeField()),
                ("seen_at", models.DateTimeField()),
                ("gathered_at", models.DateTimeField(blank=True, null=True)),
                ("released_at", models.DateTimeField(blank=True, null=True)),
                ("released_name", models.CharField(blank=True, max_length=200)),
                ("word", models.TextField(blank=True)),
                (
                    "released_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ClockState",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("installation", models.UUIDField(unique=True)),
                ("counter", models.PositiveBigIntegerField(default=0)),
                ("epoch", models.PositiveIntegerField(default=0)),
                ("seen_at", models.DateTimeField()),
                ("canary_sent", models.PositiveBigIntegerField(default=0)),
                ("canary_taken", models.PositiveBigIntegerField(default=0)),
                ("canary_taken_at", models.DateTimeField(blank=True, null=True)),
                (
                    "pause",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tracker.pause",
                    ),
                ),
            ],
        ),
    ]
