"""Archives as everybody sees them."""

from __future__ import annotations

from django.db.models import Prefetch, QuerySet

from voluncity.service.archives.models import Archive, HideRequest, Photo
from voluncity.service.archives.states import ArchiveState


def shown_photos() -> QuerySet[Photo]:
    """Return the photos that may be public, in the order of their albums."""
    found: QuerySet[Photo] = Photo.objects.showable().select_related("small", "shown")
    return found


def public_photo(pk: int) -> Photo | None:
    """Return a photo that is public now."""
    found: Photo | None = (
        shown_photos()
        .filter(pk=pk, archive__state=ArchiveState.PUBLIC)
        .select_related("archive__activity")
        .first()
    )
    return found


def public_list(*, within: str = "") -> QuerySet[Archive]:
    """Return the public archives with their covers, the newest first.

    `within` is the tree path of a region.
    """
    found: QuerySet[Archive] = Archive.objects.filter(state=ArchiveState.PUBLIC)
    if within:
        found = found.filter(activity__region__path__startswith=within)
    covers = Prefetch("photos", queryset=shown_photos().filter(is_cover=True), to_attr="covers")
    return (
        found.select_related("activity__region", "activity__project__organization")
        .prefetch_related(covers, "outcomes__kind")
        .order_by("-published_at", "-pk")
    )


def public_archive(pk: int) -> Archive | None:
    """Return a public archive with what everybody may see of it."""
    photos = Prefetch("photos", queryset=shown_photos(), to_attr="seen")
    found: Archive | None = (
        Archive.objects.filter(pk=pk, state=ArchiveState.PUBLIC)
        .select_related("activity__region", "activity__project__organization__region",
                        "activity__project__line")
        .prefetch_related(photos, "videos", "outcomes__kind", "materials")
        .first()
    )  # fmt: skip
    return found


def own_requests(photo: Photo, user_id: int) -> QuerySet[HideRequest]:
    """Return what one person asked about a photo, newest first."""
    return photo.hide_requests.filter(asked_by=user_id).order_by("-pk")
