import os
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import DatabaseError, transaction
from django.utils.timezone import now
from pytest_django.fixtures import Settings

from voluncity.city.access.permissions import Permission
from voluncity.city.files import actions, rules, storage, tasks
from voluncity.city.files.models import StoredFile
from voluncity.city.journal.models import Entry
from voluncity.kernel.refusals import BadInput
from voluncity.testing.make_files import PDF, make_paper, make_upload
from voluncity.testing.make_people import NOON, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(settings: Settings, tmp_path: Path) -> Path:
    settings.VOLUNCITY_FILES = str(tmp_path)
    return tmp_path


def _on_disk(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.glob("??/*"))


def test_a_stored_paper_lies_under_a_random_name_and_is_journaled(folder: Path) -> None:
    user = make_user()
    stored = actions.store_document(
        make_paper(), subject="org:12", by=user, at=NOON, is_public=False
    )
    assert _on_disk(folder) == [stored.key]
    assert len(stored.key) == 32
    with storage.open_stored(stored.key) as stream:
        assert stream.read() == PDF
    assert (stored.size, stored.subject) == (len(PDF), "org:12")
    assert stored.original_name == "登记证书.pdf"
    entry = Entry.objects.get()
    assert (entry.verb, entry.subject_id, entry.actor) == ("files.store", stored.pk, user)
    assert entry.data == {"size": len(PDF)}


def test_the_same_photo_twice_has_two_names() -> None:
    user = make_user()
    keys = {
        actions.store_image(make_upload(), subject="org:1", by=user, at=NOON, is_public=True).key
        for _ in range(2)
    }
    assert len(keys) == 2


def test_a_refused_upload_leaves_nothing(folder: Path) -> None:
    with pytest.raises(BadInput):
        actions.store_image(
            make_upload(b"<svg/>"), subject="org:1", by=make_user(), at=NOON, is_public=True
        )
    assert (_on_disk(folder), StoredFile.objects.count(), Entry.objects.count()) == ([], 0, 0)


def test_bytes_without_a_row_are_removed_again(folder: Path) -> None:
    user = make_user()
    with pytest.raises(DatabaseError), transaction.atomic():
        actions.store(
            rules.check_document(make_paper()),
            subject="org:1",
            by=user,
            at=NOON,
            organization_id=None,
            seen_with=Permission.ORG_REVIEW,  # the database wants an organization
        )
    assert (_on_disk(folder), StoredFile.objects.count()) == ([], 0)


def test_a_full_disk_leaves_no_draft(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        actions.store_document(
            make_paper(), subject="org:1", by=make_user(), at=NOON, is_public=False
        )
    assert (_on_disk(folder), StoredFile.objects.count()) == ([], 0)


def test_sweeping_removes_old_files_that_no_row_names(folder: Path) -> None:
    user = make_user()
    kept = actions.store_document(make_paper(), subject="org:1", by=user, at=NOON, is_public=False)
    storage.write("ab" * 16, b"left behind")
    (folder / "ab" / "abef.draft").write_bytes(b"half")
    storage.write("cd" * 16, b"just being written")
    old = (NOON - timedelta(days=2)).timestamp()
    for key in (kept.key, "ab" * 16, "abef.draft"):
        os.utime(folder / (key[:2] if key != "abef.draft" else "ab") / key, (old, old))
    young = NOON.timestamp()
    os.utime(folder / "cd" / ("cd" * 16), (young, young))

    swept = actions.sweep_orphans(older_than=NOON - timedelta(days=1))

    assert swept == 2
    assert _on_disk(folder) == sorted([kept.key, "cd" * 16])


def test_the_recurring_work_leaves_what_is_younger_than_a_day(folder: Path) -> None:
    storage.write("ab" * 16, b"left behind")
    storage.write("cd" * 16, b"just being written")
    old = (now() - timedelta(days=2)).timestamp()
    os.utime(folder / "ab" / ("ab" * 16), (old, old))
    assert tasks.sweep_orphans() == 1
    assert _on_disk(folder) == ["cd" * 16]
