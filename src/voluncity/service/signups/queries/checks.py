"""Prove the places: every shift has given away exactly as many as are held."""

from __future__ import annotations

from itertools import islice

from django.db.models import Count, Q

from voluncity.city.journal.wrong_rows import wrong_ids
from voluncity.service.projects.models import Shift
from voluncity.service.signups.states import HOLDING

# Counted before they are joined: joined first, millions of sign-ups carried their shift along.
_WRONG_SHIFT = """
    FROM projects_shift s
    LEFT JOIN (
        SELECT shift_id, COUNT(*) AS number FROM signups_signup
        WHERE state IN (%s, %s) GROUP BY shift_id
    ) held ON held.shift_id = s.id
    WHERE s.taken <> COALESCE(held.number, 0)
"""


def faults(*, limit: int = 20) -> list[str]:
    """Name the shifts whose count of taken places is not that of their sign-ups."""
    states = sorted(state.value for state in HOLDING)
    ids = list(islice(wrong_ids("s.id", _WRONG_SHIFT, states), limit))
    held = Count("signups", filter=Q(signups__state__in=HOLDING))
    wrong = Shift.objects.filter(pk__in=ids).annotate(held=held).order_by("pk")
    return [
        f"signups: shift {pk} says {taken} places are taken, {held} are held"
        for pk, taken, held in wrong.values_list("pk", "taken", "held")
    ]
