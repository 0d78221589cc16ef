"""What everybody reads: the list, an article, the feed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.timezone import now
from django.views.decorators.http import require_GET, require_POST

from voluncity.city.access.marks import public
from voluncity.city.regions import queries as regions
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import NotFound
from voluncity.kernel.text import clean
from voluncity.voice.news import actions, queries
from voluncity.voice.news.models import Article
from voluncity.voice.news.queries import Filters
from voluncity.voice.news.states import KINDS, Section
from voluncity.voice.news.views.common import GONE
from voluncity.web.paging import LongPaginator

ON_A_PAGE, IN_THE_FEED = 12, 20


@public
@require_GET
def news_list(request: HttpRequest) -> HttpResponse:
    """List what is public, pinned first; by kind, area, tag and words."""
    at = now()
    counties = list(regions.counties(on=local_date(at)))
    county = next((one for one in counties if str(one.pk) == request.GET.get("county", "")), None)
    filters = Filters(
        kind=request.GET.get("kind", ""),
        within=county.path if county else "",
        tag=clean(request.GET.get("tag", "")[:10]),
        words=request.GET.get("q", "")[:60],
    )
    found = queries.public_articles(Section.NEWS, filters, at=at)
    context = {
        "page": LongPaginator(found, ON_A_PAGE).get_page(request.GET.get("page")),
        "filters": replace(filters, words=filters.words.strip()),
        "kinds": [(one.value, one.label) for one in KINDS[Section.NEWS]],
        "counties": counties,
        "county": county,
        "at": at,
    }
    return render(request, "news/list.html", context)


@public
@require_GET
def article(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one article; one that was taken down says so and why."""
    at = now()
    found = queries.public_article(pk, section=Section.NEWS, at=at)
    if found is None:
        return _gone(request, pk)
    return render(request, "news/article.html", page_of(found))


def page_of(found: Article) -> dict[str, Any]:
    """Return what the page of a public article shows."""
    return {
        "article": found,
        "version": found.public,
        "reads": queries.reads_of(found),
        "corrections": found.versions.exclude(correction="").filter(published_at__isnull=False),
        "site": settings.VOLUNCITY_PUBLIC_URL,
    }


def _gone(request: HttpRequest, pk: int) -> HttpResponse:
    """Say why an article is not there any more; a story stands on another page.

    :raises NotFound: when it never was there.
    """
    gone = queries.gone_article(pk, section=Section.NEWS)
    if gone is None:
        raise NotFound("没有找到这篇文章，或者它还没有发布。")
    return render(request, "news/gone.html", {"article": gone}, status=GONE)


@public
@require_POST
def read(request: HttpRequest, pk: int) -> HttpResponse:
    """Count that somebody has opened an article; sent by the page after some seconds."""
    found = get_object_or_404(Article, pk=pk, public__isnull=False)
    actions.count_reading(article=found, at=now())
    return HttpResponse(status=204)


@public
@require_GET
def feed(request: HttpRequest) -> HttpResponse:
    """Offer the newest articles to feed readers (Atom, RFC 4287)."""
    site = settings.VOLUNCITY_PUBLIC_URL
    made = Atom1Feed(
        title=f"{settings.VOLUNCITY_CITY_NAME}志愿之城 志愿动态",
        link=f"{site}{reverse('news:list')}",
        description="通知公告、新闻和政策",
        feed_url=f"{site}{reverse('news:feed')}",
        language="zh-CN",
    )
    for one in queries.newest(Section.NEWS, IN_THE_FEED, at=now()):
        version: Any = one.public
        address = f"{site}{reverse('news:article', args=[one.pk])}"
        made.add_item(
            title=version.title, link=address, unique_id=address, description=version.summary,
            author_name=one.publisher, pubdate=one.published_at, updateddate=version.published_at,
            categories=(one.get_kind_display(), *version.tag_list),
        )  # fmt: skip
    response = HttpResponse(made.writeString("utf-8"), content_type=made.content_type)
    response["Cache-Control"] = "public, max-age=300"
    return response
