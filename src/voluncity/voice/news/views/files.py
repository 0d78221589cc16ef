"""Send pictures and videos to who may see them; a video piece by piece, as players ask."""

from __future__ import annotations

from django.http import FileResponse, HttpRequest, HttpResponseBase
from django.utils.timezone import now
from django.views.decorators.http import require_safe

from voluncity.city.access.marks import public
from voluncity.city.access.permissions import Permission
from voluncity.city.access.queries import may
from voluncity.city.files import queries as files
from voluncity.city.files.models import StoredFile
from voluncity.kernel.refusals import NotFound
from voluncity.voice.news import queries
from voluncity.voice.news.models import Article, Picture
from voluncity.web.answers import guarded, hand_over
from voluncity.web.ranges import ranged

P = Permission


@public
@require_safe
def picture(request: HttpRequest, pk: int) -> FileResponse:
    """Show a picture that readers see, or one of an article that somebody may write or review."""
    return _picture(request, pk, "shown")


@public
@require_safe
def small_picture(request: HttpRequest, pk: int) -> FileResponse:
    """Show the small copy of a picture."""
    return _picture(request, pk, "small")


def _picture(request: HttpRequest, pk: int, which: str) -> FileResponse:
    found = Picture.objects.select_related("article__public", which).filter(pk=pk).first()
    if found is None:
        raise NotFound("没有找到这张图片。")
    is_open = queries.is_seen(found, at=now())
    if not is_open:
        _refuse_strangers(request, found.article, "没有找到这张图片，或者它已经撤下。")
    stored: StoredFile = getattr(found, which)
    return hand_over(files.opened(stored), content_type=stored.content_type, is_public=is_open)


def _refuse_strangers(request: HttpRequest, article: Article, sentence: str) -> None:
    """Let only those see the working copy who may write or review it.

    :raises NotFound: for everybody else.
    """
    me, rows = request.user, Article.objects.all()
    if not me.is_authenticated or not any(
        may(me, permission, rows, pk=article.pk) for permission in (P.NEWS_EDIT, P.NEWS_REVIEW)
    ):
        raise NotFound(sentence)


@public
@require_safe
def video(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Play the video that readers see; at the desk (`?draft`) that of the working copy."""
    sentence = "没有找到这个视频，或者它已经撤下。"
    article = Article.objects.select_related("video", "public__video").filter(pk=pk).first()
    if article is None:
        raise NotFound(sentence)
    is_open = "draft" not in request.GET and queries.is_public(article, at=now())
    if not is_open:
        _refuse_strangers(request, article, sentence)
    shown = article.public.video if is_open and article.public else article.video
    if shown is None:
        raise NotFound(sentence)
    answer = ranged(
        request.headers.get("Range", ""), lambda: files.opened(shown), size=shown.size,
        content_type="video/mp4",
    )  # fmt: skip
    return guarded(answer, is_public=is_open)
