"""The two lists are filtered, kept and exported like every list; the reason never leaves."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from voluncity.care.hardship import actions
from voluncity.care.hardship.registers import CASES, GIFTS
from voluncity.care.hardship.states import EndReason
from voluncity.city.access.permissions import Role
from voluncity.city.access.queries import scope_of
from voluncity.city.files import storage
from voluncity.city.journal.models import Entry
from voluncity.city.people.models import User
from voluncity.city.regions.models import Region
from voluncity.city.registers import actions as registers
from voluncity.city.registers import queries
from voluncity.city.registers.rules import Register, Wanted
from voluncity.kernel.refusals import NotAllowed
from voluncity.testing.make_hardship import make_case, make_gift
from voluncity.testing.make_orgs import give
from voluncity.testing.make_people import (
    NOON,
    make_county,
    make_region,
    make_user,
    make_volunteer,
)
from voluncity.testing.pages import as_
from voluncity.testing.sheets import sheet_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_files(settings: Settings, tmp_path: Path) -> None:
    settings.VOLUNCITY_FILES = str(tmp_path)


@pytest.fixture
def home() -> Region:
    return make_region(code="140106001001")


@pytest.fixture
def worker(home: Region) -> User:
    user = make_user("马丽")
    give(user, Role.COMMUNITY_WORKER, home)
    return user


def exported(register: Register, query: list[tuple[str, str]], by: User) -> list[list[str]]:
    """Return the rows of the exported file, with every column."""
    wanted = Wanted(
        query=query, columns=[one.key for one in register.columns], reason="report",
        words="报县民政部门统计",
    )  # fmt: skip
    export = registers.ask_export(register=register, wanted=wanted, by=by, at=NOON)
    export = registers.write_export(export_id=export.pk, at=NOON)
    assert export.file is not None
    with storage.open_stored(export.file.key) as stream:
        return sheet_of(stream.read())


def test_the_cases_leave_with_a_reason_and_without_theirs(worker: User, home: Region) -> None:
    person = make_volunteer("李建国", region=home)
    make_gift(make_case(person, by=worker))
    make_case(make_volunteer("赵敏", region=make_region("胜利街社区", parent=make_county())))
    head, *rows = exported(CASES, [], worker)
    assert head == [one.label for one in CASES.columns]
    assert [row[0] for row in rows] == ["李建国"]
    assert "心脏" not in str(rows)
    entry = Entry.objects.get(verb="registers.export")
    assert (entry.data["list"], entry.data["rows"], entry.data["reason"]) == (
        "hardship", 1, "report",
    )  # fmt: skip
    assert [one.list_key for one in queries.exports_with([person.pk])] == ["hardship"]


def test_the_gifts_of_the_year_leave_as_they_are_filtered(worker: User, home: Region) -> None:
    make_gift(make_case(make_volunteer("李建国", region=home), by=worker))
    assert len(exported(GIFTS, [("q", "李建国")], worker)) == 2
    assert GIFTS.said(scope_of(worker, GIFTS.permission), [], NOON)[0][0] == "年份"


def test_who_may_not_see_hardship_takes_nothing_out(home: Region) -> None:
    leader = make_user("张伟")
    give(leader, Role.AUDITOR, Region.objects.get(code="140100000000"))
    with pytest.raises(NotAllowed):
        exported(CASES, [], leader)


def test_a_filter_is_kept_and_the_words_of_a_name_stay_out_of_the_journal(
    worker: User, home: Region
) -> None:
    case = make_case(make_volunteer("李建国", region=home), by=worker)
    actions.end_case(case=case, reason=EndReason.EASED, by=worker, at=NOON)
    registers.save_filter(list_key="hardship", name="已结束", query=[("state", "ended")], by=worker)
    page = as_(worker).get("/hardship/desk/?state=ended").content.decode()
    assert ("已结束" in page, "李建国" in page) == (True, True)
    exported(CASES, [("q", "李建国"), ("state", "ended")], worker)
    assert Entry.objects.get(verb="registers.export").data["filter"][0] == ["q", "…"]


def test_more_cases_than_are_counted_are_not_called_so_many(
    worker: User, home: Region, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("王秀英", "李建国"):
        make_case(make_volunteer(name, region=home), by=worker)
    assert "人以上" not in as_(worker).get("/hardship/desk/").content.decode()
    monkeypatch.setattr("voluncity.web.paging.MOST", 1)
    assert "人以上" in as_(worker).get("/hardship/desk/").content.decode()
