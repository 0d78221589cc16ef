"""An office brings its list in, has the names checked, and people find themselves registered."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from voluncity.city.access.permissions import Role
from voluncity.city.inbox.models import Message
from voluncity.city.journal.tasks import catch_up
from voluncity.city.people import actions as people
from voluncity.city.people import queries
from voluncity.city.people.models import ImportBatch, User, Volunteer
from voluncity.city.people.states import Purpose
from voluncity.city.regions.models import Region
from voluncity.testing.make_books import xls
from voluncity.testing.make_hostile_files import HEAD, book, person
from voluncity.testing.make_orgs import give
from voluncity.testing.make_people import NOON, make_region, make_user
from voluncity.testing.pages import as_

pytestmark = pytest.mark.django_db


@pytest.fixture
def office() -> User:
    make_region(code="140106001001")
    user = make_user("周明")
    give(user, Role.CITY_OFFICE, Region.objects.get(code="140100000000"))
    return user


@pytest.mark.row("A1")
def test_an_old_spreadsheet_becomes_volunteers_and_its_faults_a_report(office: User) -> None:
    desk = as_(office)
    content = xls([["迎泽区志愿者名单"], HEAD, person("王芳"), person("李强", phone="1")])
    page = desk.post("/desk/imports/", {"file": SimpleUploadedFile("名单.xls", content)})
    address = page.headers["Location"]

    desk.post(address, {"mode": "whole", "channel": "organization"})
    assert "没有导入任何人" in desk.get(address).content.decode()
    assert Volunteer.objects.count() == 0

    desk.post(address, {"mode": "skip", "channel": "organization"})
    assert "导入完成" in desk.get(address).content.decode()
    report = b"".join(desk.get(f"{address}report.csv")).decode("utf-8-sig")
    assert "手机号：手机号应为 11 位数字，现在是 1 位，请核对。" in report
    assert ImportBatch.objects.get().file is None

    wang = Volunteer.objects.get()
    assert (wang.name, wang.channel, wang.identity_state) == ("王芳", "organization", "unverified")
    assert wang.consents.get().purpose == Purpose.TERMS
    assert "王芳" in desk.get("/desk/volunteers/").content.decode()


@pytest.mark.row("A3")
def test_imported_people_are_verified_by_an_answer_of_the_authority(office: User) -> None:
    desk = as_(office)
    content = book(HEAD, person("王芳", phone="13903510001"), person("李强", phone="13903510002"))
    page = desk.post("/desk/imports/", {"file": SimpleUploadedFile("名单.xlsx", content)})
    desk.post(page.headers["Location"], {"mode": "skip", "channel": "paper"})
    wang, li = Volunteer.objects.order_by("pk")
    for volunteer, phone in ((wang, "13903510001"), (li, "13903510002")):
        user = make_user(volunteer.name, phone)
        Volunteer.objects.filter(pk=volunteer.pk).update(user=user, registered_by=None)
        people.submit_identity(volunteer_id=volunteer.pk, by=user, at=NOON)

    handed = desk.post("/desk/identity/export/", {"reason": "identity"})
    assert b"".join(handed).startswith(b"PK")
    answer = [["志愿者编号", "证件号码", "核验结果"]] + [
        [one.number, queries.id_number_of(one), result]
        for one, result in ((wang, "一致"), (li, "查无此人"))
    ]
    file = SimpleUploadedFile("答复.xlsx", book(*answer))
    page = desk.post("/desk/identity/answers/", {"file": file}, follow=True)
    assert "没有改动" in page.content.decode()

    states = Volunteer.objects.order_by("pk").values_list("identity_state", "identity_reason")
    assert list(states) == [("verified", ""), ("rejected", "number")]
    catch_up()
    titles = Message.objects.order_by("pk").values_list("title", flat=True)
    assert {"实名审核已通过", "实名审核没有通过"} <= set(titles)

    people.reopen_identity(volunteer_id=wang.pk, by=office, at=NOON)  # the name was corrected
    wang.refresh_from_db()
    assert wang.identity_state == "pending"
