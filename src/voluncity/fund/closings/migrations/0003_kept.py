"""After the closing nothing of it is deleted.

SQLite forgets triggers when Django remakes a table: a later migration that alters one of these
tables must run this step again.
"""

from django.db import migrations

from voluncity.fund.closings.closed import keep, let_go


class Migration(migrations.Migration):
    dependencies = [("closings", "0002_frozen")]

    operations = [migrations.RunPython(keep, let_go)]
