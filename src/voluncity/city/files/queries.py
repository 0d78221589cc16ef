"""Read files by what they belong to, and by who may see them."""

from __future__ import annotations

from django.db.models import QuerySet

from voluncity.city.access.queries import Person
from voluncity.city.files.models import StoredFile


def of(subject: str) -> QuerySet[StoredFile]:
    """Return the files of one thing ("org:12"), oldest first."""
    return StoredFile.objects.filter(subject=subject).order_by("pk")


def is_open_to(user: Person, stored: StoredFile) -> bool:
    """Return whether somebody may see a file without any permission: it is public or their own."""
    return stored.is_public or (user.pk is not None and stored.uploaded_by_id == user.pk)
