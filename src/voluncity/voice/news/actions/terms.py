"""What happens by itself: publish what is due, take down what has run out."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from voluncity.kernel.refusals import Refusal
from voluncity.voice.news import queries
from voluncity.voice.news.actions.reviewing import publish
from voluncity.voice.news.actions.steps import note, step
from voluncity.voice.news.models import Article
from voluncity.voice.news.states import ArticleState


def keep_terms(*, at: datetime) -> int:
    """Publish what is due and take down what has run out; return how many articles changed.

    Each one in its own transaction: one that cannot be published stands in nobody's way.
    """
    done = sum(_publish(pk, at=at) for pk in queries.due_to_publish(at=at))
    return done + sum(_expire(pk, at=at) for pk in queries.due_to_expire(at=at))


@transaction.atomic
def _publish(pk: int, *, at: datetime) -> bool:
    article = queries.detailed().get(pk=pk)
    if article.state != ArticleState.APPROVED:
        return False  # somebody was faster
    if sentence := queries.hindrance(article, words=""):
        # It waits, and its page says why: the person may agree again, or the writer take it back.
        if article.remark != sentence:
            note(article, "hold", by=None, at=at, words=sentence)
            Article.objects.filter(pk=pk).update(remark=sentence)
        return False
    try:
        publish(article, by=None, at=at)
    except Refusal:
        return False
    return True


@transaction.atomic
def _expire(pk: int, *, at: datetime) -> bool:
    article = queries.detailed().get(pk=pk)
    try:
        step(article, "expire", by=None, at=at, remark="发布时限已到。")
    except Refusal:
        return False
    return True
