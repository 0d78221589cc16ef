"""Stories: about whom, shown only while that person agrees, photos out of the archives."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now

from voluncity.city.access.scopes import Scope
from voluncity.city.inbox.models import Message
from voluncity.city.journal.models import Entry
from voluncity.city.people.actions import give_consent, withdraw_consent
from voluncity.city.people.models import User
from voluncity.city.people.states import Purpose
from voluncity.kernel.merging import Pair
from voluncity.kernel.refusals import BadInput, NotAllowed, WrongState
from voluncity.testing.make_archives import (
    first_photo,
    make_archive,
    make_held_activity,
    make_public_archive,
)
from voluncity.testing.make_news import make_draft
from voluncity.testing.make_orgs import make_organization
from voluncity.testing.make_people import NOON, make_child, make_region, make_user, make_volunteer
from voluncity.testing.make_showcase import (
    TITLE,
    agree_to_photos,
    make_hero,
    make_story,
    publish_story,
)
from voluncity.voice.news import actions as news
from voluncity.voice.news import queries as articles
from voluncity.voice.news.models import Article
from voluncity.voice.news.rules import Plan
from voluncity.voice.showcase import actions, merging, queries, readers
from voluncity.voice.showcase.models import Story
from voluncity.voice.showcase.queries import StoryFilters
from voluncity.voice.showcase.rules import Subject
from voluncity.voice.showcase.states import StoryKind

pytestmark = pytest.mark.django_db
K = StoryKind
LATER = NOON + timedelta(hours=1)


def seen() -> list[int]:
    return [one.pk for one in queries.public_stories(StoryFilters(), at=LATER)]


def article_of(story: Story) -> Article:
    found: Article = articles.detailed().get(pk=story.pk)
    return found


def test_a_story_about_a_person_goes_out_only_after_the_person_has_read_and_agreed(
    writer: User, reviewer: User
) -> None:
    story = make_story(by=writer)
    article = article_of(story)
    news.submit_article(article=article, by=writer, at=NOON)
    with pytest.raises(BadInput, match="还没有得到本人"):
        news.approve_article(article=article, plan=Plan(), by=reviewer, at=NOON)
    assert story.volunteer is not None
    assert story.volunteer.user is not None
    with pytest.raises(NotAllowed, match="只有本人"):
        actions.agree_to_story(story=story, by=writer, at=NOON)
    actions.agree_to_story(story=story, by=story.volunteer.user, at=NOON)
    news.approve_article(article=article, plan=Plan(), by=reviewer, at=NOON)
    assert seen() == [story.pk]


def test_a_yes_is_for_what_was_handed_in_before_it(
    writer: User, reviewer: User, client: Client
) -> None:
    at = now() - timedelta(minutes=2)
    story = publish_story(make_story(by=writer, at=at), at=at)
    hero, article = story.volunteer, article_of(story)
    assert hero is not None
    assert hero.user is not None
    later = at + timedelta(minutes=1)
    news.correct_article(article=article, by=writer, at=later)
    draft = make_draft(
        kind="story", title=TITLE, body="<p>她把工资捐了。</p>", correction="补充一段。"
    )
    news.save_article(article=article, draft=draft, seen=article.edition, by=writer, at=later)
    news.submit_article(article=article, by=writer, at=later)
    assert [one.pk for one in queries.public_stories(StoryFilters(), at=later)] == [story.pk]
    assert articles.is_public(article, at=now())
    with pytest.raises(BadInput, match="同意的是上一稿"):
        news.approve_article(article=article, plan=Plan(), by=reviewer, at=now())
    client.force_login(hero.user)
    address = f"/showcase/mine/{story.pk}/"
    assert "等您答复" in client.get("/showcase/mine/").content.decode()
    late = client.post(address, {"agree": "1", "seen": "1"})
    assert (late.status_code, "稿子刚刚改过" in late.content.decode()) == (422, True)
    with pytest.raises(BadInput, match="同意的是上一稿"):
        news.approve_article(article=article, plan=Plan(), by=reviewer, at=now())
    client.post(address, {"agree": "1", "seen": "2"})
    news.approve_article(article=article, plan=Plan(), by=reviewer, at=now())
    assert "她把工资捐了" in client.get(f"/showcase/{story.pk}/").content.decode()


def test_a_no_hides_the_story_and_its_pictures_at_once(writer: User, client: Client) -> None:
    story = publish_story(make_story(by=writer))
    assert client.get(f"/showcase/{story.pk}/").status_code == 200
    assert story.volunteer is not None
    assert story.volunteer.user is not None
    actions.refuse_story(story=story, words="不想公开", by=story.volunteer.user, at=LATER)
    assert seen() == []
    assert not articles.is_public(article_of(story), at=LATER)
    page = client.get(f"/showcase/{story.pk}/")
    assert (page.status_code, "已撤下" in page.content.decode()) == (410, True)
    assert "不想公开" not in page.content.decode()
    actions.agree_to_story(story=story, by=story.volunteer.user, at=LATER)
    assert seen() == [story.pk]


def test_a_refused_text_does_not_return_when_a_later_one_is_agreed_to(
    writer: User, client: Client
) -> None:
    story = publish_story(make_story(by=writer))
    person = story.volunteer.user  # type: ignore[union-attr]
    assert person is not None
    step = timedelta(minutes=1)
    news.correct_article(article=article_of(story), by=writer, at=LATER + step)
    article = article_of(story)
    news.save_article(
        article=article, draft=make_draft(kind="story", title="改过的题目", correction="改了一句"),
        seen=article.edition, by=writer, at=LATER + step,
    )  # fmt: skip
    news.submit_article(article=article_of(story), by=writer, at=LATER + 2 * step)
    actions.refuse_story(story=story, words="原来有一句不对", by=person, at=LATER + 2 * step)
    actions.agree_to_story(story=story, by=person, at=LATER + 3 * step)
    assert list(queries.public_stories(StoryFilters(), at=LATER + 3 * step)) == []
    assert queries.commented(story.pk) is None
    assert client.get(f"/showcase/{story.pk}/").status_code == 410
    news.approve_article(
        article=article_of(story), plan=Plan(), by=make_user("赵强"), at=LATER + 4 * step
    )
    assert [one.article.public.title for one in queries.public_stories(  # type: ignore[union-attr]
        StoryFilters(), at=LATER + 5 * step
    )] == ["改过的题目"]  # fmt: skip


def test_who_thinks_again_about_the_same_text_shows_it_again(writer: User) -> None:
    story = publish_story(make_story(by=writer))
    person = story.volunteer.user  # type: ignore[union-attr]
    assert person is not None
    actions.refuse_story(story=story, words="", by=person, at=LATER)
    assert seen() == []
    actions.agree_to_story(story=story, by=person, at=LATER + timedelta(minutes=1))
    assert seen() == [story.pk]


def test_a_withdrawn_consent_hides_the_story_at_once(writer: User) -> None:
    story = publish_story(make_story(by=writer))
    hero = story.volunteer
    assert hero is not None
    assert hero.user is not None
    withdraw_consent(volunteer_id=hero.pk, purpose=Purpose.PHOTOS, by=hero.user, at=LATER)
    assert seen() == []
    assert queries.public_story(story.pk, at=LATER) is None
    assert queries.commented(story.pk) is None
    give_consent(volunteer_id=hero.pk, purpose=Purpose.PHOTOS, by=hero.user, at=LATER)
    assert seen() == [story.pk]


def test_a_saboteur_without_the_condition_would_show_who_said_no(writer: User) -> None:
    story = publish_story(make_story(by=writer))
    assert story.volunteer is not None
    assert story.volunteer.user is not None
    actions.refuse_story(story=story, words="", by=story.volunteer.user, at=LATER)
    careless = Story.objects.filter(article__public__isnull=False)
    assert ([one.pk for one in careless], seen()) == ([story.pk], [])


def test_a_planned_story_waits_when_the_person_has_changed_their_mind(
    writer: User, reviewer: User
) -> None:
    story = make_story(by=writer)
    article = article_of(story)
    hero = story.volunteer
    assert hero is not None
    assert hero.user is not None
    news.submit_article(article=article, by=writer, at=NOON)
    actions.agree_to_story(story=story, by=hero.user, at=NOON)
    news.approve_article(article=article, plan=Plan(publish_at=LATER), by=reviewer, at=NOON)
    actions.refuse_story(story=story, words="", by=hero.user, at=NOON)
    assert news.keep_terms(at=LATER) == 0
    article = article_of(story)
    assert (article.state, article.remark) == ("approved", "本人不同意展示这篇故事。")
    assert news.keep_terms(at=LATER) == 0
    assert article.moves.filter(verb="hold").count() == 1


def test_nobody_is_written_about_who_did_not_agree_to_be_shown(writer: User) -> None:
    silent = make_volunteer("李默")
    with pytest.raises(BadInput, match="没有同意在志愿风采中展示"):
        make_story(Subject(K.PERSON, volunteer=silent, shown_name="李师傅"), by=writer)
    assert (Story.objects.count(), Article.objects.count()) == (0, 0)


def test_a_minor_is_never_named_in_full_and_the_guardian_decides(
    writer: User, reviewer: User
) -> None:
    mother = make_user("王建国")
    child = make_child("王小满", guardian=mother)
    agree_to_photos(child, by=mother)
    with pytest.raises(BadInput, match="不能写全名，请写成“小王”“王同学”"):
        make_story(Subject(K.PERSON, volunteer=child, shown_name="王小满"), by=writer)
    with pytest.raises(BadInput, match="不能写全名"):
        make_story(
            Subject(K.PERSON, volunteer=child, shown_name="王同学"), by=writer, title="王小满的暑假"
        )
    story = make_story(Subject(K.PERSON, volunteer=child, shown_name="王同学"), by=writer)
    article = article_of(story)
    news.save_article(
        article=article, draft=make_draft(kind="story", title=TITLE, body="<p>王 小 满在扫地</p>"),
        seen=article.edition, by=writer, at=NOON,
    )  # fmt: skip
    with pytest.raises(BadInput, match="标题、摘要和正文里改成公开称呼"):
        news.submit_article(article=article, by=writer, at=NOON)
    news.save_article(
        article=article, draft=make_draft(kind="story", title=TITLE, body="<p>他在清扫。</p>"),
        seen=article.edition, by=writer, at=NOON,
    )  # fmt: skip
    news.submit_article(article=article, by=writer, at=NOON)
    assert queries.people_to_ask(story, on=date(2026, 11, 24)) == [mother.pk]
    actions.agree_to_story(story=story, by=mother, at=NOON)
    news.approve_article(article=article, plan=Plan(), by=reviewer, at=NOON)
    assert seen() == [story.pk]


def test_the_person_is_asked_and_the_writer_hears_the_answer(writer: User) -> None:
    story = make_story(by=writer)
    news.submit_article(article=article_of(story), by=writer, at=NOON)
    hero = story.volunteer
    assert hero is not None
    assert hero.user is not None
    actions.agree_to_story(story=story, by=hero.user, at=NOON)
    readers.tell_people(list(Entry.objects.filter(subject_type="news_article").order_by("pk")))
    told = Message.objects.order_by("pk").values_list("user", "title", "url")
    assert list(told) == [
        (hero.user_id, "有一篇写您（或您的孩子）的风采故事", "/showcase/mine/"),
        (writer.pk, "本人同意展示", f"/news/desk/{story.pk}/"),
    ]


def test_a_story_is_about_exactly_what_its_kind_says(writer: User) -> None:
    story = make_story(by=writer)
    team = make_organization()
    with pytest.raises(IntegrityError), transaction.atomic():
        Story.objects.filter(pk=story.pk).update(organization=team)
    with pytest.raises(IntegrityError), transaction.atomic():
        Story.objects.filter(pk=story.pk).update(shown_name="")


def test_a_gallery_shows_public_photos_of_archives_and_never_a_hidden_one(
    writer: User, client: Client
) -> None:
    team = make_organization("桥东街义诊队", region=make_region("青年路社区"))
    archive = make_public_archive(make_archive(make_held_activity(team), photos=1))
    photo = first_photo(archive)
    story = make_story(Subject(K.GALLERY), by=writer, title="义诊的一天")
    article = article_of(story)
    with pytest.raises(BadInput, match="图集里还没有可以公开的照片"):
        news.submit_article(article=article, by=writer, at=NOON)
    scope = Scope(organizations=(team.path,))
    with pytest.raises(BadInput, match="请选择照片"):
        actions.add_photos(story=story, photo_ids=[], scope=scope, by=writer, at=NOON)
    other = Scope(organizations=("/999999/",))
    assert (
        actions.add_photos(story=story, photo_ids=[photo.pk], scope=other, by=writer, at=NOON) == 0
    )
    assert (
        actions.add_photos(story=story, photo_ids=[photo.pk], scope=scope, by=writer, at=NOON) == 1
    )
    publish_story(story)
    address = f"/archives/photos/{photo.pk}"
    assert [one.photo_id for one in queries.shown_photos().filter(story=story)] == [photo.pk]
    assert "义诊的一天" in client.get("/showcase/").content.decode()
    with pytest.raises(WrongState, match="不能修改"):
        actions.remove_photo(story=story, photo_id=photo.pk, by=writer, at=NOON)
    type(photo).objects.filter(pk=photo.pk).update(
        is_cover=False, hidden_at=NOON, hidden_by=writer, hidden_reason="本人要求"
    )
    assert list(queries.shown_photos()) == []
    assert address not in client.get(f"/showcase/{story.pk}/").content.decode()


def test_two_records_of_one_person_keep_the_story(writer: User) -> None:
    story = make_story(by=writer)
    other = make_hero("张秀兰")
    assert story.volunteer_id is not None
    pair = Pair(loser_id=story.volunteer_id, winner_id=other.pk, by_id=writer.pk, at=NOON)
    assert merging.PART.preview(pair) == ["1 篇写本人的风采故事转到保留的登记。"]
    kept = merging.PART.move(pair)
    assert Story.objects.get().volunteer == other
    assert merging.PART.restore(pair, kept) == []
    assert Story.objects.get().volunteer_id == pair.loser_id


def test_the_pages_of_the_person(writer: User, client: Client) -> None:
    story = make_story(by=writer)
    hero = story.volunteer
    assert hero is not None
    assert hero.user is not None
    client.force_login(hero.user)
    assert "还没有写您的故事" in client.get("/showcase/mine/").content.decode()
    assert client.get(f"/showcase/mine/{story.pk}/").status_code == 404
    news.submit_article(article=article_of(story), by=writer, at=now())
    assert "等您答复" in client.get("/showcase/mine/").content.decode()
    page = client.get(f"/showcase/mine/{story.pk}/").content.decode()
    assert "她每天六点到岗" in page
    answered = client.post(f"/showcase/mine/{story.pk}/", {"agree": "1"}, follow=True)
    assert "您已同意" in answered.content.decode()
    long = client.post(f"/showcase/mine/{story.pk}/", {"refuse": "1", "words": "字" * 201})
    assert (long.status_code, "说明最多 200 个字" in long.content.decode()) == (422, True)
    client.force_login(make_user("路人"))
    assert client.get(f"/showcase/mine/{story.pk}/").status_code == 404


def test_the_list_asks_the_same_number_of_questions_for_one_and_for_many(
    writer: User, client: Client
) -> None:
    make_region()
    counts = []
    for number in (1, 11):
        for _ in range(number):
            publish_story(make_story(Subject(K.TEAM, organization=make_organization()), by=writer))
        with CaptureQueriesContext(connection) as asked:
            assert client.get("/showcase/").status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1]
