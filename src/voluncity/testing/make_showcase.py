"""Stories of the showcase for tests."""

from __future__ import annotations

from datetime import datetime
from itertools import count
from typing import Any

from django.utils.timezone import now

from voluncity.city.orgs.models import Organization
from voluncity.city.people.actions import give_consent
from voluncity.city.people.models import User, Volunteer
from voluncity.city.people.states import Purpose
from voluncity.service.archives.models import Photo
from voluncity.testing.make_news import make_draft, make_editor, make_publisher
from voluncity.testing.make_people import NOON, make_user, make_volunteer
from voluncity.voice.news import actions as news
from voluncity.voice.news import queries as articles
from voluncity.voice.news.rules import Plan, Publisher
from voluncity.voice.showcase import actions
from voluncity.voice.showcase.models import Story, StoryPhoto
from voluncity.voice.showcase.rules import Subject
from voluncity.voice.showcase.states import StoryKind

_numbers = count(1)
TITLE = "十年如一日的清晨"
TEXT = "<p>她每天六点到岗。</p>"


def make_hero(name: str = "张秀兰", **more: Any) -> Volunteer:
    """Return a volunteer with an account who agreed to be shown."""
    return make_volunteer(name, consents=(Purpose.TERMS, Purpose.PHOTOS), **({"user": True} | more))


def make_story(
    subject: Subject | None = None,
    *,
    by: User | None = None,
    at: datetime = NOON,
    publisher: Publisher | None = None,
    title: str = TITLE,
) -> Story:
    """Begin a story and write its text; about a person who agreed to be shown unless named."""
    writer = by or make_editor()
    about = subject or Subject(StoryKind.PERSON, volunteer=make_hero(), shown_name="张阿姨")
    story = actions.start_story(
        subject=about, title=title, publisher=publisher or make_publisher(),
        handle=f"story-{next(_numbers):08d}", by=writer, at=at,
    )  # fmt: skip
    article = articles.detailed().get(pk=story.pk)
    news.save_article(
        article=article, draft=make_draft(kind="story", title=title, body=TEXT),
        seen=article.edition, by=writer, at=at,
    )  # fmt: skip
    return story


def publish_story(story: Story, *, at: datetime = NOON, reviewer: User | None = None) -> Story:
    """Hand a story in, let its person agree, and let somebody else publish it."""
    article = articles.detailed().get(pk=story.pk)
    news.submit_article(article=article, by=article.changed_by, at=at)
    if story.volunteer is not None and story.volunteer.user is not None:
        actions.agree_to_story(story=story, by=story.volunteer.user, at=at)
    news.approve_article(article=article, plan=Plan(), by=reviewer or make_user("赵强"), at=at)
    story.refresh_from_db()
    return story


def agree_to_photos(volunteer: Volunteer, *, by: User, at: datetime = NOON) -> None:
    """Agree to be shown in the showcase."""
    give_consent(volunteer_id=volunteer.pk, purpose=Purpose.PHOTOS, by=by, at=at)


def make_world_stories(organization: Organization, volunteer: Volunteer) -> dict[str, Any]:
    """Make one of everything for a half of the world."""
    at, writer = now(), make_user("周敏")
    publisher = make_publisher(organization=organization)
    assert volunteer.user is not None
    agree_to_photos(volunteer, by=volunteer.user, at=at)
    team = Subject(StoryKind.TEAM, organization=organization)
    person = Subject(StoryKind.PERSON, volunteer=volunteer, shown_name="李老师")
    public = publish_story(make_story(team, by=writer, at=at, publisher=publisher), at=at)
    mine = publish_story(make_story(person, by=writer, at=at, publisher=publisher), at=at)
    draft = make_story(team, by=writer, at=at, publisher=publisher, title="还在写的故事")
    archived = Photo.objects.filter(archive__activity__project__organization=organization)
    photo = StoryPhoto.objects.create(story=draft, photo=archived[0]).photo
    return {
        "story_public": public.pk, "story_mine": mine.pk, "story_draft": draft.pk,
        "story_photo": photo.pk,
    }  # fmt: skip
