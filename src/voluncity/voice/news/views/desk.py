"""The desk: articles within reach, one of them with what may be done, versions side by side."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from voluncity.city.access.marks import needs
from voluncity.city.access.permissions import Permission
from voluncity.city.access.queries import has, may
from voluncity.city.people.asking import user_of
from voluncity.city.people.models import User
from voluncity.kernel.refusals import NotFound, WrongState
from voluncity.voice.news import actions, queries, rules
from voluncity.voice.news.forms import NothingForm, PinForm, PlanForm, WordsForm
from voluncity.voice.news.models import Article, Version
from voluncity.voice.news.states import (
    ARTICLE_FLOW,
    KINDS,
    LABELS,
    WRITABLE,
    ArticleState,
    Section,
)
from voluncity.voice.news.views.common import UNPROCESSABLE, fetch, fetch_to_see
from voluncity.web import richtext
from voluncity.web.forms import refusals_in
from voluncity.web.paging import LongPaginator

ON_A_PAGE = 30
P, S = Permission, ArticleState


@needs(P.NEWS_EDIT, P.NEWS_REVIEW)
@require_GET
def desk_list(request: HttpRequest) -> HttpResponse:
    """List the articles within reach, those changed last first."""
    asked = {name: request.GET.get(name, "")[:60] for name in ("state", "kind", "words")}
    is_whole = request.GET.get("section") == "all"  # what waits for a reviewer, of both
    section = None if is_whole else Section.NEWS
    found = queries.found_at_desk(queries.reach(request.user), section=section, **asked)
    context = {
        "page": LongPaginator(found, ON_A_PAGE).get_page(request.GET.get("page")),
        "asked": asked,
        "is_whole": is_whole,
        "states": [("public", "读者看得到的"), *S.choices],
        "kinds": [(one.value, one.label) for one in KINDS[Section.NEWS]],
        "may_write": has(request.user, P.NEWS_EDIT),
    }
    return render(request, "news/desk_list.html", context)


@needs(P.NEWS_EDIT, P.NEWS_REVIEW)
@never_cache
@require_GET
def desk_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one article with its versions and what may be done about it."""
    return _page(request, fetch_to_see(request, pk))


@needs(P.NEWS_EDIT, P.NEWS_REVIEW)
@never_cache
@require_GET
def desk_preview(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the working copy as readers would see it."""
    article = fetch_to_see(request, pk)
    context = {
        "article": article,
        "version": Version(
            title=article.title or "（还没有标题）", body=article.body, source=article.source,
            tags=article.tags, cover=article.cover, video=article.video, kind=article.kind,
            correction=article.correction,
        ),
        "site": settings.VOLUNCITY_PUBLIC_URL,
        "is_preview": True,
    }  # fmt: skip
    return render(request, "news/article.html", context)


@needs(P.NEWS_EDIT, P.NEWS_REVIEW)
@never_cache
@require_GET
def desk_version(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Show one version, and what it changed beside the one before."""
    article = fetch_to_see(request, pk)
    versions = article.versions.select_related("made_by", "reviewed_by")
    version = versions.filter(number=number).first()
    if version is None:
        raise NotFound("没有这一版，请回到稿件页面。")
    before = versions.filter(number__lt=number).order_by("-number").first()
    context = {
        "article": article,
        "version": version,
        "before": before,
        "changes": _changes(before, version) if before else [],
    }
    return render(request, "news/desk_version.html", context)


def _changes(before: Version, after: Version) -> list[tuple[str, list[list[rules.Piece]]]]:
    pairs = (
        ("标题", before.title, after.title),
        ("摘要", before.summary, after.summary),
        ("来源", before.source, after.source),
        ("标签", before.tags.strip(), after.tags.strip()),
        ("图片", _picture_lines(before), _picture_lines(after)),
        ("正文", richtext.plain(before.body), richtext.plain(after.body)),
    )
    found = [(label, rules.differences(old, new)) for label, old, new in pairs]
    return [(label, lines) for label, lines in found if lines]


def _picture_lines(version: Version) -> str:
    return "\n".join(block.alt for block in richtext.blocks_of(version.body) if block.address)


# -- What is done ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Handling:
    """One thing that may be done at the desk, by whom, and when."""

    verb: str
    label: str
    permission: Permission
    form: Callable[..., forms.Form]
    act: Callable[[Article, Any, User, datetime], object]
    done: str
    is_possible: Callable[[Article], bool]


def _words(label: str, hint: str = "") -> Callable[..., forms.Form]:
    return lambda *sent: WordsForm(*sent, label=label, hint=hint)


def _in_flow(verb: str) -> Callable[[Article], bool]:
    return lambda article: article.state in ARTICLE_FLOW.sources(verb)


def _is_out(article: Article) -> bool:
    return article.public_id is not None


def _plainly(act: Callable[..., object]) -> Callable[[Article, Any, User, datetime], object]:
    return lambda article, form, by, at: act(article=article, by=by, at=at, **form.cleaned_data)


HANDLINGS = {
    one.verb: one
    for one in (
        Handling(
            "approve", "审核通过", P.NEWS_REVIEW, PlanForm,
            lambda article, form, by, at: actions.approve_article(
                article=article, plan=form.plan(), by=by, at=at
            ),
            "已通过。", _in_flow("approve"),
        ),
        Handling(
            "send-back", "退回修改", P.NEWS_REVIEW, _words("修改意见", "作者看得到。"),
            _plainly(actions.send_back_article), "已退回作者修改。", _in_flow("send_back"),
        ),
        Handling(
            "submit", "提交审核", P.NEWS_EDIT, NothingForm, _plainly(actions.submit_article),
            "已提交，等待另一位同事审核。", _in_flow("submit"),
        ),
        Handling(
            "recall", "取回修改", P.NEWS_EDIT, NothingForm, _plainly(actions.recall_article),
            "已取回，可以继续修改。", _in_flow("recall"),
        ),
        Handling(
            "correct", "更正", P.NEWS_EDIT, NothingForm, _plainly(actions.correct_article),
            "可以修改了。更正审核通过以前，读者看到的还是原来的内容。", _in_flow("correct"),
        ),
        Handling(
            "give-up", "放弃更正", P.NEWS_EDIT, NothingForm,
            _plainly(actions.give_correction_up), "已放弃更正，稿件和读者看到的一样。",
            lambda article: _is_out(article) and article.state in WRITABLE,
        ),
        Handling(
            "pin", "置顶", P.NEWS_REVIEW, PinForm, _plainly(actions.pin_article),
            "已设置。", _is_out,
        ),
        Handling(
            "unschedule", "取消发布", P.NEWS_REVIEW, _words("原因"),
            _plainly(actions.unschedule_article), "已取消，稿件退回作者。",
            _in_flow("unschedule"),
        ),
        Handling(
            "withdraw", "撤下", P.NEWS_REVIEW, _words("撤下的原因", "读者会在原来的网址看到。"),
            _plainly(actions.withdraw_article), "已撤下。", _is_out,
        ),
        Handling(
            "reopen", "重新编辑", P.NEWS_EDIT, NothingForm, _plainly(actions.reopen_article),
            "可以修改了。", _in_flow("reopen"),
        ),
        Handling(
            "discard", "删除草稿", P.NEWS_EDIT, NothingForm, _plainly(actions.discard_article),
            "草稿已删除。", lambda article: not _is_out(article) and article.state in WRITABLE,
        ),
    )
}  # fmt: skip


@needs(P.NEWS_EDIT, P.NEWS_REVIEW)
@never_cache
@require_POST
def desk_step(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Do one thing about an article; a form with errors is drawn again."""
    handling = HANDLINGS.get(verb)
    if handling is None:
        raise NotFound("没有这一步，请回到稿件页面。")
    article = fetch(request, pk, handling.permission)
    form = handling.form(request.POST)
    if form.is_valid():
        with refusals_in(form):
            _refuse_unseen(request, article)
            handling.act(article, form, user_of(request), now())
    if form.errors:
        return _page(request, fetch_to_see(request, pk), bound={verb: form})
    messages.success(request, handling.done)
    return redirect("news:desk_edit" if verb in {"correct", "reopen"} else "news:desk_detail", pk)


def _refuse_unseen(request: HttpRequest, article: Article) -> None:
    """Let nobody decide about what was changed after they opened the page.

    :raises WrongState: when it was.
    """
    if request.POST.get("seen", str(article.edition)) != str(article.edition):
        raise WrongState("稿件刚刚有了变化，请看过最新的内容再办理。", code="news.not_seen")


def _possible(request: HttpRequest, article: Article) -> list[Handling]:
    """Return what this person may do now; nobody reviews their own."""
    me, found = user_of(request), []
    may_write, may_review = (
        may(me, one, Article.objects.all(), pk=article.pk) for one in (P.NEWS_EDIT, P.NEWS_REVIEW)
    )
    is_own = me.pk in queries.writers(article)
    for one in HANDLINGS.values():
        is_theirs = may_write if one.permission == P.NEWS_EDIT else may_review
        is_refused = is_own and one.verb in {"approve", "send-back"}
        if is_theirs and not is_refused and one.is_possible(article):
            found.append(one)
    return found


def _page(
    request: HttpRequest, article: Article, *, bound: dict[str, forms.Form] | None = None
) -> HttpResponse:
    sent = bound or {}
    versions = list(article.versions.select_related("made_by", "reviewed_by"))
    possible = _possible(request, article)
    waits_for_another = article.state == S.SUBMITTED and not any(
        one.verb == "approve" for one in possible
    )
    context = {
        "article": article,
        "steps": [
            (one, sent.get(one.verb) or one.form())
            for one in HANDLINGS.values()
            if one.verb in sent or one in possible
        ],
        "may_write": article.state in WRITABLE
        and may(request.user, P.NEWS_EDIT, Article.objects.all(), pk=article.pk),
        "versions": versions,
        "is_showcase": article.section == Section.SHOWCASE,
        "waits_for_another": waits_for_another,
        "hindrance": queries.hindrance(article, words=""),
        "reads": queries.reads_of(article),
        "moves": [(LABELS[one.verb], one) for one in article.moves.select_related("by")],
        "first": next(iter(sent), ""),
    }
    status = UNPROCESSABLE if bound else 200
    return render(request, "news/desk_detail.html", context, status=status)
