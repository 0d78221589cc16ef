"""Stories at the desk, and the photos that may go into one."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from voluncity.city.access.scopes import Scope
from voluncity.service.archives.models import Photo
from voluncity.service.archives.states import ArchiveState
from voluncity.voice.news.states import ArticleState
from voluncity.voice.showcase.models import Story
from voluncity.voice.showcase.states import StoryKind

OFFERED = 60


def desk_stories(scope: Scope, *, kind: str = "", state: str = "") -> QuerySet[Story]:
    """Return the stories within reach, those changed last first."""
    found: Any = Story.objects.in_scope(scope)
    if kind in StoryKind.values:
        found = found.filter(kind=kind)
    if state in ArticleState.values:
        found = found.filter(article__state=state)
    else:
        found = found.exclude(article__state=ArticleState.DISCARDED)
    result: QuerySet[Story] = (
        found.select_related(
            "article__region", "article__organization", "article__changed_by", "organization",
            "brand", "volunteer",
        )
        .defer("article__body")
        .order_by("-article__changed_at", "-pk")
    )  # fmt: skip
    return result


def story_of(pk: int) -> Story | None:
    """Return what an article of the showcase is about."""
    found: Story | None = (
        Story.objects.select_related("article", "organization", "brand", "volunteer")
        .filter(pk=pk)
        .first()
    )
    return found


def may_be_chosen(story: Story, scope: Scope) -> QuerySet[Photo]:
    """Return public photos within reach that are not in the story yet.

    Of a team or a brand project those of its own activities.
    """
    found: Any = Photo.objects.showable().in_scope(scope)
    found = found.filter(archive__state=ArchiveState.PUBLIC)
    team = story.organization or (story.brand.organization if story.brand else None)
    if team is not None:
        found = found.filter(archive__activity__project__organization__path__startswith=team.path)
    result: QuerySet[Photo] = found.exclude(pk__in=story.photos.values("photo"))
    return result


def photos_to_choose(story: Story, scope: Scope, *, words: str = "") -> list[Photo]:
    """Return the newest of them, by the name of their activity."""
    found = may_be_chosen(story, scope)
    if words:
        found = found.filter(archive__activity__name__icontains=words)
    return list(
        found.select_related("small", "archive__activity").order_by("-archive", "position", "pk")[
            :OFFERED
        ]
    )
