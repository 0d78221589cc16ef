"""What waits in projects that run, here and in the slices above."""

from __future__ import annotations

from collections.abc import Collection

from django.conf import settings
from django.utils.module_loading import import_string

from voluncity.fund.grants.models import Change
from voluncity.fund.grants.rules.turns import Turn
from voluncity.fund.grants.states import ChangeState, Waits


def turns(ids: Collection[int]) -> dict[int, list[Turn]]:
    """Return project → what waits in it, the oldest first (one question for each kind of work)."""
    found: dict[int, list[Turn]] = {pk: [] for pk in ids}
    for source in (_changes, *map(import_string, settings.VOLUNCITY_FUNDING_TURNS)):
        for pk, turn in source(ids):
            found[pk].append(turn)
    return {pk: sorted(rows, key=lambda one: one.since) for pk, rows in found.items()}


def _changes(ids: Collection[int]) -> list[tuple[int, Turn]]:
    asked = Change.objects.filter(funding__in=ids, state=ChangeState.ASKED).order_by()
    return [
        (pk, Turn(Waits.OFFICE, since, "审核变更申请"))
        for pk, since in asked.values_list("funding", "asked_at")
    ]
