"""Let the worker make the scores of everybody who agreed to be ranked before there were any."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("leaderboards", "0001_initial")]

    operations = [
        migrations.RunSQL(
            "INSERT INTO leaderboards_building (id, position) VALUES (1, 0)",
            reverse_sql="DELETE FROM leaderboards_building",
        )
    ]
