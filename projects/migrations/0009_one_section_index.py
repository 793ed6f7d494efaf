from django.db import migrations


class Migration(migrations.Migration):
    """The foreign key has an index of its own; a second one beside it was only written."""

    dependencies = [("projects", "0008_handing_down")]

    operations = [migrations.RemoveIndex(model_name="task", name="task_by_section")]
