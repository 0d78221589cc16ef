"""What follows: authors and moderators hear what concerns them; who leaves loses the name."""

from __future__ import annotations

from django.urls import reverse

from voluncity.city.inbox import actions as inbox
from voluncity.city.journal.models import Entry
from voluncity.kernel.clock import local_date
from voluncity.voice.comments import actions, queries
from voluncity.voice.comments.models import Ban, Comment
from voluncity.voice.comments.states import CommentState


def follow_closings(entries: list[Entry]) -> None:
    """Take the name off the comments of whoever has closed the account."""
    for entry in entries:
        if entry.verb == "people.close" and (user_id := entry.data.get("user")):
            actions.leave(user_id=user_id)


def tell_people(entries: list[Entry]) -> None:
    """Tell authors what became of their words, and who was answered."""
    for entry in entries:
        if entry.verb in _WORDS or entry.verb in {"comments.write", "comments.approve"}:
            _tell_about_comment(entry)
        elif entry.verb in {"comments.ban", "comments.answer_appeal"}:
            _tell_about_ban(entry)


_WORDS = {
    "comments.approve": ("您的评论已公开", ""),
    "comments.refuse": ("您的评论没有通过审核", "原因请点开查看。"),
    "comments.hide": ("您的评论已不再公开", "原因请点开查看。"),
    "comments.hold": ("您的评论被多人举报，正在核实", "核实前暂时不公开。"),
    "comments.accept": ("您的回答被采纳了", "谢谢您的分享！"),
}


def _tell_about_comment(entry: Entry) -> None:
    found = Comment.objects.select_related("answers", "opens").filter(pk=entry.subject_id or 0)
    comment = found.first()
    if comment is None:
        return
    if entry.verb in _WORDS and comment.author_id != entry.actor_id:
        title, more = _WORDS[entry.verb]
        is_read = entry.verb in {"comments.approve", "comments.accept"}
        url = queries.page_of(comment) if is_read else reverse("comments:mine")
        _send(entry, comment.author_id, title, f"{_about(comment)}{more}", url, "own")
    is_new = entry.verb in {"comments.write", "comments.approve"}
    if is_new and comment.state == CommentState.SHOWN and (whom := _answered(comment)):
        _send(
            entry, whom, "有人回复了您",
            f"{comment.shown_name}在“{comment.subject_title}”下回复了您。",
            queries.page_of(comment), "answered", key=f"comments:answered:{comment.pk}",
        )  # fmt: skip


def _answered(comment: Comment) -> int | None:
    """Return whose words were answered: those of a comment, else of a topic; never one's own."""
    if comment.answers is not None:
        whom = comment.answers.author_id
    else:
        opening = Comment.objects.filter(opens=comment.subject_id, kind=comment.kind).first()
        if opening is None or comment.opens_id or opening.opens_id != comment.subject_id:
            return None
        whom = opening.author_id
    return whom if whom != comment.author_id else None


def _tell_about_ban(entry: Entry) -> None:
    ban = Ban.objects.filter(pk=entry.subject_id or 0).first()
    if ban is None:
        return
    last = local_date(ban.until_at).isoformat()
    if entry.verb == "comments.ban":
        title, body = "您被禁言一段时间", f"到 {last} 为止不能发表评论。有异议可以申诉。"
    elif ban.is_lifted:
        title, body = "禁言已解除", f"申诉答复：{ban.answer}"
    else:
        title, body = "申诉已答复，禁言维持", f"申诉答复：{ban.answer}"
    _send(entry, ban.user_id, title, body, reverse("comments:mine"), "ban")


def _about(comment: Comment) -> str:
    return f"“{comment.subject_title}”。"


def _send(
    entry: Entry, user_id: int, title: str, body: str, url: str, what: str, *, key: str = ""
) -> None:
    inbox.send(
        user_id=user_id, key=key or f"comments:{entry.pk}:{what}", title=title, body=body,
        url=url, at=entry.at,
    )  # fmt: skip
