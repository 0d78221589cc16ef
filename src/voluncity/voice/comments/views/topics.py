"""The board 学习交流: topics that volunteers open."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from voluncity.city.access.marks import public, signed_in
from voluncity.city.access.permissions import Permission
from voluncity.city.access.queries import may
from voluncity.city.people.asking import user_of
from voluncity.kernel.refusals import NotFound
from voluncity.voice.comments import actions, queries
from voluncity.voice.comments.forms import TopicForm
from voluncity.voice.comments.models import Comment
from voluncity.voice.comments.rules import TOPIC, Commented
from voluncity.voice.comments.states import ASKING, CommentState, Theme
from voluncity.voice.comments.views.common import (
    ON_A_PAGE,
    UNPROCESSABLE,
    below_context,
    known_user,
)
from voluncity.web.forms import refusals_in

QUERY_MOST = 40


@public
@require_GET
def board(request: HttpRequest) -> HttpResponse:
    """List the topics, the pinned ones first, then by the newest answer."""
    theme, words = request.GET.get("theme", ""), request.GET.get("q", "")[:QUERY_MOST]
    page = Paginator(queries.topics(theme=theme, words=words), ON_A_PAGE).get_page(
        request.GET.get("page")
    )
    context = {
        "page": page,
        "rows": queries.with_numbers(list(page)),
        "themes": Theme.choices,
        "theme": theme if theme in Theme.values else "",
        "words": words,
    }
    return render(request, "comments/board.html", context)


@signed_in
@never_cache
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Open a topic."""
    me, at = user_of(request), now()
    why_not = queries.why_not(me, at=at)
    wanted = request.GET.get("theme", "")
    initial = {"theme": wanted} if wanted in Theme.values else {}
    form = TopicForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_bound and form.is_valid():
        with refusals_in(form):
            topic = actions.open_topic(
                theme=form.cleaned_data["theme"], title=form.cleaned_data["title"],
                said=form.said(), by=me, at=at,
            )  # fmt: skip
        if not form.errors:
            is_shown = topic.opening.state == CommentState.SHOWN
            messages.success(request, "话题已发布。" if is_shown else "话题已提交，审核后公开。")
            return redirect("comments:topic", topic.pk)
    status = UNPROCESSABLE if form.errors else 200
    context = {"form": form, "why_not": why_not}
    return render(request, "comments/new.html", context, status=status)


@public
@never_cache
@require_GET
def topic(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one topic with its answers."""
    me, at = known_user(request), now()
    found = queries.topic(pk, user=me)
    if found is None:
        raise NotFound("没有找到这个话题，或者它已经不公开了。请回到话题列表看看。")
    opening = found.opening
    is_shown = opening.state == CommentState.SHOWN
    on = Commented(
        title=found.title, url=request.path, region_path=opening.region_path,
        is_open=is_shown and found.closed_at is None,
    )  # fmt: skip
    is_mine = me is not None and opening.author_id == me.pk
    context = {
        "topic": found,
        "opening": opening,
        "is_shown": is_shown,
        "is_liked": me is not None and bool(queries.liked_by(me, [opening])),
        "is_mine": is_mine,
        "may_accept": is_mine and found.theme in ASKING and is_shown,
        "may_edit": is_mine and actions.may_edit(opening, at=at),
        "may_moderate": me is not None
        and may(me, Permission.COMMENT_MODERATE, Comment.objects.all(), pk=opening.pk),
        **below_context(request, TOPIC, pk, on, at=at),
    }
    return render(request, "comments/topic.html", context)


@signed_in
@require_POST
def accept(request: HttpRequest, pk: int, comment_pk: int) -> HttpResponse:
    """Say which answer helped."""
    found = actions.accept_answer(topic_id=pk, comment_id=comment_pk, by=user_of(request), at=now())
    messages.success(request, "已采纳这个回答。" if found.accepted_id else "已取消采纳。")
    return redirect("comments:topic", pk)
