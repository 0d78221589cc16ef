"""The pages: what people and the desk read, and what wrong input is told."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils.timezone import now
from pytest_django.fixtures import Settings

from voluncity.city.access.permissions import Role
from voluncity.city.claims import actions
from voluncity.city.claims.models import Claim, DataCorrection, Merge
from voluncity.city.journal.models import Entry
from voluncity.city.people import queries as people
from voluncity.city.people.models import User, Volunteer
from voluncity.city.regions.models import Region
from voluncity.testing.counting import queries_for
from voluncity.testing.make_claims import (
    make_claim,
    make_claimant,
    make_correction,
    make_merge,
)
from voluncity.testing.make_files import make_paper, make_upload
from voluncity.testing.make_orgs import give
from voluncity.testing.make_people import (
    make_county,
    make_id_number,
    make_region,
    make_user,
    make_volunteer,
    user_of,
)
from voluncity.testing.pages import as_, words

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_files(settings: Settings, tmp_path: Path) -> None:
    settings.VOLUNCITY_FILES = str(tmp_path)


def office(region: Region | None = None) -> User:
    user, street = make_user("周正"), make_region().parent
    assert street is not None
    assert street.parent is not None
    give(user, Role.COUNTY_OFFICE, region or street.parent)
    return user


def claim_form(volunteer: Volunteer, **more: Any) -> dict[str, Any]:
    said = {
        "name": volunteer.name,
        "id_type": "resident",
        "id_number": people.id_number_of(volunteer),
        "way": "evidence",
    }
    return said | more


def test_a_claim_with_a_photo_is_received_whether_there_is_a_record_or_not() -> None:
    answers = []
    for number in (people.id_number_of(make_volunteer()), make_id_number()):
        client = as_(make_claimant())
        form = {"name": "王芳", "id_type": "resident", "id_number": number, "way": "evidence"}
        answer = client.post("/claims/new/", form | {"photo": make_upload()}, follow=True)
        answers.append((answer.redirect_chain, re.sub(r"\d+月\d+日.*?提交", "", words(answer))))
    assert answers[0] == answers[1]
    assert "已收到，工作人员核对后会发消息告诉您结果" in answers[0][1]
    assert Claim.objects.count() == 2


def test_a_code_from_the_desk_gives_the_record_at_once() -> None:
    volunteer, claimant = make_volunteer(), make_claimant()
    desk = as_(office())
    shown = words(desk.post(f"/claims/desk/code/{volunteer.pk}/"))
    code = re.search(r"认领码 (\d{6})", shown)
    assert code
    form = claim_form(volunteer, way="code", code=code[1])
    answer = as_(claimant).post("/claims/new/", form)
    assert (answer.status_code, answer["Location"]) == (302, "/me/")
    volunteer.refresh_from_db()
    assert volunteer.user == claimant


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"name": ""}, "请填写姓名。"),
        ({"name": "😀"}, "姓名"),
        ({"name": "王\0芳" * 60}, "姓名"),
        ({"id_number": "140106199005010020"}, "号码"),
        ({"id_number": "1"}, "号码"),
        ({"id_number": ""}, "请填写证件号码。"),
        ({"id_type": "visa"}, "没有这个选项"),
        ({"way": "bribe"}, "没有这种方式"),
        ({"way": ""}, "请选择一种证明方式"),
        ({"way": "code", "code": ""}, "6 位数字认领码"),
        ({"way": "code", "code": "１２３"}, "6 位数字认领码"),
        ({"way": "code", "code": "1" * 40}, "6 位数字认领码"),
        ({"photo": ""}, "请上传证件照片"),
        ({"photo": make_upload(b"no picture")}, "请上传 JPG"),
        ({"photo": make_paper()}, "请上传 JPG"),
        ({"words": "字" * 301}, "说明最多 300 个字"),
    ],
)
def test_wrong_answers_are_told_at_their_field(wrong: dict[str, Any], sentence: str) -> None:
    form = claim_form(make_volunteer(), photo=make_upload()) | wrong
    answer = as_(make_claimant()).post("/claims/new/", form)
    assert answer.status_code == 422
    assert sentence in words(answer)
    assert not Claim.objects.exists()


def test_who_has_a_record_is_sent_to_it() -> None:
    answer = as_(user_of(make_volunteer())).get("/claims/new/", follow=True)
    assert "您已经有一份志愿者登记" in words(answer)


def test_one_sees_what_became_of_the_claim_and_how_to_go_on() -> None:
    claimant = make_claimant()
    client = as_(claimant)
    assert "还没有认领过登记" in words(client.get("/claims/"))
    claim = make_claim(make_volunteer(), by=claimant)
    assert "工作人员正在核对您的证件" in words(client.get("/claims/"))
    actions.decline_claim(claim_id=claim.pk, reason="unclear", by=make_user(), at=now())
    told = words(client.get("/claims/"))
    assert "照片看不清或不完整。请在光线好的地方重新拍照" in told
    assert "重新认领" in told


def test_somebody_elses_claim_and_correction_cannot_be_withdrawn() -> None:
    claim, wanted = make_claim(make_volunteer()), make_correction(make_volunteer())
    stranger = as_(user_of(make_volunteer()))
    assert stranger.post(f"/claims/{claim.pk}/withdraw/").status_code == 404
    assert stranger.post(f"/claims/correction/{wanted.pk}/withdraw/").status_code == 404


def test_the_desk_looks_compares_and_accepts() -> None:
    volunteer, claimant = make_volunteer("王芳"), make_claimant()
    claim = make_claim(volunteer, by=claimant)
    client = as_(office())
    listed = words(client.get("/claims/desk/"))
    assert "王*" in listed
    assert people.id_number_of(volunteer) not in listed
    page = f"/claims/desk/{claim.pk}/"
    assert people.id_number_of(volunteer) not in words(client.get(page))
    client.post(f"{page}look/")
    opened = client.get(page)
    assert people.id_number_of(volunteer) in words(opened)
    photo = re.search(r'src="(/claims/desk/evidence/\w+/)"', opened.content.decode())
    assert photo
    served = client.get(photo[1])
    assert served["Content-Type"] == "image/webp"
    assert b"".join(served)  # a file is closed when it was read to its end
    assert Entry.objects.filter(verb="people.reveal", subject_id=volunteer.pk).count() == 1
    answer = client.post(f"{page}decide/", {"do": "accept"}, follow=True)
    assert "已同意认领" in words(answer)
    volunteer.refresh_from_db()
    assert volunteer.user == claimant


def test_a_photo_is_served_only_to_who_opened_the_case_in_reach() -> None:
    claim = make_claim(make_volunteer())
    [photo] = actions.open_evidence(case=claim, by=make_user(), at=now())
    address = f"/claims/desk/evidence/{photo.key}/"
    assert as_(office()).get(address).status_code == 404
    far = as_(office(make_county("万柏林区", code="140109000000")))
    far.post(f"/claims/desk/{claim.pk}/look/")
    assert far.get(address).status_code == 404
    assert as_(make_claimant()).get(address).status_code == 403
    assert Client().get(f"/files/{photo.key}/").status_code == 404


def test_declining_without_a_reason_is_told_at_the_field() -> None:
    claim = make_claim(make_volunteer())
    answer = as_(office()).post(f"/claims/desk/{claim.pk}/decide/", {"do": "decline"})
    assert answer.status_code == 422
    assert "请选择不予认领的原因" in words(answer)


def test_another_name_offers_to_separate() -> None:
    claim = make_claim(make_volunteer("张伟"), name="王芳")
    client = as_(office())
    assert "登记的姓名和申请人不一致" in words(client.get(f"/claims/desk/{claim.pk}/"))
    answer = client.post(f"/claims/desk/{claim.pk}/decide/", {"do": "separate"}, follow=True)
    assert "已分开" in words(answer)


def test_a_correction_is_asked_with_an_empty_number_and_applied() -> None:
    volunteer = make_volunteer("王芳")
    number = people.id_number_of(volunteer)
    client = as_(user_of(volunteer))
    form = {"name": "王方", "id_type": "resident", "id_number": "", "photo": make_upload()}
    answer = client.post("/claims/correction/", form, follow=True)
    assert "工作人员核对证件后会发消息告诉您" in words(answer)
    wanted = DataCorrection.objects.get()
    desk = as_(office())
    assert "王方 不同" in words(desk.get(f"/claims/desk/corrections/{wanted.pk}/"))
    desk.post(f"/claims/desk/corrections/{wanted.pk}/look/")
    assert number in words(desk.get(f"/claims/desk/corrections/{wanted.pk}/"))
    done = desk.post(f"/claims/desk/corrections/{wanted.pk}/decide/", {"do": "apply"}, follow=True)
    assert "已更正，正在重新核对实名" in words(done)
    volunteer.refresh_from_db()
    assert (volunteer.name, people.id_number_of(volunteer)) == ("王方", number)


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"name": ""}, "请填写姓名。"),
        ({"id_number": "abc"}, "号码"),
        ({"id_type": "passport"}, "请填写证件上的完整号码"),
        ({"photo": ""}, "请上传证件照片"),
        ({"name": "王芳"}, "填写的内容和现在登记的一样"),
    ],
)
def test_a_wrong_correction_is_told(wrong: dict[str, Any], sentence: str) -> None:
    form = {"name": "王方", "id_type": "resident", "id_number": "", "photo": make_upload()}
    answer = as_(user_of(make_volunteer("王芳"))).post("/claims/correction/", form | wrong)
    assert answer.status_code == 422
    assert sentence in words(answer)
    assert not DataCorrection.objects.exists()


def test_two_records_are_found_compared_merged_and_parted() -> None:
    loser, winner = make_volunteer("王芳"), make_volunteer("王芳", user=False)
    actions.find_suspects(at=now())
    client = as_(office())
    assert "姓名和出生日期相同" in words(client.get("/claims/desk/merges/"))
    page = f"/claims/desk/merges/preview/?loser={loser.number}&winner={winner.number}"
    shown = words(client.get(page))
    assert "被并入的登记的手机号和账号转给保留的登记" in shown
    assert people.id_number_of(loser) not in shown
    assert "请选择怎样确认是同一个人" in words(client.post(page, {}))
    done = client.post(page, {"reason": "papers"}, follow=True)
    assert "已合并，可以在期限内撤销" in words(done)
    merge = Merge.objects.get()
    undone = client.post(f"/claims/desk/merges/{merge.pk}/undo/", follow=True)
    assert "两份登记恢复为合并前的样子" in words(undone)
    again = client.post(f"/claims/desk/merges/{merge.pk}/undo/")
    assert (again.status_code, "已经撤销" in words(again)) == (409, True)
    assert "已撤销" in words(client.get("/claims/desk/merges/?tab=done"))


def test_what_is_not_double_is_not_shown_again() -> None:
    first, second = make_volunteer("王芳"), make_volunteer("王芳")
    client = as_(office())
    numbers = {"first": first.number, "second": second.number}
    answer = client.post("/claims/desk/merges/not-double/", numbers, follow=True)
    assert "没有发现疑似重复的登记" in words(answer)


@pytest.mark.parametrize(
    ("query", "status", "sentence"),
    [
        ("", 422, "请填写志愿者编号"),
        ("loser=abc&winner=１２３", 422, "志愿者编号是 12 位数字"),
        ("loser=123456789012&winner=123456789012", 422, "这是同一份登记"),
        ("loser=123456789012&winner=123456789013", 404, "没有找到编号 123456789012 的登记"),
        ("loser=" + "9" * 400 + "&winner=1", 422, "志愿者编号是 12 位数字"),
    ],
)
def test_wrong_numbers_of_a_pair_are_told(query: str, status: int, sentence: str) -> None:
    answer = as_(office()).get(f"/claims/desk/merges/preview/?{query}")
    assert answer.status_code == status
    assert sentence in words(answer)


def test_a_record_out_of_reach_is_neither_shown_nor_merged() -> None:
    near = make_volunteer()
    far = make_volunteer(
        region=make_region("和平社区", parent=make_county("万柏林区", code="140109000000"))
    )
    client = as_(office())
    page = f"/claims/desk/merges/preview/?loser={far.number}&winner={near.number}"
    assert client.get(page).status_code == 404
    assert client.post(page, {"reason": "papers"}).status_code == 404
    merge = make_merge(far, near)
    assert client.get(f"/claims/desk/merges/{merge.pk}/").status_code == 404
    assert far.number not in words(client.get("/claims/desk/merges/?tab=done"))


@pytest.mark.parametrize("page", ["/claims/desk/", "/claims/desk/?queue=corrections"])
def test_the_queues_ask_as_often_for_many_as_for_one(page: str) -> None:
    region = make_region()
    client = as_(office())

    def make(number: int) -> None:
        for _ in range(number):
            make_claim(make_volunteer(region=region), at=now())
            make_correction(make_volunteer(region=region), at=now())

    make(1)
    one = queries_for(client, page)
    make(29)
    assert queries_for(client, page) == one


@pytest.mark.parametrize(("days", "is_over"), [(1, False), (20, True)])
def test_a_case_that_waits_too_long_is_overdue_for_desk_and_applicant(
    days: int, *, is_over: bool
) -> None:
    claimant, volunteer = make_claimant(), make_volunteer()
    asked_at = now() - timedelta(days=days)
    claim = make_claim(make_volunteer(), by=claimant, at=asked_at)
    wanted = make_correction(volunteer, at=asked_at)
    client = as_(office())
    desk = (
        "/claims/desk/", "/claims/desk/?queue=corrections",
        f"/claims/desk/{claim.pk}/", f"/claims/desk/corrections/{wanted.pk}/",
    )  # fmt: skip
    assert [("已超期" in words(client.get(page))) for page in desk] == [is_over] * 4
    own = [
        words(as_(claimant).get("/claims/")),
        words(as_(user_of(volunteer)).get("/claims/correction/")),
    ]
    assert [("已经超期" in page) for page in own] == [is_over] * 2
    assert [("前办完" in page) for page in own] == [True, True]


def test_the_list_of_suspects_asks_as_often_for_many_as_for_one() -> None:
    region = make_region()
    client = as_(office())

    def make(name: str) -> None:
        for _ in range(2):
            make_volunteer(name, region=region)
        actions.find_suspects(at=now())

    make("王芳")
    one = queries_for(client, "/claims/desk/merges/")
    for name in ("李娜", "张伟", "刘洋", "陈静", "杨帆", "赵敏", "黄强", "周杰", "吴磊"):
        make(name)
    assert queries_for(client, "/claims/desk/merges/") == one


def test_a_case_is_closed_again_after_a_quarter_of_an_hour(monkeypatch: pytest.MonkeyPatch) -> None:
    volunteer = make_volunteer()
    claim, client = make_claim(volunteer), as_(office())
    client.post(f"/claims/desk/{claim.pk}/look/")
    later = now() + timedelta(minutes=16)
    monkeypatch.setattr("voluncity.city.claims.views.cases.now", lambda: later)
    assert people.id_number_of(volunteer) not in words(client.get(f"/claims/desk/{claim.pk}/"))
