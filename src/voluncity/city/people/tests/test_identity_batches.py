"""Real names by the authority's answer: handed over with a trace, taken in row by row."""

from __future__ import annotations

import io
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from voluncity.city.access.permissions import Role
from voluncity.city.journal.models import Entry
from voluncity.city.people import actions, queries
from voluncity.city.people.actions import identity_batches
from voluncity.city.people.lists import answers
from voluncity.city.people.models import (
    IdentityBatch,
    IdentityCheck,
    IdentityLine,
    User,
    Volunteer,
)
from voluncity.city.people.states import IdentityState
from voluncity.city.regions.models import Region
from voluncity.kernel.refusals import BadInput, NotAllowed
from voluncity.testing.make_books import Cell
from voluncity.testing.make_hostile_files import book
from voluncity.testing.make_orgs import give
from voluncity.testing.make_people import (
    NOON,
    make_county,
    make_region,
    make_user,
    make_volunteer,
    user_of,
)
from voluncity.testing.pages import as_

pytestmark = pytest.mark.django_db
HEAD = list(answers.HEADER)


def waiting(name: str = "王芳", **more: object) -> IdentityCheck:
    volunteer = make_volunteer(name, verified=False, **more)  # type: ignore[arg-type]
    return actions.submit_identity(volunteer_id=volunteer.pk, by=user_of(volunteer), at=NOON)


def exported(office: User) -> list[list[str]]:
    return actions.export_checks(reason="identity", by=office, at=NOON)


def answered(office: User, *rows: list[Cell]) -> IdentityBatch:
    return actions.decide_batch(name="答复.xlsx", content=book(HEAD, *rows), by=office, at=NOON)


def row_of(check: IdentityCheck, result: str, **changed: str) -> list[Cell]:
    person = check.volunteer
    row = {
        "number": person.number, "name": person.name, "type": "",
        "id_number": queries.id_number_of(person), "result": result,
    }  # fmt: skip
    return list((row | changed).values())


def lines() -> list[tuple[str, str]]:
    return list(IdentityLine.objects.order_by("row").values_list("outcome", "words"))


def states() -> list[tuple[str, str]]:
    found = Volunteer.objects.order_by("pk")
    return list(found.values_list("identity_state", "identity_reason"))


def test_the_queue_is_handed_over_and_each_person_can_see_it(office: User) -> None:
    check = waiting()
    rows = exported(office)
    assert rows == [
        HEAD,
        [check.volunteer.number, "王芳", "居民身份证（含港澳台居民居住证）",
         queries.id_number_of(check.volunteer), ""],
    ]  # fmt: skip
    entry = Entry.objects.get(verb="people.reveal")
    assert (entry.actor, entry.subject_id, entry.data) == (
        office, check.volunteer_id, {"reason": "identity"},
    )  # fmt: skip
    check.refresh_from_db()
    assert check.exported_at == NOON


def test_the_queue_is_not_handed_over_without_reason_right_or_people(
    office: User, home: Region
) -> None:
    with pytest.raises(BadInput, match="没有等待核验的人"):
        exported(office)
    waiting()
    with pytest.raises(BadInput, match="请选择导出的原因"):
        actions.export_checks(reason="", by=office, at=NOON)
    worker = make_user("社区小李")  # reviews, but sees no whole numbers
    give(worker, Role.COMMUNITY_WORKER, home)
    with pytest.raises(NotAllowed):
        exported(worker)
    assert not Entry.objects.filter(verb="people.reveal").exists()


def test_answers_pass_and_send_back(office: User) -> None:
    checks = [waiting(name) for name in ("王芳", "李强", "赵敏", "周涛", "陈静")]
    words = ["一致", "不一致", "库中无此号", "证件过期", "信息不全"]
    batch = answered(office, *map(row_of, checks, words))
    assert (batch.passed, batch.rejected, batch.unchanged, batch.refused) == (1, 4, 0, 0)
    assert states() == [
        ("verified", ""), ("rejected", "name"), ("rejected", "number"), ("rejected", "expired"),
        ("rejected", "incomplete"),
    ]  # fmt: skip
    assert Entry.objects.filter(verb="people.decide_identity", actor=office).count() == 5
    assert Entry.objects.get(verb="people.decide_batch").data == {"passed": 1, "rejected": 4}
    assert {check.batch for check in IdentityCheck.objects.all()} == {batch}


def test_the_same_answers_again_change_nothing(office: User) -> None:
    row = row_of(waiting(), "一致")
    content = book(HEAD, row)
    first, again = (
        actions.decide_batch(name="答复.xlsx", content=content, by=office, at=NOON)
        for _ in range(2)
    )
    assert again == first
    other = actions.decide_batch(
        name="x.csv", content=(",".join(HEAD) + "\n" + ",".join(map(str, row))).encode(),
        by=office, at=NOON,
    )  # fmt: skip
    assert (other.passed, other.unchanged) == (0, 1)
    assert states() == [("verified", "")]


def test_what_does_not_fit_is_left_to_people(office: User) -> None:
    good, own = waiting("王芳"), waiting("李强")
    Volunteer.objects.filter(pk=own.volunteer_id).update(registered_by=office)
    far = waiting("赵敏", region=make_region("远方社区", parent=None, code="140106001009"))
    officer = make_user("县里小李")
    county = make_county()
    give(officer, Role.COUNTY_OFFICE, county)
    number = queries.id_number_of(good.volunteer)
    answered(
        office,
        row_of(good, "大概吧"),
        row_of(good, ""),
        row_of(good, "一致", name="王小芳"),
        row_of(good, "一致", id_number="140106199005010028"),
        row_of(good, "一致", id_number="1.40106E+17"),
        row_of(good, "一致", id_number=""),
        row_of(own, "一致"),
        ["", "", "", "140106199005019999", "一致"],
    )
    assert lines() == [
        ("未处理",
         "核验结果“大概吧”看不懂，请写一致、不一致、查无此人、证件过期或信息不全。"),
        ("未处理", "没有填核验结果。"),
        ("未处理", "姓名和登记的不一样，可能导出以后更正过，请重新导出核验。"),
        ("未处理", "证件号码和登记的不一样，可能导出以后更正过，请重新导出核验。"),
        ("未处理", "证件号码存成了数字，末几位已经丢失，请把这一列设为“文本”格式。"),
        ("未处理", "文件里没有证件号码，本人导出以后又改过，请重新导出核验。"),
        ("未处理", "自己的或自己代为登记的，请由另一位同事审核。"),
        ("未处理", "没有找到这位志愿者，或不在您的管理范围内。"),
    ]  # fmt: skip
    batch = answered(officer, row_of(far, "一致"))
    assert (batch.passed, batch.refused) == (0, 1)
    assert {state for state, _ in states()} == {"pending"}
    exported(office)
    again = answered(office, row_of(good, "一致", id_number=""), ["", "", "", number, "一致"])
    assert (again.passed, again.unchanged) == (1, 1)


def test_contradicting_answers_decide_nothing(office: User) -> None:
    check = waiting()
    answered(office, row_of(check, "一致"), row_of(check, "不一致"))
    assert [outcome for outcome, _ in lines()] == ["未处理", "未处理"]
    assert states() == [("pending", "")]


@pytest.fixture
def quicker_colleague(monkeypatch: pytest.MonkeyPatch) -> None:
    right = identity_batches._verdicts

    def verdicts(*given: object) -> object:
        found = right(*given)  # type: ignore[arg-type]
        actions.decide_identity(
            check_id=IdentityCheck.objects.get().pk, is_match=False, reason="name",
            by=make_user("更快的同事"), at=NOON,
        )  # fmt: skip
        return found

    monkeypatch.setattr(identity_batches, "_verdicts", verdicts)


@pytest.mark.usefixtures("quicker_colleague")
def test_a_colleague_who_was_quicker_is_not_overruled(office: User) -> None:
    batch = answered(office, row_of(waiting(), "一致"))
    assert (batch.passed, batch.unchanged) == (0, 1)
    assert lines() == [("没有改动", "刚刚已经有人审核过。")]
    assert states() == [("rejected", "name")]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "这个文件是空的，请核对后重新选择。"),
        (book(["姓名", "证件号码"], ["王芳", "1"]), "没有找到表头。"),
        (book(HEAD), "这个文件里没有人，请核对后重新选择。"),
        (b"x" * (identity_batches.MOST_BYTES + 1), "文件最大 5 MB，请拆成几个文件。"),
    ],
)
def test_what_is_no_answer_file_is_refused(office: User, content: bytes, sentence: str) -> None:
    with pytest.raises(BadInput) as refused:
        actions.decide_batch(name="x", content=content, by=office, at=NOON)
    assert refused.value.sentence.startswith(sentence)
    assert IdentityBatch.objects.count() == 0


def test_too_many_answers_are_refused(office: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answers, "MOST_ANSWERS", 1)
    check = waiting()
    with pytest.raises(BadInput, match="最多 1 人"):
        answered(office, row_of(check, "一致"), row_of(check, "一致"))


# -- The pages ----------------------------------------------------------------------------------


def test_the_way_of_a_batch_through_the_pages(office: User) -> None:
    check = waiting()
    client = as_(office)
    assert "导出给公安部门批量核验" in client.get("/desk/identity/").content.decode()
    bad = client.post("/desk/identity/export/", {})
    assert (bad.status_code, "请选择查看的原因" in bad.content.decode()) == (422, True)
    answer = client.post("/desk/identity/export/", {"reason": "identity"})
    with zipfile.ZipFile(io.BytesIO(b"".join(answer))) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
    assert queries.id_number_of(check.volunteer) in sheet
    assert "已导出核验" in client.get("/desk/identity/").content.decode()

    assert "还没有上传过答复" in client.get("/desk/identity/answers/").content.decode()
    file = SimpleUploadedFile("答复.xlsx", book(HEAD, row_of(check, "一致")))
    sent = client.post("/desk/identity/answers/", {"file": file}, follow=True)
    page = sent.content.decode()
    assert ("通过" in page, check.volunteer.number in page) == (True, True)
    batch = IdentityBatch.objects.get()
    csv = client.get(f"/desk/identity/answers/{batch.pk}/report.csv")
    assert check.volunteer.number in b"".join(csv).decode()
    assert "答复.xlsx" in client.get("/desk/identity/answers/").content.decode()
    wrong = client.post("/desk/identity/answers/", {"file": SimpleUploadedFile("x.csv", b"a,b\n")})
    assert (wrong.status_code, "没有找到表头" in wrong.content.decode()) == (422, True)
    other = make_user("另一位")
    give(other, Role.CITY_OFFICE, Region.objects.get(code="140100000000"))
    assert as_(other).get(f"/desk/identity/answers/{batch.pk}/").status_code == 404


def test_one_case_follows_the_other(office: User) -> None:
    first, second = waiting("王芳"), waiting("李强")
    own = waiting("赵敏")
    Volunteer.objects.filter(pk=own.volunteer_id).update(registered_by=office)
    client = as_(office)
    assert f"/desk/identity/{first.pk}/case/" in client.get("/desk/identity/").content.decode()
    page = client.get(f"/desk/identity/{first.pk}/case/").content.decode()
    assert "还有 3 份等待审核" in page
    for words in ("1 · 一致，通过", "2 · 退回：姓名与证件号码不一致", 'data-key="n"'):
        assert words in page
    gone_on = client.post(f"/desk/identity/{first.pk}/", {"do": "pass", "next": "case"})
    assert gone_on.headers["Location"] == f"/desk/identity/{second.pk}/case/"
    sent_back = {"do": "reject", "reason": "number", "next": "case"}
    end = client.post(f"/desk/identity/{second.pk}/", sent_back)
    assert end.headers["Location"] == "/desk/identity/"
    assert states()[:2] == [
        (IdentityState.VERIFIED, ""), (IdentityState.REJECTED, "number"),
    ]  # fmt: skip
    page = client.get(f"/desk/identity/{own.pk}/case/").content.decode()
    assert "请由另一位同事审核" in page
    assert "已经有人审核过" in client.get(f"/desk/identity/{first.pk}/case/").content.decode()
