"""What the pages of points share: who asks, and where a line leads."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

from voluncity.city.people.asking import user_of
from voluncity.city.people.models import Volunteer
from voluncity.honor.points.queries.statement import Line
from voluncity.kernel.text import number_in

UNPROCESSABLE = 422
# "record:12" → the page that explains it, for its own person and for the desk.
_OWN = {
    "record": "hours:receipt",
    "wish": "wishes:one",
    "reward": "rewards:one",
}
_DESK = {
    "record": "hours:desk_record",
    "wish": "wishes:desk_detail",
    "reward": "rewards:desk_offer",
    "adjustment": "points:desk_adjustment",
}


def volunteer_of(request: HttpRequest) -> Volunteer:
    """Return the volunteer who asks, on pages for volunteers."""
    return user_of(request).volunteer


def link(source: str, *, is_desk: bool) -> str:
    """Return the page of what a source names; nothing where there is none."""
    kind, _, number = source.partition(":")
    if kind == "star" and not is_desk:
        return reverse("recognition:stars")
    name, pk = (_DESK if is_desk else _OWN).get(kind, ""), number_in(number)
    if not name or pk is None:
        return ""
    try:
        return reverse(name, args=[pk])
    except NoReverseMatch:
        return ""


def drawn(lines: list[Line], *, is_desk: bool) -> list[dict[str, Any]]:
    """Return lines with where they lead."""
    return [{"line": one, "url": link(one.source, is_desk=is_desk)} for one in lines]
