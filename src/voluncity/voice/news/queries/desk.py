"""Articles at the desk: within reach, waiting, due."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from voluncity.city.access import queries as access
from voluncity.city.access.permissions import Permission, roles_with
from voluncity.city.access.queries import Person, grants_of
from voluncity.city.access.scopes import Scope
from voluncity.kernel.text import clean
from voluncity.voice.news.models import Article
from voluncity.voice.news.rules import Publisher
from voluncity.voice.news.states import ArticleState, Section

P = Permission
DUE_AT_ONCE = 200


def detailed() -> Any:
    """Return articles with what their pages need."""
    return Article.objects.select_related(
        "region", "organization", "cover__small", "video", "written_by", "changed_by",
        "submitted_by", "public",
    )  # fmt: skip


def reach(user: Person) -> Scope:
    """Return where somebody may write or review."""
    return access.reach(user, P.NEWS_EDIT, P.NEWS_REVIEW)


def found_at_desk(
    scope: Scope, *, section: Section | None, state: str = "", kind: str = "", words: str = ""
) -> QuerySet[Article]:
    """Return the articles within reach, those changed last first; thrown away ones if asked."""
    found: Any = detailed().in_scope(scope)
    if section is not None:
        found = found.filter(section=section)
    if state == "public":
        found = found.filter(public__isnull=False)
    elif state in ArticleState.values:
        found = found.filter(state=state)
    else:
        found = found.exclude(state=ArticleState.DISCARDED)
    if kind:
        found = found.filter(kind=kind)
    for word in clean(words)[:60].split()[:5]:
        found = found.filter(Q(title__icontains=word) | Q(body__icontains=word))
    result: QuerySet[Article] = found.defer("body", "public__body", "public__words").order_by(
        "-changed_at", "-pk"
    )
    return result


def waiting(scope: Scope) -> QuerySet[Article]:
    """Return what waits for a reviewer within reach, the oldest first."""
    found: QuerySet[Article] = (
        Article.objects.in_scope(scope)
        .filter(state=ArticleState.SUBMITTED)
        .order_by("submitted_at")
    )
    return found


def writers(article: Article) -> set[int]:
    """Return who wrote, changed or handed in what is to be reviewed."""
    found = {article.submitted_by_id, article.changed_by_id}
    last = article.versions.order_by("-number").first()
    found |= {last.made_by_id} if last is not None else set()
    moves = article.moves.filter(verb__in=("write", "submit"))
    if article.public is not None and article.public.published_at is not None:
        moves = moves.filter(at__gt=article.public.published_at)  # this correction only
    added = moves.values_list("by", flat=True)
    return {one for one in (*found, *added) if one is not None}


def publishers(user: Person) -> list[Publisher]:
    """Return in whose name somebody may write: their offices and organizations."""
    holders = roles_with(P.NEWS_EDIT)
    found: dict[str, Publisher] = {}
    for grant in grants_of(user):
        if grant.role not in holders:
            continue
        if grant.region is not None:
            one = Publisher(
                f"r:{grant.region_id}", f"{grant.region.name}文明办", grant.region.pk, None
            )
        elif grant.organization is not None:
            unit = grant.organization
            one = Publisher(f"o:{unit.pk}", unit.name, unit.region_id, unit.pk)
        else:
            continue
        found[one.key] = one
    return list(found.values())


def due_to_publish(*, at: datetime) -> list[int]:
    """Return the articles whose time has come, the earliest first."""
    due = Article.objects.filter(state=ArticleState.APPROVED, publish_at__lte=at)
    return list(due.order_by("publish_at").values_list("pk", flat=True)[:DUE_AT_ONCE])


def due_to_expire(*, at: datetime) -> list[int]:
    """Return the public articles whose time is over."""
    over = Article.objects.filter(public__isnull=False, unpublish_at__lte=at)
    return list(over.order_by("unpublish_at").values_list("pk", flat=True)[:DUE_AT_ONCE])
