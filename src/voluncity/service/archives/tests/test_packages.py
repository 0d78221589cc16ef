"""Archives taken out: what lies in the ZIP, who may, a worker that is killed, old files."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from voluncity.city.files import queries as files
from voluncity.city.files import storage
from voluncity.city.files.models import StoredFile
from voluncity.city.files.rules import check_paper
from voluncity.city.jobs.actions import MOST_TURNS
from voluncity.city.journal.models import Entry
from voluncity.city.people.models import User
from voluncity.kernel.refusals import BadInput, Refusal, WrongState
from voluncity.service.archives import actions, queries
from voluncity.service.archives.actions import packages
from voluncity.service.archives.models import Archive, Package
from voluncity.service.archives.states import PackageState
from voluncity.testing.make_archives import AFTER, first_photo, make_public_archive, make_submitted
from voluncity.testing.make_files import PDF, make_paper, with_place
from voluncity.testing.make_hours import make_leader
from voluncity.testing.make_orgs import make_organization
from voluncity.testing.make_people import make_region
from voluncity.testing.pages import as_

pytestmark = pytest.mark.django_db
NOVEMBER = {"since": date(2026, 11, 1), "until": date(2026, 11, 30)}


def wanted(**more: Any) -> actions.Wanted:
    return actions.Wanted(**(NOVEMBER | {"words": "报送市文明办"} | more))


def clock() -> datetime:
    return AFTER + timedelta(hours=1)


@pytest.fixture
def archive(draft: Archive, leader: User) -> Archive:
    actions.add_spending(
        archive=draft, item="=HYPERLINK(1)", fen=100, source="own",
        voucher=check_paper(make_paper()), by=leader, at=AFTER,
    )  # fmt: skip
    return make_public_archive(draft)


def test_the_zip_holds_originals_papers_and_two_indexes(archive: Archive, leader: User) -> None:
    answer = as_(leader).get(f"/archives/desk/{archive.pk}/archive.zip")
    book = zipfile.ZipFile(io.BytesIO(b"".join(answer)))
    assert book.testzip() is None
    names = book.namelist()
    folder = names[0].split("/")[0]
    assert names == [
        f"{folder}/photos/01.jpg", f"{folder}/photos/02.jpg", f"{folder}/papers/01.pdf",
        "index.html", "index.csv",
    ]  # fmt: skip
    assert book.read(names[0]) == with_place()
    assert book.read(names[2]) == PDF
    page = book.read("index.html").decode()
    for part in ("周一义诊", "义诊 120 人次", "上门问诊", f'href="{names[0]}"'):
        assert part in page
    rows = list(csv.reader(io.StringIO(book.read("index.csv").decode("utf-8-sig"))))
    assert (len(rows), rows[1][1], rows[1][-2:]) == (2, "周一义诊", ["2", "0"])
    assert Entry.objects.get(verb="archives.take_out").actor_id == leader.pk


def test_a_missing_original_does_not_spoil_the_rest(archive: Archive, leader: User) -> None:
    storage.remove(first_photo(archive).original.key)
    answer = as_(leader).get(f"/archives/desk/{archive.pk}/archive.zip")
    book = zipfile.ZipFile(io.BytesIO(b"".join(answer)))
    assert [name.split("/")[-1] for name in book.namelist()][:2] == ["02.jpg", "01.pdf"]


def test_a_package_is_made_by_a_job_and_taken_by_its_owner_only(
    archive: Archive, leader: User, officer: User
) -> None:
    said = {"since": "2026-11-01", "until": "2026-11-30", "words": "报送市文明办"}
    answer = as_(officer).post("/archives/desk/packages/", said, follow=True)
    package = Package.objects.get()
    assert (package.state, package.total, package.done) == (PackageState.READY, 1, 1)
    page = f"/archives/desk/packages/{package.pk}/package.zip"
    assert (page in answer.content.decode(), as_(leader).get(page).status_code) == (True, 404)
    book = zipfile.ZipFile(io.BytesIO(b"".join(as_(officer).get(page))))
    assert "index.csv" in book.namelist()
    entry = Entry.objects.get(verb="archives.package")
    assert (entry.actor_id, entry.data["activities"]) == (officer.pk, [archive.pk])


def test_a_killed_worker_is_followed_by_another_from_the_beginning(
    archive: Archive, officer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = actions.ask_package(wanted=wanted(), by=officer, at=AFTER)
    true_pieces = actions.pieces

    def killed(*args: Any, **options: Any) -> Iterator[bytes]:
        yield from list(true_pieces(*args, **options))[:1]
        raise SystemExit

    monkeypatch.setattr(packages, "pieces", killed)
    with pytest.raises(SystemExit):
        actions.make_package(package_id=package.pk, clock=clock)
    monkeypatch.undo()
    assert actions.silent_packages(at=clock()) == []
    actions.make_package(package_id=package.pk, clock=clock)  # too early: it may still live
    package.refresh_from_db()
    assert (package.state, package.turn) == (PackageState.WAITING, 1)
    later = clock() + timedelta(minutes=5)
    assert actions.silent_packages(at=later) == [package.pk]
    actions.make_package(package_id=package.pk, clock=lambda: later)
    package.refresh_from_db()
    assert (package.state, package.turn) == (PackageState.READY, 2)


def test_who_lost_the_lease_stops_and_keeps_nothing(
    archive: Archive, officer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = actions.ask_package(wanted=wanted(), by=officer, at=AFTER)
    true_pieces = actions.pieces

    def overtaken(*args: Any, **options: Any) -> Iterator[bytes]:
        Package.objects.filter(pk=package.pk).update(turn=9)
        yield from true_pieces(*args, **options)

    monkeypatch.setattr(packages, "pieces", overtaken)
    before = StoredFile.objects.count()
    actions.make_package(package_id=package.pk, clock=clock)
    package.refresh_from_db()
    assert (package.state, StoredFile.objects.count()) == (PackageState.WAITING, before)


def test_one_that_never_ends_is_given_up(archive: Archive, officer: User) -> None:
    package = actions.ask_package(wanted=wanted(), by=officer, at=AFTER)
    Package.objects.filter(pk=package.pk).update(turn=MOST_TURNS)
    actions.make_package(package_id=package.pk, clock=clock)
    package.refresh_from_db()
    assert package.state == PackageState.FAILED


def test_one_package_at_a_time_and_only_of_what_was_handed_in(
    draft: Archive, officer: User
) -> None:
    with pytest.raises(Refusal, match="没有已提交的归档"):
        actions.ask_package(wanted=wanted(), by=officer, at=AFTER)
    make_submitted(draft)
    for more, sentence in (
        ({"until": date(2026, 10, 1)}, "不能早于"), ({"words": "x"}, "请写明用途"),
    ):  # fmt: skip
        with pytest.raises(BadInput, match=sentence):
            actions.ask_package(wanted=wanted(**more), by=officer, at=AFTER)
    actions.ask_package(wanted=wanted(), by=officer, at=AFTER)
    with pytest.raises(WrongState, match="正在生成"):
        actions.ask_package(wanted=wanted(), by=officer, at=AFTER)


def test_nobody_packs_what_lies_elsewhere(archive: Archive) -> None:
    stranger = make_leader(make_organization("别的队", region=make_region("远方社区")))
    with pytest.raises(Refusal, match="没有已提交的归档"):
        actions.ask_package(wanted=wanted(), by=stranger, at=AFTER)
    assert as_(stranger).get(f"/archives/desk/{archive.pk}/archive.zip").status_code == 404


def test_a_project_and_a_line_narrow_a_package(archive: Archive, officer: User) -> None:
    project = archive.activity.project
    package = actions.ask_package(wanted=wanted(project=project), by=officer, at=AFTER)
    assert list(queries.to_pack(package)) == [archive]


def test_a_project_is_chosen_from_the_list_of_the_page(archive: Archive, officer: User) -> None:
    project = archive.activity.project.pk
    said = {"since": "2026-11-01", "until": "2026-11-30", "words": "报送市文明办"}
    browser = as_(officer)
    answer = browser.post("/archives/desk/packages/", said | {"project": project})
    assert (answer.status_code, Package.objects.get().project_id) == (302, project)
    answer = browser.post("/archives/desk/packages/", said | {"project": project + 1})
    assert "请从列表中选择项目。" in answer.content.decode()


def test_old_packages_are_deleted_with_their_files(archive: Archive, officer: User) -> None:
    package = actions.ask_package(wanted=wanted(), by=officer, at=AFTER)
    actions.make_package(package_id=package.pk, clock=clock)
    package.refresh_from_db()
    assert package.file is not None
    with files.opened(package.file) as stream:
        assert stream.read(2) == b"PK"
    assert actions.sweep_packages(at=clock() + timedelta(days=6)) == 0
    assert actions.sweep_packages(at=clock() + timedelta(days=8)) == 1
    package.refresh_from_db()
    assert (package.state, package.file_id) == (PackageState.REMOVED, None)
