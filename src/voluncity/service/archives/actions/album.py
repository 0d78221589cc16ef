"""The album: photos with their originals, their order, what is hidden; videos."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Max

from voluncity.city.files import actions as files
from voluncity.city.files import rules as file_rules
from voluncity.city.files.models import FileKind
from voluncity.city.files.rules import CheckedPhoto
from voluncity.city.journal.actions import record
from voluncity.city.people.models import User
from voluncity.kernel.refusals import BadInput, WrongState
from voluncity.kernel.text import clean
from voluncity.service.archives import rules
from voluncity.service.archives.actions.writing import changed, subject
from voluncity.service.archives.models import Archive, Photo, Video
from voluncity.service.archives.states import Faces, VideoKind


@transaction.atomic
def add_photos(
    *,
    archive: Archive,
    photos: Sequence[CheckedPhoto],
    faces: str,
    consent_note: str,
    by: User,
    at: datetime,
) -> int:
    """Add photos at the end of the album; return how many were not there before.

    The first one that may be seen becomes the cover.

    :raises BadInput: when it is not said whom they show, or the album would be too large.
    :raises WrongState: when the archive was handed in.
    """
    faces, note = _checked_faces(faces, consent_note)
    changed(archive, "photos", by=by, at=at)
    known = set(archive.photos.values_list("digest", flat=True))
    sent = {sha256(one.original.content).hexdigest(): one for one in photos}
    new = {digest: one for digest, one in sent.items() if digest not in known}
    if len(known) + len(new) > rules.PHOTOS_MOST:
        raise BadInput(
            f"一场活动最多保存 {rules.PHOTOS_MOST} 张照片，请先移除一些。", field="photos"
        )
    last = archive.photos.aggregate(last=Max("position"))["last"] or 0
    for position, (digest, one) in enumerate(new.items(), start=last + 1):
        kept = {
            name: files.store(copy, subject=subject(archive), by=by, at=at)
            for name, copy in vars(one).items()
        }
        Photo.objects.create(
            archive=archive, digest=digest, position=position, faces=faces, consent_note=note,
            **kept,
        )  # fmt: skip
    _choose_cover(archive)
    return len(new)


@transaction.atomic
def change_photo(
    *, photo: Photo, caption: str, faces: str, consent_note: str, by: User, at: datetime
) -> None:
    """Say what a photo shows, and whom.

    :raises BadInput: when words are too long, or it is not said whom it shows.
    :raises WrongState: when the archive was handed in.
    """
    faces, note = _checked_faces(faces, consent_note)
    words = clean(caption, max_length=rules.CAPTION_MOST, field="caption", label="照片说明")
    changed(photo.archive, "photos", by=by, at=at)
    values: dict[str, Any] = {"caption": words, "faces": faces, "consent_note": note}
    if faces == Faces.MINORS:
        values["is_cover"] = False
    Photo.objects.filter(pk=photo.pk).update(**values)
    _choose_cover(photo.archive)


@transaction.atomic
def order_photos(*, archive: Archive, ids: Sequence[int], by: User, at: datetime) -> None:
    """Put the photos of an album into an order.

    :raises WrongState: when they are not the photos of this album any more, or it was handed in.
    """
    changed(archive, "order", by=by, at=at)
    if sorted(ids) != sorted(archive.photos.values_list("pk", flat=True)):
        raise WrongState("照片刚刚有增减，请刷新页面后再排序。", code="archives.other_photos")
    for position, pk in enumerate(ids, start=1):
        Photo.objects.filter(pk=pk).update(position=position)


@transaction.atomic
def move_photo(*, photo: Photo, steps: int, by: User, at: datetime) -> None:
    """Move a photo by one place; at the end of the album it stays.

    :raises WrongState: when the archive was handed in.
    """
    ids = list(photo.archive.photos.order_by("position", "pk").values_list("pk", flat=True))
    place = ids.index(photo.pk)
    ids.insert(max(0, min(place + steps, len(ids) - 1)), ids.pop(place))
    order_photos(archive=photo.archive, ids=ids, by=by, at=at)


@transaction.atomic
def choose_cover(*, photo: Photo, by: User, at: datetime) -> None:
    """Let a photo stand for the activity.

    :raises BadInput: when the public may not see it.
    :raises WrongState: when the archive was handed in.
    """
    changed(photo.archive, "cover", by=by, at=at)
    photo.refresh_from_db(fields=["faces", "hidden_at"])
    if not photo.is_showable:
        raise BadInput("这张照片不公开，不能作封面，请换一张。")
    photo.archive.photos.update(is_cover=False)
    Photo.objects.filter(pk=photo.pk).update(is_cover=True)


@transaction.atomic
def remove_photo(*, photo: Photo, by: User, at: datetime) -> None:
    """Take a photo out of the album, with its original.

    :raises WrongState: when the archive was handed in, or somebody asked to hide the photo.
    """
    changed(photo.archive, "photos", by=by, at=at)
    if photo.hide_requests.exists():
        raise WrongState("有人申请过下架这张照片，请用“下架”，不要删除。", code="archives.asked")
    if not Photo.objects.filter(pk=photo.pk).delete()[0]:
        raise WrongState("这张照片刚刚已经删除，请刷新页面。", code="archives.gone")
    for stored in (photo.original, photo.shown, photo.small):
        files.remove(stored, at=at)
    _choose_cover(photo.archive)


@transaction.atomic
def hide_photo(*, photo: Photo, reason: str, by: User, at: datetime) -> None:
    """Take a photo away from the public, whatever the state of its archive; it is kept.

    :raises BadInput: without a reason.
    :raises WrongState: when it is hidden already.
    """
    words = rules.said(reason, label="下架原因", field="reason", most=rules.WORDS_MOST)
    seen = Photo.objects.filter(pk=photo.pk, hidden_at=None)
    if not seen.update(hidden_at=at, hidden_by=by, hidden_reason=words, is_cover=False):
        raise WrongState("这张照片已经下架，请刷新页面。", code="archives.hidden")
    _choose_cover(photo.archive)
    record("archives.hide_photo", photo, by=by, at=at, archive=photo.archive_id)


@transaction.atomic
def show_photo(*, photo: Photo, by: User, at: datetime) -> None:
    """Let the public see a hidden photo again.

    :raises WrongState: when it is not hidden, or somebody asked to hide it.
    """
    if photo.hide_requests.exclude(state="declined").exists():
        raise WrongState("这张照片是应本人请求下架的，不能恢复。", code="archives.asked")
    hidden = Photo.objects.filter(pk=photo.pk, hidden_at__isnull=False)
    if not hidden.update(hidden_at=None, hidden_by=None, hidden_reason=""):
        raise WrongState("这张照片没有下架，请刷新页面。", code="archives.shown")
    record("archives.show_photo", photo, by=by, at=at, archive=photo.archive_id)


@transaction.atomic
def note_reading(*, photo: Photo, by: User, at: datetime) -> None:
    """Write down who took an original, which tells where and when it was taken."""
    record("archives.read_original", photo, by=by, at=at, archive=photo.archive_id)


@transaction.atomic
def add_video(
    *,
    archive: Archive,
    title: str,
    address: str,
    upload: UploadedFile[Any] | None,
    by: User,
    at: datetime,
) -> Video:
    """Name a video elsewhere, or keep one as a private file.

    :raises BadInput: when neither or both are given, or it is no video.
    :raises WrongState: when the archive was handed in.
    """
    words = rules.said(title, label="视频标题", field="title", most=rules.TITLE_MOST)
    if bool(address.strip()) == (upload is not None):
        raise BadInput("请填写视频链接，或者选择一个 MP4 文件，二者选一。", field="address")
    changed(archive, "videos", by=by, at=at)
    if archive.videos.count() >= rules.VIDEOS_MOST:
        raise BadInput(f"一场活动最多 {rules.VIDEOS_MOST} 个视频，请先移除一个。", field="title")
    if upload is None:
        known = rules.checked_address(address, field="address")
        return Video.objects.create(
            archive=archive, title=words, kind=VideoKind.LINK, address=known
        )
    name = file_rules.check_video(upload, field="upload")
    kept = files.store_written(
        files.put_down(upload.chunks()), subject=subject(archive), by=by, at=at,
        kind=FileKind.DOCUMENT, content_type="video/mp4", original_name=name,
    )  # fmt: skip
    return Video.objects.create(archive=archive, title=words, kind=VideoKind.FILE, file=kept)


@transaction.atomic
def remove_video(*, archive: Archive, video_id: int, by: User, at: datetime) -> None:
    """Take a video off, with its file.

    :raises WrongState: when it is gone already, or the archive was handed in.
    """
    changed(archive, "videos", by=by, at=at)
    video = archive.videos.select_related("file").filter(pk=video_id).first()
    if video is None:
        raise WrongState("这个视频刚刚已经删除，请刷新页面。", code="archives.gone")
    stored = video.file
    video.delete()
    if stored is not None:
        files.remove(stored, at=at)


def _checked_faces(faces: str, note: str) -> tuple[str, str]:
    if faces not in Faces.values:
        raise BadInput("请选择照片里的人物情况。", field="faces")
    words = clean(note, max_length=rules.CONSENT_MOST, field="consent_note", label="同意情况")
    if faces == Faces.CONSENT and not words:
        raise BadInput("请写明怎样征得同意，例如“拍照前当面说明并同意”。", field="consent_note")
    return faces, words


def _choose_cover(archive: Archive) -> None:
    """Let the first photo that may be seen be the cover, where there is none."""
    if not archive.photos.filter(is_cover=True).exists():
        free = Photo.objects.showable().filter(archive=archive)
        for first in free.order_by("position", "pk")[:1]:
            Photo.objects.filter(pk=first.pk).update(is_cover=True)
