"""Who may say something, who waits for a look, and who was banned."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import QuerySet
from django.urls import reverse

from voluncity.city.people import queries as people
from voluncity.city.people.models import User
from voluncity.city.people.states import IdentityState
from voluncity.city.policy import queries as policy
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import NotAllowed, Refusal
from voluncity.voice.comments.models import Ban, Comment, Like, Word
from voluncity.voice.comments.rules.wording import Listed, Looked, look
from voluncity.voice.comments.states import Cause, CommentState, WordKind

S = CommentState


def live_ban(user_id: int, *, at: datetime) -> Ban | None:
    """Return the ban that keeps somebody from commenting now."""
    return Ban.objects.filter(user=user_id, ended_at=None, until_at__gt=at).first()


def why_not(user: User, *, at: datetime) -> Refusal | None:
    """Return why somebody may not comment, as it is told to them; nothing if they may."""
    volunteer, today = user.volunteer_or_none, local_date(at)
    if volunteer is None:
        return NotAllowed("发表评论要先登记为志愿者。", code="comments.not_volunteer")
    if volunteer.identity_state != IdentityState.VERIFIED:
        return NotAllowed(
            "实名认证通过后才能发表评论，请到“我的”里查看实名认证。", code="comments.unverified"
        )
    if not people.guardian_ok(volunteer, on=today):
        return NotAllowed(
            "未成年人发表评论需要监护人同意，请先到“家庭”里办理。", code="comments.guardian"
        )
    if (ban := live_ban(user.pk, at=at)) is not None:
        last = local_date(ban.until_at)
        return NotAllowed(
            f"您被禁言到 {last.month}月{last.day}日，有异议可以到“我的评论”里申诉。",
            code="comments.banned",
        )
    return None


def words() -> list[Listed]:
    """Return the list of words as it is now."""
    rows = Word.objects.filter(ended_at=None).values_list("text", "plain", "kind")
    return [Listed(*row) for row in rows]


def looked_at(text: str) -> Looked:
    """Look a text through by the list of words."""
    return look(text, words(), mask=WordKind.MASK)


def cause_to_wait(user_id: int, looked: Looked, *, at: datetime) -> Cause:
    """Return why a comment has to wait for a moderator."""
    if looked.found.get(WordKind.HOLD):
        return Cause.WORDS
    first = policy.number("comments.first_wait", on=local_date(at))
    if not first:
        return Cause.NONE
    shown = Comment.objects.filter(author=user_id, state=S.SHOWN, is_official=False)
    return Cause.NEW if shown[:first].count() < first else Cause.NONE


def liked_by(user: User, comments: Iterable[Comment]) -> set[int]:
    """Return which of some comments somebody likes."""
    rows = Like.objects.filter(by=user, comment__in=[one.pk for one in comments])
    return set(rows.values_list("comment", flat=True))


def own_comments(user: User) -> QuerySet[Comment]:
    """Return what somebody has said, newest first."""
    return Comment.objects.filter(author=user).select_related("opens").order_by("-pk")


def own_bans(user: User) -> QuerySet[Ban]:
    """Return the bans of somebody, newest first."""
    return Ban.objects.filter(user=user).select_related("comment")


def page_of(comment: Comment) -> str:
    """Return where a comment is read."""
    if comment.opens_id:
        return reverse("comments:topic", args=[comment.opens_id])
    return f"{comment.subject_url}#comments"
