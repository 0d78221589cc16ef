"""What moderators decide, how reports hide, bans and appeals."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from voluncity.city.inbox.models import Message
from voluncity.city.journal.actions import catch_up
from voluncity.city.people.models import User
from voluncity.city.policy.models import PolicyNumber
from voluncity.kernel.refusals import BadInput, NotAllowed, NotFound, TooMany, WrongState
from voluncity.testing.make_comments import (
    make_ban,
    make_comment,
    make_shown,
    make_topic,
    nobody_waits,
)
from voluncity.testing.make_people import NOON, TODAY, make_user, make_volunteer, user_of
from voluncity.voice.comments import actions
from voluncity.voice.comments.models import Ban, Comment, Report
from voluncity.voice.comments.states import COMMENT_FLOW, CommentState

pytestmark = pytest.mark.django_db
S = CommentState


@pytest.fixture
def office() -> User:
    return make_user("审核员")


def _report(comment: Comment, **more: str) -> Report:
    return actions.report(
        comment_id=comment.pk, reason=more.get("reason", "abuse"), words=more.get("words", ""),
        by=make_user("举报人"), at=NOON,
    )  # fmt: skip


def _heard(user: User) -> list[str]:
    catch_up(at=NOON)
    return list(Message.objects.filter(user=user).order_by("pk").values_list("title", flat=True))


def test_a_comment_is_refused_with_a_reason_and_its_author_hears_it(office: User) -> None:
    comment = make_comment(make_topic())
    for reason, words in (("", ""), ("nonsense", ""), ("other", " "), ("abuse", "长" * 201)):
        with pytest.raises(BadInput):
            actions.take_down(comment=comment, reason=reason, words=words, by=office, at=NOON)
    actions.take_down(comment=comment, reason="abuse", words="请文明发言", by=office, at=NOON)
    assert (comment.state, comment.reason, comment.decided_by) == (S.REFUSED, "abuse", office)
    assert _heard(comment.author) == ["您的评论没有通过审核"]
    with pytest.raises(WrongState):
        actions.take_down(comment=comment, reason="abuse", words="", by=office, at=NOON)


def test_the_second_moderator_is_told_that_somebody_was_faster(office: User) -> None:
    comment = make_comment(make_topic())
    other = Comment.objects.get(pk=comment.pk)
    actions.approve(comment=comment, by=office, at=NOON)
    with pytest.raises(WrongState) as refused:
        actions.take_down(comment=other, reason="abuse", words="", by=office, at=NOON)
    assert refused.value.code == "comments.was_faster"
    comment.refresh_from_db()
    assert comment.state == S.SHOWN


def test_saboteur_without_the_version_lets_the_slower_one_win(
    office: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    comment = make_comment(make_topic())
    other = Comment.objects.get(pk=comment.pk)
    actions.approve(comment=comment, by=office, at=NOON)

    def careless(one: Comment, **changes: object) -> None:
        Comment.objects.filter(pk=one.pk).update(**changes)

    monkeypatch.setattr("voluncity.voice.comments.actions.steps.changed", careless)
    actions.take_down(comment=other, reason="abuse", words="", by=office, at=NOON)
    comment.refresh_from_db()
    assert comment.state == S.REFUSED


def test_nobody_decides_about_their_own_words(office: User) -> None:
    comment = make_comment(make_topic())
    for act in (
        lambda: actions.approve(comment=comment, by=comment.author, at=NOON),
        lambda: actions.take_down(
            comment=comment, reason="abuse", words="", by=comment.author, at=NOON
        ),
        lambda: make_ban(comment, comment.author),
    ):
        with pytest.raises(NotAllowed):
            act()
    with pytest.raises(IntegrityError), transaction.atomic():
        Comment.objects.filter(pk=comment.pk).update(decided_by=comment.author, decided_at=NOON)


def test_enough_reports_hide_a_comment_until_somebody_looks(office: User) -> None:
    topic = make_topic()
    comment = make_shown(topic)
    for number in range(3):
        _report(comment)
        comment.refresh_from_db()
        assert comment.state == (S.SHOWN if number < 2 else S.HELD)
    with pytest.raises(NotFound):
        _report(comment)
    actions.approve(comment=comment, by=office, at=NOON)
    assert (comment.state, comment.open_reports) == (S.SHOWN, 0)
    assert set(Report.objects.values_list("is_right", flat=True)) == {False}
    assert "您的评论被多人举报，正在核实" in _heard(comment.author)


def test_who_has_reported_waits_for_the_answer_and_may_report_again_later(office: User) -> None:
    comment, by = make_shown(make_topic()), make_user("举报人")
    asked: dict[str, Any] = {
        "comment_id": comment.pk, "reason": "advert", "words": "", "by": by, "at": NOON,
    }  # fmt: skip
    actions.report(**asked)
    with pytest.raises(WrongState):
        actions.report(**asked)
    comment.refresh_from_db()
    assert comment.open_reports == 1
    actions.keep(comment=comment, by=office, at=NOON)
    actions.report(**asked)
    comment.refresh_from_db()
    assert (comment.open_reports, comment.state) == (1, S.SHOWN)
    with pytest.raises(NotAllowed):
        actions.report(**(asked | {"by": comment.author}))
    for wrong in ({"reason": "nonsense"}, {"reason": "other"}, {"words": "长" * 201}):
        with pytest.raises(BadInput):
            actions.report(**(asked | wrong))


def test_too_many_reports_of_one_person_in_a_day_are_refused() -> None:
    PolicyNumber.objects.create(key="comments.day_reports", value=1, valid_from=TODAY)
    topic, by = make_topic(), make_user("举报人")
    one, two = make_shown(topic), make_shown(topic, make_volunteer("孙二"))
    actions.report(comment_id=one.pk, reason="abuse", words="", by=by, at=NOON)
    with pytest.raises(TooMany):
        actions.report(comment_id=two.pk, reason="abuse", words="", by=by, at=NOON)


def test_what_was_deleted_under_a_report_is_read_until_the_report_is_settled(office: User) -> None:
    comment = make_shown(make_topic())
    _report(comment)
    actions.delete_comment(comment_id=comment.pk, by=comment.author, at=NOON)
    comment.refresh_from_db()
    assert (comment.state, comment.text) == (S.DELETED, "先和护工打招呼。")
    actions.keep(comment=comment, by=office, at=NOON)
    assert (comment.text, comment.open_reports) == ("", 0)
    with pytest.raises(WrongState):
        actions.keep(comment=comment, by=office, at=NOON)


def test_an_accepted_answer_that_is_hidden_is_accepted_no_more(office: User) -> None:
    topic = make_topic()
    answer = make_shown(topic)
    actions.accept_answer(topic_id=topic.pk, comment_id=answer.pk, by=topic.opening.author, at=NOON)
    answer.refresh_from_db()
    actions.take_down(comment=answer, reason="false", words="", by=office, at=NOON)
    topic.refresh_from_db()
    assert (answer.state, topic.accepted) == (S.HIDDEN, None)
    actions.approve(comment=answer, by=office, at=NOON)
    assert answer.state == S.SHOWN


def test_a_ban_is_told_appealed_once_and_answered_by_another(office: User) -> None:
    comment = make_shown(make_topic())
    author = comment.author
    ban = make_ban(comment, office)
    with pytest.raises(WrongState):
        make_ban(comment, office)
    assert _heard(author)[-1] == "您被禁言一段时间"
    with pytest.raises(WrongState):
        actions.appeal(ban_id=ban.pk, words="不是我", by=make_user("别人"), at=NOON)
    with pytest.raises(BadInput):
        actions.appeal(ban_id=ban.pk, words=" ", by=author, at=NOON)
    actions.appeal(ban_id=ban.pk, words="不是广告", by=author, at=NOON)
    with pytest.raises(WrongState):
        actions.appeal(ban_id=ban.pk, words="再说一次", by=author, at=NOON)
    ban.refresh_from_db()
    with pytest.raises(NotAllowed):
        actions.answer_appeal(ban=ban, is_lifted=True, words="同意", by=office, at=NOON)
    second = make_user("另一位")
    with pytest.raises(BadInput):
        actions.answer_appeal(ban=ban, is_lifted=True, words="", by=second, at=NOON)
    actions.answer_appeal(ban=ban, is_lifted=True, words="查过了，不是广告", by=second, at=NOON)
    assert (ban.is_lifted, ban.ended_at) == (True, NOON)
    assert _heard(author)[-1] == "禁言已解除"
    with pytest.raises(WrongState):
        actions.answer_appeal(ban=ban, is_lifted=False, words="又", by=second, at=NOON)


@pytest.mark.parametrize(
    ("days", "reason", "words"),
    [(0, "abuse", "x"), (91, "abuse", "x"), (7, "", "x"), (7, "abuse", " ")],
)
def test_a_bad_ban_is_refused(office: User, days: int, reason: str, words: str) -> None:
    comment = make_shown(make_topic())
    with pytest.raises(BadInput):
        actions.ban(comment=comment, days=days, reason=reason, words=words, by=office, at=NOON)
    assert Ban.objects.count() == 0


def test_the_end_of_a_ban_is_told_as_a_day_of_the_city(office: User) -> None:
    comment = make_shown(make_topic())
    make_ban(comment, office, at=NOON.replace(hour=17))  # already the next day in the city
    catch_up(at=NOON)
    told = Message.objects.filter(user=comment.author, title="您被禁言一段时间").get()
    assert told.body == "到 2026-12-02 为止不能发表评论。有异议可以申诉。"


def test_after_a_ban_is_over_another_one_may_follow(office: User) -> None:
    comment = make_shown(make_topic())
    make_ban(comment, office)
    later = NOON + timedelta(days=8)
    make_ban(comment, office, at=later)
    assert list(Ban.objects.order_by("pk").values_list("ended_at", flat=True)) == [later, None]


def test_who_is_answered_hears_it_once() -> None:
    nobody_waits()
    topic, author = make_topic(make_volunteer("赵楼主")), make_volunteer("钱回答")
    first = make_comment(topic, author)
    make_comment(topic, make_volunteer("孙三"), answers_id=first.pk)
    make_comment(topic, topic.opening.author)
    assert _heard(topic.opening.author) == ["有人回复了您"]
    assert _heard(user_of(author)) == ["有人回复了您"]


def test_the_flow_knows_where_everything_leads() -> None:
    assert [step.verb for step in COMMENT_FLOW.verbs(S.SHOWN)] == ["hide", "hold", "delete"]
    assert [step.verb for step in COMMENT_FLOW.verbs(S.DELETED)] == []
