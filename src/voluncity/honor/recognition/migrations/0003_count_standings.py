"""Count for the first time who stands where on the leaderboard."""

from django.db import migrations

AGREED = """
    SELECT c.volunteer_id FROM people_consent c JOIN people_volunteer v ON v.id = c.volunteer_id
    WHERE c.purpose = 'ranking' AND c.withdrawn_at IS NULL AND v.closed_at IS NULL
"""
COUNT = (
    f"UPDATE recognition_total SET is_shown = TRUE WHERE volunteer_id IN ({AGREED})",
    "INSERT INTO recognition_standing (month, minutes, people) "
    "SELECT month, minutes, COUNT(*) FROM recognition_total "
    "WHERE is_shown AND minutes > 0 GROUP BY month, minutes",
)


class Migration(migrations.Migration):
    dependencies = [("people", "0001_initial"), ("recognition", "0002_standing")]

    operations = [migrations.RunSQL(list(COUNT), reverse_sql=migrations.RunSQL.noop)]
