from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tracker", "0022_api")]

    operations = [
        migrations.AddField(model_name="planrules", name="compare_units", field=models.BooleanField(default=False)),
    ]
