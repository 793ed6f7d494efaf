"""Webhooks: several an organization, and a queue that history fills in the transaction that writes it."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

POSTGRES = (
    """
CREATE FUNCTION queue_events() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
INSERT INTO tracker_eventdue (organization_id, source, source_id)
SELECT written.organization_id, 'history', written.id FROM written
WHERE (written.action LIKE 'task.%' OR written.action IN ('report.submitted', 'report.replaced', 'report.accepted', 'report.returned')) AND EXISTS (
SELECT 1 FROM tracker_outlet
WHERE organization_id = written.organization_id AND channel = 'webhook' AND active);
RETURN NULL; END $$
""",
    """
CREATE TRIGGER history_queues_events AFTER INSERT ON accounts_historyentry
REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION queue_events()
""",
)
# It names no table that may ever be rebuilt: SQLite refuses to rename a table that a trigger of another one names.
SQLITE = (
    """
CREATE TRIGGER history_queues_events AFTER INSERT ON accounts_historyentry
WHEN NEW.action LIKE 'task.%' OR NEW.action IN ('report.submitted', 'report.replaced', 'report.accepted', 'report.returned')
BEGIN INSERT INTO tracker_eventdue (organization_id, source, source_id)
VALUES (NEW.organization_id, 'history', NEW.id); END
""",
)


def install(_apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    with editor.connection.cursor() as cursor:
        for statement in SQLITE if editor.connection.vendor == "sqlite" else POSTGRES:
            cursor.execute(statement)


def remove(_apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    with editor.connection.cursor() as cursor:
        if editor.connection.vendor == "sqlite":
            cursor.execute("DROP TRIGGER IF EXISTS history_queues_events")
        else:
            cursor.execute("DROP TRIGGER IF EXISTS history_queues_events ON accounts_historyentry")
            cursor.execute("DROP FUNCTION IF EXISTS queue_events()")


CHANNELS = (
    "inbox",
    "mail",
    "wecom_robot",
    "dingtalk_robot",
    "feishu_robot",
    "wecom_app",
    "dingtalk_app",
    "feishu_app",
    "sms",
    "webhook",
)
NAMED = ("channelpreference", "delivery", "deliveryitem", "outlet", "personaddress")


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0006_api_tokens"),
        ("tracker", "0027_last_lights"),
    ]

    operations = [
        migrations.RemoveConstraint(model_name="outlet", name="active_gateway_once"),
        migrations.AddConstraint(
            model_name="outlet",
            constraint=models.UniqueConstraint(
                condition=models.Q(
                    ("active", True), ("department__isnull", True), models.Q(("channel", "webhook"), _negated=True)
                ),
                fields=("organization", "channel"),
                name="active_gateway_once",
            ),
        ),
        migrations.CreateModel(
            name="EventDue",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "source",
                    models.CharField(
                        choices=[("history", "history"), ("light", "light"), ("delivery", "delivery")], max_length=16
                    ),
                ),
                ("source_id", models.BigIntegerField()),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organization"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("source", "source_id"), name="event_due_once")],
            },
        ),
        *(
            migrations.AlterField(
                model_name=model,
                name="channel",
                field=models.CharField(choices=[(each, each) for each in CHANNELS], max_length=16),
            )
            for model in NAMED
        ),
        migrations.RunPython(install, remove),
    ]
