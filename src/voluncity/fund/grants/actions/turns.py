"""Say of projects that run whose turn it is, as the work in them says."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from voluncity.fund.grants import queries
from voluncity.fund.grants.models import Funding
from voluncity.fund.grants.rules.turns import first
from voluncity.fund.grants.states import FundingState, Waits

_AT_A_TIME = 500


@transaction.atomic
def look_again(*, ids: Collection[int], at: datetime) -> int:
    """Write down for whom running projects wait, and since when; return how many changed.

    The edition stays: nobody who decides about a project read anything else. Run again it
    changes nothing.
    """
    running = Funding.objects.filter(pk__in=ids, state=FundingState.RUNNING)
    rows = list(running.values_list("pk", "waits_for", "stage_since", "organization"))
    waiting = queries.turns([pk for pk, *_ in rows])
    changed = 0
    for pk, waits_for, stage_since, organization in rows:
        turn = first(waiting[pk])
        who = Waits(turn.who) if turn else Waits.ORGANIZATION if organization else Waits.OFFICE
        since = turn.since if turn else stage_since if waits_for == who else at
        if (who, since) != (waits_for, stage_since):
            same = running.filter(pk=pk, waits_for=waits_for, stage_since=stage_since)
            changed += same.update(waits_for=who, stage_since=since)
    return changed


def look_at_all(*, at: datetime) -> int:
    """Look at every running project; return of how many it was written down wrongly."""
    running = Funding.objects.filter(state=FundingState.RUNNING).order_by("pk")
    ids = list(running.values_list("pk", flat=True))
    parts = [ids[place : place + _AT_A_TIME] for place in range(0, len(ids), _AT_A_TIME)]
    return sum(look_again(ids=part, at=at) for part in parts)
