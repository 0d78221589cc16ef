"""Who may say what, how often, and what becomes of it at first."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from voluncity.city.access.permissions import Role
from voluncity.city.people.models import Consent
from voluncity.city.policy.models import PolicyNumber
from voluncity.city.regions.models import Region
from voluncity.kernel.refusals import BadInput, NotAllowed, NotFound, Refusal, TooMany, WrongState
from voluncity.testing.make_comments import (
    make_ban,
    make_comment,
    make_moderator,
    make_said,
    make_shown,
    make_topic,
    nobody_waits,
)
from voluncity.testing.make_orgs import give
from voluncity.testing.make_people import (
    NOON,
    TODAY,
    make_guardian,
    make_user,
    make_volunteer,
    user_of,
)
from voluncity.voice.comments import actions, queries
from voluncity.voice.comments.models import Comment, Former, Like, Topic
from voluncity.voice.comments.states import CommentState

pytestmark = pytest.mark.django_db
S = CommentState


@pytest.fixture(autouse=True)
def _words() -> None:
    actions.load_words()


def _refused(**more: object) -> Refusal:
    with pytest.raises(Refusal) as refused:
        make_comment(make_topic(), **more)  # type: ignore[arg-type]
    return refused.value


def test_the_first_comment_of_somebody_waits_and_later_ones_are_public() -> None:
    topic, author = make_topic(), make_volunteer("钱新人")
    first = make_comment(topic, author)
    assert (first.state, first.cause) == (S.WAITING, "new")
    again = make_comment(topic, author, "再说一句。")
    assert again.state == S.WAITING
    actions.approve(comment=first, by=make_user("审核员"), at=NOON)
    assert make_comment(topic, author, "第三句。").state == S.SHOWN


def test_nobody_waits_where_the_city_says_so() -> None:
    nobody_waits()
    comment = make_comment(make_topic())
    assert (comment.state, comment.shown_name) == (S.SHOWN, "钱志愿者")


def test_only_verified_volunteers_may_comment() -> None:
    assert _refused(author=make_volunteer("未实名", verified=False)).code == "comments.unverified"
    assert _refused(author=make_user("游客")).code == "comments.not_volunteer"
    assert Comment.objects.filter(opens=None).count() == 0


def test_a_minor_comments_with_a_guardian_only() -> None:
    teen = make_volunteer("李少年", born_on=date(2011, 5, 1))
    assert _refused(author=teen).code == "comments.guardian"
    make_guardian(teen)
    assert make_comment(make_topic(), teen).state == S.WAITING


def test_words_of_the_list_are_refused_wait_or_become_stars() -> None:
    nobody_waits()
    topic = make_topic()
    with pytest.raises(BadInput) as refused:
        make_comment(topic, text="来賭 場玩")
    assert refused.value.sentence == "内容里有不适合发布的词语，请修改后再发。"
    held = make_comment(topic, text="想参加的加我微信")
    assert (held.state, held.cause, held.found_words) == (S.WAITING, "words", "加我微信")
    assert make_comment(topic, text="真是傻叉").text == "真是**"


def test_a_word_that_was_ended_is_looked_for_no_more() -> None:
    nobody_waits()
    office, topic = make_user("文明办"), make_topic()
    word = actions.add_word(text="蓝月亮", kind="refuse", by=office, at=NOON)
    with pytest.raises(WrongState):
        actions.add_word(text="蓝 月 亮", kind="hold", by=office, at=NOON)
    with pytest.raises(BadInput):
        make_comment(topic, text="蓝月亮真好")
    actions.end_word(word_id=word.pk, by=office, at=NOON)
    with pytest.raises(WrongState):
        actions.end_word(word_id=word.pk, by=office, at=NOON)
    assert make_comment(topic, text="蓝月亮真好").state == S.SHOWN


@pytest.mark.parametrize(
    ("text", "kind"), [("好", "hold"), ("！！", "hold"), ("两个字", "burn"), ("长" * 31, "mask")]
)
def test_a_bad_word_for_the_list_is_refused(text: str, kind: str) -> None:
    with pytest.raises(BadInput):
        actions.add_word(text=text, kind=kind, by=make_user(), at=NOON)


def test_a_form_that_is_sent_twice_stays_one_comment() -> None:
    topic, author = make_topic(), make_volunteer("钱新人")
    said = make_said()
    made = [
        actions.write_comment(kind="topic", pk=topic.pk, said=said, by=user_of(author), at=NOON).pk
        for _ in range(2)
    ]
    assert made[0] == made[1]
    comment = Comment.objects.get(pk=made[0])
    comment.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        comment.save(force_insert=True)


def test_an_answer_to_an_answer_stands_beside_it() -> None:
    nobody_waits()
    topic = make_topic()
    first = make_comment(topic)
    second = make_comment(topic, answers_id=first.pk)
    third = make_comment(topic, answers_id=second.pk)
    assert (second.answers, third.answers) == (first, first)


def test_what_is_not_public_or_stands_elsewhere_cannot_be_answered() -> None:
    topic, other = make_topic(), make_topic(title="另一个话题也在这里")
    waiting, elsewhere = make_comment(topic), make_shown(other)
    for wanted in (waiting.pk, elsewhere.pk, topic.opening.pk, 2**40):
        with pytest.raises(NotFound):
            make_comment(topic, answers_id=wanted)


def test_a_closed_topic_takes_no_comments_and_a_hidden_one_is_not_there() -> None:
    topic, office = make_topic(), make_user("文明办")
    actions.turn_topic(topic=topic, verb="close", by=office, at=NOON)
    with pytest.raises(WrongState):
        make_comment(topic)
    with pytest.raises(WrongState):
        actions.turn_topic(topic=topic, verb="close", by=office, at=NOON)
    actions.take_down(comment=topic.opening, reason="abuse", words="", by=office, at=NOON)
    with pytest.raises(NotFound):
        make_comment(topic)
    with pytest.raises(NotFound):
        queries.subject("nonsense", 1)


def test_too_many_comments_within_an_hour_are_refused_and_refused_ones_do_not_count() -> None:
    nobody_waits()
    PolicyNumber.objects.create(key="comments.hour_most", value=2, valid_from=TODAY)
    topic, author = make_topic(), make_volunteer("钱话多")
    with pytest.raises(BadInput):
        make_comment(topic, author, " ")
    for _ in range(2):
        make_comment(topic, author)
    with pytest.raises(TooMany) as refused:
        make_comment(topic, author)
    assert refused.value.sentence == "一小时最多发表 2 条评论，请在 13:00 以后再发。"
    later = make_comment(topic, author, at=NOON + timedelta(hours=1, minutes=1))
    assert later.state == S.SHOWN


def test_too_many_topics_in_a_day_are_refused() -> None:
    PolicyNumber.objects.create(key="comments.day_topics", value=1, valid_from=TODAY)
    author = make_volunteer("赵楼主")
    make_topic(author)
    with pytest.raises(TooMany):
        make_topic(author, title="第二个话题来了")
    assert Topic.objects.count() == 1


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"theme": "nonsense"}, "theme"), ({"title": "短"}, "title"),
        ({"title": "长" * 41}, "title"),
        ({"title": "加我 13800138000"}, "title"), ({"title": "来賭場吧朋友"}, "title"),
        ({"text": " "}, "text"), ({"text": "长" * 2001}, "text"),
    ],
)  # fmt: skip
def test_a_bad_topic_is_refused_at_its_field_and_nothing_is_kept(
    more: dict[str, str], field: str
) -> None:
    with pytest.raises(BadInput) as refused:
        make_topic(**more)  # type: ignore[arg-type]
    assert refused.value.field == field
    assert (Topic.objects.count(), Comment.objects.count()) == (0, 0)


def test_a_moderator_answers_in_the_name_of_the_office_and_waits_for_nobody() -> None:
    topic = make_topic()
    answer = make_comment(topic, make_moderator(topic), "按规定，时长三天内入账。")
    assert (answer.state, answer.is_official) == (S.SHOWN, True)
    assert answer.shown_name == f"{topic.opening.author.volunteer.region.name}文明办"


def test_words_are_changed_while_they_are_fresh_and_looked_at_anew() -> None:
    nobody_waits()
    comment = make_comment(make_topic())
    later = NOON + timedelta(minutes=5)
    changed = actions.edit_comment(
        comment_id=comment.pk, text="先和护工打声招呼。", by=comment.author, at=later
    )
    assert (changed.text, changed.edited_at, changed.state) == (
        "先和护工打声招呼。",
        later,
        S.SHOWN,
    )
    assert list(Former.objects.values_list("text", flat=True)) == ["先和护工打招呼。"]
    held = actions.edit_comment(
        comment_id=comment.pk, text="想来的加我微信", by=comment.author, at=later
    )
    assert (held.state, held.cause) == (S.WAITING, "words")
    with pytest.raises(NotFound):
        actions.edit_comment(comment_id=comment.pk, text="我来改", by=make_user("别人"), at=later)
    with pytest.raises(Refusal) as refused:
        actions.edit_comment(
            comment_id=comment.pk, text="太晚了", by=comment.author, at=NOON + timedelta(hours=1)
        )
    assert refused.value.code == "comments.too_late"


def test_somebody_new_does_not_change_approved_words_unseen() -> None:
    PolicyNumber.objects.create(key="comments.first_wait", value=2, valid_from=TODAY)
    comment = make_shown(make_topic())
    changed = actions.edit_comment(
        comment_id=comment.pk, text="换成别的话。", by=comment.author, at=NOON
    )
    assert (changed.state, changed.cause) == (S.WAITING, "new")


def test_a_moderator_speaks_for_the_office_whose_permission_is_used() -> None:
    topic = make_topic()
    moderator = make_user("李审核")
    region = Region.objects.get(path=topic.opening.region_path)
    assert region.parent is not None
    give(moderator, Role.EXPERT, region.parent)
    give(moderator, Role.COMMUNITY_WORKER, region)
    assert make_comment(topic, moderator).shown_name == region.name


def test_one_takes_back_ones_own_words_and_they_are_gone() -> None:
    nobody_waits()
    topic = make_topic()
    comment = make_comment(topic)
    actions.edit_comment(comment_id=comment.pk, text="改过的话。", by=comment.author, at=NOON)
    answer = make_comment(topic, answers_id=comment.pk)
    actions.delete_comment(comment_id=comment.pk, by=comment.author, at=NOON)
    comment.refresh_from_db()
    assert (comment.state, comment.text, Former.objects.count()) == (S.DELETED, "", 0)
    assert [one.pk for one in queries.below("topic", topic.pk, user=None)] == [comment.pk]
    actions.delete_comment(comment_id=answer.pk, by=answer.author, at=NOON)
    assert list(queries.below("topic", topic.pk, user=None)) == []
    with pytest.raises(WrongState):
        actions.delete_comment(comment_id=comment.pk, by=comment.author, at=NOON)
    with pytest.raises(NotFound):
        actions.delete_comment(comment_id=answer.pk, by=comment.author, at=NOON)


def test_a_topic_with_answers_is_not_taken_back() -> None:
    nobody_waits()
    topic = make_topic()
    make_comment(topic)
    with pytest.raises(NotAllowed) as refused:
        actions.delete_comment(comment_id=topic.opening.pk, by=topic.opening.author, at=NOON)
    assert refused.value.code == "comments.answered"


def test_each_person_likes_a_comment_once_and_nobody_their_own() -> None:
    nobody_waits()
    comment, fan = make_comment(make_topic()), user_of(make_volunteer("孙点赞"))
    assert actions.like(comment_id=comment.pk, by=fan, at=NOON).likes == 1
    with pytest.raises(IntegrityError), transaction.atomic():
        Like.objects.create(comment=comment, by=fan, at=NOON)
    assert actions.like(comment_id=comment.pk, by=fan, at=NOON).likes == 0
    with pytest.raises(NotAllowed):
        actions.like(comment_id=comment.pk, by=comment.author, at=NOON)


def test_the_asker_accepts_one_answer_and_may_take_it_back() -> None:
    nobody_waits()
    topic = make_topic()
    answer, asker = make_comment(topic), topic.opening.author
    for by, pk in ((answer.author, answer.pk), (asker, topic.opening.pk), (asker, 2**40)):
        with pytest.raises(Refusal):
            actions.accept_answer(topic_id=topic.pk, comment_id=pk, by=by, at=NOON)
    done = actions.accept_answer(topic_id=topic.pk, comment_id=answer.pk, by=asker, at=NOON)
    assert done.accepted == answer
    done = actions.accept_answer(topic_id=topic.pk, comment_id=answer.pk, by=asker, at=NOON)
    assert done.accepted is None
    shared = make_topic(theme="experience", title="晒晒今天的活动")
    with pytest.raises(Refusal) as refused:
        actions.accept_answer(
            topic_id=shared.pk,
            comment_id=make_comment(shared).pk,
            by=shared.opening.author,
            at=NOON,
        )
    assert refused.value.code == "comments.no_question"


def test_who_is_banned_says_nothing_until_the_day() -> None:
    nobody_waits()
    topic, author = make_topic(), make_volunteer("吴广告")
    make_ban(make_comment(topic, author))
    with pytest.raises(NotAllowed) as refused:
        make_comment(topic, author)
    assert refused.value.sentence == "您被禁言到 12月1日，有异议可以到“我的评论”里申诉。"
    with pytest.raises(NotAllowed):
        make_topic(author, title="换个地方接着说")
    assert make_comment(topic, author, at=NOON + timedelta(days=7, minutes=1)).state == S.SHOWN


def test_who_closes_the_account_loses_the_name() -> None:
    topic, author = make_topic(), make_volunteer("钱离开")
    shown, waiting = make_shown(topic, author), make_comment(topic, make_volunteer("周待审"))
    Consent.objects.all().delete()
    actions.leave(user_id=user_of(author).pk)
    actions.leave(user_id=waiting.author_id)
    shown.refresh_from_db()
    waiting.refresh_from_db()
    assert (shown.shown_name, shown.state) == ("已注销的用户", S.SHOWN)
    assert (waiting.state, waiting.text) == (S.DELETED, "")
