"""Write about a project's experience, hand it in, publish it, write it anew, withdraw it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import IntegrityError, transaction

from voluncity.city.journal.actions import record
from voluncity.city.people.models import User
from voluncity.kernel.refusals import NotAllowed, NotFound, WrongState
from voluncity.service.progress import queries, rules
from voluncity.service.progress.actions.photos import checked_photos, take_photos
from voluncity.service.progress.actions.steps import decide, overtaken, project_of, take
from voluncity.service.progress.models import Article, ArticleVersion
from voluncity.service.progress.states import ARTICLE_FLOW, WRITABLE_ARTICLE
from voluncity.service.projects.states import ProjectState


@transaction.atomic
def write_article(*, project_id: int, title: str, body: str, by: User, at: datetime) -> Article:
    """Begin an article about a closed project.

    :raises BadInput: when title or text is missing or too long.
    :raises WrongState: unless the project is closed, or when it has an article already.
    """
    project = project_of(project_id)
    if project.state != ProjectState.CLOSED:
        raise WrongState("项目结项后才能写经验文章，请先完成总结。", code="progress.not_closed")
    head, text = rules.checked_article(title, body)
    try:
        with transaction.atomic():
            made = Article.objects.create(
                project=project, title=head, body=text, written_at=at, written_by=by
            )
    except IntegrityError as error:
        raise WrongState(
            "这个项目已有一篇经验文章，请在文章列表里打开。", code="progress.has_article"
        ) from error
    record("progress.write_article", made, by=by, at=at, project=project.pk)
    return made


@transaction.atomic
def change_article(
    *, article_id: int, title: str, body: str, photo_ids: Collection[int], by: User, at: datetime
) -> Article:
    """Write an article anew, with its pictures out of the project's archives.

    :raises BadInput: when something is missing, too long or of another project.
    :raises WrongState: when it was handed in or withdrawn.
    """
    article = _article(article_id)
    head, text = rules.checked_article(title, body)
    wanted = checked_photos(photo_ids, article.project)
    same = Article.objects.filter(pk=article_id, state__in=WRITABLE_ARTICLE)
    if not same.update(title=head, body=text, written_at=at, written_by=by):
        raise overtaken()
    take_photos(article.pictures, wanted)
    record("progress.change_article", article, by=by, at=at)
    return _article(article_id)


@transaction.atomic
def submit_article(*, article_id: int, by: User, at: datetime) -> Article:
    """Hand an article in; as it is now it becomes a version that nobody writes over.

    :raises WrongState: unless it is being written.
    """
    article = _article(article_id)
    take(article, ARTICLE_FLOW, "submit", submitted_at=at, submitted_by=by, reason="")
    number = article.versions.count() + 1  # the step above was taken by one person only
    ArticleVersion.objects.create(
        article=article, number=number, title=article.title, body=article.body,
        made_at=at, made_by=by,
    )  # fmt: skip
    record("progress.submit_article", article, by=by, at=at, version=number)
    return article


@transaction.atomic
def publish_article(*, article_id: int, by: User, at: datetime, seen: str = "") -> Article:
    """Publish the version that was handed in last.

    :raises NotAllowed: unless `by` reviews for somebody above and did not write it.
    :raises Unseen: when it was handed in anew since `seen`.
    :raises WrongState: unless it waits for review.
    """
    article = _to_decide(article_id, by)
    newest = article.versions.order_by("-number")[0]
    decide(
        article, ARTICLE_FLOW, "publish", seen=seen, published=newest,
        published_at=article.published_at or at, reason="",
    )  # fmt: skip
    record("progress.publish_article", article, by=by, at=at, version=newest.number)
    return article


@transaction.atomic
def send_back_article(
    *, article_id: int, reason: str, by: User, at: datetime, seen: str = ""
) -> Article:
    """Send an article back with remarks.

    :raises BadInput: without remarks.
    :raises NotAllowed: unless `by` reviews for somebody above and did not write it.
    :raises Unseen: when it was handed in anew since `seen`.
    :raises WrongState: unless it waits for review.
    """
    said = rules.reason(reason, label="意见")
    article = _to_decide(article_id, by)
    decide(article, ARTICLE_FLOW, "send_back", seen=seen, reason=said)
    record("progress.send_back_article", article, by=by, at=at)
    return article


@transaction.atomic
def revise_article(*, article_id: int, by: User, at: datetime) -> Article:
    """Write a published article anew; readers keep the published version until the next one.

    :raises WrongState: unless it is published.
    """
    article = _article(article_id)
    take(article, ARTICLE_FLOW, "revise")
    record("progress.revise_article", article, by=by, at=at)
    return article


@transaction.atomic
def withdraw_article(*, article_id: int, reason: str, by: User, at: datetime) -> Article:
    """Take an article off the public pages, with a reason; its versions are kept.

    :raises BadInput: without a reason.
    :raises WrongState: when it was withdrawn already.
    """
    said = rules.reason(reason)
    article = _article(article_id)
    take(article, ARTICLE_FLOW, "withdraw", reason=said, published=None)
    record("progress.withdraw_article", article, by=by, at=at)
    return article


def _article(article_id: int) -> Article:
    found: Article | None = (
        Article.objects.select_related("project__organization").filter(pk=article_id).first()
    )
    if found is None:
        raise NotFound("没有找到这篇文章。")
    return found


def _to_decide(article_id: int, by: User) -> Article:
    article = _article(article_id)
    if by.pk in {article.written_by_id, article.submitted_by_id}:
        raise NotAllowed(
            "不能审核自己写的文章，请由另一位审核人办理。", code="progress.own_article"
        )
    if not queries.may_review_articles_of(article.project, by):
        raise NotAllowed(
            "文章要由牵头单位、上级组织或文明办审核，请等待他们办理。", code="progress.not_reviewer"
        )
    return article
