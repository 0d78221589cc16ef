"""The pages of articles: what everybody reads, and what the desk writes."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now

from voluncity.city.access.permissions import Role
from voluncity.city.people.models import User
from voluncity.testing.make_files import make_upload, make_video
from voluncity.testing.make_news import (
    TITLE,
    make_article,
    make_article_picture,
    make_editor,
    make_public_article,
    make_publisher,
    make_submitted_article,
)
from voluncity.testing.make_orgs import give, make_organization
from voluncity.testing.make_people import make_county, make_user
from voluncity.testing.pages import as_
from voluncity.voice.news import actions, queries
from voluncity.voice.news.models import Article
from voluncity.voice.news.rules import Plan

pytestmark = pytest.mark.django_db
JSON = {"accept": "application/json"}


def words(client: Client, address: str, **more: str) -> str:
    return client.get(address, **more).content.decode()  # type: ignore[arg-type]


def sent(article: Article | None = None, **said: str) -> dict[str, str]:
    usual = {
        "title": TITLE, "kind": "news", "body": "<p>好天气。</p>", "body-format": "html",
        "handle": "a-new-article", "publisher": f"r:{make_county().pk}",
    }  # fmt: skip
    if article is not None:
        usual["seen"] = str(article.edition)
    return usual | said


@pytest.fixture
def desk(client: Client, writer: User) -> Client:
    client.force_login(writer)
    return client


def test_readers_find_an_article_by_kind_area_tag_and_words(
    client: Client, writer: User, reviewer: User
) -> None:
    far = make_county("娄烦县", code="140123000000")
    make_public_article(writer, reviewer=reviewer, at=now(), title="汾河净滩侧记")
    make_public_article(
        writer, reviewer=make_editor("钱进"), at=now(), title="娄烦的培训通知", kind="notice",
        tags="培训", publisher=make_publisher(region=far),
    )  # fmt: skip

    def found(query: str) -> tuple[bool, bool]:
        page = words(client, f"/news/?{query}")
        return "汾河净滩侧记" in page, "娄烦的培训通知" in page

    assert found("") == (True, True)
    assert found("kind=notice") == (False, True)
    assert found(f"county={far.pk}") == (False, True)
    assert found("tag=培训") == (False, True)
    assert found("q=三十名 汾河公园") == (True, True)
    assert found("q=净滩") == (True, False)
    assert found("q=没有的词") == (False, False)
    assert "没有找到这样的文章" in words(client, "/news/?q=没有的词")
    assert found("kind=%00'&county=x&page=zzz") == (True, True)
    assert found("tag=%00&q=%00") == (True, True)


def test_the_page_of_an_article_can_be_shared_read_and_counted(
    client: Client, writer: User, reviewer: User
) -> None:
    article = make_public_article(writer, reviewer=reviewer, at=now())
    page = words(client, f"/news/{article.pk}/")
    for part in (
        f'<meta property="og:title" content="{TITLE}">',
        '<meta property="og:description" content="周六上午，三十名志愿者来到汾河公园。">',
        "<strong>汾河公园</strong>", "杏花岭区文明办", "#环保",
    ):  # fmt: skip
        assert part in page
    assert client.post(f"/news/{article.pk}/read/").status_code == 204
    assert "阅读 1 次" in words(client, f"/news/{article.pk}/")


def test_what_was_taken_down_says_why_and_what_never_was_is_not_found(
    client: Client, writer: User, reviewer: User
) -> None:
    article = make_public_article(writer, reviewer=reviewer, at=now())
    draft = make_article(writer, at=now())
    actions.withdraw_article(
        article=queries.detailed().get(pk=article.pk), words="数字有误", by=reviewer, at=now()
    )
    gone = client.get(f"/news/{article.pk}/")
    assert (gone.status_code, "原因：数字有误" in gone.content.decode()) == (410, True)
    assert client.get(f"/news/{draft.pk}/").status_code == 404
    assert client.post(f"/news/{draft.pk}/read/").status_code == 404


def test_feed_readers_get_the_newest(client: Client, writer: User, reviewer: User) -> None:
    make_public_article(writer, reviewer=reviewer, at=now(), title="甲 <乙> & 丙的新闻")
    answer = client.get("/news/feed.xml")
    assert answer["Content-Type"] == "application/atom+xml; charset=utf-8"
    assert "<title>甲 &lt;乙&gt; &amp; 丙的新闻</title>" in answer.content.decode()


def test_the_list_asks_the_same_number_of_questions_for_one_and_for_thirty(
    client: Client, writer: User, reviewer: User
) -> None:
    counts = []
    for number in (1, 29):
        for _ in range(number):
            make_public_article(writer, reviewer=reviewer, at=now())
        with CaptureQueriesContext(connection) as asked:
            assert client.get("/news/").status_code == 200
        counts.append(len(asked))
    client.force_login(writer)
    for _ in range(2):
        with CaptureQueriesContext(connection) as asked:
            assert client.get("/news/desk/").status_code == 200
        counts.append(len(asked))
        make_article(writer, at=now())
    assert counts[0] == counts[1]
    assert counts[2] == counts[3]


def test_somebody_writes_saves_and_hands_in(desk: Client) -> None:
    assert "起草稿件" in words(desk, "/news/desk/new/")
    page = desk.post("/news/desk/new/", sent() | {"submit": "1"}, follow=True)
    assert "等待另一位同事审核" in page.content.decode()
    assert Article.objects.get().state == "submitted"
    assert "审核通过</summary>" not in page.content.decode()


def test_a_wrong_field_keeps_what_was_written(desk: Client) -> None:
    page = desk.post("/news/desk/new/", sent(title="字" * 61, body="<p>留住我</p>"))
    text = page.content.decode()
    assert page.status_code == 422
    assert "标题最多 60 个字" in text
    assert "留住我" in text
    page = desk.post("/news/desk/new/", sent(publisher="o:999999"))
    assert (page.status_code, "没有这个选项" in page.content.decode()) == (422, True)
    assert Article.objects.count() == 0


def test_the_page_saves_itself_and_never_over_a_colleague(desk: Client, writer: User) -> None:
    told = desk.post("/news/desk/new/", sent() | {"autosave": "1"}).json()
    article = Article.objects.get()
    assert (told["seen"], told["url"]) == ("1", f"/news/desk/{article.pk}/edit/")
    told = desk.post(told["url"], sent(article, title="我改的标题") | {"autosave": "1"}).json()
    assert told["seen"] == "2"
    other = make_editor("孙杰")
    colleague = as_(other)
    article.refresh_from_db()
    colleague.post(f"/news/desk/{article.pk}/edit/", sent(article, title="同事的标题"))
    late = desk.post(
        f"/news/desk/{article.pk}/edit/", sent(article, title="我又改") | {"autosave": "1"}
    )
    assert late.status_code == 409
    assert late.json()["said"].startswith("孙杰 在 ")
    article.refresh_from_db()
    assert article.title == "同事的标题"


def test_the_second_person_sees_what_changed_and_decides(
    desk: Client, writer: User, reviewer: User
) -> None:
    article = queries.detailed().get(pk=make_public_article(writer, reviewer=reviewer, at=now()).pk)
    desk.post(f"/news/desk/{article.pk}/correct/")
    article.refresh_from_db()
    desk.post(
        f"/news/desk/{article.pk}/edit/",
        sent(article, body="<p>周六上午，三十二名志愿者来到汾河公园。</p>", correction="人数有误。")
        | {"submit": "1"},
    )
    desk.force_login(reviewer)
    page = words(desk, f"/news/desk/{article.pk}/versions/2/")
    assert "三十<ins>二</ins>名志愿者" in page
    soon = (now() + timedelta(hours=9)).strftime("%Y-%m-%dT%H:%M")
    page = desk.post(
        f"/news/desk/{article.pk}/approve/", {"publish_at": soon}, follow=True
    ).content.decode()
    assert "已通过" in page
    wrong = desk.post(f"/news/desk/{article.pk}/approve/", {"publish_at": "明天"})
    assert (wrong.status_code, "时间写法不对" in wrong.content.decode()) == (422, True)
    assert "没有这一步" in desk.post(f"/news/desk/{article.pk}/x/").content.decode()


def test_pictures_come_and_go_in_the_page_and_in_the_editor(desk: Client, writer: User) -> None:
    article = make_article(writer, at=now())
    address = f"/news/desk/{article.pk}/pictures/"
    told = desk.post(
        address, {"file": make_upload(), "alt": "净滩", "faces": "none"}, headers=JSON
    ).json()
    picture = article.pictures.get()
    assert told == {"src": f"/news/pictures/{picture.pk}.webp", "alt": "净滩"}
    assert desk.get(address, headers=JSON).json() == {"pictures": [told]}
    wrong = desk.post(address, {"file": make_upload(b"<svg onload=x>"), "alt": "图"}, headers=JSON)
    assert (wrong.status_code, "不是能识别的图片" in wrong.json()["said"]) == (422, True)
    assert "封面" in words(desk, address)
    shown = desk.get(told["src"])
    assert b"".join(shown.streaming_content)[:4] == b"RIFF"  # type: ignore[attr-defined]
    assert (shown["Content-Type"], shown["Cache-Control"]) == ("image/webp", "private, no-store")
    assert Client().get(told["src"]).status_code == 404
    desk.post(f"{address}{picture.pk}/", {"remove": "1"})
    assert article.pictures.count() == 0


def test_a_video_is_played_in_ranges_by_who_may_see_it(desk: Client, writer: User) -> None:
    article = make_article(writer, at=now())
    content = make_video()
    upload = make_upload(content, "片子.mp4", "video/mp4")
    desk.post(f"/news/desk/{article.pk}/video/", {"upload": upload})
    address = f"/news/videos/{article.pk}.mp4"
    assert Client().get(address).status_code == 404
    whole = desk.get(address)
    assert b"".join(whole.streaming_content) == content  # type: ignore[attr-defined]
    part = desk.get(address, headers={"range": "bytes=4-7"})
    assert (part.status_code, part["Content-Range"]) == (206, f"bytes 4-7/{len(content)}")
    assert b"".join(part.streaming_content) == b"ftyp"  # type: ignore[attr-defined]
    rest = desk.get(address, headers={"range": "bytes=40-"})
    assert b"".join(rest.streaming_content) == content[40:]  # type: ignore[attr-defined]
    beyond = desk.get(address, headers={"range": "bytes=9999-"})
    assert (beyond.status_code, beyond["Content-Range"]) == (416, f"bytes */{len(content)}")
    wrong = desk.post(f"/news/desk/{article.pk}/video/", {"upload": make_upload(b"x", "x.mp4")})
    assert (wrong.status_code, "不是 MP4" in wrong.content.decode()) == (422, True)


def test_what_a_correction_adds_is_seen_by_the_desk_only_until_it_is_reviewed(
    desk: Client, writer: User, reviewer: User
) -> None:
    article = make_article(writer, at=now())
    address, films = f"/news/videos/{article.pk}.mp4", (
        make_video(), make_video((b"ftyp", b"moov", b"free", b"mdat")),
    )  # fmt: skip
    shown = make_article_picture(article, at=now())

    def film(content: bytes) -> None:
        upload = make_upload(content, "片子.mp4", "video/mp4")
        desk.post(f"/news/desk/{article.pk}/video/", {"upload": upload})

    def sent_to(client: Client, place: str) -> tuple[int, bytes]:
        answer: Any = client.get(place)
        return answer.status_code, b"".join(answer.streaming_content) if answer.streaming else b""

    film(films[0])
    article.refresh_from_db()
    actions.submit_article(article=article, by=writer, at=now())
    actions.approve_article(article=article, plan=Plan(), by=reviewer, at=now())
    article = queries.detailed().get(pk=article.pk)
    actions.correct_article(article=article, by=writer, at=now())
    added = make_article_picture(article, at=now())
    film(films[1])
    reader = Client()
    pictures = [f"/news/pictures/{one.pk}" for one in (shown, added)]
    assert [sent_to(reader, f"{one}.webp")[0] for one in pictures] == [200, 404]
    assert [sent_to(desk, f"{one}/small.webp")[0] for one in pictures] == [200, 200]
    assert [sent_to(one, address) for one in (reader, desk)] == [(200, films[0])] * 2
    assert sent_to(desk, f"{address}?draft") == (200, films[1])
    assert reader.get(f"{address}?draft").status_code == 404
    assert f"{address}?draft" in words(desk, f"/news/desk/{article.pk}/preview/")


def test_what_was_handed_in_anew_is_not_approved_unseen(
    client: Client, writer: User, reviewer: User
) -> None:
    article = make_submitted_article(writer, at=now())
    opened = str(article.edition)
    actions.recall_article(article=article, by=writer, at=now())
    actions.submit_article(article=article, by=writer, at=now())
    client.force_login(reviewer)
    place = f"/news/desk/{article.pk}/approve/"
    late = client.post(place, {"seen": opened})
    assert (late.status_code, "请看过最新的内容再办理" in late.content.decode()) == (422, True)
    assert f'name="seen" value="{article.edition}"' in late.content.decode()
    assert client.post(place, {"seen": str(article.edition)}).status_code == 302


def test_an_organization_writes_and_cannot_review_and_others_see_nothing(client: Client) -> None:
    team = make_organization()
    admin = make_user("李桂芳")
    give(admin, Role.ORG_ADMIN, team)
    client.force_login(admin)
    client.post("/news/desk/new/", sent(publisher=f"o:{team.pk}") | {"submit": "1"})
    article = Article.objects.get()
    assert (article.organization, article.region, article.state) == (
        team, team.region, "submitted",
    )  # fmt: skip
    assert client.post(f"/news/desk/{article.pk}/approve/").status_code in {403, 404}
    stranger = make_user("外人")
    give(stranger, Role.ORG_ADMIN, make_organization())
    client.force_login(stranger)
    assert client.get(f"/news/desk/{article.pk}/").status_code == 404
    assert TITLE not in words(client, "/news/desk/")


def test_the_reviewer_finds_what_waits(client: Client, writer: User, reviewer: User) -> None:
    article = make_submitted_article(writer, at=now())
    picture_of = make_article(writer, at=now(), title="另一篇稿件")
    make_article_picture(picture_of, at=now())
    client.force_login(reviewer)
    assert TITLE in words(client, "/news/desk/?state=submitted")
    assert "另一篇稿件" not in words(client, "/news/desk/?state=submitted")
    page = words(client, f"/news/desk/{article.pk}/")
    assert "审核通过" in page
    client.post(f"/news/desk/{article.pk}/send-back/", {"words": "再配一张图"})
    client.force_login(writer)
    assert "再配一张图" in words(client, f"/news/desk/{article.pk}/edit/")
    assert TITLE in words(client, f"/news/desk/{article.pk}/preview/")
