"""Articles as everybody sees them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Case, F, Q, QuerySet, Sum, Value, When
from django.urls import reverse

from voluncity.kernel.text import clean
from voluncity.voice.comments.rules import Commented
from voluncity.voice.news import rules
from voluncity.voice.news.models import Article, Picture, ReadCount
from voluncity.voice.news.queries.guards import hindrance
from voluncity.voice.news.states import ArticleKind, ArticleState, Section

WORDS_MOST = 5


@dataclass(frozen=True)
class Filters:
    """What somebody looks for."""

    kind: str = ""
    within: str = ""  # tree path of a region
    tag: str = ""
    words: str = ""
    organization: int | None = None


def public_articles(section: Section, filters: Filters, *, at: datetime) -> QuerySet[Article]:
    """Return what readers see, pinned first, then the newest."""
    found: Any = Article.objects.filter(
        Q(unpublish_at=None) | Q(unpublish_at__gt=at), section=section, public__isnull=False
    )
    if filters.kind in ArticleKind.values:
        found = found.filter(kind=filters.kind)
    if filters.within:
        found = found.filter(region__path__startswith=filters.within)
    if filters.organization:
        found = found.filter(organization=filters.organization)
    if filters.tag:
        found = found.filter(public__tags__contains=f" {filters.tag} ")
    for word in clean(filters.words)[:60].split()[:WORDS_MOST]:
        found = found.filter(Q(public__title__icontains=word) | Q(public__words__icontains=word))
    top = Case(When(pinned_until__gt=at, then=Value(0)), default=Value(1))
    result: QuerySet[Article] = (
        found.annotate(place=top)
        .select_related("public__cover__small", "region", "organization")
        .defer("body", "public__body", "public__words")
        .order_by("place", "-published_at", "-pk")
    )
    return result


def newest(section: Section, number: int, *, at: datetime) -> list[Article]:
    """Return the newest articles by the time of their last version, with their text."""
    found = public_articles(section, Filters(), at=at).defer(None)
    return list(found.order_by("-public__published_at", "-pk")[:number])


def public_article(pk: int, *, section: Section, at: datetime) -> Article | None:
    """Return an article that readers see, with its version."""
    found: Article | None = (
        Article.objects.filter(
            Q(unpublish_at=None) | Q(unpublish_at__gt=at),
            pk=pk, section=section, public__isnull=False,
        )
        .select_related("public__cover__shown", "public__video", "region", "organization")
        .first()
    )  # fmt: skip
    return found


def gone_article(pk: int, *, section: Section) -> Article | None:
    """Return an article that readers saw and that was taken down or has run out."""
    found: Article | None = (
        Article.objects.filter(pk=pk, section=section, published_at__isnull=False)
        .exclude(state=ArticleState.DISCARDED)
        .filter(Q(public=None) | Q(unpublish_at__isnull=False))
        .select_related("region", "organization")
        .first()
    )
    return found


def is_public(article: Article, *, at: datetime) -> bool:
    """Return whether readers see an article now; the section's own rule is asked, too."""
    if article.public_id is None or (article.unpublish_at and article.unpublish_at <= at):
        return False
    return not hindrance(article, words="", is_out=True)


def is_seen(picture: Picture, *, at: datetime) -> bool:
    """Return whether readers see a picture now: in what was reviewed, not only in a correction."""
    article = picture.article
    public = article.public
    if public is None or not is_public(article, at=at):
        return False
    return public.cover_id == picture.pk or rules.picture_mark(picture.pk) in public.body


def reads_of(article: Article) -> int:
    """Return how often an article was opened."""
    total: int | None = ReadCount.objects.filter(article=article).aggregate(total=Sum(F("reads")))[
        "total"
    ]
    return total or 0


def commented(pk: int) -> Commented | None:
    """Return what comments need to know of a public article, or None."""
    article: Article | None = (
        Article.objects.filter(pk=pk, section=Section.NEWS, public__isnull=False)
        .select_related("public", "region")
        .first()
    )
    if article is None or article.public is None:
        return None
    return Commented(
        title=article.public.title,
        url=reverse("news:article", args=[pk]),
        region_path=article.region.path,
        organization_id=article.organization_id,
        is_open=True,
    )
