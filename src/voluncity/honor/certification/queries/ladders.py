"""Read the ladders."""

from __future__ import annotations

from datetime import date

from django.db.models import QuerySet

from voluncity.honor.certification.models import Ladder
from voluncity.honor.certification.rules import Rule, rule_of
from voluncity.honor.certification.states import HonorKind


def ladders(kind: str = "") -> QuerySet[Ladder]:
    """Return all ladders, the newest of each kind first."""
    found = Ladder.objects.select_related("category", "set_by").prefetch_related("grades")
    return (found.filter(kind=kind) if kind else found).order_by("kind", "-valid_from")


def ladder_on(kind: str, day: date) -> Ladder | None:
    """Return the ladder of a kind that holds on a day; nothing while none is set."""
    return ladders(kind).filter(valid_from__lte=day).first()


def in_force(day: date) -> list[Ladder]:
    """Return the ladder of each kind that holds on a day."""
    found = (ladder_on(kind, day) for kind in HonorKind.values)
    return [one for one in found if one is not None]


def rule_for(ladder: Ladder) -> Rule:
    """Return what a ladder asks."""
    return rule_of(ladder, ladder.grades.all())
