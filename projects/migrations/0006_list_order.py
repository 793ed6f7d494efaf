import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0006_api_tokens'),
        ('projects', '0004_carried_over'),
    ]

    operations = [
        migrations.AlterField(
            model_name='task',
            name='organization',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organization'),
        ),
        migrations.AlterField(
            model_name='task',
            name='plan',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='tasks', to='projects.plan'),
        ),
        migrations.AddIndex(
            model_name='task',
            index=models.Index(fields=['organization', 'id'], name='task_of_office'),
        ),
        migrations.AddIndex(
            model_name='task',
            index=models.Index(fields=['plan', 'id'], name='task_of_plan'),
        ),
    ]
