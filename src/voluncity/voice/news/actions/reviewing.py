"""Hand in, decide by a second person, plan, pin, take down."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import datetime

from django.db import transaction
from django.db.models import Max

from voluncity.city.people.models import User
from voluncity.kernel.refusals import BadInput, NotAllowed, WrongState
from voluncity.voice.news import queries, rules
from voluncity.voice.news.actions.steps import note, said, step, write
from voluncity.voice.news.models import Article, Version
from voluncity.voice.news.rules import Draft, Plan
from voluncity.voice.news.states import ArticleState
from voluncity.web import richtext

S = ArticleState


@transaction.atomic
def submit_article(*, article: Article, by: User, at: datetime) -> Article:
    """Hand in what is written; it becomes a version that nobody writes over.

    :raises BadInput: when something is missing.
    :raises WrongState: when it was handed in already, or somebody was faster.
    """
    draft = Draft(**{name: getattr(article, name) for name in Draft.__dataclass_fields__})
    rules.refuse_unfinished(draft, is_correction=article.published_at is not None)
    _refuse_hindered(article, words=f"{draft.title} {draft.summary} {richtext.plain(draft.body)}")
    step(article, "submit", by=by, at=at, submitted_at=at, submitted_by=by, remark="")
    last = article.versions.aggregate(last=Max("number"))["last"] or 0
    Version.objects.create(
        article=article, number=last + 1, words=f"{draft.tags} {richtext.plain(draft.body)}",
        cover=article.cover, video=article.video, made_at=at, made_by=by,
        **(asdict(draft) | {"summary": rules.summary_of(draft)}),
    )  # fmt: skip
    return article


def _refuse_hindered(article: Article, *, words: str) -> None:
    """Ask the section's own rule, such as the consent of the person whom a story shows."""
    if sentence := queries.hindrance(article, words=words):
        raise BadInput(sentence, code="news.hindered")


@transaction.atomic
def recall_article(*, article: Article, by: User, at: datetime) -> Article:
    """Take back what was handed in, to go on writing.

    :raises WrongState: when it was decided already.
    """
    return step(article, "recall", by=by, at=at)


@transaction.atomic
def send_back_article(*, article: Article, words: str, by: User, at: datetime) -> Article:
    """Give it back to the writer with remarks.

    :raises BadInput: without remarks.
    :raises NotAllowed: when it is one's own.
    :raises WrongState: when it was decided already.
    """
    version = _handed_in(article, by=by)
    remark = said(words, "修改意见")
    step(article, "send_back", by=by, at=at, words=remark, remark=remark)
    Version.objects.filter(pk=version.pk).update(reviewed_at=at, reviewed_by=by)
    return article


@transaction.atomic
def approve_article(*, article: Article, plan: Plan, by: User, at: datetime) -> Article:
    """Let it be published now or at a time, by somebody who did not write it.

    :raises BadInput: when a time is past, or the section's rule stands against it.
    :raises NotAllowed: when it is one's own.
    :raises WrongState: when it was decided already.
    """
    version = _handed_in(article, by=by)
    times = rules.checked_plan(_kept_times(article, plan, at=at), at=at)
    _refuse_hindered(article, words=f"{version.title} {version.summary} {version.words}")
    step(article, "approve", by=by, at=at, **asdict(times))
    Version.objects.filter(pk=version.pk).update(reviewed_at=at, reviewed_by=by)
    return article if times.publish_at else publish(article, by=by, at=at)


def _kept_times(article: Article, plan: Plan, *, at: datetime) -> Plan:
    """Return the plan; a correction ends and stands on top as before, if nothing else is said."""
    if article.public_id is None:
        return plan
    ends, top = (
        moment if moment is not None and moment > at else None
        for moment in (article.unpublish_at, article.pinned_until)
    )
    return replace(
        plan, unpublish_at=plan.unpublish_at or ends, pinned_until=plan.pinned_until or top
    )


def publish(article: Article, *, by: User | None, at: datetime) -> Article:
    """Show the version that was approved; called within a transaction.

    :raises WrongState: when it is published already.
    """
    version = article.versions.order_by("-number").select_related("reviewed_by").first()
    if version is None or version.reviewed_at is None:
        raise WrongState("这篇稿件还没有审核。", code="news.not_reviewed")
    first = article.published_at or at
    step(article, "publish", by=by, at=at, public=version, published_at=first)
    Version.objects.filter(pk=version.pk, published_at=None).update(published_at=at)
    return article


def _handed_in(article: Article, *, by: User) -> Version:
    """Return the version that is to be decided.

    :raises NotAllowed: when one wrote, changed or handed it in oneself.
    :raises WrongState: when there is none.
    """
    if article.state != S.SUBMITTED:
        raise WrongState(
            f"稿件现在是“{article.get_state_display()}”，不用审核。请刷新页面查看最新情况。",
            code="news.not_submitted",
        )
    version = article.versions.order_by("-number").first()
    if version is None:
        raise WrongState("没有可以审核的版本，请作者重新提交。", code="news.no_version")
    if by.pk in queries.writers(article):
        raise NotAllowed("自己写过或改过的稿件要由另一位同事审核。", code="news.own")
    return version


@transaction.atomic
def unschedule_article(*, article: Article, words: str, by: User, at: datetime) -> Article:
    """Stop what was to be published later; it goes back to its writer.

    :raises BadInput: without a reason.
    :raises WrongState: when it is published already.
    """
    remark = said(words, "原因")
    return step(article, "unschedule", by=by, at=at, words=remark, remark=remark, publish_at=None)


@transaction.atomic
def pin_article(*, article: Article, until: datetime | None, by: User, at: datetime) -> Article:
    """Let a published article stand on top until a moment, or no longer.

    :raises BadInput: when the moment is past or too far.
    :raises WrongState: when readers do not see the article.
    """
    if article.public_id is None:
        raise WrongState("没有公开的稿件不能置顶。", code="news.not_public")
    rules.checked_plan(Plan(pinned_until=until), at=at)
    write(article, by=by, at=at, pinned_until=until)
    note(article, "pin", by=by, at=at)
    return article


@transaction.atomic
def withdraw_article(*, article: Article, words: str, by: User, at: datetime) -> Article:
    """Take a published article away; its page says why.

    :raises BadInput: without a reason.
    :raises WrongState: when readers do not see it, or somebody was faster.
    """
    if article.public_id is None:
        raise WrongState("这篇稿件没有公开，不用撤下。", code="news.not_public")
    reason = said(words, "撤下的原因")
    return step(article, "withdraw", by=by, at=at, words=reason, remark=reason)
