"""Lead the catalogue to the activities that are not over yet."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("projects", "0003_edition")]

    operations = [
        migrations.AddIndex(
            model_name="activity",
            index=models.Index(fields=["state", "ends_at"], name="projects_to_come"),
        ),
    ]
