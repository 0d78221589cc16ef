"""What everybody reads, and what the person whom a story is about answers."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from voluncity.city.access.marks import public, signed_in
from voluncity.city.people.asking import user_of
from voluncity.city.regions import queries as regions
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import NotFound, WrongState
from voluncity.kernel.text import number_in
from voluncity.voice.news import queries as news
from voluncity.voice.news.models import Version
from voluncity.voice.news.states import Section
from voluncity.voice.showcase import actions, queries
from voluncity.voice.showcase.forms import AnswerForm
from voluncity.voice.showcase.queries import StoryFilters
from voluncity.voice.showcase.states import StoryKind
from voluncity.web.forms import refusals_in
from voluncity.web.paging import LongPaginator

ON_A_PAGE = 12
GONE, UNPROCESSABLE = 410, 422


@public
@require_GET
def story_list(request: HttpRequest) -> HttpResponse:
    """List stories and galleries, the newest first."""
    at = now()
    counties = list(regions.counties(on=local_date(at)))
    county = next((one for one in counties if str(one.pk) == request.GET.get("county", "")), None)
    filters = StoryFilters(
        kind=request.GET.get("kind", ""), within=county.path if county else "",
        organization=number_in(request.GET.get("organization")),
    )  # fmt: skip
    found = queries.public_stories(filters, at=at)
    context = {
        "page": LongPaginator(found, ON_A_PAGE).get_page(request.GET.get("page")),
        "filters": filters,
        "kinds": StoryKind.choices,
        "counties": counties,
        "county": county,
    }
    return render(request, "showcase/list.html", context)


@public
@require_GET
def story(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one story; one that is not shown any more says so, but not why a person said no."""
    found = queries.public_story(pk, at=now())
    if found is None:
        gone = news.gone_article(pk, section=Section.SHOWCASE) or _hidden(pk)
        if gone is None:
            raise NotFound("没有找到这篇风采，或者它还没有发布。")
        return render(request, "showcase/gone.html", {"article": gone}, status=GONE)
    article = found.article
    context = {
        "story": found,
        "article": article,
        "version": article.public,
        "photos": found.seen,  # type: ignore[attr-defined]  # prefetched by the query
        "reads": news.reads_of(article),
        "corrections": article.versions.exclude(correction="").filter(published_at__isnull=False),
        "is_mine": request.user.is_authenticated
        and found.volunteer is not None
        and found.volunteer.user_id == request.user.pk,
        "site": settings.VOLUNCITY_PUBLIC_URL,
    }
    return render(request, "showcase/story.html", context)


def _hidden(pk: int) -> object:
    """Return the article of a story that was public and whose person does not agree any more."""
    known = queries.story_of(pk)
    return known.article if known is not None and known.article.public_id is not None else None


@signed_in
@never_cache
@require_GET
def mine(request: HttpRequest) -> HttpResponse:
    """List the stories about oneself and one's children, with what one answered."""
    me, today = user_of(request), local_date(now())
    found = queries.about_me(me, on=today)
    rows = [(one, me.pk in queries.people_to_ask(one, on=today)) for one in found]
    return render(request, "showcase/mine.html", {"rows": rows})


@signed_in
@never_cache
@require_http_methods(["GET", "POST"])
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the text to the person, who agrees or does not."""
    me, at = user_of(request), now()
    found = queries.mine_to_answer(me, pk, on=local_date(at))
    if found is None:
        raise NotFound("没有找到写您的这篇故事。")
    version = found.article.versions.order_by("-number").first()
    form = AnswerForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        with refusals_in(form):
            _refuse_unseen(request, version)
            if "agree" in request.POST:
                actions.agree_to_story(story=found, by=me, at=at)
                messages.success(request, "谢谢您。审核通过后会公开，您可以随时改主意。")
            else:
                actions.refuse_story(story=found, words=form.cleaned_data["words"], by=me, at=at)
                messages.success(request, "好的，这篇故事不会公开。")
        if not form.errors:
            return redirect("showcase:mine")
    context = {"story": found, "article": found.article, "version": version, "form": form}
    status = UNPROCESSABLE if form.errors else 200
    return render(request, "showcase/answer.html", context, status=status)


def _refuse_unseen(request: HttpRequest, version: Version | None) -> None:
    """Let nobody agree to what was handed in after they opened the page.

    :raises WrongState: when it was.
    """
    newest = str(version.number) if version is not None else ""
    if request.POST.get("seen", newest) != newest:
        raise WrongState("稿子刚刚改过，请看过下面最新的内容再决定。", code="showcase.not_seen")
