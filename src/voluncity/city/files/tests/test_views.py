from pathlib import Path

import pytest
from django.http import FileResponse
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from voluncity.city.access.permissions import Permission, Role
from voluncity.city.files import actions, rules, storage
from voluncity.city.files.models import StoredFile
from voluncity.city.journal.models import Entry
from voluncity.city.orgs.models import Organization
from voluncity.city.people.models import User
from voluncity.testing.make_files import PDF, make_paper, make_upload
from voluncity.testing.make_orgs import give, make_organization
from voluncity.testing.make_people import NOON, make_county, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(settings: Settings, tmp_path: Path) -> Path:
    settings.VOLUNCITY_FILES = str(tmp_path)
    return tmp_path


def _paper(by: User, organization: Organization | None = None) -> StoredFile:
    return actions.store(
        rules.check_document(make_paper()),
        subject="org:1",
        by=by,
        at=NOON,
        organization_id=organization.pk if organization else None,
        seen_with=Permission.ORG_REVIEW if organization else None,
    )


def _get(client: Client, stored: StoredFile, user: User | None = None) -> FileResponse:
    if user:
        client.force_login(user)
    return client.get(reverse("files:show", args=[stored.key]))  # type: ignore[return-value]


def _bytes(response: FileResponse) -> bytes:
    return b"".join(response.streaming_content)  # type: ignore[arg-type]


def test_a_public_photo_is_shown_to_everybody_and_may_be_kept(client: Client) -> None:
    photo = actions.store_image(
        make_upload(), subject="org:1", by=make_user(), at=NOON, is_public=True
    )
    response = _get(client, photo)
    assert response.status_code == 200
    assert _bytes(response)[8:12] == b"WEBP"
    assert response["Content-Type"] == "image/webp"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert response["Cache-Control"] == "public, max-age=31536000, immutable"


def test_a_paper_is_handed_to_its_owner_as_an_attachment_that_is_not_kept(client: Client) -> None:
    owner = make_user()
    response = _get(client, _paper(owner), owner)
    assert _bytes(response) == PDF
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"].startswith("attachment; filename*=utf-8''")
    assert response["Cache-Control"] == "private, no-store"


def test_the_reviewer_above_sees_the_paper(client: Client) -> None:
    team = make_organization()
    reviewer = make_user("审核员")
    give(reviewer, Role.COUNTY_OFFICE, team.region)
    assert _bytes(_get(client, _paper(make_user(), team), reviewer)) == PDF


def test_a_reviewer_elsewhere_finds_nothing_and_it_is_journaled(client: Client) -> None:
    paper = _paper(make_user(), make_organization())
    stranger = make_user("外县审核员")
    give(stranger, Role.COUNTY_OFFICE, make_county())
    assert _get(client, paper, stranger).status_code == 404
    entry = Entry.objects.get(verb="access.denied")
    assert (entry.actor, entry.subject_type, entry.subject_id) == (stranger, "storedfile", paper.pk)


@pytest.mark.parametrize("is_signed_in", [False, True])
def test_somebody_else_does_not_find_a_private_paper(client: Client, *, is_signed_in: bool) -> None:
    paper = _paper(make_user())
    assert _get(client, paper, make_user("路人") if is_signed_in else None).status_code == 404


@pytest.mark.parametrize("key", ["0" * 32, "..%2f..%2fetc%2fpasswd", "%00", "🎉", "a" * 500])
def test_a_name_that_was_never_given_is_not_found(client: Client, key: str) -> None:
    assert client.get(f"/files/{key}/").status_code == 404


def test_a_file_that_is_gone_from_the_disk_is_said_so(client: Client) -> None:
    owner = make_user()
    paper = _paper(owner)
    storage.remove(paper.key)
    response = _get(client, paper, owner)
    assert response.status_code == 404
    assert "文件暂时取不到" in response.content.decode()


def test_only_reading_is_possible(client: Client) -> None:
    photo = actions.store_image(
        make_upload(), subject="org:1", by=make_user(), at=NOON, is_public=True
    )
    url = reverse("files:show", args=[photo.key])
    assert [client.post(url).status_code, client.delete(url).status_code] == [405, 405]
