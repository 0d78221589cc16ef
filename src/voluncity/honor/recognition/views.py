"""Leaderboard and stars; certificates have their own module."""

from __future__ import annotations

from typing import cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import localdate, now
from django.views.decorators.http import require_safe

from voluncity.city.access.marks import public, volunteer_only
from voluncity.city.people.models import User, Volunteer
from voluncity.honor.recognition import queries


def _me(request: HttpRequest) -> Volunteer:
    return cast(User, request.user).volunteer


@public
@require_safe
def leaderboard(request: HttpRequest) -> HttpResponse:
    """Show the first places of this month or of all time, and the viewer's own place."""
    span = "all" if request.GET.get("span") == "all" else "month"
    month = queries.ALL_TIME if span == "all" else f"{localdate():%Y-%m}"
    viewer = getattr(request.user, "volunteer_or_none", None)
    board, mine = queries.board(month=month, viewer=viewer, at=now())
    context = {
        "span": span,
        "places": board.places,
        "mine": mine,
        "counted_at": board.counted_at,
    }
    return render(request, "recognition/leaderboard.html", context)


@volunteer_only
@require_safe
def stars(request: HttpRequest) -> HttpResponse:
    """Show a volunteer's stars and the way to the next one."""
    progress = queries.star_progress(_me(request).pk, on=localdate())
    return render(request, "recognition/stars.html", {"progress": progress})


@volunteer_only
@require_safe
def card_stars(request: HttpRequest) -> HttpResponse:
    """Show the stars on the volunteer's card."""
    return render(
        request, "recognition/stars.html#row", {"count": queries.stars_of(_me(request).pk)}
    )
