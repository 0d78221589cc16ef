"""What the slices above say about one funded project."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string

from voluncity.city.people.models import User
from voluncity.fund.grants.models import Funding
from voluncity.fund.grants.rules.sections import Section, Side


def sections(funding: Funding, side: Side, user: User, at: datetime) -> list[Section]:
    """Return the parts of the page that lie with the slices above."""
    return [
        section
        for name in settings.VOLUNCITY_FUNDING_SECTIONS
        for section in _named(name)(funding, side, user, at)
    ]


def floors(funding: Funding) -> dict[int, int]:
    """Return line → fen below which a change may not cut it: what was spent there already."""
    found: dict[int, int] = {}
    for name in settings.VOLUNCITY_FUNDING_FLOORS:
        for line_id, fen in _named(name)(funding).items():
            found[line_id] = max(fen, found.get(line_id, 0))
    return found


def _named(name: str) -> Any:
    return import_string(name)
