"""Send photos, originals, videos and vouchers to who may see them."""

from __future__ import annotations

from typing import Any

from django.http import FileResponse, HttpRequest
from django.utils.timezone import now
from django.views.decorators.http import require_safe

from voluncity.city.access import actions as access
from voluncity.city.access.marks import needs
from voluncity.city.access.permissions import Permission
from voluncity.city.files import queries as files
from voluncity.city.files.models import StoredFile
from voluncity.city.people.asking import user_of
from voluncity.kernel.refusals import NotFound
from voluncity.service.archives import actions
from voluncity.service.archives.models import Archive, Photo, Video
from voluncity.web.answers import hand_over

P = Permission


def picture(photo: Photo, which: str, *, is_public: bool = False) -> FileResponse:
    """Answer with a copy of a photo that tells nothing of place and camera.

    A public one may be hidden later, so nobody keeps it for long.

    :raises NotFound: when there is no such copy.
    """
    stored = {"small": photo.small, "shown": photo.shown}.get(which)
    if stored is None:
        raise NotFound("没有找到这张照片。")
    return hand_over(files.opened(stored), content_type=stored.content_type, is_public=is_public)


def attachment(stored: StoredFile) -> FileResponse:
    """Answer with a private file to be saved, never to be opened in the page."""
    return hand_over(
        files.opened(stored),
        content_type=stored.content_type,
        filename=stored.original_name,
        is_attachment=True,
    )


@needs(P.PROJECT_SEE)
@require_safe
def desk_photo(request: HttpRequest, pk: int, which: str) -> FileResponse:
    """Show a copy of a photo within reach."""
    photos = Photo.objects.select_related("small", "shown")
    photo = access.fetch(request.user, P.PROJECT_SEE, photos, at=now(), pk=pk)
    return picture(photo, which)


@needs(P.SIGNUP_SEE)
@require_safe
def original(request: HttpRequest, pk: int) -> FileResponse:
    """Hand over an original, with where and when it was taken; who took it is journaled."""
    at = now()
    photos = Photo.objects.select_related("original")
    photo = access.fetch(request.user, P.SIGNUP_SEE, photos, at=at, pk=pk)
    actions.note_reading(photo=photo, by=user_of(request), at=at)
    return attachment(photo.original)


@needs(P.SIGNUP_SEE)
@require_safe
def video(request: HttpRequest, pk: int) -> FileResponse:
    """Hand over the file of a video."""
    videos = Video.objects.select_related("file")
    found = access.fetch(request.user, P.SIGNUP_SEE, videos, at=now(), pk=pk)
    return attachment(_there(found.file))


@needs(P.SIGNUP_SEE)
@require_safe
def voucher(request: HttpRequest, pk: int) -> FileResponse:
    """Hand over the voucher of a line of money."""
    at = now()
    archives: Any = Archive.objects.filter(spendings=pk)
    archive: Archive = access.fetch(request.user, P.SIGNUP_SEE, archives, at=at)
    spending = archive.spendings.select_related("voucher").get(pk=pk)
    return attachment(_there(spending.voucher))


def _there(stored: StoredFile | None) -> StoredFile:
    if stored is None:
        raise NotFound("这里没有文件。")
    return stored
