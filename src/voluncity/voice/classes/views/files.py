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
from voluncity.web.answers import guarded, hand_over
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


@public
@require_safe
def picture(request: HttpRequest, pk: int) -> FileResponse:
    """Show a picture of a chapter."""
    piece, is_public = _visible(request, pk, PieceKind.PICTURE)
    return hand_over(
        files.opened(piece.file), content_type=piece.file.content_type, is_public=is_public
    )


@public
@require_safe
def video(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Play a video; players ask for it in ranges."""
    piece, is_public = _visible(request, pk, PieceKind.VIDEO)
    answer = ranged(
        request.headers.get("Range", ""), lambda: files.opened(piece.file),
        size=piece.file.size, content_type="video/mp4",
    )  # fmt: skip
    return guarded(answer, is_public=is_public)


@public
@require_safe
def paper(request: HttpRequest, pk: int) -> FileResponse:
    """Hand a paper out."""
    piece, is_public = _visible(request, pk, PieceKind.PAPER)
    return hand_over(
        files.opened(piece.file), content_type="application/pdf",
        filename=piece.file.original_name, is_attachment=True, is_public=is_public,
    )  # fmt: skip
