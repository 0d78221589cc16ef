"""Load the organizations that the city's notices name."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

from django.db import transaction

from voluncity.city.orgs.models import Organization
from voluncity.city.orgs.states import Kind, OrgState
from voluncity.city.regions import queries as regions

_FILE = Path(__file__).parents[1] / "data" / "lead_units.json"
# The Taiyuan notice on project-based volunteer service is of 25 June 2018 (seed T18).
_NOTICE_OF = datetime(2018, 6, 24, 16, 0, tzinfo=UTC)

OFFICE_KEY, FEDERATION_KEY = "city-office", "federation"


@transaction.atomic
def load_lead_units() -> int:
    """Make the city office, the federation and the lead units stand in the tree, each once.

    Names that the office changed later stay. Return how many organizations the files name.
    """
    city = regions.city().name
    office = _standing(OFFICE_KEY, f"{city}文明办", Kind.OFFICE, None)
    _standing(FEDERATION_KEY, f"{city}志愿服务联合会", Kind.FEDERATION, office)
    units = json.loads(_FILE.read_text(encoding="utf-8"))
    for unit in units:
        _standing(unit["key"], unit["name"], Kind.LEAD_UNIT, office)
    return len(units) + 2


def _standing(key: str, name: str, kind: Kind, parent: Organization | None) -> Organization:
    organization, is_new = Organization.objects.get_or_create(
        key=key,
        defaults={
            "name": name,
            "kind": kind,
            "parent": parent,
            "region": regions.city(),
            "state": OrgState.ACTIVE,
            "applied_at": _NOTICE_OF,
        },
    )
    if is_new:
        organization.path = f"{parent.path if parent else '/'}{organization.pk}/"
        organization.save(update_fields=["path"])
    return organization
