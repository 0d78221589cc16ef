"""Classes for everybody: the list, one class with its chapters, one chapter."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import now
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from voluncity.city.access.marks import public
from voluncity.city.people.models import User
from voluncity.voice.classes import actions, queries
from voluncity.voice.classes.models import Page, Revision
from voluncity.voice.classes.queries import Standing
from voluncity.voice.classes.states import Theme
from voluncity.voice.classes.views.common import known_user

ON_A_PAGE = 20
QUERY_MOST = 40


@public
@require_GET
def list_(request: HttpRequest) -> HttpResponse:
    """List the classes by theme and length; first where one stopped."""
    theme, words = request.GET.get("theme", ""), request.GET.get("q", "")[:QUERY_MOST]
    longest = next(
        (minutes for minutes, _ in queries.LENGTHS if str(minutes) == request.GET.get("most")), 0
    )
    page = Paginator(queries.listed(theme=theme, words=words, longest=longest), ON_A_PAGE).get_page(
        request.GET.get("page")
    )
    context = {
        "page": page,
        "themes": Theme.choices,
        "lengths": queries.LENGTHS,
        "theme": theme if theme in Theme.values else "",
        "words": words,
        "longest": longest,
        "last": _last(known_user(request)),
    }
    return render(request, "classes/list.html", context)


def _last(user: User | None) -> dict[str, Any] | None:
    """Return where somebody stopped in a class that is not finished."""
    progress = queries.progress_of(user).filter(finished_at=None).first() if user else None
    revision = (
        queries.live().filter(micro_class=progress.micro_class_id).first() if progress else None
    )
    if progress is None or revision is None:
        return None
    page = revision.pages.filter(chapter=progress.chapter_id).first()
    return {"revision": revision, "page": page, "at": progress.last_at}


@public
@never_cache
@require_GET
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one class: what it teaches, its chapters, how far one is."""
    revision = queries.live_of(pk)
    pages = queries.pages_of(revision)
    standing = _standing(request, revision, pages)
    context = {
        "revision": revision,
        "rows": [(page, _state(standing, page)) for page in pages],
        "minutes": sum(page.minutes for page in pages),
        "standing": standing,
        "questions": revision.questions.count(),
        "next": _next(standing, pages),
        "figures": queries.figures([pk]).get(pk),
    }
    return render(request, "classes/show.html", context)


def _standing(request: HttpRequest, revision: Revision, pages: list[Page]) -> Standing | None:
    me = known_user(request)
    return queries.standing(me, revision, pages, at=now()) if me else None


def _state(standing: Standing | None, page: Page) -> str:
    if standing is None or page.chapter_id not in standing.readings:
        return ""
    return "done" if standing.is_done(page) else "begun"


def _next(standing: Standing | None, pages: list[Page]) -> Page | None:
    """Return the first chapter that is not read yet."""
    if standing is None:
        return pages[0] if pages else None
    return next((page for page in pages if not standing.is_done(page)), None)


@public
@never_cache
@require_GET
def chapter(request: HttpRequest, pk: int, chapter_pk: int) -> HttpResponse:
    """Show one chapter; who is logged in has its clock beside it."""
    revision = queries.live_of(pk)
    wanted = actions.page_of(revision, chapter_pk)
    pages = queries.pages_of(revision)
    place = next(number for number, one in enumerate(pages) if one.pk == wanted.pk)
    standing = _standing(request, revision, pages)
    page = pages[place]
    reading = standing.readings.get(page.chapter_id) if standing else None
    context = {
        "revision": revision,
        "page": page,
        "number": place + 1,
        "count": len(pages),
        "before": pages[place - 1] if place else None,
        "behind": pages[place + 1] if place + 1 < len(pages) else None,
        "standing": standing,
        "questions": revision.questions.exists(),
        **clock_context(page, reading),
    }
    return render(request, "classes/chapter.html", context)


def clock_context(page: Page, reading: Any) -> dict[str, Any]:
    """Return what the clock of a chapter shows."""
    seconds = reading.seconds if reading else 0
    return {
        "reading": reading,
        "seconds": seconds,
        "missing": max(0, page.least_seconds - seconds),
        "is_done": bool(reading and reading.done_at),
    }
