"""Write: start, save without losing what others wrote, correct, begin anew, discard."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime

from django.db import IntegrityError, transaction

from voluncity.city.people.models import User
from voluncity.kernel.refusals import BadInput, WrongState
from voluncity.voice.news import rules
from voluncity.voice.news.actions.steps import note, step, was_faster, write
from voluncity.voice.news.models import Article, Picture
from voluncity.voice.news.rules import Draft, Publisher
from voluncity.voice.news.states import WRITABLE, Section
from voluncity.web import richtext


@transaction.atomic
def start_article(
    *,
    draft: Draft,
    section: Section,
    publisher: Publisher,
    handle: str,
    by: User,
    at: datetime,
) -> Article:
    """Begin an article; a form that is sent twice begins one.

    :raises BadInput: when something is too long or of a wrong kind.
    """
    checked = rules.checked(draft, section=section)
    _refuse_foreign_pictures(checked.body, pk=None)
    article = Article(
        handle=handle, section=section, region_id=publisher.region_id,
        organization_id=publisher.organization_id, written_at=at, written_by=by, changed_at=at,
        changed_by=by, **asdict(checked),
    )  # fmt: skip
    try:
        with transaction.atomic():
            article.save(force_insert=True)
    except IntegrityError:
        known: Article | None = Article.objects.filter(handle=handle, written_by=by).first()
        if known is None:
            raise
        return known
    note(article, "write", by=by, at=at)
    return article


@transaction.atomic
def save_article(*, article: Article, draft: Draft, seen: int, by: User, at: datetime) -> Article:
    """Save a draft, if nobody has changed it since the writer began from edition `seen`.

    :raises BadInput: when something is too long or of a wrong kind.
    :raises WrongState: when somebody was faster, or it is with the reviewer.
    """
    if article.edition != seen:
        raise was_faster(article.pk)
    refuse_unless_writable(article)
    checked = rules.checked(draft, section=article.section)
    if article.published_at is not None and checked.kind != article.kind:
        raise BadInput("已经发布过的稿件不能改类别，请撤下后重新起草。", field="kind")
    _refuse_foreign_pictures(checked.body, pk=article.pk)
    if checked == _kept(article):
        return article
    is_another = article.changed_by_id != by.pk
    write(article, by=by, at=at, **asdict(checked))
    if is_another:  # who has a hand in it does not review it
        note(article, "write", by=by, at=at)
    return article


def refuse_unless_writable(article: Article) -> None:
    """Let nobody change what the reviewer reads, or what is published.

    :raises WrongState: with what to do first.
    """
    if article.state not in WRITABLE:
        raise WrongState(
            f"稿件现在是“{article.get_state_display()}”，不能修改。"
            "待审核的请先取回，已发布的请先点“更正”。",
            code="news.not_writable",
        )


def _kept(article: Article) -> Draft:
    return Draft(**{name: getattr(article, name) for name in Draft.__dataclass_fields__})


def _refuse_foreign_pictures(body: str, *, pk: int | None) -> None:
    """Let a text show its own article's pictures only.

    :raises BadInput: when it shows another one's.
    """
    known = Picture.objects.filter(article=pk).values_list("pk", flat=True) if pk else []
    own = {rules.picture_address(one) for one in known}
    if foreign := [one for one in richtext.pictures(body) if one not in own]:
        raise BadInput(
            f"正文里有 {len(foreign)} 张图片不是这篇稿件的，请用“插入图片”重新上传。",
            field="body",
        )


@transaction.atomic
def correct_article(*, article: Article, by: User, at: datetime) -> Article:
    """Begin a correction of what is published; readers see the old text until it is reviewed.

    :raises WrongState: when it is not published, or somebody was faster.
    """
    return step(article, "correct", by=by, at=at, correction="", remark="")


@transaction.atomic
def reopen_article(*, article: Article, by: User, at: datetime) -> Article:
    """Write anew what was taken down or has run out.

    :raises WrongState: when it is not, or somebody was faster.
    """
    return step(
        article, "reopen", by=by, at=at, ended_at=None, publish_at=None, unpublish_at=None,
        correction="",
    )  # fmt: skip


@transaction.atomic
def discard_article(*, article: Article, by: User, at: datetime) -> Article:
    """Throw a draft away that readers never saw.

    :raises WrongState: when it is with the reviewer or published, or somebody was faster.
    """
    if article.public_id is not None:
        raise WrongState("已经公开的稿件不能删除，可以放弃更正或者撤下。", code="news.is_public")
    return step(article, "discard", by=by, at=at)


@transaction.atomic
def give_correction_up(*, article: Article, by: User, at: datetime) -> Article:
    """Throw the correction of what stays published away: the working copy is as readers see it.

    :raises WrongState: when nothing is public, it is with the reviewer, or somebody was faster.
    """
    if (public := article.public) is None:
        raise WrongState("这篇稿件没有公开，没有更正可以放弃。", code="news.not_public")
    back = {
        name: getattr(public, name)
        for name in ("title", "body", "source", "tags", "cover", "video")
    }
    return step(article, "give_up", by=by, at=at, correction="", remark="", **back)
