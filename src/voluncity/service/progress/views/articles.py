"""Articles about experience: write, hand in, review; and the pages that everybody reads."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from voluncity.city.access import actions as access
from voluncity.city.access.marks import needs, public
from voluncity.city.access.permissions import Permission
from voluncity.city.access.queries import may
from voluncity.kernel.refusals import NotFound
from voluncity.kernel.text import number_in
from voluncity.service.archives import queries as archives
from voluncity.service.progress import actions, queries, rules
from voluncity.service.progress.actions.steps import Unseen
from voluncity.service.progress.forms import ArticleForm, PhotosForm, ReasonForm
from voluncity.service.progress.models import Article
from voluncity.service.progress.states import ARTICLE_FLOW, TONES, WRITABLE_ARTICLE, ArticleState
from voluncity.service.progress.views.around import (
    CONFLICT,
    UNPROCESSABLE,
    mark_read,
    me,
    project_for,
    status_of,
)
from voluncity.service.projects.models import Line
from voluncity.web.forms import refusals_in

P = Permission
ON_A_PAGE = 20
_ACTIONS: dict[str, Callable[..., Article]] = {
    "submit": actions.submit_article,
    "publish": actions.publish_article,
    "send_back": actions.send_back_article,
    "revise": actions.revise_article,
    "withdraw": actions.withdraw_article,
}
_WITH_REASON = frozenset({"send_back", "withdraw"})
_REVIEWS = frozenset({"publish", "send_back"})
_DONE = {
    "submit": "文章已提交，审核后发布。",
    "publish": "文章已发布，居民可以看到。",
    "send_back": "文章已退回。",
    "revise": "可以修订了；发布新版前，居民看到的仍是原来的版本。",
    "withdraw": "文章已撤下。",
}


# -- Everybody ---------------------------------------------------------------------------------


@public
@require_GET
def experience(request: HttpRequest) -> HttpResponse:
    """List the articles, newest first; by line if one is asked for."""
    number = number_in(request.GET.get("line"))
    found = queries.public_articles()
    lines = Line.objects.filter(pk__in=found.order_by().values("project__line"))
    line = next((one for one in lines if one.number == number), None)
    if line is not None:
        found = found.filter(project__line=line)
    page = Paginator(found, ON_A_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "lines": list(lines), "line": line}
    return render(request, "progress/experience.html", context)


@public
@require_GET
def article_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one published article."""
    found = queries.public_articles().filter(pk=pk).first()
    if found is None or found.published is None:
        raise NotFound("没有找到这篇文章，它可能已经撤下。请从经验交流里重新查找。")
    shown = archives.public_archives(found.project_id)
    taken = set(found.pictures.values_list("photo_id", flat=True))
    context = {
        "article": found,
        "paragraphs": rules.paragraphs(found.published.body),
        "photos": [photo for photo in archives.public_photos(shown) if photo.pk in taken],
    }
    return render(request, "progress/article_page.html", context)


# -- The desk ----------------------------------------------------------------------------------


@needs(P.PROJECT_SEE)
@require_GET
def articles(request: HttpRequest) -> HttpResponse:
    """List the articles within reach, what waits for review first."""
    page = Paginator(queries.articles_for(request.user), ON_A_PAGE).get_page(
        request.GET.get("page")
    )
    rows = [(one, TONES.get(one.state, "neutral")) for one in page]
    return render(request, "progress/articles.html", {"page": page, "rows": rows})


@needs(P.PROJECT_EDIT)
@require_http_methods(["GET", "POST"])
def article_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Begin an article about a closed project."""
    project = project_for(request, P.PROJECT_EDIT, pk)
    form = ArticleForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            made = actions.write_article(
                project_id=pk, by=me(request), at=now(), **form.cleaned_data
            )
            messages.success(request, "文章已保存，可以选照片，再提交审核。")
            return redirect("progress:article", made.pk)
    context = {"project": project, "form": form}
    return render(request, "progress/article_new.html", context, status=status_of(form))


@needs(P.PROJECT_SEE)
@require_GET
def article(request: HttpRequest, pk: int) -> HttpResponse:
    """Show an article with what may be done."""
    return _page(request, _fetch(request, P.PROJECT_SEE, pk))


@needs(P.PROJECT_EDIT)
@require_POST
def write_article(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep what was written of an article."""
    found = _fetch(request, P.PROJECT_EDIT, pk)
    form = ArticleForm(request.POST)
    photos = PhotosForm(request.POST, photos=queries.photos_of(found.project))
    if form.is_valid() and photos.is_valid():
        with refusals_in(form):
            actions.change_article(
                article_id=pk, photo_ids=photos.cleaned_data["photos"], by=me(request), at=now(),
                **form.cleaned_data,
            )  # fmt: skip
            messages.success(request, "文章已保存。")
            return redirect("progress:article", pk)
    for sentences in photos.errors.values():
        form.add_error(None, list(sentences))
    return _page(request, found, form=form)


@needs(P.PROJECT_EDIT, P.PROJECT_REVIEW)
@require_POST
def article_step(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Take an article one step on."""
    if verb not in _ACTIONS:
        raise NotFound("没有这个步骤。")
    found = _for_step(request, pk, verb)
    words: dict[str, Any] = {}
    sent: tuple[str, forms.Form] | None = None
    if verb in _WITH_REASON:
        form = ReasonForm(request.POST)
        sent = (verb, form)
        if not form.is_valid():
            return _page(request, found, reason=sent)
        words = form.cleaned_data
    if verb in _REVIEWS:
        words = {**words, "seen": mark_read(request)}
    try:
        _ACTIONS[verb](article_id=pk, by=me(request), at=now(), **words)
    except Unseen as refusal:
        fresh = _fetch(request, P.PROJECT_SEE, pk)
        return _page(request, fresh, reason=sent, unseen=refusal.sentence)
    messages.success(request, _DONE[verb])
    return redirect("progress:article", pk)


def _for_step(request: HttpRequest, pk: int, verb: str) -> Article:
    """Return the article to whom a step belongs: its organization, or those who review it."""
    if verb not in _REVIEWS and may(request.user, P.PROJECT_EDIT, Article.objects.all(), pk=pk):
        return _fetch(request, P.PROJECT_EDIT, pk)
    found = _fetch(request, P.PROJECT_SEE, pk)
    is_reviewer = queries.may_review_articles_of(found.project, me(request))
    if not is_reviewer or verb not in {*_REVIEWS, "withdraw"}:
        raise NotFound("没有找到这篇文章，或者它不由您办理。")
    return found


def _fetch(request: HttpRequest, permission: Permission, pk: int) -> Article:
    rows = Article.objects.select_related("project__organization", "project__line", "published")
    found: Article = access.fetch(request.user, permission, rows, at=now(), pk=pk)
    return found


def _page(
    request: HttpRequest, found: Article, *, form: ArticleForm | None = None,
    reason: tuple[str, forms.Form] | None = None, unseen: str = "",
) -> HttpResponse:  # fmt: skip
    user = me(request)
    may_edit = may(user, P.PROJECT_EDIT, Article.objects.all(), pk=found.pk)
    may_review = queries.may_review_articles_of(found.project, user) and user.pk not in {
        found.written_by_id,
        found.submitted_by_id,
    }
    verbs = {"submit", "revise", "withdraw"} if may_edit else set()
    verbs |= {"publish", "send_back", "withdraw"} if may_review else set()
    steps = [
        {
            "step": step,
            "form": (reason[1] if reason and reason[0] == step.verb else ReasonForm())
            if step.verb in _WITH_REASON
            else None,
            "is_open": reason is not None and reason[0] == step.verb,
        }
        for step in ARTICLE_FLOW.verbs(found.state)
        if step.verb in verbs
    ]
    may_write = may_edit and found.state in WRITABLE_ARTICLE
    pictures = list(found.pictures.select_related("photo__small"))
    context = {
        "article": found,
        "tone": TONES.get(found.state, "neutral"),
        "steps": steps,
        "may_write": may_write,
        "form": form or ArticleForm(article=found),
        "paragraphs": rules.paragraphs(found.body),
        "photos": queries.photos_of(found.project) if may_write else [],
        "taken": {one.photo_id for one in pictures},
        "pictures": [one.photo for one in pictures],
        "versions": list(found.versions.select_related("made_by")),
        "is_shown": found.published_id is not None and found.state != ArticleState.WITHDRAWN,
        "seen": rules.mark(found.submitted_at),
        "unseen": unseen,
    }
    is_wrong = bool((form and form.errors) or reason)
    status = CONFLICT if unseen else UNPROCESSABLE if is_wrong else 200
    return render(request, "progress/article.html", context, status=status)
