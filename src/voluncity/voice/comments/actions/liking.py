"""Like a comment, report it, and accept the answer that helped."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import F

from voluncity.city.journal.actions import record
from voluncity.city.people.actions import limits
from voluncity.city.people.models import User
from voluncity.city.policy import queries as policy
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import BadInput, NotAllowed, NotFound, Refusal, WrongState
from voluncity.kernel.text import clean
from voluncity.voice.comments import rules
from voluncity.voice.comments.actions.steps import step
from voluncity.voice.comments.models import WORDS_MOST, Comment, Like, Report, Topic
from voluncity.voice.comments.rules import TOPIC
from voluncity.voice.comments.states import ASKING, Cause, CommentState, Reason

S = CommentState


def _shown(comment_id: int) -> Comment:
    found: Comment | None = Comment.objects.filter(pk=comment_id, state=S.SHOWN).first()
    if found is None:
        raise NotFound("这条评论已经看不到了，请刷新页面。", code="comments.no_comment")
    return found


@transaction.atomic
def like(*, comment_id: int, by: User, at: datetime) -> Comment:
    """Like a comment, or stop liking it; each person counts once.

    :raises NotAllowed: for one's own.
    :raises NotFound: when it is not public.
    """
    comment = _shown(comment_id)
    if comment.author_id == by.pk:
        raise NotAllowed("不能给自己的评论点赞。", code="comments.own_like")
    rows = Comment.objects.filter(pk=comment.pk)
    taken, _ = Like.objects.filter(comment=comment, by=by).delete()
    if taken:
        rows.update(likes=F("likes") - 1)
    else:
        try:
            with transaction.atomic():
                Like.objects.create(comment=comment, by=by, at=at)
        except IntegrityError:  # pressed twice at the same moment
            return comment
        rows.update(likes=F("likes") + 1)
    comment.refresh_from_db(fields=["likes"])
    return comment


def report(*, comment_id: int, reason: str, words: str, by: User, at: datetime) -> Report:
    """Say what is wrong with a comment; so many open reports hide it until somebody looks.

    :raises BadInput: without a reason from the list.
    :raises NotFound: when it is not public.
    :raises TooMany: for too many reports in a day.
    :raises WrongState: when one has reported it already.
    """
    most = policy.number("comments.day_reports", on=local_date(at))
    counted = limits.use(rules.report_limit(most), key=f"user:{by.pk}", at=at)
    try:
        return _report(comment_id=comment_id, reason=reason, words=words, by=by, at=at)
    except Refusal:
        counted.delete()
        raise


@transaction.atomic
def _report(*, comment_id: int, reason: str, words: str, by: User, at: datetime) -> Report:
    if reason not in Reason.values:
        raise BadInput("请选择哪里有问题。", field="reason")
    text = clean(words, max_length=WORDS_MOST, field="words", label="说明")
    if reason == Reason.OTHER and not text:
        raise BadInput("请填写说明。", field="words")
    comment = _shown(comment_id)
    if comment.author_id == by.pk:
        raise NotAllowed("这是您自己的评论，可以直接删除。", code="comments.own_report")
    # The comment first: reports of the same moment wait for each other and count each other.
    Comment.objects.filter(pk=comment.pk).update(open_reports=F("open_reports") + 1)
    try:
        with transaction.atomic():
            made = Report.objects.create(
                comment=comment, by=by, reason=reason, words=text, made_at=at
            )
    except IntegrityError:
        raise WrongState("您已经举报过，工作人员正在核实。", code="comments.reported") from None
    record("comments.report", comment, by=by, at=at, report=made.pk)
    comment.refresh_from_db()
    enough = policy.number("comments.reports_to_hide", on=local_date(at))
    if comment.open_reports >= enough and comment.state == S.SHOWN and not comment.is_official:
        step(comment, "hold", by=None, at=at, cause=Cause.REPORTS)
    return made


@transaction.atomic
def accept_answer(*, topic_id: int, comment_id: int, by: User, at: datetime) -> Topic:
    """Say which answer helped; the same one again takes it back.

    :raises NotFound: for who did not ask, or when it is no public answer to this question.
    :raises Refusal: under a theme where nobody asks.
    """
    mine = Topic.objects.select_related("opening").filter(opening__author=by)
    topic = mine.filter(pk=topic_id, opening__state=S.SHOWN).first()
    if topic is None:
        raise NotFound("没有找到您发起的这个话题，只有提问的人能采纳回答。")
    if topic.theme not in ASKING:
        raise Refusal("这个主题不用采纳回答，可以给好的回答点赞。", code="comments.no_question")
    answer = _shown(comment_id)
    if (answer.kind, answer.subject_id) != (TOPIC, topic.pk) or answer.opens_id:
        raise NotFound("没有找到这个回答，请刷新页面。", code="comments.no_comment")
    is_taken_back = topic.accepted_id == answer.pk
    topic.accepted = None if is_taken_back else answer
    topic.save(update_fields=["accepted"])
    if not is_taken_back:
        record("comments.accept", answer, by=by, at=at, topic=topic.pk, author=answer.author_id)
    return topic
