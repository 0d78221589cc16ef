"""Load the 26 lines of the Taiyuan notice (seed T18)."""

from __future__ import annotations

import json
from importlib.resources import files

from django.db import transaction

from voluncity.city.orgs.models import Organization
from voluncity.service.projects.models import Line


@transaction.atomic
def load_lines() -> int:
    """Write the lines and the units that lead them as the data file says; return how many.

    Units that are not in the database (another city's) are left out.
    """
    text = files("voluncity.service.projects").joinpath("data/lines.json").read_text("utf-8")
    rows = json.loads(text)
    for row in rows:
        line, _ = Line.objects.update_or_create(number=row["no"], defaults={"name": row["name"]})
        line.lead_units.set(Organization.objects.filter(key__in=row["lead_units"]))
    return len(rows)
