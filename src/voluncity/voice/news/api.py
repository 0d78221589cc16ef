"""Operations of the API: what is published in 志愿动态, and one article."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from django.http import HttpRequest
from django.urls import reverse
from django.utils.timezone import now
from ninja import Query, Router
from pydantic import Field

from voluncity.city.access.marks import PUBLIC
from voluncity.city.regions import queries as regions
from voluncity.city.tokens.operations import operation
from voluncity.city.tokens.shapes import Id, Page, PageAsked, Shape, Words, local, rows_of
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import BadInput, NotFound
from voluncity.voice.news import queries
from voluncity.voice.news.models import Article
from voluncity.voice.news.queries import Filters
from voluncity.voice.news.states import ArticleKind, ArticleState, Section
from voluncity.web import richtext

router = Router(tags=["志愿动态"])


class NewsAsked(PageAsked):
    """What somebody looks for; what is left out asks for nothing."""

    kind: Literal["", "notice", "news", "policy"] = Field("", description="通知公告、新闻、政策")
    region_id: Id | None = Field(None, description="区划，包含它下面的全部")
    tag: Words = Field("", max_length=10, description="标签")
    q: Words = Field("", max_length=60, description="标题或正文里的词")


class NewsLine(Shape):
    """An article in the list."""

    id: int
    kind: ArticleKind
    kind_label: str
    title: str
    summary: str
    publisher: str = Field(description="发布单位")
    region: str
    tags: list[str]
    is_pinned: bool = Field(description="置顶")
    published_at: datetime
    cover: str = Field(description="封面小图的网址；没有时为空")


class Correction(Shape):
    """What was put right in an article after it was published."""

    at: datetime
    words: str


class ArticleShape(NewsLine):
    """An article with its text."""

    source: str = Field(description="来源；没有时即发布单位")
    body: str = Field(description="正文，整理过的 HTML：没有脚本，图片网址相对于本站")
    video: str = Field(description="视频的网址；没有时为空")
    corrections: list[Correction] = Field(description="更正说明，新的在前")


@operation(router, "GET", "news", summary="志愿动态", answer=Page[NewsLine], access=PUBLIC)
def list_news(request: HttpRequest, asked: Query[NewsAsked]) -> Page[NewsLine]:
    """置顶的在前，其余新的在前。"""
    at = now()
    filters = Filters(
        kind=asked.kind, within=_within(asked.region_id, at), tag=asked.tag.strip(), words=asked.q
    )
    rows, place = rows_of(queries.public_articles(Section.NEWS, filters, at=at), asked)
    return Page[NewsLine](items=[NewsLine(**_line(row, at)) for row in rows], **place)


def _within(region_id: int | None, at: datetime) -> str:
    if region_id is None:
        return ""
    region = regions.valid(local_date(at)).filter(pk=region_id).first()
    if region is None:
        raise BadInput("没有这个区划，请从区划列表中选择。", field="region_id")
    return region.path


@operation(
    router, "GET", "news/{article_id}", summary="一篇动态", answer=ArticleShape, access=PUBLIC
)
def article(request: HttpRequest, article_id: Id) -> ArticleShape:
    """读者现在看到的一版。"""
    at = now()
    found = queries.public_article(article_id, section=Section.NEWS, at=at)
    if found is None or found.public is None:
        raise _not_there(article_id)
    version = found.public
    put_right = found.versions.exclude(correction="").filter(published_at__isnull=False)
    return ArticleShape(
        **_line(found, at),
        source=version.source or found.publisher,
        body=richtext.shown(version.body),
        video=reverse("news:video", args=[found.pk]) if version.video_id else "",
        corrections=[
            Correction(at=local(one.published_at), words=one.correction) for one in put_right
        ],
    )


def _not_there(article_id: int) -> NotFound:
    """Say why an article is not there: it was taken down, or never was."""
    gone = queries.gone_article(article_id, section=Section.NEWS)
    if gone is None:
        return NotFound("没有找到这篇文章，或者它还没有发布。")
    if gone.state == ArticleState.WITHDRAWN:
        return NotFound(f"这篇文章已撤下，原因：{gone.remark.rstrip('。')}。", code="news.gone")
    return NotFound("这篇文章已到期下线，请看看其他动态。", code="news.gone")


def _line(one: Article, at: datetime) -> dict[str, Any]:
    version: Any = one.public
    cover = reverse("news:small_picture", args=[version.cover_id]) if version.cover_id else ""
    return {
        "id": one.pk,
        "kind": ArticleKind(one.kind),
        "kind_label": ArticleKind(one.kind).label,
        "title": version.title,
        "summary": version.summary,
        "publisher": one.publisher,
        "region": one.region.name,
        "tags": version.tag_list,
        "is_pinned": one.pinned_until is not None and one.pinned_until > at,
        "published_at": local(one.published_at),
        "cover": cover,
    }
