"""What the pages of comments share."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest

from voluncity.city.people.asking import user_of
from voluncity.city.people.models import User
from voluncity.kernel.text import number_in
from voluncity.voice.comments import queries
from voluncity.voice.comments.forms import CommentForm
from voluncity.voice.comments.models import Comment
from voluncity.voice.comments.rules import Commented

UNPROCESSABLE = 422
ON_A_PAGE = 20


def known_user(request: HttpRequest) -> User | None:
    """Return who asks, or nothing for a stranger."""
    return user_of(request) if request.user.is_authenticated else None


def below_context(
    request: HttpRequest,
    kind: str,
    pk: int,
    on: Commented,
    *,
    form: CommentForm | None = None,
    note: str = "",
    at: datetime,
) -> dict[str, Any]:
    """Return what the part below something shows to this person."""
    me = known_user(request)
    page = Paginator(queries.below(kind, pk, user=me), ON_A_PAGE).get_page(request.GET.get("page"))
    listed: list[Comment] = list(page)
    everything = [*listed, *(answer for one in listed for answer in one.seen_answers)]  # type: ignore[attr-defined]
    return {
        "kind": kind,
        "pk": pk,
        "on": on,
        "page": page,
        "comments": listed,
        "number": queries.number_below(kind, pk),
        "liked": queries.liked_by(me, everything) if me else set(),
        "note": note,
        **_writing(request, me, on, form, (kind, pk), at),
    }


def _writing(
    request: HttpRequest,
    me: User | None,
    on: Commented,
    form: CommentForm | None,
    below: tuple[str, int],
    at: datetime,
) -> dict[str, Any]:
    """Return the form, or why there is none, and which comment is answered."""
    if me is None or not on.is_open:
        return {"form": None, "why_not": None}
    official = queries.official_name(me, on)
    why_not = None if official else queries.why_not(me, at=at)
    wanted = request.GET.get("answers", "")
    if form is not None and form.is_bound:
        wanted = str(form.data.get("answers", ""))
    answered = queries.shown_below(*below, number_in(wanted)) if wanted else None
    if form is None and why_not is None:
        initial = {"answers": answered.pk} if answered else {}
        form = CommentForm(is_official=bool(official), initial=initial)
    return {
        "form": None if why_not else form,
        "why_not": why_not,
        "official": official,
        "answered": answered,
    }
