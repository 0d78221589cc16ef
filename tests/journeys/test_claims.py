"""Whose record is it: claimed with a code, parted from a stranger, corrected, merged and parted."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils.timezone import now
from pytest_django.fixtures import Settings

from voluncity.city.access.permissions import Role
from voluncity.city.claims import actions
from voluncity.city.claims.models import Claim, DataCorrection, Merge
from voluncity.city.journal import actions as journal
from voluncity.city.people import actions as people_actions
from voluncity.city.people import queries as people
from voluncity.city.people.models import IdentityCheck, Volunteer
from voluncity.city.regions.models import Region
from voluncity.testing.make_files import make_upload
from voluncity.testing.make_hours import make_past_shift, make_posted
from voluncity.testing.make_orgs import give, make_member, make_organization
from voluncity.testing.make_people import (
    make_id_number,
    make_phone,
    make_region,
    make_user,
    make_volunteer,
    user_of,
)
from voluncity.testing.make_projects import make_shift
from voluncity.testing.make_signups import make_signup
from voluncity.testing.pages import as_, words

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_files(settings: Settings, tmp_path: Path) -> None:
    settings.VOLUNCITY_FILES = str(tmp_path)


@pytest.fixture
def home() -> Region:
    return make_region("桃园社区")


def _office(home: Region, role: Role = Role.COUNTY_OFFICE) -> Client:
    user = make_user("周正")
    assert home.parent is not None
    give(user, role, home if role == Role.COMMUNITY_WORKER else home.parent.parent or home)
    return as_(user)


def _joining(name: str, number: str, home: Region) -> dict[str, Any]:
    assert home.parent is not None
    assert home.parent.parent is not None
    return {
        "name": name, "id_type": "resident", "id_number": number, "terms": "on",
        "region": [str(home.parent.parent.pk), str(home.parent.pk), str(home.pk)],
    }  # fmt: skip


@pytest.mark.row("A1")
def test_who_finds_their_number_taken_claims_the_record_with_a_code(home: Region) -> None:
    entered = make_volunteer("王芳", region=home, phone="")
    Volunteer.objects.filter(pk=entered.pk).update(user=None)
    number = people.id_number_of(entered)
    newcomer = make_user("新朋友", make_phone())
    phone = as_(newcomer)
    taken = phone.post("/join/", _joining("王芳", number, home))
    assert (taken.status_code, 'href="/claims/new/"' in taken.content.decode()) == (422, True)

    worker = _office(home, Role.COMMUNITY_WORKER)
    code = re.search(r"认领码 (\d{6})", words(worker.post(f"/claims/desk/code/{entered.pk}/")))
    assert code
    form = {
        "name": "王芳", "id_type": "resident", "id_number": number, "way": "code", "code": code[1],
    }  # fmt: skip
    assert "认领成功" in words(phone.post("/claims/new/", form, follow=True))
    entered.refresh_from_db()
    assert entered.user == newcomer


@pytest.mark.row("A1", "A3")
def test_whose_number_a_stranger_registered_gets_it_and_the_stranger_keeps_the_history(
    home: Region,
) -> None:
    number = make_id_number()
    stranger = make_volunteer("张伟", region=home, id_number=number)
    record = make_posted(make_past_shift(), stranger)
    owner = make_user("新朋友", make_phone())
    phone = as_(owner)
    form = {
        "name": "王芳", "id_type": "resident", "id_number": number, "way": "evidence",
        "photo": make_upload(), "words": "不是我登记的",
    }  # fmt: skip
    assert "已收到" in words(phone.post("/claims/new/", form, follow=True))

    office, claim = _office(home), Claim.objects.get()
    assert "姓名不一致" in words(office.get("/claims/desk/"))
    office.post(f"/claims/desk/{claim.pk}/look/")
    office.post(f"/claims/desk/{claim.pk}/decide/", {"do": "separate"})
    journal.catch_up(at=now())
    assert "您的证件号码已经空出" in words(phone.get("/messages/"))
    phone.post("/join/", _joining("王芳", number, home))
    assert owner.volunteer.name == "王芳"

    his = as_(user_of(stranger))
    assert "没有通过" in words(his.get("/me/identity/"))
    own = {"name": "张伟", "id_type": "resident", "id_number": make_id_number(sex="M")}
    his.post("/me/identity/", own)
    stranger.refresh_from_db()
    assert stranger.identity_state == "pending"
    assert "2 小时" in words(his.get(f"/hours/{record.pk}/"))


@pytest.mark.row("A3", "A4")
def test_a_wrong_name_is_corrected_with_the_paper_and_checked_anew(home: Region) -> None:
    volunteer = make_volunteer("王芳", region=home)
    form = {"name": "王方", "id_type": "resident", "id_number": "", "photo": make_upload()}
    as_(user_of(volunteer)).post("/claims/correction/", form)
    office, wanted = _office(home), DataCorrection.objects.get()
    assert "王方 不同" in words(office.get(f"/claims/desk/corrections/{wanted.pk}/"))
    office.post(f"/claims/desk/corrections/{wanted.pk}/decide/", {"do": "apply"})
    check = IdentityCheck.objects.get(volunteer=volunteer, decided_at=None)
    people_actions.decide_identity(check_id=check.pk, is_match=True, by=make_user(), at=now())
    volunteer.refresh_from_db()
    assert (volunteer.name, volunteer.identity_state) == ("王方", "verified")
    journal.catch_up(at=now())
    assert "信息更正已办理" in words(as_(user_of(volunteer)).get("/messages/"))


@pytest.mark.row("A4")
def test_two_records_of_one_person_become_one_and_come_apart_again(home: Region) -> None:
    at_desk = make_volunteer("王芳", region=home, user=False)
    on_phone = make_volunteer("王芳", region=home)
    team = make_organization("汾河志愿服务队", region=home)
    make_member(at_desk, team)
    record, shift = make_posted(make_past_shift(team), at_desk), make_shift()
    make_signup(shift=shift, volunteer=at_desk)
    journal.catch_up(at=now())
    actions.find_suspects(at=now())
    office, hers = _office(home), as_(user_of(on_phone))
    assert "姓名和出生日期相同" in words(office.get("/claims/desk/merges/"))
    page = f"/claims/desk/merges/preview/?loser={at_desk.number}&winner={on_phone.number}"
    shown = words(office.get(page))
    assert "信用时长 2 小时" in shown
    assert "“汾河志愿服务队”：转到保留的登记" in shown
    assert "1 条服务记录原样保留" in shown

    office.post(page, {"reason": "papers"})
    journal.catch_up(at=now())
    assert "2 小时" in words(hers.get("/hours/"))
    assert hers.get(f"/hours/{record.pk}/").status_code == 200
    assert shift.activity.name in words(hers.get("/me/signups/"))
    assert "汾河志愿服务队" in words(hers.get("/orgs/mine/"))
    assert "登记已合并" in words(hers.get("/messages/"))

    office.post(f"/claims/desk/merges/{Merge.objects.get().pk}/undo/")
    journal.catch_up(at=now())
    assert people.minutes_of(at_desk.pk).total == 120
    assert hers.get(f"/hours/{record.pk}/").status_code == 404
    assert "登记合并已撤销" in words(hers.get("/messages/"))
