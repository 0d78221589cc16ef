"""Archives of an activity that took place on Monday 16 November 2026."""

from __future__ import annotations

from datetime import UTC, datetime

from voluncity.city.files import actions as files
from voluncity.city.files.models import FileKind
from voluncity.city.files.rules import CheckedPhoto, check_paper, check_photo
from voluncity.city.orgs.models import Organization
from voluncity.city.people.models import User
from voluncity.service.archives import actions
from voluncity.service.archives.models import Archive, Package, Photo
from voluncity.service.archives.states import Faces, PackageState
from voluncity.service.projects.models import Activity
from voluncity.testing.make_files import make_paper, make_upload, make_video, with_place
from voluncity.testing.make_hours import (
    make_leader,
    make_officer,
    make_past_shift,
    make_posted,
    make_presence,
)
from voluncity.testing.make_people import make_user

# The day after, noon in the city.
AFTER = datetime(2026, 11, 17, 4, 0, tzinfo=UTC)
COLORS = ("#c8281c", "#2c7a4b", "#1f5f99", "#b7791f", "#5b3a8c")
SUMMARY = "上门问诊，发放药箱，居民反映很好。"


def make_held_activity(
    organization: Organization | None = None, *, is_posted: bool = False, name: str = "周一义诊"
) -> Activity:
    """Return an activity at which somebody was, with two posted hours where asked for."""
    shift = make_past_shift(organization, name=name)
    if is_posted:
        make_posted(shift)
    else:
        make_presence(shift)
    return shift.activity


def make_photos(number: int = 1) -> list[CheckedPhoto]:
    """Return photos with a place in their EXIF, each of another color."""
    return [check_photo(make_upload(with_place(color=one))) for one in COLORS[:number]]


def make_archive(
    activity: Activity | None = None,
    *,
    by: User | None = None,
    photos: int = 1,
    faces: str = Faces.NONE,
    at: datetime = AFTER,
) -> Archive:
    """Return a draft with a summary, photos and 120 people treated."""
    actions.load_kinds()
    activity = activity or make_held_activity()
    by = by or make_leader(activity.project.organization, "马组长")
    archive = actions.begin(activity=activity, by=by, at=at)
    actions.save_summary(archive=archive, summary=SUMMARY, by=by, at=at)
    actions.save_outcomes(archive=archive, numbers={"treatment": 120}, by=by, at=at)
    actions.add_photos(
        archive=archive, photos=make_photos(photos), faces=faces,
        consent_note="当面说明并同意", by=by, at=at,
    )  # fmt: skip
    archive.refresh_from_db()
    return archive


def make_submitted(archive: Archive | None = None, *, at: datetime = AFTER) -> Archive:
    """Return an archive that waits for the level above."""
    archive = archive or make_archive()
    actions.submit(archive=archive, by=archive.created_by, at=at)
    return archive


def make_public_archive(
    archive: Archive | None = None, *, by: User | None = None, at: datetime = AFTER
) -> Archive:
    """Return an archive that everybody may see."""
    archive = make_submitted(archive, at=at)
    by = by or make_officer(archive.activity.project.organization)
    actions.accept(archive=archive, is_public=True, by=by, at=at)
    return archive


def first_photo(archive: Archive) -> Photo:
    """Return the first photo of an album."""
    photo: Photo = archive.photos.order_by("position", "pk")[0]
    return photo


def make_package(owner: User, *, at: datetime = AFTER) -> Package:
    """Return a small ZIP that is ready."""
    stored = files.store_written(
        files.put_down([b"PK\x05\x06" + bytes(18)]), subject="archive_package:0", by=owner, at=at,
        kind=FileKind.DOCUMENT, content_type="application/zip", original_name="活动归档.zip",
    )  # fmt: skip
    day = at.date()
    return Package.objects.create(
        owner=owner, since=day, until=day, words="报送市文明办", state=PackageState.READY,
        asked_at=at, touched_at=at, total=0, made_at=at, file=stored,
    )  # fmt: skip


def make_world_archives(organization: Organization) -> dict[str, int]:
    """Return one archive that is filled in and one that is public, with one of everything."""
    by = make_user("归档经办")
    draft = make_archive(make_past_shift(organization, name="归档义诊").activity, by=by)
    actions.add_material(
        archive=draft, name="药箱", amount=3, unit="个", value_fen=0, by=by, at=AFTER
    )
    spending = actions.add_spending(
        archive=draft, item="横幅", fen=100, source="own", voucher=check_paper(make_paper()),
        by=by, at=AFTER,
    )  # fmt: skip
    video = actions.add_video(
        archive=draft, title="现场", address="", by=by, at=AFTER,
        upload=make_upload(make_video(), "a.mp4", "video/mp4"),
    )  # fmt: skip
    shown = make_public_archive(
        make_archive(make_past_shift(organization, name="公开义诊").activity, by=by)
    )
    photo = first_photo(shown)
    asked = actions.ask_to_hide(photo=photo, words="左边是我", by=make_user("照片里的人"), at=AFTER)
    return {
        "archive": draft.pk, "archive_photo": first_photo(draft).pk, "spending": spending.pk,
        "archive_video": video.pk, "archive_material": draft.materials.get().pk,
        "public_archive": shown.pk, "public_photo": photo.pk, "hide_request": asked.pk,
    }  # fmt: skip
