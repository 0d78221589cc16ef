"""Say something, change it while it is fresh, and take it back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from voluncity.city.journal.actions import record
from voluncity.city.people.actions import limits
from voluncity.city.people.models import User
from voluncity.city.policy import queries as policy
from voluncity.city.regions import queries as regions
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import BadInput, NotAllowed, NotFound, Refusal, WrongState
from voluncity.voice.comments import queries, rules
from voluncity.voice.comments.actions.steps import changed, moved, step
from voluncity.voice.comments.models import (
    OPENING_MOST,
    TEXT_MOST,
    WORDS_MOST,
    Comment,
    Former,
    Topic,
)
from voluncity.voice.comments.rules import TOPIC, Commented
from voluncity.voice.comments.rules.wording import Looked
from voluncity.voice.comments.states import Cause, CommentState, Naming, Theme, WordKind

S = CommentState
_REFUSED = "{label}里有不适合发布的词语，请修改后再发。"


@dataclass(frozen=True)
class Said:
    """What somebody sends: words, how they want to be called, and the mark of the form."""

    text: str
    handle: str
    naming: str = Naming.SURNAME
    answers_id: int | None = None


def write_comment(*, kind: str, pk: int, said: Said, by: User, at: datetime) -> Comment:
    """Say something below an article, a class, a topic …; sent twice it is said once.

    The limit is counted outside of the transaction, which a refusal would undo.

    :raises BadInput: when the words break a rule.
    :raises NotAllowed: for who is not verified, needs a guardian, or was banned.
    :raises NotFound: when there is no such thing, or no such comment to answer.
    :raises TooMany: for too many comments within an hour.
    :raises WrongState: when no comments are taken any more.
    """
    if (known := _known(by, said.handle)) is not None:
        return known
    most = policy.number("comments.hour_most", on=local_date(at))
    counted = limits.use(rules.comment_limit(most), key=f"user:{by.pk}", at=at)
    try:
        return _write_comment(kind=kind, pk=pk, said=said, by=by, at=at)
    except Refusal:
        counted.delete()
        raise


@transaction.atomic
def _write_comment(*, kind: str, pk: int, said: Said, by: User, at: datetime) -> Comment:
    on = queries.subject(kind, pk)
    if not on.is_open:
        raise WrongState("这里已经不再接受评论，看看别的内容吧。", code="comments.closed")
    answered = _answered(kind, pk, said.answers_id)
    comment = _prepared(kind, pk, on, said, by=by, at=at)
    comment.answers = answered
    return _kept(comment, by=by, at=at)


def open_topic(*, theme: str, title: str, said: Said, by: User, at: datetime) -> Topic:
    """Open a topic on the board; its first words are looked at like any comment.

    :raises BadInput: when theme, title or words break a rule.
    :raises NotAllowed: for who is not verified, needs a guardian, or was banned.
    :raises TooMany: for too many topics in a day.
    """
    known = _known(by, said.handle)
    if known is not None and known.opens is not None:
        return known.opens
    most = policy.number("comments.day_topics", on=local_date(at))
    counted = limits.use(rules.topic_limit(most), key=f"user:{by.pk}", at=at)
    try:
        return _open_topic(theme=theme, title=title, said=said, by=by, at=at)
    except Refusal:
        counted.delete()
        raise


@transaction.atomic
def _open_topic(*, theme: str, title: str, said: Said, by: User, at: datetime) -> Topic:
    if theme not in Theme.values:
        raise BadInput("请选择主题。", field="theme")
    name = rules.titled(title)
    topic = Topic.objects.create(theme=theme, title=_masked(name, "title"), moved_at=at)
    volunteer = by.volunteer_or_none
    on = Commented(
        title=topic.title, url=f"/comments/topics/{topic.pk}/",
        region_path=(volunteer.region if volunteer else regions.city()).path,
    )  # fmt: skip
    comment = _prepared(TOPIC, topic.pk, on, said, by=by, at=at, title=name)
    comment.opens = topic
    _kept(comment, by=by, at=at)
    return topic


def _known(by: User, handle: str) -> Comment | None:
    mine = Comment.objects.filter(author=by, handle=handle)
    known: Comment | None = mine.select_related("opens").first()
    return known


def _answered(kind: str, pk: int, answers_id: int | None) -> Comment | None:
    """Return the comment under which an answer stands: an answer to an answer goes beside it."""
    if answers_id is None:
        return None
    one = queries.shown_below(kind, pk, answers_id)
    if one is None:
        raise NotFound("要回复的评论已经看不到了，请刷新页面。", code="comments.no_comment")
    return one.answers or one


def _prepared(
    kind: str, pk: int, on: Commented, said: Said, *, by: User, at: datetime, title: str = ""
) -> Comment:
    """Return the comment as it will be kept: looked through, named, waiting where it must."""
    official = queries.official_name(by, on)
    most = OPENING_MOST if title else TEXT_MOST
    words = rules.said(said.text, most=most, label="内容" if title else "评论")
    if not official and (refusal := queries.why_not(by, at=at)) is not None:
        raise refusal
    looked = _looked(words, title)
    cause = Cause.NONE if official else queries.cause_to_wait(by.pk, looked, at=at)
    volunteer = by.volunteer_or_none
    name = official or rules.shown_name(volunteer.name if volunteer else "", said.naming)
    return Comment(
        kind=kind, subject_id=pk, subject_title=on.title[:100], subject_url=on.url,
        region_path=on.region_path, organization_id=on.organization_id, author=by,
        shown_name=name, is_official=bool(official), handle=said.handle, text=looked.text,
        said_at=at, state=S.WAITING if cause else S.SHOWN, cause=cause,
        found_words=_found_words(looked),
    )  # fmt: skip


def _looked(words: str, title: str = "") -> Looked:
    looked = queries.looked_at(words)
    for more in queries.looked_at(title).found.items() if title else ():
        looked.found.setdefault(more[0], []).extend(more[1])
    if looked.found.get(WordKind.REFUSE):
        raise BadInput(_REFUSED.format(label="内容"), code="comments.words", field="text")
    return looked


def _masked(title: str, field: str) -> str:
    looked = queries.looked_at(title)
    if looked.found.get(WordKind.REFUSE):
        raise BadInput(_REFUSED.format(label="标题"), code="comments.words", field=field)
    return looked.text


def _found_words(looked: Looked) -> str:
    return "、".join(looked.found.get(WordKind.HOLD, []))[:WORDS_MOST]


def _kept(comment: Comment, *, by: User, at: datetime) -> Comment:
    try:
        with transaction.atomic():
            comment.save(force_insert=True)
    except IntegrityError:
        if (known := _known(by, comment.handle)) is None or comment.opens_id:
            raise WrongState("已经提交过了，请刷新页面查看。", code="comments.sent_twice") from None
        return known
    if comment.state == S.SHOWN:
        moved(comment, at=at)
    record(
        "comments.write", comment, by=by, at=at, on_behalf_of=None,
        answers=comment.answers_id, state=comment.state,
    )  # fmt: skip
    return comment


@transaction.atomic
def edit_comment(*, comment_id: int, text: str, by: User, at: datetime) -> Comment:
    """Change one's own words shortly after they were said; they are looked through anew.

    :raises BadInput: when the words break a rule.
    :raises NotAllowed: when one may not comment any more.
    :raises Refusal: when it was said too long ago.
    :raises WrongState: when it cannot be changed any more, or somebody was faster.
    """
    comment = own(comment_id, by)
    if not may_edit(comment, at=at):
        raise Refusal("发表时间较久，不能再修改了。可以删除后重新发表。", code="comments.too_late")
    if not comment.is_official and (refusal := queries.why_not(by, at=at)) is not None:
        raise refusal
    most = OPENING_MOST if comment.opens_id else TEXT_MOST
    looked = _looked(rules.said(text, most=most))
    if looked.text == comment.text:
        return comment
    cause = Cause.NONE if comment.is_official else queries.cause_to_wait(by.pk, looked, at=at)
    before, changes = comment.text, {"text": looked.text, "edited_at": at}
    if cause:
        changes |= {"state": S.WAITING, "cause": cause, "found_words": _found_words(looked)}
    changed(comment, **changes)
    Former.objects.create(comment=comment, text=before, until=at)
    record("comments.edit", comment, by=by, at=at, waits=bool(cause))
    return comment


def own(comment_id: int, by: User) -> Comment:
    """Return somebody's own comment.

    :raises NotFound: when it is somebody else's.
    """
    mine = Comment.objects.filter(pk=comment_id, author=by)
    found: Comment | None = mine.select_related("opens").first()
    if found is None:
        raise NotFound("没有找到您的这条评论，请回到“我的评论”查看。")
    return found


def may_edit(comment: Comment, *, at: datetime) -> bool:
    """Return whether a comment is fresh enough to be changed, and is not being looked at."""
    minutes = policy.number("comments.edit_minutes", on=local_date(at))
    is_fresh = at < comment.said_at + timedelta(minutes=minutes)
    return is_fresh and comment.state in {S.SHOWN, S.WAITING}


@transaction.atomic
def delete_comment(*, comment_id: int, by: User, at: datetime) -> Comment:
    """Take one's own words back; while a report is looked at, moderators still read them.

    :raises NotAllowed: for the opening of a topic to which others have answered.
    :raises WrongState: when they were taken away before.
    """
    comment = own(comment_id, by)
    if comment.opens_id and queries.number_below(TOPIC, comment.opens_id):
        raise NotAllowed(
            "已经有人回复这个话题，不能删除；可以请工作人员关闭。", code="comments.answered"
        )
    kept = comment.text if comment.open_reports else ""
    step(comment, "delete", by=by, at=at, text=kept, cause="", found_words="")
    if not kept:
        Former.objects.filter(comment=comment).delete()
    Topic.objects.filter(accepted=comment).update(accepted=None)
    return comment
