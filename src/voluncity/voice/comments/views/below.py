"""What stands below an article, a class, a topic …: read it, write, like."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from voluncity.city.access.marks import public, signed_in, volunteer_only
from voluncity.city.people.asking import user_of
from voluncity.voice.comments import actions, queries
from voluncity.voice.comments.forms import CommentForm
from voluncity.voice.comments.states import CommentState
from voluncity.voice.comments.views.common import UNPROCESSABLE, below_context
from voluncity.web.forms import refusals_in

WAITS = "已提交，审核后公开。"
SAID = "已发表。"


@public
@never_cache
@require_GET
def of(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """Show the comments below something: as a part of its page, or as a page."""
    context = below_context(request, kind, pk, queries.subject(kind, pk), at=now())
    return render(request, _template(request), context)


@signed_in
@require_POST
def write(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """Say something; the part is drawn anew."""
    on, me, at, note = queries.subject(kind, pk), user_of(request), now(), ""
    is_official = bool(queries.official_name(me, on))
    form: CommentForm | None = CommentForm(request.POST, is_official=is_official)
    assert form is not None  # noqa: S101 -- for the type; below it may become a new one
    if form.is_valid():
        with refusals_in(form):
            made = actions.write_comment(kind=kind, pk=pk, said=form.said(), by=me, at=at)
            note = WAITS if made.state == CommentState.WAITING else SAID
    status = UNPROCESSABLE if form.errors else 200
    if not form.errors:
        if not request.htmx:  # type: ignore[attr-defined]
            messages.success(request, note)
            return redirect("comments:of", kind, pk)
        form = None
    context = below_context(request, kind, pk, on, form=form, note=note, at=at)
    return render(request, _template(request), context, status=status)


@volunteer_only
@require_POST
def like(request: HttpRequest, pk: int) -> HttpResponse:
    """Like a comment, or stop liking it."""
    me = user_of(request)
    comment = actions.like(comment_id=pk, by=me, at=now())
    if not request.htmx:  # type: ignore[attr-defined]
        return redirect("comments:of", comment.kind, comment.subject_id)
    is_liked = bool(queries.liked_by(me, [comment]))
    return render(request, "comments/like.html", {"comment": comment, "is_liked": is_liked})


def _template(request: HttpRequest) -> str:
    is_part = request.htmx and not request.htmx.boosted  # type: ignore[attr-defined]
    return "comments/below.html" if is_part else "comments/of.html"
