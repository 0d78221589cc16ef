"""Send pictures, videos and papers of classes to who may see them."""

from __future__ import annotations

from django.http import FileResponse, HttpRequest, HttpResponseBase
from django.views.decorators.http import require_safe

from voluncity.city.access.marks import public
from voluncity.city.access.permissions import Permission
from voluncity.city.access.queries import may
from voluncity.city.files import queries as files
from voluncity.kernel.refusals import NotFound
from voluncity.voice.classes import queries
from voluncity.voice.classes.models import MicroClass, Piece
from voluncity.voice.classes.states import PieceKind
from voluncity.web.answers import SANDBOX
from voluncity.web.ranges import ranged


def _visible(request: HttpRequest, pk: int, kind: PieceKind) -> tuple[Piece, bool]:
    """Return a piece, and whether everybody may see it.

    :raises NotFound: when it is neither public nor within reach of who asks.
    """
    piece = Piece.objects.select_related("file", "micro_class").filter(pk=pk, kind=kind).first()
    if piece is not None and queries.is_public(piece):
        return piece, True
    me = request.user
    if piece is None or not (
        me.is_authenticated
        and may(me, Permission.CLASS_EDIT, MicroClass.objects.all(), pk=piece.micro_class_id)
    ):
        raise NotFound("没有找到这个文件，或者它已经撤下。")
    return piece, False


def _guarded(response: HttpResponseBase, *, is_public: bool) -> HttpResponseBase:
    response["Content-Security-Policy"] = SANDBOX
    response["X-Content-Type-Options"] = "nosniff"
    # What is withdrawn is gone soon, so nobody keeps it for long.
    response["Cache-Control"] = "public, max-age=300" if is_public else "private, no-store"
    return response


@public
@require_safe
def picture(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Show a picture of a chapter."""
    piece, is_public = _visible(request, pk, PieceKind.PICTURE)
    answer = FileResponse(files.opened(piece.file), content_type=piece.file.content_type)
    return _guarded(answer, is_public=is_public)


@public
@require_safe
def video(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Play a video; players ask for it in ranges."""
    piece, is_public = _visible(request, pk, PieceKind.VIDEO)
    answer = ranged(
        request.headers.get("Range", ""), lambda: files.opened(piece.file),
        size=piece.file.size, content_type="video/mp4",
    )  # fmt: skip
    return _guarded(answer, is_public=is_public)


@public
@require_safe
def paper(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Hand a paper out."""
    piece, is_public = _visible(request, pk, PieceKind.PAPER)
    answer = FileResponse(
        files.opened(piece.file), content_type="application/pdf", as_attachment=True,
        filename=piece.file.original_name,
    )  # fmt: skip
    return _guarded(answer, is_public=is_public)
