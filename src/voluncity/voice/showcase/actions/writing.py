"""Begin a story, and choose its photos out of the archives."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from voluncity.city.access.scopes import Scope
from voluncity.city.journal.actions import record
from voluncity.city.people import queries as people
from voluncity.city.people.models import User
from voluncity.city.people.states import Purpose
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import BadInput, NotFound, WrongState
from voluncity.voice.news import actions as news
from voluncity.voice.news.models import Article
from voluncity.voice.news.rules import Draft, Publisher
from voluncity.voice.news.states import WRITABLE, ArticleKind, Section
from voluncity.voice.showcase import queries, rules
from voluncity.voice.showcase.models import Story, StoryPhoto
from voluncity.voice.showcase.rules import Subject
from voluncity.voice.showcase.states import PHOTOS_MOST


@transaction.atomic
def start_story(
    *, subject: Subject, title: str, publisher: Publisher, handle: str, by: User, at: datetime
) -> Story:
    """Begin a story about somebody or something; a form that is sent twice begins one.

    :raises BadInput: when the person has not agreed to be shown, or a minor is named in full.
    """
    named = _checked_person(subject, title, at=at) if subject.volunteer else ""
    article = news.start_article(
        draft=Draft(kind=ArticleKind.STORY, title=title, body=""), section=Section.SHOWCASE,
        publisher=publisher, handle=handle, by=by, at=at,
    )  # fmt: skip
    story, _ = Story.objects.get_or_create(
        article=article,
        defaults={
            "kind": subject.kind, "volunteer": subject.volunteer, "shown_name": named,
            "organization": subject.organization, "brand": subject.brand,
        },
    )  # fmt: skip
    return story


def _checked_person(subject: Subject, title: str, *, at: datetime) -> str:
    person = subject.volunteer
    if person is None:
        return ""
    if not people.has_consent(person, Purpose.PHOTOS):
        raise BadInput(
            "这位志愿者没有同意在志愿风采中展示。请先征得本人同意：本人可以在“隐私中心”里打开。",
            field="number",
        )
    is_minor = not people.is_adult(person.born_on, on=local_date(at))
    named = rules.shown_name(subject.shown_name, volunteer=person, is_minor=is_minor)
    if is_minor and rules.names_a_minor(title, volunteer=person):
        raise BadInput("未满 18 岁的志愿者不能写全名，请改成公开称呼。", field="title")
    return named


@transaction.atomic
def add_photos(
    *, story: Story, photo_ids: Collection[int], scope: Scope, by: User, at: datetime
) -> int:
    """Put public photos of archives within reach into a story; return how many are new.

    :raises BadInput: without a choice, or when there would be too many.
    :raises WrongState: when the story is with the reviewer or published.
    """
    _refuse_unless_writable(story)
    if not photo_ids:
        raise BadInput("请选择照片。", field="photos")
    chosen = list(queries.may_be_chosen(story, scope).filter(pk__in=photo_ids))
    if story.photos.count() + len(chosen) > PHOTOS_MOST:
        raise BadInput(f"一篇最多 {PHOTOS_MOST} 张照片，请少选一些。", field="photos")
    for photo in chosen:
        StoryPhoto.objects.create(story=story, photo=photo)
    record("showcase.add_photos", ("news_article", story.pk), by=by, at=at, number=len(chosen))
    return len(chosen)


@transaction.atomic
def remove_photo(*, story: Story, photo_id: int, by: User, at: datetime) -> None:
    """Take a photo out of a story; it stays in its archive.

    :raises NotFound: when it is not in it.
    :raises WrongState: when the story is with the reviewer or published.
    """
    _refuse_unless_writable(story)
    gone, _ = story.photos.filter(photo=photo_id).delete()
    if not gone:
        raise NotFound("这张照片不在这篇风采里，可能已经移除，请刷新页面。")
    record("showcase.remove_photo", ("news_article", story.pk), by=by, at=at, photo=photo_id)


def _refuse_unless_writable(story: Story) -> None:
    state = Article.objects.filter(pk=story.pk).values_list("state", flat=True).get()
    if state not in WRITABLE:
        raise WrongState(
            "这篇风采现在不能修改：待审核的请先取回，已发布的请先点“更正”。",
            code="showcase.not_writable",
        )
