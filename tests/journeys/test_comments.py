"""Row I6: somebody asks, the office and neighbors answer, moderators look, people are told."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from voluncity.city.access.permissions import Role
from voluncity.city.people.models import User
from voluncity.city.regions.models import Region
from voluncity.testing.hearing import titles
from voluncity.testing.make_classes import make_class
from voluncity.testing.make_orgs import give
from voluncity.testing.make_people import make_region, make_user, make_volunteer, user_of
from voluncity.testing.pages import as_, markup
from voluncity.voice.comments.models import Comment, Topic

pytestmark = pytest.mark.django_db
TEXT = "第一次去敬老院，要带什么东西？"


@pytest.fixture
def home() -> Region:
    return make_region()


@pytest.fixture
def office(home: Region) -> User:
    user = make_user("文明办")
    give(user, Role.COUNTY_OFFICE, home)
    return user


@pytest.mark.row("I6")
def test_a_question_is_answered_reported_and_looked_at(home: Region, office: User) -> None:
    asker = user_of(make_volunteer("赵楼主", region=home))
    browser, desk = as_(asker), as_(office)
    browser.post(
        "/comments/topics/new/",
        {"theme": "help", "title": "第一次去敬老院", "text": TEXT, "handle": "t1"},
    )
    topic = Topic.objects.select_related("opening").get()
    assert "第一次去敬老院" in markup(desk.get("/comments/desk/"))
    desk.post(f"/comments/desk/{topic.opening.pk}/approve/")
    assert titles(asker) == ["您的评论已公开"]

    write = f"/comments/topic/{topic.pk}/write/"
    desk.post(write, {"text": "不用带东西，先找护工报到。", "handle": "o1"})
    neighbor = user_of(make_volunteer("钱回答", region=home))
    as_(neighbor).post(write, {"text": "多听少说，慢慢来。", "handle": "n1"})
    answer = Comment.objects.get(handle="n1")
    page = markup(Client().get(f"/comments/topics/{topic.pk}/"))
    assert ("先找护工报到" in page, "慢慢来" in page, f"{home.name}文明办" in page) == (
        True, False, True,
    )  # fmt: skip
    desk.post(f"/comments/desk/{answer.pk}/approve/")
    browser.post(f"/comments/topics/{topic.pk}/accept/{answer.pk}/")
    assert titles(asker).count("有人回复了您") == 2
    assert titles(neighbor) == ["您的评论已公开", "您的回答被采纳了"]

    for number in range(3):
        reporter = as_(make_user(f"举报人{number}"))
        reporter.post(f"/comments/{answer.pk}/report/", {"reason": "false"})
    assert "慢慢来" not in markup(Client().get(f"/comments/topics/{topic.pk}/"))
    assert "被举报隐藏的 1" in markup(desk.get("/comments/desk/"))
    desk.post(f"/comments/desk/{answer.pk}/take_down/", {"reason": "false", "words": "经核实不实"})
    assert titles(neighbor)[-1] == "您的评论已不再公开"
    assert "经核实不实" in markup(as_(neighbor).get("/comments/mine/"))
    topic.refresh_from_db()
    assert topic.accepted is None


@pytest.mark.row("I6")
def test_comments_stand_below_a_class_and_end_with_it(
    office: User, settings: Any, tmp_path: Any
) -> None:
    settings.VOLUNCITY_FILES = str(tmp_path)
    revision = make_class()
    place = f"/comments/class/{revision.micro_class_id}/"
    page = markup(Client().get(f"/classes/{revision.micro_class_id}/"))
    assert f'hx-get="{place}"' in page
    author = user_of(make_volunteer("孙学员"))
    as_(author).post(f"{place}write/", {"text": "讲得很清楚", "handle": "c1"})
    assert Comment.objects.get().subject_title == revision.title
    editor = make_user("编辑")
    give(editor, Role.COUNTY_OFFICE, revision.micro_class.organization.region)
    as_(editor).post(f"/classes/desk/{revision.micro_class_id}/withdraw/", {"words": "内容过时"})
    assert Client().get(place).status_code == 404
