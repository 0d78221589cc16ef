"""Somebody closes the account: the name goes, what waits is taken back."""

from __future__ import annotations

from django.db import transaction

from voluncity.voice.comments.models import Comment, Former
from voluncity.voice.comments.rules import GONE
from voluncity.voice.comments.states import CommentState

S = CommentState


@transaction.atomic
def leave(*, user_id: int) -> None:
    """Take the name off somebody's comments; what nobody has seen yet is deleted."""
    mine = Comment.objects.filter(author=user_id)
    Former.objects.filter(comment__author=user_id).delete()
    mine.exclude(is_official=True).update(shown_name=GONE)
    waiting = mine.filter(state=S.WAITING)
    waiting.update(state=S.DELETED, text="", cause="", found_words="")
