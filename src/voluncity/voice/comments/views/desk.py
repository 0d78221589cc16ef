"""The desk of moderators: what waits, one comment with its history, and what is decided."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from voluncity.city.access import actions as access
from voluncity.city.access.marks import needs
from voluncity.city.access.permissions import Permission
from voluncity.city.access.queries import has, scope_of
from voluncity.city.people.asking import user_of
from voluncity.city.people.models import User
from voluncity.kernel.refusals import NotFound, WrongState
from voluncity.kernel.text import number_in
from voluncity.voice.comments import actions, queries
from voluncity.voice.comments.forms import BanForm, NothingForm, TakeDownForm
from voluncity.voice.comments.models import Comment
from voluncity.voice.comments.queries import Filters
from voluncity.voice.comments.states import COMMENT_FLOW, CommentState
from voluncity.voice.comments.views.common import UNPROCESSABLE
from voluncity.web.forms import refusals_in
from voluncity.web.paging import LongPaginator

ON_A_PAGE = 30
P, S = Permission, CommentState
Act = Callable[[Comment, forms.Form, User, datetime], object]


@needs(P.COMMENT_MODERATE)
@never_cache
@require_GET
def desk_list(request: HttpRequest) -> HttpResponse:
    """List the comments within reach, what waits first."""
    scope = scope_of(request.user, P.COMMENT_MODERATE)
    task = request.GET.get("task", "waiting")
    filters = Filters(
        task=task if task in dict(queries.TASKS) else "waiting",
        words=request.GET.get("q", "")[:40],
        state=request.GET.get("state", ""),
        by_author_of=number_in(request.GET.get("by")),
    )
    page = LongPaginator(queries.desk_comments(scope, filters), ON_A_PAGE).get_page(
        request.GET.get("page")
    )
    numbers = queries.counts(scope)
    context = {
        "page": page,
        "filters": filters,
        "tasks": [(key, label, numbers.get(key)) for key, label in queries.TASKS],
        "states": S.choices,
        "appeals": queries.open_appeals(scope, at=now()),
        "may_set": has(request.user, P.POLICY_EDIT),
    }
    return render(request, "comments/desk_list.html", context)


@needs(P.COMMENT_MODERATE)
@never_cache
@require_GET
def desk_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one comment with what may be done about it."""
    return _page(request, _fetch(request, pk))


@dataclass(frozen=True)
class Handling:
    """One thing that may be done at the desk, and when."""

    verb: str
    label: str
    form: Callable[..., forms.Form]
    act: Act
    done: str
    is_possible: Callable[[Comment], bool]


def _turn(verb: str) -> Act:
    def act(comment: Comment, _form: forms.Form, by: User, at: datetime) -> object:
        assert comment.opens is not None  # noqa: S101 -- `_is_topic` was asked
        return actions.turn_topic(topic=comment.opens, verb=verb, by=by, at=at)

    return act


def _with_words(
    act: Callable[..., object],
) -> Callable[[Comment, forms.Form, User, datetime], object]:
    return lambda comment, form, by, at: act(comment=comment, by=by, at=at, **form.cleaned_data)


def _topic_is(column: str, *, is_on: bool) -> Callable[[Comment], bool]:
    return lambda one: one.opens is not None and (getattr(one.opens, column) is not None) == is_on


HANDLINGS = {
    one.verb: one
    for one in (
        Handling(
            "approve", "通过并公开", NothingForm, _with_words(actions.approve), "已公开。",
            lambda one: one.state in COMMENT_FLOW.sources("approve"),
        ),
        Handling(
            "keep", "举报不影响，保持现状", NothingForm, _with_words(actions.keep), "已处理举报。",
            lambda one: one.open_reports > 0 and one.state in {S.SHOWN, S.DELETED},
        ),
        Handling(
            "take_down", "不公开", TakeDownForm, _with_words(actions.take_down),
            "已处理，作者会看到原因。", lambda one: one.state in {S.WAITING, S.SHOWN, S.HELD},
        ),
        Handling(
            "ban", "禁止发言一段时间", BanForm, _with_words(actions.ban),
            "已禁言，本人会收到消息。",
            lambda one: not one.is_official,
        ),
        Handling(
            "close", "关闭话题", NothingForm, _turn("close"), "话题已关闭，不再接受回复。",
            _topic_is("closed_at", is_on=False),
        ),
        Handling(
            "reopen", "重新打开话题", NothingForm, _turn("reopen"), "话题已打开。",
            _topic_is("closed_at", is_on=True),
        ),
        Handling(
            "pin", "置顶话题", NothingForm, _turn("pin"), "话题已置顶。",
            _topic_is("pinned_at", is_on=False),
        ),
        Handling(
            "unpin", "取消置顶", NothingForm, _turn("unpin"), "已取消置顶。",
            _topic_is("pinned_at", is_on=True),
        ),
    )
}  # fmt: skip


@needs(P.COMMENT_MODERATE)
@never_cache
@require_POST
def desk_step(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Do one thing about a comment; a form with errors is drawn again."""
    comment, handling = _fetch(request, pk), HANDLINGS.get(verb)
    if handling is None or (verb in actions.TURNS and comment.opens is None):
        raise NotFound("没有这一步，请回到评论页面。")
    if request.POST.get("seen", str(comment.version)) != str(comment.version):
        raise WrongState("这条评论刚刚有了变化，请看过最新的内容再办理。", code="comments.not_seen")
    form = handling.form(request.POST)
    if form.is_valid():
        with refusals_in(form):
            handling.act(comment, form, user_of(request), now())
    if form.errors:
        return _page(request, _fetch(request, pk), bound={verb: form})
    messages.success(request, handling.done)
    if verb in {"approve", "take_down"} and "next" in request.POST:
        return redirect("comments:desk_list")
    return redirect("comments:desk_detail", pk)


def _page(
    request: HttpRequest, comment: Comment, *, bound: dict[str, forms.Form] | None = None
) -> HttpResponse:
    sent = bound or {}
    context: dict[str, Any] = {
        "comment": comment,
        "steps": [
            (one, sent.get(one.verb) or one.form())
            for one in HANDLINGS.values()
            if one.verb in sent or one.is_possible(comment)
        ],
        "formers": comment.formers.all(),
        "reports": comment.reports.all(),
        "behind": queries.behind(comment, scope_of(request.user, P.COMMENT_MODERATE)),
        "ban": queries.live_ban(comment.author_id, at=now()),
        "place": queries.page_of(comment),
    }
    status = UNPROCESSABLE if bound else 200
    return render(request, "comments/desk_detail.html", context, status=status)


def _fetch(request: HttpRequest, pk: int) -> Comment:
    found: Comment = access.fetch(
        request.user, P.COMMENT_MODERATE, queries.detailed(), at=now(), pk=pk
    )
    return found
