"""Take one step with a comment: the update decides, the journal says so."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import F

from voluncity.city.journal.actions import record
from voluncity.city.people.models import User
from voluncity.kernel.refusals import WrongState
from voluncity.voice.comments.models import Comment, Topic
from voluncity.voice.comments.rules import TOPIC
from voluncity.voice.comments.states import COMMENT_FLOW, CommentState

TOO_SLOW = "这条评论刚刚有了变化，请刷新页面查看最新情况。"


def step(comment: Comment, verb: str, *, by: User | None, at: datetime, **changes: Any) -> Comment:
    """Take one step of the table, if nobody has taken another one since the comment was read.

    :raises WrongState: when the table has no such step, or somebody was faster.
    """
    changed(comment, state=COMMENT_FLOW.after(verb, comment.state), **changes)
    if comment.state == CommentState.SHOWN:
        moved(comment, at=at)
    record(f"comments.{verb}", comment, by=by, at=at, author=comment.author_id)
    return comment


def changed(comment: Comment, **changes: Any) -> None:
    """Write columns of a comment as it was read.

    :raises WrongState: when somebody was faster.
    """
    same = Comment.objects.filter(pk=comment.pk, state=comment.state, version=comment.version)
    if not same.update(version=F("version") + 1, **changes):
        raise WrongState(TOO_SLOW, code="comments.was_faster")
    comment.refresh_from_db(fields=["version", *changes])


def moved(comment: Comment, *, at: datetime) -> None:
    """Move the topic up on the board, for it has something new to read."""
    if comment.kind == TOPIC:
        Topic.objects.filter(pk=comment.subject_id, moved_at__lt=at).update(moved_at=at)
