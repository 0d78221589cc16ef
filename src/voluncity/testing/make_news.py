"""Articles for tests, in whatever state they are needed."""

from __future__ import annotations

from datetime import datetime
from itertools import count
from typing import Any

from django.utils.timezone import now

from voluncity.city.access.permissions import Role
from voluncity.city.files.rules import check_photo
from voluncity.city.orgs.models import Organization
from voluncity.city.people.models import User
from voluncity.city.regions.models import Region
from voluncity.service.archives.states import Faces
from voluncity.testing.make_files import make_upload, make_video
from voluncity.testing.make_orgs import give
from voluncity.testing.make_people import NOON, make_county, make_user
from voluncity.voice.news import actions
from voluncity.voice.news.models import Article, Picture
from voluncity.voice.news.rules import Draft, Plan, Publisher
from voluncity.voice.news.states import ArticleKind, Section

_numbers = count(1)
TITLE = "汾河公园净滩活动侧记"
BODY = "<p>周六上午，三十名志愿者来到<strong>汾河公园</strong>。</p>"


def make_draft(**said: Any) -> Draft:
    """Return what a form hands on: a piece of news."""
    usual = {"kind": ArticleKind.NEWS, "title": TITLE, "body": BODY, "tags": "环保 汾河"}
    return Draft(**(usual | said))


def make_publisher(
    *, region: Region | None = None, organization: Organization | None = None
) -> Publisher:
    """Return an office, of 杏花岭区 unless named, or an organization."""
    if organization is not None:
        return Publisher(
            f"o:{organization.pk}", organization.name, organization.region_id, organization.pk
        )
    home = region or make_county()
    return Publisher(f"r:{home.pk}", f"{home.name}文明办", home.pk, None)


def make_editor(name: str = "王丽", *, region: Region | None = None) -> User:
    """Return somebody of the county's office, who writes and reviews."""
    person = make_user(name)
    give(person, Role.COUNTY_OFFICE, region or make_county())
    return person


def make_article(
    by: User | None = None,
    *,
    at: datetime = NOON,
    publisher: Publisher | None = None,
    section: Section = Section.NEWS,
    **said: Any,
) -> Article:
    """Begin an article."""
    if section == Section.SHOWCASE:
        said = {"kind": ArticleKind.STORY} | said
    return actions.start_article(
        draft=make_draft(**said), section=section, publisher=publisher or make_publisher(),
        handle=f"article-{next(_numbers):08d}", by=by or make_editor(), at=at,
    )  # fmt: skip


def make_submitted_article(by: User | None = None, *, at: datetime = NOON, **said: Any) -> Article:
    """Begin an article and hand it in."""
    writer = by or make_editor()
    return actions.submit_article(article=make_article(writer, at=at, **said), by=writer, at=at)


def make_public_article(
    by: User | None = None,
    *,
    at: datetime = NOON,
    reviewer: User | None = None,
    plan: Plan | None = None,
    **said: Any,
) -> Article:
    """Publish an article that somebody else has reviewed."""
    return actions.approve_article(
        article=make_submitted_article(by, at=at, **said), plan=plan or Plan(),
        by=reviewer or make_user("赵强"), at=at,
    )  # fmt: skip


def make_article_picture(
    article: Article, *, at: datetime = NOON, alt: str = "志愿者在捡垃圾", faces: str = Faces.NONE
) -> Picture:
    """Add a picture to a draft."""
    return actions.add_picture(
        article=article, photo=check_photo(make_upload()), alt=alt, faces=faces,
        by=article.written_by, at=at,
    )  # fmt: skip


def make_world_news(organization: Organization) -> dict[str, Any]:
    """Make one of everything for a half of the world."""
    at, writer = now(), make_user("周敏")
    publisher = make_publisher(organization=organization)
    draft = make_article(writer, at=at, publisher=publisher)
    public = make_article(writer, at=at, publisher=publisher, title="看得见的新闻")
    seen = make_article_picture(public, at=at)
    film = make_upload(make_video(), "片子.mp4", "video/mp4")
    actions.set_video(article=public, upload=film, by=writer, at=at)
    actions.submit_article(article=public, by=writer, at=at)
    actions.approve_article(article=public, plan=Plan(), by=make_user("赵强"), at=at)
    return {
        "article_draft": draft.pk,
        "article_picture": make_article_picture(draft, at=at).pk,
        "article_submitted": make_submitted_article(writer, at=at, publisher=publisher).pk,
        "article_public": public.pk,
        "article_public_picture": seen.pk,
    }
