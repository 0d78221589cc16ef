"""Archives of an activity that took place on Monday 16 November 2026."""

from __future__ import annotations

from datetime import UTC, datetime

from voluncity.city.files.rules import CheckedPhoto, check_photo
from voluncity.city.orgs.models import Organization
from voluncity.city.people.models import User
from voluncity.service.archives import actions
from voluncity.service.archives.models import Archive, Photo
from voluncity.service.archives.states import Faces
from voluncity.service.projects.models import Activity
from voluncity.testing.make_files import make_upload, with_place
from voluncity.testing.make_hours import (
    make_leader,
    make_officer,
    make_past_shift,
    make_posted,
    make_presence,
)

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
