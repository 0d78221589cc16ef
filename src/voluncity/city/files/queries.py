"""Read files by what they belong to, and by who may see them."""

from __future__ import annotations

from typing import BinaryIO

from django.db.models import QuerySet

from voluncity.city.access.queries import Person
from voluncity.city.files import storage
from voluncity.city.files.models import StoredFile
from voluncity.kernel.refusals import NotFound


def of(subject: str) -> QuerySet[StoredFile]:
    """Return the files of one thing ("org:12"), oldest first."""
    return StoredFile.objects.filter(subject=subject).order_by("pk")


def opened(stored: StoredFile) -> BinaryIO:
    """Open a file for who decided, by another rule than the file's own, that it may be seen.

    :raises NotFound: when its bytes are not there.
    """
    try:
        return storage.open_stored(stored.key)
    except FileNotFoundError as error:
        raise NotFound("文件暂时取不到，请稍后再试。", code="files.missing") from error


def is_open_to(user: Person, stored: StoredFile) -> bool:
    """Return whether somebody may see a file without any permission: it is public or their own."""
    return stored.is_public or (user.pk is not None and stored.uploaded_by_id == user.pk)
