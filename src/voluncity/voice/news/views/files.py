"""Send pictures and videos to who may see them; a video piece by piece, as players ask."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO

from django.http import FileResponse, HttpRequest, HttpResponseBase, StreamingHttpResponse
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

P = Permission
# Even if a browser were to open the file as a page, it could load and run nothing.
SANDBOX = "sandbox; default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
_RANGE = re.compile(r"bytes=(\d{1,15})-(\d{0,15})", re.ASCII)
_PIECE = 64 * 1024
PARTIAL, UNSATISFIABLE = 206, 416


@public
@require_safe
def picture(request: HttpRequest, pk: int) -> FileResponse:
    """Show a picture of a public article, or of one that somebody may write or review."""
    return _picture(request, pk, "shown")


@public
@require_safe
def small_picture(request: HttpRequest, pk: int) -> FileResponse:
    """Show the small copy of a picture."""
    return _picture(request, pk, "small")


def _picture(request: HttpRequest, pk: int, which: str) -> FileResponse:
    found = Picture.objects.select_related("article", which).filter(pk=pk).first()
    if found is None:
        raise NotFound("没有找到这张图片。")
    is_open = _is_open(request, found.article, "没有找到这张图片，或者它已经撤下。")
    stored: StoredFile = getattr(found, which)
    response = FileResponse(files.opened(stored), content_type=stored.content_type)
    _guard(response, is_open=is_open)
    return response


def _is_open(request: HttpRequest, article: Article, sentence: str) -> bool:
    """Return whether everybody may see it, or only those who write or review.

    :raises NotFound: when this person may not.
    """
    if queries.is_public(article, at=now()):
        return True
    me = request.user
    for permission in (P.NEWS_EDIT, P.NEWS_REVIEW):
        if me.is_authenticated and may(me, permission, Article.objects.all(), pk=article.pk):
            return False
    raise NotFound(sentence)


def _guard(response: HttpResponseBase, *, is_open: bool) -> None:
    response["Content-Security-Policy"] = SANDBOX
    response["X-Content-Type-Options"] = "nosniff"
    # What is taken down is gone soon, so nobody keeps it for long.
    response["Cache-Control"] = "public, max-age=300" if is_open else "private, no-store"


@public
@require_safe
def video(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Play the video of an article; phones ask for it in ranges (RFC 9110, 14)."""
    article = Article.objects.select_related("video", "public__video").filter(pk=pk).first()
    if article is None:
        raise NotFound("没有找到这个视频。")
    is_open = _is_open(request, article, "没有找到这个视频，或者它已经撤下。")
    shown = article.public.video if is_open and article.public else article.video
    if shown is None:
        raise NotFound("没有找到这个视频。")
    response = _ranged(request.headers.get("Range", ""), shown)
    response["Accept-Ranges"] = "bytes"
    _guard(response, is_open=is_open)
    return response


def _ranged(asked: str, stored: StoredFile) -> HttpResponseBase:
    match = _RANGE.fullmatch(asked.strip())
    if match is None:  # no range, or one that need not be understood
        return FileResponse(files.opened(stored), content_type="video/mp4")
    first = int(match[1])
    last = min(int(match[2] or stored.size), stored.size - 1)
    if first > last:
        refused = StreamingHttpResponse(iter(()), status=UNSATISFIABLE)
        refused["Content-Range"] = f"bytes */{stored.size}"
        return refused
    stream = files.opened(stored)
    response = StreamingHttpResponse(
        _pieces(stream, first, last), status=PARTIAL, content_type="video/mp4"
    )
    response["Content-Range"] = f"bytes {first}-{last}/{stored.size}"
    response["Content-Length"] = str(last - first + 1)
    return response


def _pieces(stream: BinaryIO, first: int, last: int) -> Iterator[bytes]:
    with stream:
        stream.seek(first)
        rest = last - first + 1
        while rest > 0 and (piece := stream.read(min(_PIECE, rest))):
            rest -= len(piece)
            yield piece
