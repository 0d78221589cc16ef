"""The desk: stories within reach, whom or what one is about, its photos."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from voluncity.city.access import actions as access
from voluncity.city.access.marks import needs
from voluncity.city.access.permissions import Permission
from voluncity.city.access.queries import has, may, scope_of
from voluncity.city.orgs import queries as orgs
from voluncity.city.orgs.models import BrandProject, Organization
from voluncity.city.orgs.states import OrgState
from voluncity.city.people.asking import user_of
from voluncity.city.people.models import User, Volunteer
from voluncity.kernel.refusals import BadInput
from voluncity.kernel.text import clean, number_in
from voluncity.voice.news import queries as news
from voluncity.voice.news.states import WRITABLE, ArticleState
from voluncity.voice.showcase import actions, queries
from voluncity.voice.showcase.forms import StoryForm
from voluncity.voice.showcase.models import Story
from voluncity.voice.showcase.rules import Subject
from voluncity.voice.showcase.states import StoryKind
from voluncity.web.forms import refusals_in
from voluncity.web.paging import LongPaginator

P = Permission
ON_A_PAGE, UNPROCESSABLE = 30, 422
_HANDLE_LENGTHS = range(8, 37)


@needs(P.NEWS_EDIT, P.NEWS_REVIEW)
@require_GET
def desk_list(request: HttpRequest) -> HttpResponse:
    """List the stories within reach, those changed last first."""
    asked = {name: request.GET.get(name, "")[:20] for name in ("kind", "state")}
    found = queries.desk_stories(news.reach(request.user), **asked)
    context = {
        "page": LongPaginator(found, ON_A_PAGE).get_page(request.GET.get("page")),
        "asked": asked,
        "kinds": StoryKind.choices,
        "states": ArticleState.choices,
        "may_write": has(request.user, P.NEWS_EDIT),
    }
    return render(request, "showcase/desk_list.html", context)


@needs(P.NEWS_EDIT)
@never_cache
@require_http_methods(["GET", "POST"])
def desk_new(request: HttpRequest) -> HttpResponse:
    """Begin a story by saying whom or what it is about."""
    me, scope = user_of(request), scope_of(request.user, P.NEWS_EDIT)
    offered = news.publishers(me)
    brands: Any = BrandProject.objects.all()
    form = StoryForm(
        *((request.POST,) if request.method == "POST" else ()),
        publishers=offered,
        organizations=Organization.objects.in_scope(scope).filter(state=OrgState.ACTIVE),
        pick_url=orgs.active_pick_url(P.NEWS_EDIT),
        brands=brands.in_scope(scope).filter(ended_at=None).order_by("name"),
    )
    if form.is_bound and form.is_valid():
        with refusals_in(form):
            story = actions.start_story(
                subject=_subject(me, form), title=form.cleaned_data["title"],
                publisher={one.key: one for one in offered}[form.cleaned_data["publisher"]],
                handle=_handle(request), by=me, at=now(),
            )  # fmt: skip
        if not form.errors:
            is_gallery = story.kind == StoryKind.GALLERY
            return redirect("showcase:desk_photos" if is_gallery else "news:desk_edit", story.pk)
    context = {"form": form, "handle": request.POST.get("handle") or str(uuid4())}
    status = UNPROCESSABLE if form.errors else 200
    return render(request, "showcase/desk_new.html", context, status=status)


def _handle(request: HttpRequest) -> str:
    sent = request.POST.get("handle", "")
    if len(sent) not in _HANDLE_LENGTHS or not sent.isascii():
        raise BadInput("页面已经过期，请刷新后再填写。")
    return sent


def _subject(me: User, form: StoryForm) -> Subject:
    """Return what was chosen; a person only from those whom one may look up.

    :raises BadInput: when there is no such person within reach.
    """
    sent = form.cleaned_data
    kind = StoryKind(sent["kind"])
    if kind != StoryKind.PERSON:
        team = sent["organization"] if kind == StoryKind.TEAM else None
        brand = sent["brand"] if kind == StoryKind.BRAND else None
        return Subject(kind, organization=team, brand=brand)
    within: Any = Volunteer.objects
    found = within.in_scope(scope_of(me, P.VOLUNTEER_SEE)).filter(
        number=sent["number"], closed_at=None
    )
    person = found.first()
    if person is None:
        raise BadInput("没有找到这位志愿者，或者不在您的管理范围内，请检查编号。", field="number")
    return Subject(kind, volunteer=person, shown_name=sent["shown_name"])


@needs(P.NEWS_EDIT, P.NEWS_REVIEW)
@never_cache
@require_GET
def desk_story(request: HttpRequest, pk: int) -> HttpResponse:
    """Show whom or what a story is about, as a part of its article's page or as a page."""
    is_writer = has(request.user, P.NEWS_EDIT) and may(
        request.user, P.NEWS_EDIT, Story.objects.all(), pk=pk
    )
    story = _fetch(request, pk, P.NEWS_EDIT if is_writer else P.NEWS_REVIEW)
    context = {
        "story": story,
        "photos": queries.shown_photos().filter(story=story),
        "may_write": is_writer and story.article.state in WRITABLE,
    }
    part = "#part" if request.headers.get("HX-Request") else ""
    return render(request, f"showcase/desk_story.html{part}", context)


@needs(P.NEWS_EDIT)
@never_cache
@require_http_methods(["GET", "POST"])
def desk_photos(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose public photos of archives, so that none is handed in twice."""
    story, scope = _fetch(request, pk, P.NEWS_EDIT), scope_of(request.user, P.NEWS_EDIT)
    refused = ""
    if request.method == "POST":
        sent = [number_in(one) for one in request.POST.getlist("photos")]
        try:
            number = actions.add_photos(
                story=story, photo_ids=[one for one in sent if one is not None],
                scope=scope, by=user_of(request), at=now(),
            )  # fmt: skip
        except BadInput as refusal:
            refused = refusal.sentence
        else:
            messages.success(request, f"已加入 {number} 张照片。")
            return redirect("showcase:desk_photos", pk)
    words = clean(request.GET.get("q", "")[:40])
    context = {
        "story": story,
        "chosen": queries.shown_photos().filter(story=story),
        "offered": queries.photos_to_choose(story, scope, words=words),
        "words": words,
        "refused": refused,
        "may_write": story.article.state in WRITABLE,
    }
    status = UNPROCESSABLE if refused else 200
    return render(request, "showcase/desk_photos.html", context, status=status)


@needs(P.NEWS_EDIT)
@require_POST
def desk_remove(request: HttpRequest, pk: int, photo_pk: int) -> HttpResponse:
    """Take a photo out of a story."""
    story = _fetch(request, pk, P.NEWS_EDIT)
    actions.remove_photo(story=story, photo_id=photo_pk, by=user_of(request), at=now())
    messages.success(request, "照片已移出，还留在活动归档里。")
    return redirect("showcase:desk_photos", pk)


def _fetch(request: HttpRequest, pk: int, permission: Permission) -> Story:
    stories = Story.objects.select_related(
        "article", "organization", "brand__organization", "volunteer", "agreed_by"
    )
    found: Story = access.fetch(request.user, permission, stories, at=now(), pk=pk)
    return found
