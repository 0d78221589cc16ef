"""Prove the places: every shift has given away exactly as many as are held."""

from __future__ import annotations

from django.db.models import Count, F, Q

from voluncity.service.projects.models import Shift
from voluncity.service.signups.states import SignupState


def faults(*, limit: int = 20) -> list[str]:
    """Name the shifts whose count of taken places is not that of their sign-ups."""
    held = Count("signups", filter=Q(signups__state=SignupState.PLACED))
    wrong = Shift.objects.annotate(held=held).exclude(taken=F("held")).order_by("pk")
    return [
        f"signups: shift {pk} says {taken} places are taken, {held} are held"
        for pk, taken, held in wrong.values_list("pk", "taken", "held")[:limit]
    ]
