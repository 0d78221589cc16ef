"""Who is going to lose points, and has not been told."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import CharField, Exists, OuterRef, QuerySet, Sum, Value
from django.db.models.functions import Cast, Concat

from voluncity.city.inbox.models import Message
from voluncity.city.people import queries as people
from voluncity.honor.points.models import Lot
from voluncity.kernel.identity import latest_birthday

Row = tuple[int, int, date, int]


def expiry_key(volunteer_id: int, last_day: date) -> str:
    """Return the key of the message that tells somebody once about one day."""
    return f"points:expiring:{volunteer_id}:{last_day}"


def unannounced(today: date, until: date) -> QuerySet[Lot, Row]:
    """Return (account, volunteer, last day, points) of those who were not told, in any order."""
    return _untold(_soon(today, until).filter(volunteer__user__isnull=False), "volunteer__user")


def unannounced_to_guardians(today: date, until: date) -> QuerySet[Lot, Row]:
    """Return (guardian, child, last day, points) for children without an account."""
    guardian = "volunteer__guardians__user"
    children = _soon(today, until).filter(
        volunteer__user=None,
        volunteer__born_on__gt=latest_birthday(people.adult_age(on=today), today),
        **{f"{guardian}__isnull": False},
        volunteer__guardians__withdrawn_at=None,
    )
    return _untold(children, guardian, Value(":"), Cast(guardian, CharField()))


def _soon(today: date, until: date) -> QuerySet[Lot]:
    return Lot.objects.filter(left__gt=0, expires_on__gte=today, expires_on__lte=until)


def _untold(soon: QuerySet[Lot], account: str, *more: Any) -> QuerySet[Lot, Row]:
    """Return rows for each account; `more` ends the key where several hear of one child."""
    key = Concat(
        Value("points:expiring:"),
        Cast("volunteer_id", CharField()),
        Value(":"),
        Cast("expires_on", CharField()),
        *more,
    )
    told = Message.objects.filter(key=OuterRef("message_key"))
    rows = soon.annotate(message_key=key).filter(~Exists(told)).order_by()
    columns = rows.values_list(account, "volunteer", "expires_on")
    found: QuerySet[Lot, Row] = columns.annotate(Sum("left"))
    return found


def expiring(volunteer_id: int, *, until: date) -> list[tuple[date, int]]:
    """Return (last day, points) of what somebody loses until a day, the soonest first."""
    soon = Lot.objects.filter(volunteer_id=volunteer_id, left__gt=0, expires_on__lte=until)
    rows = soon.values_list("expires_on").annotate(Sum("left")).order_by("expires_on")
    return [(day, points) for day, points in rows if day is not None]
