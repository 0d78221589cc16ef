"""Rows I1 and I2: an article and a story from the first word to the reader, and away again."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.utils.timezone import now
from pytest_django.fixtures import Settings

from voluncity.city.access.permissions import Role
from voluncity.testing.hearing import titles
from voluncity.testing.make_news import make_editor
from voluncity.testing.make_orgs import give, make_organization
from voluncity.testing.make_people import make_county, make_user
from voluncity.testing.make_showcase import make_hero
from voluncity.testing.pages import as_
from voluncity.voice.news import actions as news
from voluncity.voice.news.models import Article

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_files(settings: Settings, tmp_path: Path) -> None:
    settings.VOLUNCITY_FILES = str(tmp_path)


@pytest.mark.row("I1")
def test_a_team_writes_the_office_sends_back_then_plans_and_readers_read() -> None:
    team = make_organization(region=make_county())
    admin, office, reader = make_user("李桂芳"), make_editor("孙立新"), Client()
    give(admin, Role.ORG_ADMIN, team)
    writer, reviewer = as_(admin), as_(office)
    body = {"body": "<p>三十人<script>alert(1)</script></p>", "body-format": "html"}
    writer.post(
        "/news/desk/new/",
        {"title": "汾河净滩侧记", "kind": "news", "publisher": f"o:{team.pk}",
         "handle": "journey-of-news", "submit": "1", **body},
    )  # fmt: skip
    article = Article.objects.get()
    reviewer.post(f"/news/desk/{article.pk}/send-back/", {"words": "写明地点"})
    assert titles(admin) == ["稿件被退回修改"]
    article.refresh_from_db()
    writer.post(
        f"/news/desk/{article.pk}/edit/",
        {"title": "汾河公园净滩侧记", "kind": "news", "seen": str(article.edition), "submit": "1",
         **body},
    )  # fmt: skip
    soon = now() + timedelta(hours=10)
    local = (soon + timedelta(hours=8)).strftime("%Y-%m-%dT%H:%M")
    reviewer.post(f"/news/desk/{article.pk}/approve/", {"publish_at": local})
    assert reader.get(f"/news/{article.pk}/").status_code == 404
    assert news.keep_terms(at=soon - timedelta(minutes=2)) == 0
    assert news.keep_terms(at=soon) == 1
    page = reader.get(f"/news/{article.pk}/").content.decode()
    assert "<p>三十人</p>" in page
    assert "alert(1)" not in page
    assert titles(admin) == ["稿件被退回修改", "稿件已发布"]
    reviewer.post(f"/news/desk/{article.pk}/withdraw/", {"words": "地点有误"})
    gone = reader.get(f"/news/{article.pk}/")
    assert (gone.status_code, "原因：地点有误" in gone.content.decode()) == (410, True)


@pytest.mark.row("I2")
def test_a_story_is_asked_for_shown_and_gone_when_the_person_says_so() -> None:
    county = make_county()
    team = make_organization(region=county)
    admin, office, reader = make_user("李桂芳"), make_editor("孙立新"), Client()
    give(admin, Role.ORG_ADMIN, team)
    give(admin, Role.COUNTY_OFFICE, county)
    hero = make_hero("张秀兰", region=county)
    assert hero.user is not None
    writer, reviewer, person = as_(admin), as_(office), as_(hero.user)
    writer.post(
        "/showcase/desk/new/",
        {"kind": "person", "title": "清晨六点的红马甲", "publisher": f"o:{team.pk}",
         "number": hero.number, "shown_name": "张阿姨", "handle": "journey-of-story"},
    )  # fmt: skip
    article = Article.objects.get()
    writer.post(
        f"/news/desk/{article.pk}/edit/",
        {"title": "清晨六点的红马甲", "kind": "story", "seen": str(article.edition),
         "body": "<p>她第一个到。</p>", "body-format": "html", "submit": "1"},
    )  # fmt: skip
    refused = reviewer.post(f"/news/desk/{article.pk}/approve/")
    assert "还没有得到本人" in refused.content.decode()
    assert titles(hero.user) == ["有一篇写您（或您的孩子）的风采故事"]
    person.post(f"/showcase/mine/{article.pk}/", {"agree": "1"})
    assert titles(admin) == ["本人同意展示"]
    reviewer.post(f"/news/desk/{article.pk}/approve/")
    assert "张阿姨" in reader.get("/showcase/").content.decode()
    assert reader.get(f"/showcase/{article.pk}/").status_code == 200
    person.post(f"/showcase/mine/{article.pk}/", {"refuse": "1", "words": "搬家了"})
    assert "张阿姨" not in reader.get("/showcase/").content.decode()
    assert reader.get(f"/showcase/{article.pk}/").status_code == 410
