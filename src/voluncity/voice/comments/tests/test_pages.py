"""Pages of comments and topics: the part below something, the board, one's own, the desk."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from voluncity.city.access.permissions import Role
from voluncity.city.regions.models import Region
from voluncity.testing.counting import queries_for
from voluncity.testing.make_comments import (
    make_comment,
    make_moderator,
    make_shown,
    make_topic,
    make_world_comments,
    nobody_waits,
)
from voluncity.testing.make_orgs import give
from voluncity.testing.make_people import make_county, make_user, make_volunteer, user_of
from voluncity.testing.pages import as_, markup
from voluncity.voice.comments import actions
from voluncity.voice.comments.models import Ban, Comment, Topic, Word
from voluncity.voice.comments.states import CommentState
from voluncity.voice.comments.views import common

pytestmark = pytest.mark.django_db
S = CommentState
HTMX: dict[str, Any] = {"HTTP_HX_REQUEST": "true"}


def test_strangers_read_comments_and_are_led_to_the_login() -> None:
    nobody_waits()
    topic = make_topic()
    make_comment(topic, text="听说<b>很好</b>")
    page = markup(Client().get(f"/comments/topics/{topic.pk}/"))
    assert ("听说&lt;b&gt;很好&lt;/b&gt;" in page, "登录后参与" in page, "<textarea" in page) == (
        True, True, False,
    )  # fmt: skip
    part = markup(Client().get(f"/comments/topic/{topic.pk}/", **HTMX))
    assert ("<html" in part, "钱志愿者" in part, "钱回答" in part) == (False, True, False)
    assert Client().get(f"/comments/nonsense/{topic.pk}/").status_code == 404


def test_a_comment_is_written_in_the_part_and_says_that_it_waits() -> None:
    topic, author = make_topic(), make_volunteer("钱新人")
    browser, place = as_(user_of(author)), f"/comments/topic/{topic.pk}/write/"
    wrong = browser.post(place, {"text": "看 www.x.com", "handle": "h1"}, **HTMX)
    assert (wrong.status_code, "评论里不能放网址或链接" in markup(wrong)) == (422, True)
    assert "看 www.x.com" in markup(wrong)
    done = browser.post(place, {"text": "我也想去", "naming": "nobody", "handle": "h1"}, **HTMX)
    assert (done.status_code, "已提交，审核后公开" in markup(done)) == (200, True)
    assert "审核中，只有您看得到" in markup(done)
    assert "我也想去" not in markup(Client().get(f"/comments/topics/{topic.pk}/"))
    comment = Comment.objects.get(opens=None)
    assert (comment.shown_name, comment.text) == ("一位志愿者", "我也想去")
    plain = browser.post(place, {"text": "再说一句", "handle": "h2"})
    assert (plain.status_code, plain.headers["Location"]) == (302, f"/comments/topic/{topic.pk}/")


@pytest.mark.parametrize(
    "sent",
    [
        {}, {"text": "好"}, {"text": "好", "handle": "错 误"}, {"text": "好", "handle": "x" * 37},
        {"text": "好", "handle": "h", "naming": "full"},
        {"text": "好", "handle": "h", "answers": "x"},
        {"text": "好", "handle": "h", "answers": "9" * 30}, {"text": "\x00\u202e", "handle": "h"},
    ],
)  # fmt: skip
def test_bad_input_is_answered_in_place_and_nothing_is_kept(sent: dict[str, str]) -> None:
    topic = make_topic()
    browser = as_(user_of(make_volunteer("钱新人")))
    answer = browser.post(f"/comments/topic/{topic.pk}/write/", sent, **HTMX)
    assert (answer.status_code, Comment.objects.filter(opens=None).count()) == (422, 0)


def test_who_may_not_comment_reads_why_and_where_to_go() -> None:
    topic = make_topic()
    place = f"/comments/topics/{topic.pk}/"
    guest = markup(as_(make_user("游客")).get(place))
    assert ("发表评论要先登记为志愿者" in guest, "登记为志愿者</a>" in guest) == (True, True)
    unverified = user_of(make_volunteer("未实名", verified=False))
    assert "去实名认证" in markup(as_(unverified).get(place))


def test_liking_and_answering_happen_in_place() -> None:
    nobody_waits()
    topic = make_topic()
    comment, fan = make_comment(topic), user_of(make_volunteer("孙点赞"))
    browser = as_(fan)
    liked = markup(browser.post(f"/comments/{comment.pk}/like/", **HTMX))
    assert ('aria-pressed="true"' in liked, "赞 1" in liked) == (True, True)
    part = markup(browser.get(f"/comments/topic/{topic.pk}/?answers={comment.pk}", **HTMX))
    assert f'name="answers" value="{comment.pk}"' in part
    browser.post(
        f"/comments/topic/{topic.pk}/write/",
        {"text": "谢谢提醒", "handle": "h", "answers": str(comment.pk)}, **HTMX,
    )  # fmt: skip
    assert Comment.objects.get(answers=comment).text == "谢谢提醒"


def test_an_answer_stays_one_when_its_form_comes_back_from_another_page(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    nobody_waits()
    topic = make_topic()
    older, _ = make_comment(topic), make_comment(topic, make_volunteer("孙二"))
    monkeypatch.setattr(common, "ON_A_PAGE", 1)
    browser = as_(user_of(make_volunteer("孙三")))
    wrong = browser.post(
        f"/comments/topic/{topic.pk}/write/",
        {"text": "看 www.x.com", "handle": "h", "answers": str(older.pk)}, **HTMX,
    )  # fmt: skip
    assert wrong.status_code == 422
    assert f'name="answers" value="{older.pk}"' in markup(wrong)


def test_a_topic_is_opened_waits_and_is_found_on_the_board_afterwards() -> None:
    browser = as_(user_of(make_volunteer("赵楼主")))
    sent = {"theme": "policy", "title": "补记时长要公示几天", "text": "想问问", "handle": "h"}
    wrong = browser.post("/comments/topics/new/", sent | {"title": "短"})
    assert (wrong.status_code, "标题至少 4 个字" in markup(wrong)) == (422, True)
    page = markup(browser.post("/comments/topics/new/", sent, follow=True))
    assert ("话题已提交，审核后公开" in page, "正在审核" in page) == (True, True)
    topic = Topic.objects.get()
    assert Client().get(f"/comments/topics/{topic.pk}/").status_code == 404
    assert "补记时长要公示几天" not in markup(Client().get("/comments/topics/"))
    desk = as_(make_moderator(topic))
    desk.post(f"/comments/desk/{topic.opening.pk}/approve/")
    for place in (
        "/comments/topics/",
        "/comments/topics/?theme=policy",
        "/comments/topics/?q=公示",
    ):
        assert "补记时长要公示几天" in markup(Client().get(place))
    for place in ("/comments/topics/?theme=help", "/comments/topics/?q=没有"):
        assert "补记时长要公示几天" not in markup(Client().get(place))


def test_ones_own_page_shows_what_became_of_everything() -> None:
    author = make_volunteer("赵楼主")
    make_world_comments(author)
    page = markup(as_(user_of(author)).get("/comments/mine/"))
    assert ("您被禁言到" in page, "申诉已提交" in page, "谢谢大家。" in page) == (True, True, True)
    mine = Comment.objects.get(text="谢谢大家。")
    browser = as_(user_of(author))
    assert browser.post(f"/comments/{mine.pk}/delete/").status_code == 302
    mine.refresh_from_db()
    assert mine.state == S.DELETED


def test_moderators_see_what_waits_in_their_area_and_decide() -> None:
    topic = make_topic()
    waiting = make_comment(topic)
    desk = as_(make_moderator(topic))
    assert "先和护工打招呼。" in markup(desk.get("/comments/desk/"))
    elsewhere = make_user("别处")
    give(elsewhere, Role.COUNTY_OFFICE, make_county())
    other = as_(elsewhere)
    assert "先和护工打招呼。" not in markup(other.get("/comments/desk/?task=all"))
    assert other.get(f"/comments/desk/{waiting.pk}/").status_code == 404
    assert other.post(f"/comments/desk/{waiting.pk}/approve/").status_code == 404
    wrong = desk.post(f"/comments/desk/{waiting.pk}/take_down/", {"reason": ""})
    assert (wrong.status_code, "请选择原因" in markup(wrong)) == (422, True)
    done = desk.post(f"/comments/desk/{waiting.pk}/approve/", {"next": "list"})
    assert done.headers["Location"] == "/comments/desk/"
    waiting.refresh_from_db()
    assert waiting.state == S.SHOWN
    assert desk.post(f"/comments/desk/{waiting.pk}/nonsense/").status_code == 404


def test_the_numbers_of_an_author_open_what_was_said_within_reach() -> None:
    topic, author = make_topic(), make_volunteer("钱评论")
    near, far = make_shown(topic, author), make_comment(topic, author)
    Comment.objects.filter(pk=far.pk).update(region_path="/elsewhere/")
    browser = as_(make_moderator(topic))
    place = f"/comments/desk/?task=all&state=shown&by={near.pk}"
    page = markup(browser.get(f"/comments/desk/{near.pk}/"))
    assert (place.replace("&", "&amp;") in page, "已公开 1" in page) == (True, True)
    assert [one.pk for one in browser.get(place).context["page"]] == [near.pk]
    assert list(browser.get(f"/comments/desk/?task=all&by={far.pk}").context["page"]) == []


def test_what_was_changed_meanwhile_is_not_approved_unseen() -> None:
    topic = make_topic()
    comment = make_comment(topic)
    desk = as_(make_moderator(topic))
    seen = comment.version
    actions.edit_comment(
        comment_id=comment.pk, text="换成别的话", by=comment.author, at=comment.said_at
    )
    refused = desk.post(f"/comments/desk/{comment.pk}/approve/", {"seen": seen})
    assert (refused.status_code, "请看过最新的内容再办理" in markup(refused)) == (409, True)
    comment.refresh_from_db()
    assert comment.state == S.WAITING


def test_a_topic_is_closed_and_a_person_is_banned_at_the_desk() -> None:
    topic = make_topic()
    comment = make_shown(topic)
    desk = as_(make_moderator(topic))
    assert desk.post(f"/comments/desk/{topic.opening.pk}/close/").status_code == 302
    assert "不再接受回答" in markup(as_(comment.author).get(f"/comments/topics/{topic.pk}/"))
    assert desk.post(f"/comments/desk/{comment.pk}/close/").status_code == 404
    sent = {"days": "７", "reason": "advert", "words": "多次发广告"}
    wrong = desk.post(f"/comments/desk/{comment.pk}/ban/", sent | {"days": "很多"})
    assert wrong.status_code == 422
    assert desk.post(f"/comments/desk/{comment.pk}/ban/", sent).status_code == 302
    ban = Ban.objects.get()
    actions.appeal(ban_id=ban.pk, words="不是广告", by=comment.author, at=ban.from_at)
    page = markup(desk.get("/comments/desk/bans/"))
    assert ("不是广告" in page, "申诉由另一位工作人员答复" in page) == (True, True)
    second = make_user("另一位")
    give(second, Role.COUNTY_OFFICE, Region.objects.get(path=topic.opening.region_path))
    answered = as_(second).post(f"/comments/desk/bans/{ban.pk}/", {"words": "查过了", "lift": "1"})
    assert answered.status_code == 302
    ban.refresh_from_db()
    assert ban.is_lifted is True


def test_the_city_keeps_the_list_of_words() -> None:
    topic = make_topic()
    office = make_user("文明办")
    give(office, Role.CITY_OFFICE, Region.objects.get(path=topic.opening.region_path))
    browser = as_(office)
    browser.post("/comments/desk/words/", {"text": "蓝月亮", "kind": "hold"})
    assert "蓝月亮" in markup(browser.get("/comments/desk/words/"))
    wrong = browser.post("/comments/desk/words/", {"text": "蓝 月亮", "kind": "mask"})
    assert (wrong.status_code, "词库里已经有这个词" in markup(wrong)) == (422, True)
    browser.post(f"/comments/desk/words/{Word.objects.get().pk}/end/")
    assert "蓝月亮" not in markup(browser.get("/comments/desk/words/"))


def test_lists_ask_as_much_for_thirty_as_for_one() -> None:
    nobody_waits()
    topic = make_topic()
    first = make_comment(topic)
    make_comment(topic, make_volunteer("孙回"), answers_id=first.pk)
    reader, desk = as_(user_of(make_volunteer("李读者"))), as_(make_moderator(topic))
    places = [
        (reader, f"/comments/topic/{topic.pk}/"), (reader, "/comments/topics/"),
        (desk, "/comments/desk/?task=all"),
    ]  # fmt: skip
    before = [queries_for(browser, place) for browser, place in places]
    for number in range(15):
        other = make_topic(make_volunteer(f"赵{number}"), title=f"又一个话题 {number}")
        made = make_comment(topic, make_volunteer(f"钱{number}"))
        make_comment(topic, make_volunteer(f"孙{number}"), answers_id=made.pk)
        make_comment(other, make_volunteer(f"李{number}"))
    assert [queries_for(browser, place) for browser, place in places] == before
