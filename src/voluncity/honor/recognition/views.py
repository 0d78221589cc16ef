"""Leaderboard and stars; certificates have their own module."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localdate
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from voluncity.city.access.marks import public, signed_in, volunteer_only
from voluncity.city.people import queries as people
from voluncity.city.people.asking import user_of
from voluncity.city.people.models import Volunteer
from voluncity.honor.recognition import queries


def _me(request: HttpRequest) -> Volunteer:
    return user_of(request).volunteer


@public
@require_safe
def leaderboard(request: HttpRequest) -> HttpResponse:
    """Lead on to the boards: the address stands on posters and in messages."""
    board = reverse("leaderboards:show")
    is_all_time = request.GET.get("span") == "all"
    return redirect(f"{board}?period=all" if is_all_time else board)


@volunteer_only
@require_safe
def stars(request: HttpRequest) -> HttpResponse:
    """Show a volunteer's stars and the way to the next one."""
    progress = queries.star_progress(_me(request).pk, on=localdate())
    return render(request, "recognition/stars.html", {"progress": progress})


@signed_in
@never_cache
@require_safe
def ward_stars(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a guardian the child's stars and honors."""
    child = people.ward(user_of(request), pk, on=localdate()).volunteer
    progress = queries.star_progress(child.pk, on=localdate())
    return render(request, "recognition/stars.html", {"progress": progress, "child": child})


@volunteer_only
@require_safe
def card_stars(request: HttpRequest) -> HttpResponse:
    """Show the stars on the volunteer's card."""
    return render(
        request, "recognition/stars.html#row", {"count": queries.stars_of(_me(request).pk)}
    )
