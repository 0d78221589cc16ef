"""Stories as everybody sees them; what stands against showing one is asked at every look."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Exists, F, OuterRef, Prefetch, Q, QuerySet
from django.urls import reverse

from voluncity.city.people import queries as people
from voluncity.city.people.models import Consent, Guardian, User
from voluncity.city.people.states import Purpose
from voluncity.kernel.clock import local_date
from voluncity.service.archives.models import Photo
from voluncity.service.archives.states import ArchiveState
from voluncity.voice.comments.rules import Commented
from voluncity.voice.news.models import Article
from voluncity.voice.news.states import MAYBE_PUBLIC, WRITABLE, ArticleState
from voluncity.voice.showcase.models import Story, StoryPhoto
from voluncity.voice.showcase.rules import names_a_minor
from voluncity.voice.showcase.states import StoryKind


@dataclass(frozen=True)
class StoryFilters:
    """What somebody looks for."""

    kind: str = ""
    within: str = ""  # tree path of a region
    organization: int | None = None


def _agreed() -> Any:
    """Return the condition that nobody is shown who does not agree, now."""
    consents = Consent.objects.filter(
        volunteer=OuterRef("volunteer"), purpose=Purpose.PHOTOS, withdrawn_at=None
    )
    person = Q(agreed_at__isnull=False, refused_at=None, volunteer__closed_at=None)
    was_read = Q(article__public__number__gte=F("shown_from"))
    return ~Q(kind=StoryKind.PERSON) | (person & was_read & Exists(consents))


def _public(at: datetime) -> Any:
    over = Q(article__unpublish_at=None) | Q(article__unpublish_at__gt=at)
    return Story.objects.filter(over, _agreed(), article__public__isnull=False)


def shown_photos() -> QuerySet[StoryPhoto]:
    """Return the photos of stories that may be seen: not hidden, no child, their archive public."""
    may_be_seen = Photo.objects.showable().filter(archive__state=ArchiveState.PUBLIC)
    found: QuerySet[StoryPhoto] = StoryPhoto.objects.filter(photo__in=may_be_seen).select_related(
        "photo__small", "photo__shown", "photo__archive__activity"
    )
    return found


def public_stories(filters: StoryFilters, *, at: datetime) -> QuerySet[Story]:
    """Return what readers see, pinned first, then the newest."""
    found = _public(at)
    if filters.kind in StoryKind.values:
        found = found.filter(kind=filters.kind)
    if filters.within:
        found = found.filter(article__region__path__startswith=filters.within)
    if filters.organization:
        ours = Q(organization=filters.organization) | Q(brand__organization=filters.organization)
        found = found.filter(ours | Q(article__organization=filters.organization))
    result: QuerySet[Story] = (
        found.select_related(
            "article__public__cover__small", "article__region", "article__organization",
            "organization", "brand",
        )
        .prefetch_related(Prefetch("photos", queryset=shown_photos(), to_attr="seen"))
        .defer("article__body", "article__public__body", "article__public__words")
        .order_by("-article__published_at", "-pk")
    )  # fmt: skip
    return result


def public_story(pk: int, *, at: datetime) -> Story | None:
    """Return a story that readers see, with its photos."""
    found: Story | None = (
        _public(at)
        .filter(pk=pk)
        .select_related(
            "article__public__cover__shown", "article__public__video", "article__region",
            "article__organization", "organization", "brand__organization", "volunteer",
        )
        .prefetch_related(Prefetch("photos", queryset=shown_photos(), to_attr="seen"))
        .first()
    )  # fmt: skip
    return found


def hindrance(article: Article, *, words: str, is_out: bool = False) -> str:
    """Return what stands against showing a story with these words, or ''.

    While it is written the person need not have agreed to it, but to photos in general; what was
    handed in needs a yes that came after. `is_out` asks about what readers see already.
    """
    story = (
        Story.objects.select_related("volunteer", "article__public").filter(pk=article.pk).first()
    )
    if story is None:
        return "请先选择这篇风采写的是谁或什么。"
    if story.kind == StoryKind.GALLERY and not shown_photos().filter(story=story).exists():
        return "图集里还没有可以公开的照片，请先从活动照片里选择。"
    if story.volunteer is None:
        return ""
    if sentence := _personal_hindrance(story, words):
        return sentence
    if is_out:
        return _unread(story) or _unanswered(story, None)
    is_written = article.state in (*WRITABLE, ArticleState.DISCARDED)
    return "" if is_written else _unanswered(story, article.submitted_at)


def _personal_hindrance(story: Story, words: str) -> str:
    person = story.volunteer
    assert person is not None  # noqa: S101 -- a constraint of the table
    if story.refused_at is not None:
        return "本人不同意展示这篇故事。"
    if person.closed_at is not None or not people.has_consent(person, Purpose.PHOTOS):
        return "本人没有同意（或者已经撤回）在志愿风采中展示，不能公开。"
    if words and _is_minor(story) and names_a_minor(words, volunteer=person):
        return "未满 18 岁的志愿者不能写全名，请在标题、摘要和正文里改成公开称呼。"
    return ""


def _unread(story: Story) -> str:
    public = story.article.public
    is_old = public is not None and public.number < story.shown_from
    return "本人不同意展示这一稿。" if is_old else ""


def _unanswered(story: Story, handed_in_at: datetime | None) -> str:
    if story.agreed_at is None:
        return "还没有得到本人（未成年人由监护人）对这篇故事的同意，已经发消息请他确认。"
    if handed_in_at is not None and story.agreed_at < handed_in_at:
        return "本人（未成年人由监护人）同意的是上一稿，这一稿已经发消息请他再看一看。"
    return ""


def _is_minor(story: Story) -> bool:
    """Return whether the story's person was a child when it was last changed."""
    person = story.volunteer
    today = local_date(story.article.changed_at)
    return person is not None and not people.is_adult(person.born_on, on=today)


# -- The person ---------------------------------------------------------------------------------


def people_to_ask(story: Story, *, on: date) -> list[int]:
    """Return the accounts that may agree: the person's own, for a minor the guardians' only."""
    person = story.volunteer
    if person is None:
        return []
    if people.is_adult(person.born_on, on=on):
        return [person.user_id] if person.user_id else []
    held = Guardian.objects.filter(volunteer=person, withdrawn_at=None, user__isnull=False)
    return list(held.values_list("user_id", flat=True))


def about_me(user: User, *, on: date) -> list[Story]:
    """Return the stories about somebody and about the children, once they are handed in."""
    wards = [one.volunteer_id for one in people.wards(user, on=on)]
    theirs = Q(volunteer__user=user) | Q(volunteer__in=wards)
    found = Story.objects.filter(
        theirs, Q(article__versions__isnull=False), article__state__in=MAYBE_PUBLIC
    ).select_related("article__public", "volunteer")
    return list(found.distinct().order_by("-pk"))


def mine_to_answer(user: User, pk: int, *, on: date) -> Story | None:
    """Return a story that this person may agree to or refuse."""
    story = (
        Story.objects.select_related("article__public", "volunteer")
        .filter(pk=pk, volunteer__isnull=False, article__versions__isnull=False)
        .first()
    )
    return story if story is not None and user.pk in people_to_ask(story, on=on) else None


def commented(pk: int) -> Commented | None:
    """Return what comments need to know of a public story."""
    story = (
        Story.objects.filter(_agreed(), pk=pk, article__public__isnull=False)
        .select_related("article__public", "article__region")
        .first()
    )
    if story is None or story.article.public is None:
        return None
    return Commented(
        title=story.article.public.title,
        url=reverse("showcase:story", args=[pk]),
        region_path=story.article.region.path,
        organization_id=story.article.organization_id,
        is_open=True,
    )
