"""What was handed in, found, given and settled is never changed; after the closing nothing is.

SQLite forgets triggers when Django remakes a table: a later migration that alters one of these
tables must run this step again.
"""

from django.db import migrations

from voluncity.city.journal.append_only import install, remove
from voluncity.fund.closings.closed import freeze, thaw

# Table → columns that are never changed.
WRITTEN_ONCE = {
    "closings_submission": [
        "id", "closing_id", "number", "content", "paid_fen", "spent_fen", "served", "minutes", "made_at",
        "made_by_id",
    ],
    "closings_return": ["id", "submission_id", "words", "remarks", "made_at", "made_by_id"],
    "closings_finding": ["id", "visit_id", "item_id", "verdict", "note"],
    "closings_mark": ["id", "scorer_id", "item_id", "points"],
    "closings_result": [
        "id", "closing_id", "number", "score", "level", "words", "object_until", "made_at",
        "made_by_id",
    ],
    "closings_settlement": [
        "id", "funding_id", "paid_fen", "spent_fen", "own_fen", "returned_fen", "remainder_fen",
        "released_fen", "resolution_id", "words", "made_at", "made_by_id",
    ],
    "closings_addendum": ["id", "handle", "closing_id", "number", "words", "made_at", "made_by_id"],
}  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [("closings", "0001_initial")]

    operations = [
        *(
            migrations.RunPython(install(table, frozen=columns), remove(table))
            for table, columns in WRITTEN_ONCE.items()
        ),
        migrations.RunPython(freeze, thaw),
    ]
