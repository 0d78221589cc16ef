"""What moderators look through."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, F, Q, QuerySet

from voluncity.city.access.scopes import Scope
from voluncity.kernel.text import clean
from voluncity.voice.comments.models import Ban, Comment
from voluncity.voice.comments.states import OPEN, CommentState

S = CommentState
TASKS = (("waiting", "待处理"), ("held", "被举报隐藏的"), ("reported", "有举报的"), ("all", "全部"))
QUERY_MOST = 40


@dataclass(frozen=True)
class Filters:
    """What a list is narrowed to; empty means everything."""

    task: str = "waiting"
    words: str = ""
    state: str = ""
    by_author_of: int | None = None  # a comment within reach: what else its author said


def _of_task(task: str) -> Q:
    return {
        "waiting": Q(state__in=OPEN),
        "held": Q(state=S.HELD),
        "reported": Q(open_reports__gt=0),
    }.get(task, Q())


def desk_comments(scope: Scope, filters: Filters) -> Any:
    """Return the comments within reach: what waits the oldest first, everything else newest."""
    found = Comment.objects.in_scope(scope).filter(_of_task(filters.task))
    found = found.select_related("author__volunteer", "opens", "answers")
    if filters.state in S.values:
        found = found.filter(state=filters.state)
    if filters.by_author_of is not None:
        one = Comment.objects.in_scope(scope).filter(pk=filters.by_author_of)
        found = found.filter(author__in=one.values("author"))
    for word in clean(filters.words)[:QUERY_MOST].split():
        found = found.filter(Q(text__icontains=word) | Q(subject_title__icontains=word))
    return found.order_by("pk" if filters.task in {"waiting", "held"} else "-pk")


def counts(scope: Scope) -> dict[str, int]:
    """Return how many comments wait in each pile."""
    found = Comment.objects.in_scope(scope)
    return {task: found.filter(_of_task(task)).count() for task, _ in TASKS if task != "all"}


def waiting(scope: Scope) -> QuerySet[Comment]:
    """Return what waits for a moderator: new ones, and those that were reported."""
    return Comment.objects.in_scope(scope).filter(state__in=OPEN)


def detailed() -> Any:
    """Return comments with everything that the desk's page about one shows."""
    return Comment.objects.select_related("author__volunteer", "opens", "answers", "decided_by")


def behind(comment: Comment, scope: Scope) -> list[tuple[str, str, int]]:
    """Return (state, its label, number) of what the same author said within reach."""
    rows: Any = Comment.objects.in_scope(scope).filter(author=comment.author_id).order_by()
    counted = dict(rows.values_list("state").annotate(number=Count("pk")))
    return [(state, label, counted[state]) for state, label in S.choices if state in counted]


def desk_bans(scope: Scope) -> Any:
    """Return the bans within reach: open appeals first, then the newest."""
    found = Ban.objects.in_scope(scope).select_related("user__volunteer", "comment", "banned_by")
    return found.order_by(F("answered_at").desc(nulls_first=True), "-appealed_at", "-pk")


def open_appeals(scope: Scope, *, at: datetime) -> int:
    """Return how many appeals wait for an answer."""
    asked = Ban.objects.in_scope(scope).filter(appealed_at__isnull=False, answered_at=None)
    return asked.filter(ended_at=None, until_at__gt=at).count()
