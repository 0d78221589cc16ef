"""Look at comments: publish, refuse, hide; close and pin topics; keep people away for a time."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from voluncity.city.journal.actions import record
from voluncity.city.people.models import User
from voluncity.city.policy import queries as policy
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import BadInput, NotAllowed, WrongState
from voluncity.kernel.text import clean
from voluncity.voice.comments.actions.steps import step
from voluncity.voice.comments.models import WORDS_MOST, Ban, Comment, Former, Report, Topic
from voluncity.voice.comments.rules import TOPIC
from voluncity.voice.comments.states import CommentState, Reason

S = CommentState
_TURNS = {
    "close": ("closed_at", True, "话题已经关闭。"),
    "reopen": ("closed_at", False, "话题没有关闭。"),
    "pin": ("pinned_at", True, "话题已经置顶。"),
    "unpin": ("pinned_at", False, "话题没有置顶。"),
}
TURNS = tuple(_TURNS)


def _words(text: str, label: str, *, field: str = "words", wanted: bool = True) -> str:
    words = clean(text, max_length=WORDS_MOST, field=field, label=label)
    if wanted and not words:
        raise BadInput(f"请填写{label}。", field=field)
    return words


def _refuse_own(comment: Comment, by: User) -> None:
    if comment.author_id == by.pk:
        raise NotAllowed("不能审核自己的评论，请由同事办理。", code="comments.own")


@transaction.atomic
def approve(*, comment: Comment, by: User, at: datetime) -> Comment:
    """Publish a comment, or let it stay after reports; those are settled as not right.

    :raises NotAllowed: for one's own.
    :raises WrongState: when it is decided already, or somebody was faster.
    """
    _refuse_own(comment, by)
    step(
        comment, "approve", by=by, at=at, cause="", reason="", reason_words="",
        open_reports=0, decided_by=by, decided_at=at,
    )  # fmt: skip
    _settle(comment, is_right=False, at=at)
    return comment


@transaction.atomic
def keep(*, comment: Comment, by: User, at: datetime) -> Comment:
    """Settle the reports of a comment that stays, or was deleted by its author.

    :raises NotAllowed: for one's own.
    :raises WrongState: when nothing is open, or somebody was faster.
    """
    _refuse_own(comment, by)
    rows = Comment.objects.filter(pk=comment.pk, version=comment.version, open_reports__gt=0)
    is_gone = comment.state == S.DELETED
    changes = {"text": ""} if is_gone else {}
    if not rows.update(open_reports=0, version=comment.version + 1, **changes):
        raise WrongState("没有等待处理的举报，请刷新页面。", code="comments.no_report")
    if is_gone:
        Former.objects.filter(comment=comment).delete()
    _settle(comment, is_right=is_gone, at=at)
    record("comments.keep", comment, by=by, at=at, author=comment.author_id)
    comment.refresh_from_db()
    return comment


@transaction.atomic
def take_down(*, comment: Comment, reason: str, words: str, by: User, at: datetime) -> Comment:
    """Do not publish a comment, or hide one that everybody saw.

    :raises BadInput: without a reason from the list.
    :raises NotAllowed: for one's own.
    :raises WrongState: when it was taken down before, or somebody was faster.
    """
    _refuse_own(comment, by)
    if reason not in Reason.values:
        raise BadInput("请选择原因。", field="reason")
    text = _words(words, "说明", wanted=reason == Reason.OTHER)
    verb = "refuse" if comment.state == S.WAITING else "hide"
    step(
        comment, verb, by=by, at=at, cause="", reason=reason, reason_words=text,
        open_reports=0, decided_by=by, decided_at=at,
    )  # fmt: skip
    _settle(comment, is_right=True, at=at)
    Topic.objects.filter(accepted=comment).update(accepted=None)
    return comment


def _settle(comment: Comment, *, is_right: bool, at: datetime) -> None:
    Report.objects.filter(comment=comment, settled_at=None).update(settled_at=at, is_right=is_right)


@transaction.atomic
def turn_topic(*, topic: Topic, verb: str, by: User, at: datetime) -> Topic:
    """Close, reopen, pin or unpin a topic.

    :raises WrongState: when it is so already.
    """
    column, is_on, already = _TURNS[verb]
    same = Topic.objects.filter(pk=topic.pk, **{f"{column}__isnull": is_on})
    if not same.update(**{column: at if is_on else None}):
        raise WrongState(already, code=f"comments.{verb}")
    record(f"comments.{verb}", (TOPIC, topic.pk), by=by, at=at)
    topic.refresh_from_db()
    return topic


@transaction.atomic
def ban(*, comment: Comment, days: int, reason: str, words: str, by: User, at: datetime) -> Ban:
    """Keep the author of a comment from commenting for some days.

    :raises BadInput: when days, reason or words break a rule.
    :raises NotAllowed: for oneself.
    :raises WrongState: when the person is banned already.
    """
    _refuse_own(comment, by)
    most = policy.number("comments.ban_days", on=local_date(at))
    if not 1 <= days <= most:
        raise BadInput(f"禁言天数应为 1 到 {most} 之间的整数，请修改。", field="days")
    if reason not in Reason.values:
        raise BadInput("请选择原因。", field="reason")
    text = _words(words, "说明")
    if comment.is_official:
        raise NotAllowed("这是工作人员的答复，请与其单位联系。", code="comments.official")
    Ban.objects.filter(user=comment.author_id, ended_at=None, until_at__lte=at).update(ended_at=at)
    try:
        with transaction.atomic():
            made = Ban.objects.create(
                user_id=comment.author_id, comment=comment, reason=reason, words=text,
                from_at=at, until_at=at + timedelta(days=days), banned_by=by,
            )  # fmt: skip
    except IntegrityError:
        raise WrongState("这个人已经在禁言中，请刷新页面。", code="comments.banned") from None
    record("comments.ban", made, by=by, at=at, user=comment.author_id, days=days)
    return made


@transaction.atomic
def appeal(*, ban_id: int, words: str, by: User, at: datetime) -> Ban:
    """Ask that another moderator looks at one's ban, once.

    :raises BadInput: without words.
    :raises WrongState: when it is over, is somebody else's, or one has asked already.
    """
    text = _words(words, "申诉理由")
    rows = Ban.objects.filter(pk=ban_id, user=by, ended_at=None, until_at__gt=at, appealed_at=None)
    if not rows.update(appeal=text, appealed_at=at):
        raise WrongState("没有可以申诉的禁言，请刷新页面。", code="comments.no_ban")
    made = Ban.objects.get(pk=ban_id)
    record("comments.appeal", made, by=by, at=at, user=by.pk)
    return made


@transaction.atomic
def answer_appeal(*, ban: Ban, is_lifted: bool, words: str, by: User, at: datetime) -> Ban:
    """Answer an appeal: lift the ban, or let it stand.

    :raises BadInput: without words.
    :raises NotAllowed: for who gave the ban, or was banned.
    :raises WrongState: when nothing waits for an answer.
    """
    if by.pk in {ban.banned_by_id, ban.user_id}:
        raise NotAllowed("申诉要由另一位工作人员答复，请交给同事。", code="comments.own_ban")
    text = _words(words, "答复")
    rows = Ban.objects.filter(pk=ban.pk, appealed_at__isnull=False, answered_at=None, ended_at=None)
    changes = {"ended_at": at} if is_lifted else {}
    if not rows.update(answer=text, answered_at=at, answered_by=by, is_lifted=is_lifted, **changes):
        raise WrongState("没有等待答复的申诉，请刷新页面。", code="comments.no_appeal")
    ban.refresh_from_db()
    record("comments.answer_appeal", ban, by=by, at=at, user=ban.user_id, is_lifted=is_lifted)
    return ban
