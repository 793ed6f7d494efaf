from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0006_api_tokens"), ("projects", "0009_one_section_index")]

    operations = [
        migrations.AddField(
            model_name="plan", name="token", field=models.CharField(blank=True, max_length=64, null=True)
        ),
        migrations.AddConstraint(
            model_name="plan",
            constraint=models.UniqueConstraint(fields=("organization", "token"), name="plan_made_once"),
        ),
    ]
