"""By which way somebody came to register, read from the address and kept while they log in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from voluncity.city.people import queries
from voluncity.city.people.models import Poster
from voluncity.city.people.states import Channel
from voluncity.web.templatetags.ui import maybe_url

COOKIE = "poster"
KEPT = timedelta(days=7)


@dataclass(frozen=True)
class Way:
    """Channel, who brought this person, and by which poster."""

    channel: str
    organization_id: int | None
    poster_id: int | None


def keep(answer: HttpResponse, poster: Poster) -> None:
    """Remember the poster, also if the newcomer looks around first or comes back tomorrow.

    A cookie and no session: a crowd that scans a poster writes no row for each look.
    """
    answer.set_cookie(
        COOKIE,
        poster.code,
        max_age=KEPT,
        httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
        samesite="Lax",
    )


def poster_of(request: HttpRequest) -> Poster | None:
    """Return the poster of the address, else the one that was scanned before, while in use."""
    return queries.live_poster(request.GET.get("poster") or request.COOKIES.get(COOKIE, ""))


def way_of(request: HttpRequest) -> Way:
    """Return by which way this person came; a mangled address does no harm."""
    poster = poster_of(request)
    if poster is not None:
        return Way(poster.channel, poster.organization_id, poster.pk)
    channel = request.GET.get("channel", "")
    channel = channel if channel in Channel.values else Channel.INTERNET
    return Way(channel, organization_of(request), None)


def organization_of(request: HttpRequest) -> int | None:
    """Return the organization that the address names, if there is such a one."""
    asked = request.GET.get("org", "")
    is_id = asked.isascii() and asked.isdigit() and len(asked) < 10  # noqa: PLR2004 -- an id
    return queries.recruiter(int(asked)) if is_id else None


def join_page(organization_id: int | None) -> str:
    """Return the page on which one asks to join an organization, or nothing."""
    return maybe_url("orgs:join", organization_id) if organization_id else ""


def on_from(poster: Poster | None) -> str:
    """Return where somebody goes on who is a volunteer already."""
    return join_page(poster.organization_id if poster else None) or reverse("people:me")
