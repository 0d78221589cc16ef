from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("hours", "0003_suspensions")]

    operations = [
        migrations.AddField(
            "servicerecord",
            "break_minutes",
            models.PositiveIntegerField("离开（分钟）", default=0, db_default=0),
        )
    ]
