"""The life of an article: written, reviewed by another one, planned, corrected, taken down."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from voluncity.city.journal.models import Entry
from voluncity.city.people.models import User
from voluncity.kernel.refusals import BadInput, NotAllowed, Refusal, WrongState
from voluncity.testing.make_news import (
    BODY,
    TITLE,
    make_article,
    make_article_picture,
    make_draft,
    make_editor,
    make_public_article,
    make_publisher,
    make_submitted_article,
)
from voluncity.testing.make_people import NOON
from voluncity.voice.news import actions, queries
from voluncity.voice.news.models import Article, ReadCount, Version
from voluncity.voice.news.rules import Plan
from voluncity.voice.news.states import ARTICLE_FLOW, ArticleState, Section

S = ArticleState
LATER = NOON + timedelta(hours=3)
pytestmark = pytest.mark.django_db


def fresh(article: Article) -> Article:
    found: Article = queries.detailed().get(pk=article.pk)
    return found


def seen(*, at: object = NOON) -> list[str]:
    found = queries.public_articles(Section.NEWS, queries.Filters(), at=at)  # type: ignore[arg-type]
    return [one.public.title for one in found if one.public]


def test_an_article_is_written_reviewed_by_another_one_and_read(
    writer: User, reviewer: User
) -> None:
    article = make_article(writer)
    assert (article.state, article.tags, seen()) == (S.DRAFT, " 环保 汾河 ", [])
    actions.submit_article(article=article, by=writer, at=NOON)
    actions.approve_article(article=article, plan=Plan(), by=reviewer, at=NOON)
    version = Version.objects.get()
    assert article.state == S.PUBLISHED
    assert article.public == version
    assert (version.number, version.title, version.body) == (1, TITLE, BODY)
    assert version.summary == "周六上午，三十名志愿者来到汾河公园。"
    assert (version.made_by, version.reviewed_by, version.published_at) == (writer, reviewer, NOON)
    assert seen() == [TITLE]
    told = Entry.objects.filter(subject_type="news_article").order_by("pk")
    assert [(one.verb, one.actor_id) for one in told] == [
        ("news.write", writer.pk),
        ("news.submit", writer.pk),
        ("news.approve", reviewer.pk),
        ("news.publish", reviewer.pk),
    ]


def test_nobody_reviews_what_they_wrote_or_changed(writer: User, reviewer: User) -> None:
    helper = make_editor("孙杰")
    article = make_article(writer)
    actions.save_article(
        article=article, draft=make_draft(title="汾河公园净滩活动"), seen=article.edition,
        by=helper, at=NOON,
    )  # fmt: skip
    actions.save_article(
        article=article, draft=make_draft(title="汾河公园净滩活动侧记二"), seen=article.edition,
        by=writer, at=NOON,
    )  # fmt: skip
    actions.submit_article(article=article, by=writer, at=NOON)
    for person in (writer, helper):
        with pytest.raises(NotAllowed, match="另一位同事"):
            actions.approve_article(article=article, plan=Plan(), by=person, at=NOON)
        with pytest.raises(NotAllowed, match="另一位同事"):
            actions.send_back_article(article=article, words="改", by=person, at=NOON)
    assert fresh(article).state == S.SUBMITTED


def test_the_database_itself_lets_nobody_review_their_own(writer: User) -> None:
    make_submitted_article(writer)
    with pytest.raises(IntegrityError), transaction.atomic():
        Version.objects.update(reviewed_at=NOON, reviewed_by=writer)


def test_it_comes_back_with_remarks_and_goes_in_again(writer: User, reviewer: User) -> None:
    article = make_submitted_article(writer)
    with pytest.raises(BadInput, match="请填写修改意见"):
        actions.send_back_article(article=article, words=" ", by=reviewer, at=NOON)
    actions.send_back_article(article=article, words="请补充人数。", by=reviewer, at=NOON)
    assert (article.state, article.remark) == (S.RETURNED, "请补充人数。")
    actions.save_article(
        article=article, draft=make_draft(body="<p>三十二人。</p>"), seen=article.edition,
        by=writer, at=NOON,
    )  # fmt: skip
    actions.submit_article(article=article, by=writer, at=NOON)
    actions.approve_article(article=article, plan=Plan(), by=reviewer, at=NOON)
    assert [one.number for one in article.versions.all()] == [2, 1]
    assert article.public is not None
    assert article.public.body == "<p>三十二人。</p>"


def test_what_waits_for_review_cannot_be_changed_until_it_is_taken_back(writer: User) -> None:
    article = make_submitted_article(writer)
    with pytest.raises(WrongState, match="请先取回"):
        actions.save_article(
            article=article, draft=make_draft(), seen=article.edition, by=writer, at=NOON
        )
    actions.recall_article(article=article, by=writer, at=NOON)
    assert fresh(article).state == S.DRAFT


def test_who_began_from_an_older_edition_is_told_who_was_faster(writer: User) -> None:
    other = make_editor("孙杰")
    article = make_article(writer)
    mine, theirs = fresh(article), fresh(article)
    actions.save_article(
        article=theirs, draft=make_draft(title="同事改过的标题"), seen=theirs.edition, by=other,
        at=NOON,
    )  # fmt: skip
    with pytest.raises(WrongState) as refused:
        actions.save_article(
            article=mine, draft=make_draft(title="我的标题"), seen=mine.edition, by=writer, at=NOON
        )
    assert refused.value.sentence == (
        "孙杰 在 11月24日 12:00 改过这篇稿件，您的内容还没有保存。"
        "请另开一页查看最新的稿件，把要保留的内容合并以后再保存。"
    )
    assert fresh(article).title == "同事改过的标题"


def test_a_saboteur_who_saves_without_the_edition_loses_the_words_of_a_colleague(
    writer: User,
) -> None:
    article = make_article(writer)
    mine, theirs = fresh(article), fresh(article)
    actions.save_article(
        article=theirs, draft=make_draft(title="同事改过的标题"), seen=theirs.edition,
        by=make_editor("孙杰"), at=NOON,
    )  # fmt: skip
    Article.objects.filter(pk=mine.pk).update(title="我的标题")
    assert fresh(article).title == "我的标题"


def test_saving_the_same_again_changes_nothing(writer: User) -> None:
    article = make_article(writer)
    before = article.edition
    actions.save_article(article=article, draft=make_draft(), seen=before, by=writer, at=LATER)
    assert fresh(article).edition == before


def test_a_form_that_is_sent_twice_begins_one_article(writer: User) -> None:
    sent = {
        "draft": make_draft(), "section": Section.NEWS, "publisher": make_publisher(),
        "handle": "the-same-form", "by": writer, "at": NOON,
    }  # fmt: skip
    first = actions.start_article(**sent)  # type: ignore[arg-type]
    assert actions.start_article(**sent) == first  # type: ignore[arg-type]
    assert Article.objects.count() == 1


def test_it_appears_at_its_minute_and_goes_at_its_minute(writer: User, reviewer: User) -> None:
    plan = Plan(publish_at=NOON + timedelta(hours=1), unpublish_at=NOON + timedelta(hours=2))
    article = make_public_article(writer, reviewer=reviewer, plan=plan)
    assert (article.state, article.published_at) == (S.APPROVED, None)
    assert actions.keep_terms(at=NOON + timedelta(minutes=59, seconds=59)) == 0
    due = NOON + timedelta(hours=1, seconds=7)
    assert actions.keep_terms(at=due) == 1
    assert actions.keep_terms(at=due) == 0
    article = fresh(article)
    assert (article.state, article.published_at) == (S.PUBLISHED, due)
    over = NOON + timedelta(hours=2)
    assert seen(at=over) == []  # readers do not wait for the worker
    assert seen(at=over - timedelta(seconds=1)) == [TITLE]
    assert actions.keep_terms(at=over) == 1
    assert (fresh(article).state, fresh(article).public) == (S.EXPIRED, None)


@pytest.mark.parametrize(
    ("plan", "sentence"),
    [
        (Plan(publish_at=NOON - timedelta(minutes=1)), "发布时间已经过了，请重新选择。"),
        (Plan(publish_at=NOON + timedelta(days=400)), "发布时间太远了，请选择一年以内。"),
        (
            Plan(publish_at=NOON + timedelta(hours=2), unpublish_at=NOON + timedelta(hours=2)),
            "下线时间要晚于发布时间。",
        ),
        (
            Plan(publish_at=NOON + timedelta(hours=2), pinned_until=NOON + timedelta(hours=1)),
            "置顶的截止时间要晚于发布时间。",
        ),
    ],
)
def test_times_that_cannot_be_kept_are_refused(
    plan: Plan, sentence: str, writer: User, reviewer: User
) -> None:
    article = make_submitted_article(writer)
    with pytest.raises(BadInput) as refused:
        actions.approve_article(article=article, plan=plan, by=reviewer, at=NOON)
    assert refused.value.sentence == sentence
    assert fresh(article).state == S.SUBMITTED


def test_what_was_planned_can_be_stopped(writer: User, reviewer: User) -> None:
    plan = Plan(publish_at=NOON + timedelta(hours=1))
    article = make_public_article(writer, reviewer=reviewer, plan=plan)
    actions.unschedule_article(article=article, words="活动改期", by=reviewer, at=NOON)
    assert (article.state, article.remark, article.publish_at) == (S.RETURNED, "活动改期", None)
    assert actions.keep_terms(at=LATER) == 0


def test_readers_see_the_old_text_until_its_correction_is_reviewed(
    writer: User, reviewer: User
) -> None:
    article = fresh(make_public_article(writer, reviewer=reviewer))
    actions.correct_article(article=article, by=writer, at=LATER)
    actions.save_article(
        article=article, draft=make_draft(title="汾河公园净滩活动侧记（更正）"),
        seen=article.edition, by=writer, at=LATER,
    )  # fmt: skip
    with pytest.raises(BadInput, match="请写明更正了什么"):
        actions.submit_article(article=article, by=writer, at=LATER)
    actions.save_article(
        article=article,
        draft=make_draft(title="汾河公园净滩活动侧记（更正）", correction="人数应为三十二人。"),
        seen=article.edition, by=writer, at=LATER,
    )  # fmt: skip
    actions.submit_article(article=article, by=writer, at=LATER)
    assert seen() == [TITLE]
    actions.approve_article(article=article, plan=Plan(), by=reviewer, at=LATER)
    assert seen() == ["汾河公园净滩活动侧记（更正）"]
    assert fresh(article).published_at == NOON
    assert [one.correction for one in article.versions.all()] == ["人数应为三十二人。", ""]


def test_a_correction_ends_when_the_article_was_to_end(writer: User, reviewer: User) -> None:
    ends = NOON + timedelta(days=9)
    article = fresh(make_public_article(writer, reviewer=reviewer, plan=Plan(unpublish_at=ends)))
    actions.correct_article(article=article, by=writer, at=LATER)
    actions.save_article(
        article=article, draft=make_draft(body="<p>改好了。</p>", correction="错字。"),
        seen=article.edition, by=writer, at=LATER,
    )  # fmt: skip
    actions.submit_article(article=article, by=writer, at=LATER)
    actions.approve_article(article=article, plan=Plan(), by=reviewer, at=LATER)
    assert (fresh(article).unpublish_at, seen(at=LATER)) == (ends, [TITLE])


def test_a_correction_that_is_given_up_leaves_what_readers_see(
    writer: User, reviewer: User
) -> None:
    article = fresh(make_public_article(writer, reviewer=reviewer))
    actions.correct_article(article=article, by=writer, at=LATER)
    actions.save_article(
        article=article, draft=make_draft(title="写了一半的更正"), seen=article.edition,
        by=writer, at=LATER,
    )  # fmt: skip
    with pytest.raises(WrongState, match="不能删除"):
        actions.discard_article(article=article, by=writer, at=LATER)
    actions.give_correction_up(article=article, by=writer, at=LATER)
    assert (article.state, article.title, seen()) == (S.PUBLISHED, TITLE, [TITLE])


def test_it_is_taken_down_with_a_reason_and_may_come_back_through_the_same_door(
    writer: User, reviewer: User
) -> None:
    article = fresh(make_public_article(writer, reviewer=reviewer))
    with pytest.raises(BadInput, match="请填写撤下的原因"):
        actions.withdraw_article(article=article, words="", by=reviewer, at=LATER)
    actions.withdraw_article(article=article, words="内容有误", by=reviewer, at=LATER)
    assert (article.state, article.public, seen()) == (S.WITHDRAWN, None, [])
    actions.reopen_article(article=article, by=writer, at=LATER)
    with pytest.raises(BadInput, match="请写明更正了什么"):
        actions.submit_article(article=article, by=writer, at=LATER)


def test_only_what_readers_see_can_be_taken_down_or_pinned(writer: User) -> None:
    article = make_article(writer)
    tries: list[Callable[[], object]] = [
        lambda: actions.withdraw_article(article=article, words="错", by=writer, at=NOON),
        lambda: actions.pin_article(article=article, until=LATER, by=writer, at=NOON),
        lambda: actions.give_correction_up(article=article, by=writer, at=NOON),
    ]
    for act in tries:
        with pytest.raises(WrongState, match="没有公开"):
            act()


def test_pinned_articles_stand_on_top_until_their_time(writer: User, reviewer: User) -> None:
    old = fresh(make_public_article(writer, reviewer=reviewer, title="置顶的通知"))
    make_public_article(writer, reviewer=reviewer, title="后来的新闻", at=LATER)
    assert seen(at=LATER) == ["后来的新闻", "置顶的通知"]
    actions.pin_article(article=old, until=LATER + timedelta(hours=1), by=reviewer, at=LATER)
    assert seen(at=LATER) == ["置顶的通知", "后来的新闻"]
    assert seen(at=LATER + timedelta(hours=1)) == ["后来的新闻", "置顶的通知"]


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"title": ""}, "title"),
        ({"title": "短"}, "title"),
        ({"body": ""}, "body"),
        ({"body": "<p> </p><script>alert(1)</script>"}, "body"),
    ],
)
def test_unfinished_drafts_are_kept_but_not_handed_in(
    said: dict[str, Any], field: str, writer: User
) -> None:
    article = make_article(writer, **said)
    with pytest.raises(BadInput) as refused:
        actions.submit_article(article=article, by=writer, at=NOON)
    assert refused.value.field == field
    assert (fresh(article).state, Version.objects.count()) == (S.DRAFT, 0)


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"title": "字" * 61}, "title"),
        ({"title": "好消息😀"}, "title"),
        ({"summary": "字" * 121}, "summary"),
        ({"tags": "一 二 三 四 五 六"}, "tags"),
        ({"tags": "一个太长太长太长的标签"}, "tags"),
        ({"kind": "story"}, "kind"),
        ({"kind": "x"}, "kind"),
        ({"body": f"<p>{'字' * 20_001}</p>"}, "body"),
        ({"body": "<img src=/news/pictures/999.webp alt=别人的>"}, "body"),
    ],
)
def test_what_cannot_be_stored_is_refused_at_its_field(
    said: dict[str, Any], field: str, writer: User
) -> None:
    with pytest.raises(BadInput) as refused:
        make_article(writer, **said)
    assert refused.value.field == field
    assert Article.objects.count() == 0


def test_stored_text_carries_no_script_whoever_calls(writer: User) -> None:
    article = make_article(writer, body="<p onclick=x>好<script>alert(1)</script></p>")
    assert article.body == "<p>好</p>"


def test_a_text_shows_its_own_pictures_with_words(writer: User) -> None:
    article, foreign = make_article(writer), make_article(writer)
    picture, other = make_article_picture(article), make_article_picture(foreign)
    assert fresh(article).cover == picture

    def write(body: str) -> None:
        actions.save_article(
            article=article, draft=make_draft(body=body), seen=article.edition, by=writer, at=NOON
        )

    with pytest.raises(BadInput, match="不是这篇稿件的"):
        write(f"<img src=/news/pictures/{other.pk}.webp alt=x>")
    write(f"<p>看图</p><img src=/news/pictures/{picture.pk}.webp>")
    with pytest.raises(BadInput, match="1 张图片没有图片说明"):
        actions.submit_article(article=article, by=writer, at=NOON)
    with pytest.raises(WrongState, match="还在正文"):
        actions.remove_picture(article=article, picture_id=picture.pk, by=writer, at=NOON)


def test_a_picture_needs_words_and_shows_no_child(writer: User) -> None:
    article = make_article(writer)
    with pytest.raises(BadInput, match="请填写图片说明"):
        make_article_picture(article, alt=" ")
    with pytest.raises(BadInput, match="未成年人"):
        make_article_picture(article, faces="minors")
    with pytest.raises(BadInput, match="请选择图片里的人物情况"):
        make_article_picture(article, faces="?")
    assert article.pictures.count() == 0


def test_an_unused_picture_goes_with_its_files(writer: User) -> None:
    article = make_article(writer)
    picture = make_article_picture(article)
    actions.remove_picture(article=fresh(article), picture_id=picture.pk, by=writer, at=NOON)
    assert (article.pictures.count(), fresh(article).cover) == (0, None)


def test_openings_are_counted_by_day_and_nobody_is_remembered(writer: User, reviewer: User) -> None:
    article = make_public_article(writer, reviewer=reviewer)
    for _ in range(3):
        actions.count_reading(article=article, at=NOON)
    actions.count_reading(article=article, at=NOON + timedelta(days=1))
    assert queries.reads_of(article) == 4
    fields = {field.name for field in ReadCount._meta.get_fields()}
    assert fields == {"id", "article", "on", "reads"}


def test_every_step_that_the_table_does_not_know_is_refused(writer: User) -> None:
    doers: dict[str, Callable[[Article], object]] = {
        "submit": lambda one: actions.submit_article(article=one, by=writer, at=NOON),
        "recall": lambda one: actions.recall_article(article=one, by=writer, at=NOON),
        "correct": lambda one: actions.correct_article(article=one, by=writer, at=NOON),
        "reopen": lambda one: actions.reopen_article(article=one, by=writer, at=NOON),
        "discard": lambda one: actions.discard_article(article=one, by=writer, at=NOON),
    }
    article = make_article(writer)
    for verb, act in doers.items():
        for state in set(S.values) - set(ARTICLE_FLOW.sources(verb)):
            article.state = state
            with pytest.raises(Refusal):
                act(article)
    assert fresh(article).state == S.DRAFT
