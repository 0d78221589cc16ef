"""Take one step of the table: the update decides, the history and the journal say so."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import F

from voluncity.city.journal.actions import record
from voluncity.city.people.models import User
from voluncity.kernel.clock import CITY_TZ
from voluncity.kernel.refusals import BadInput, WrongState
from voluncity.kernel.text import clean
from voluncity.voice.news import rules
from voluncity.voice.news.models import Article, Move
from voluncity.voice.news.states import ARTICLE_FLOW, GONE


def step(
    article: Article, verb: str, *, by: User | None, at: datetime, words: str = "", **changes: Any
) -> Article:
    """Take one step, if nobody has changed the article since it was read.

    :raises WrongState: when the table has no such step, or somebody was faster.
    """
    changes["state"] = ARTICLE_FLOW.after(verb, article.state)
    if changes["state"] in GONE:
        changes |= {"public": None, "ended_at": at, "pinned_until": None}
    write(article, by=by, at=at, **changes)
    note(article, verb, by=by, at=at, words=words)
    return article


def write(article: Article, *, by: User | None, at: datetime, **changes: Any) -> None:
    """Change an article, if it is still as it was read.

    :raises WrongState: with the name of who was faster.
    """
    if by is not None:
        changes |= {"changed_by": by, "changed_at": at}
    same = Article.objects.filter(pk=article.pk, state=article.state, edition=article.edition)
    if not same.update(edition=F("edition") + 1, **changes):
        raise was_faster(article.pk)
    article.refresh_from_db(fields=["edition", *changes])


def was_faster(pk: int) -> WrongState:
    """Return the refusal that names who changed the article, and when."""
    now = Article.objects.select_related("changed_by").get(pk=pk)
    when = now.changed_at.astimezone(CITY_TZ)
    return WrongState(
        f"{now.changed_by} 在 {when:%m月%d日 %H:%M} 改过这篇稿件，"
        "您的内容还没有保存。请另开一页查看最新的稿件，把要保留的内容合并以后再保存。",
        code="news.was_faster",
    )


def note(article: Article, verb: str, *, by: User | None, at: datetime, words: str = "") -> None:
    """Write down what happened: with its words for the page, with ids for the journal."""
    Move.objects.create(article=article, verb=verb, at=at, by=by, words=words)
    record(
        f"news.{verb}", ("news_article", article.pk), by=by, at=at, region=article.region_id,
        organization=article.organization_id,
    )  # fmt: skip


def said(words: str, label: str, *, field: str = "words", most: int = rules.REMARK_MOST) -> str:
    """Return words that must be there.

    :raises BadInput: when they are missing or too long.
    """
    cleaned = clean(words, max_length=most, field=field, label=label)
    if not cleaned:
        raise BadInput(f"请填写{label}。", field=field)
    return cleaned
