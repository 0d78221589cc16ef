"""What stands below something, and the board of topics."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet

from voluncity.city.people.models import User
from voluncity.kernel.text import clean
from voluncity.voice.comments.models import Comment, Topic
from voluncity.voice.comments.queries.subjects import public_topics
from voluncity.voice.comments.rules import TOPIC
from voluncity.voice.comments.states import OPEN, CommentState, Theme

S = CommentState
QUERY_MOST = 40


def _seen_by(user: User | None) -> Q:
    """Return what somebody reads: what is public, and what of their own still waits."""
    shown = Q(state=S.SHOWN)
    return shown if user is None else shown | Q(state__in=OPEN, author=user)


def below(kind: str, pk: int, *, user: User | None) -> QuerySet[Comment]:
    """Return the comments below something with their answers, the newest first.

    A comment that was taken away stays as an empty place while answers below it are read.
    """
    seen = _seen_by(user)
    answers = Comment.objects.filter(seen).order_by("pk")
    has_answers = Exists(Comment.objects.filter(answers=OuterRef("pk"), state=S.SHOWN))
    found = Comment.objects.filter(kind=kind, subject_id=pk, answers=None, opens=None)
    return (
        found.filter(seen | has_answers)
        .prefetch_related(Prefetch("answered_by", queryset=answers, to_attr="seen_answers"))
        .order_by("-pk")
    )


def shown_below(kind: str, pk: int, comment_id: int | None) -> Comment | None:
    """Return a public comment below something, by its number, to be answered."""
    found = Comment.objects.filter(
        pk=comment_id or 0, kind=kind, subject_id=pk, opens=None, state=S.SHOWN
    )
    return found.select_related("answers").first()


def number_below(kind: str, pk: int) -> int:
    """Return how many comments and answers everybody sees below something."""
    return Comment.objects.filter(kind=kind, subject_id=pk, opens=None, state=S.SHOWN).count()


def topics(*, theme: str = "", words: str = "") -> QuerySet[Topic]:
    """Return the public topics, pinned ones first, then by the newest answer."""
    found = public_topics().select_related("opening")
    if theme in Theme.values:
        found = found.filter(theme=theme)
    for word in clean(words)[:QUERY_MOST].split():
        found = found.filter(Q(title__icontains=word) | Q(opening__text__icontains=word))
    is_pinned = Exists(Topic.objects.filter(pk=OuterRef("pk"), pinned_at__isnull=False))
    return found.annotate(is_pinned=is_pinned).order_by("-is_pinned", "-moved_at", "-pk")


def with_numbers(listed: list[Topic]) -> list[tuple[Topic, int]]:
    """Return each topic with how many answers it has, by one question."""
    rows = Comment.objects.filter(
        kind=TOPIC, subject_id__in=[one.pk for one in listed], opens=None, state=S.SHOWN
    )
    counted: Any = rows.order_by().values_list("subject_id").annotate(number=Count("pk"))
    numbers = dict(counted)
    return [(one, numbers.get(one.pk, 0)) for one in listed]


def topic(pk: int, *, user: User | None) -> Topic | None:
    """Return a topic that somebody may read: a public one, or one's own that waits."""
    seen = Comment.objects.filter(_seen_by(user), opens=OuterRef("pk"))
    found = Topic.objects.filter(Exists(seen), pk=pk).select_related("opening", "accepted")
    return found.first()
