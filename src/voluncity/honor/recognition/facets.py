"""What recognition adds to the register of volunteers: how many stars somebody has."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import Exists, Max, OuterRef, Q

from voluncity.city.registers.rules import Facet
from voluncity.honor.recognition.models import StarAward

_NONE = "0"
_NAMES = {1: "一星", 2: "二星", 3: "三星", 4: "四星", 5: "五星"}


def wanted(value: str) -> Q:
    """Return who has just so many stars."""
    live = StarAward.objects.filter(withdrawn_at=None)
    own = live.filter(volunteer=OuterRef("pk"))
    if value == _NONE:
        return ~Q(Exists(own))
    # The reached as a set: few have many stars, and one look at everybody would not end.
    reached = live.filter(stars=int(value)).values("volunteer")
    return Q(pk__in=reached) & ~Q(Exists(own.filter(stars__gt=int(value))))


def values(volunteer_ids: Collection[int]) -> dict[int, str]:
    """Return the stars of these volunteers in words; nothing of who has none."""
    live = StarAward.objects.filter(volunteer__in=volunteer_ids, withdrawn_at=None)
    best = live.values_list("volunteer").annotate(best=Max("stars"))
    return {pk: _NAMES[stars] for pk, stars in best}


STARS = Facet(
    register="volunteers",
    key="stars",
    label="星级",
    choices=((_NONE, "未评星"), *((str(stars), name) for stars, name in _NAMES.items())),
    wanted=wanted,
    values=values,
)
