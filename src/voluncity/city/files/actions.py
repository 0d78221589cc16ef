"""Keep uploaded files."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from secrets import token_hex
from typing import Any, NamedTuple

from django.core.files.uploadedfile import UploadedFile
from django.db import models, transaction

from voluncity.city.access.permissions import Permission
from voluncity.city.files import rules, storage
from voluncity.city.files.models import StoredFile
from voluncity.city.files.rules import Checked
from voluncity.city.journal.actions import record


def store_image(
    upload: UploadedFile[Any], *, subject: str, by: models.Model, at: datetime, is_public: bool
) -> StoredFile:
    """Check a picture, write it anew and keep it.

    :raises BadInput: when it is no picture that we can keep.
    """
    return store(rules.check_image(upload), subject=subject, by=by, at=at, is_public=is_public)


def store_document(
    upload: UploadedFile[Any], *, subject: str, by: models.Model, at: datetime, is_public: bool
) -> StoredFile:
    """Check a PDF and keep it.

    :raises BadInput: when it is no PDF that we can keep.
    """
    return store(rules.check_document(upload), subject=subject, by=by, at=at, is_public=is_public)


class Written(NamedTuple):
    """Bytes that lie in the storage under a random name, and that no row names yet."""

    key: str
    size: int  # bytes
    sha256: str


def put_down(pieces: Iterable[bytes]) -> Written:
    """Write bytes of any length; what nobody gives a row by `store_written` is swept one day."""
    key = token_hex(16)
    return Written(key, *storage.write_pieces(key, pieces))


def store(
    checked: Checked,
    *,
    subject: str,
    by: models.Model,
    at: datetime,
    is_public: bool = False,
    organization_id: int | None = None,
    seen_with: Permission | None = None,
) -> StoredFile:
    """Keep a checked upload: the bytes first, then the row that names them."""
    return store_written(
        put_down([checked.content]),
        subject=subject,
        by=by,
        at=at,
        kind=checked.kind,
        content_type=checked.content_type,
        original_name=checked.original_name,
        width=checked.width,
        height=checked.height,
        is_public=is_public,
        organization_id=organization_id,
        seen_with=seen_with or "",
    )


def store_written(
    written: Written, *, subject: str, by: models.Model, at: datetime, **columns: Any
) -> StoredFile:
    """Write the row that names bytes which were put down.

    If the row is not written the bytes are removed; what a later rollback of the caller leaves
    behind is swept by `sweep_orphans`.
    """
    try:
        with transaction.atomic():
            stored = StoredFile.objects.create(
                **written._asdict(),
                **columns,
                subject=subject,
                uploaded_by_id=by.pk,
                uploaded_at=at,
            )
            record("files.store", stored, by=by, at=at, size=stored.size)
    except BaseException:
        storage.remove(written.key)
        raise
    return stored


@transaction.atomic
def remove(stored: StoredFile, *, at: datetime) -> None:
    """Forget a file: the row first, the bytes when that is committed."""
    key, size = stored.key, stored.size
    record("files.remove", stored, by=None, at=at, size=size)
    stored.delete()
    transaction.on_commit(lambda: storage.remove(key))


@transaction.atomic
def hide(*, file_id: int, by: models.Model, at: datetime) -> None:
    """Show a public file to the public no more; it is kept."""
    if StoredFile.objects.filter(pk=file_id, is_public=True).update(is_public=False):
        record("files.hide", ("storedfile", file_id), by=by, at=at)


def sweep_orphans(*, older_than: datetime) -> int:
    """Remove files that no row names, and drafts that were never finished; return how many.

    Young ones are left alone: their row may not be committed yet.
    """
    swept = 0
    for key in storage.keys_older_than(older_than.timestamp()):
        if not StoredFile.objects.filter(key=key).exists():
            storage.remove(key)
            swept += 1
    return swept
