"""Take photos out of a project's archives for what is written about it."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from voluncity.kernel.refusals import BadInput
from voluncity.service.progress import queries, rules
from voluncity.service.projects.models import Project


def checked_photos(photo_ids: Collection[int], project: Project) -> set[int]:
    """Return the photos that may be taken.

    :raises BadInput: when there are too many, or one belongs to another project.
    """
    wanted = set(photo_ids)
    if wanted - {photo.pk for photo in queries.photos_of(project)}:
        raise BadInput("请从本项目的活动照片中选择。", field="photos")
    if len(wanted) > rules.MOST_PHOTOS:
        raise BadInput(f"最多选 {rules.MOST_PHOTOS} 张照片，请减少几张。", field="photos")
    return wanted


def take_photos(pictures: Any, photo_ids: set[int]) -> None:
    """Make these photos the pictures of a summary or an article; those that stay keep their row."""
    pictures.exclude(photo__in=photo_ids).delete()
    there = set(pictures.values_list("photo_id", flat=True))
    for pk in sorted(photo_ids - there):
        pictures.create(photo_id=pk)
