"""Which articles of a year tell of something by its name: a fund asks for its projects."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import chain

from django.db.models import QuerySet, Sum

from voluncity.fund.showing.rules import Articles
from voluncity.kernel.clock import day_bounds
from voluncity.voice.news.models import Article, ReadCount

LEAST = 4  # a shorter name is an everyday word
_AT_ONCE = 100


def told_of(names: Sequence[Sequence[str]], *, year: int) -> Articles:
    """Return what the public articles of a year tell of projects, each known by some names.

    One look at the words of the year's articles, whatever the number of projects.
    """
    wanted = [(place, name) for place, some in enumerate(names) for name in some if _tells(name)]
    if not wanted:
        return Articles()
    told: dict[int, set[int]] = {}
    for pk, title, words in _words(year).iterator(chunk_size=_AT_ONCE):
        if places := {place for place, name in wanted if name in title or name in words}:
            told[pk] = places
    reads = ReadCount.objects.filter(article__in=told).aggregate(reads=Sum("reads", default=0))
    return Articles(len(told), reads["reads"], frozenset(chain.from_iterable(told.values())))


def _tells(name: str) -> bool:
    return len(name) >= LEAST


def _words(year: int) -> QuerySet[Article, tuple[int, str, str]]:
    first, after = day_bounds(date(year, 1, 1))[0], day_bounds(date(year, 12, 31))[1]
    shown = Article.objects.filter(
        public__isnull=False, published_at__gte=first, published_at__lt=after
    )
    rows: QuerySet[Article, tuple[int, str, str]] = shown.order_by().values_list(
        "pk", "public__title", "public__words"
    )
    return rows
