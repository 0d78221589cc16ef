"""Drop the index of words that nobody asks: the catalogue finds them in memory (0021).

The column `search_text` stays: the catalogue reads it.
"""

from importlib import import_module

from django.db import migrations

SEARCH = import_module("voluncity.service.projects.migrations.0002_search")


class Migration(migrations.Migration):
    dependencies = [("projects", "0008_archives")]

    operations = [migrations.RunPython(SEARCH.forget, SEARCH.index)]
