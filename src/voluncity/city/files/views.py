"""Serve stored files."""

from __future__ import annotations

from django.http import FileResponse, HttpRequest
from django.utils.timezone import now
from django.views.decorators.http import require_safe

from voluncity.city.access import actions as access
from voluncity.city.access.marks import public
from voluncity.city.access.permissions import Permission
from voluncity.city.files import queries, storage
from voluncity.city.files.models import FileKind, StoredFile
from voluncity.kernel.refusals import NotFound
from voluncity.web.answers import hand_over


@public
@require_safe
def show(request: HttpRequest, key: str) -> FileResponse:
    """Serve one file to those who may see it."""
    stored = _visible(request, key)
    try:
        stream = storage.open_stored(key)
    except FileNotFoundError as error:
        raise NotFound("文件暂时取不到，请稍后再试。", code="files.missing") from error
    is_document = stored.kind == FileKind.DOCUMENT
    response = hand_over(
        stream,
        content_type=stored.content_type,
        filename=stored.original_name if is_document else f"{key}.webp",
        is_attachment=is_document,
    )
    if stored.is_public:  # names are never used twice, so a public file never changes
        response["Cache-Control"] = "public, max-age=31536000, immutable"
    return response


def _visible(request: HttpRequest, key: str) -> StoredFile:
    stored: StoredFile | None = StoredFile.objects.filter(key=key).first()
    if stored is not None and queries.is_open_to(request.user, stored):
        return stored
    permission = Permission(stored.seen_with) if stored and stored.seen_with else None
    if permission is None:
        raise NotFound("没有找到这个文件，或者您不能查看。")
    found: StoredFile = access.fetch(
        request.user, permission, StoredFile.objects, at=now(), key=key
    )
    return found
