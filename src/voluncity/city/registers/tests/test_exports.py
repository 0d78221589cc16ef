from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils.timezone import now

from voluncity.city.access.models import Grant
from voluncity.city.access.permissions import Role
from voluncity.city.files.models import StoredFile
from voluncity.city.journal.models import Entry
from voluncity.city.people.models import User, Volunteer
from voluncity.city.people.queries import id_number_of
from voluncity.city.policy.models import PolicyNumber
from voluncity.city.regions.models import Region
from voluncity.city.registers import actions, queries, rules, tasks
from voluncity.city.registers.models import Export, ExportedPart
from voluncity.city.registers.rules import Wanted
from voluncity.city.registers.tests.conftest import make_staff
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import BadInput, NotAllowed, Refusal, WrongState
from voluncity.testing.make_people import NOON, make_volunteer
from voluncity.testing.pages import as_
from voluncity.testing.sheets import sheet_of

pytestmark = pytest.mark.django_db
AT = NOON + timedelta(days=30)
ANSWERS = {"reason": "report", "words": "报送省文明办季度统计", "columns": ["name", "phone"]}
PAGE = "/registers/volunteers/export/"


def wanted(query: str = "", **more: Any) -> Wanted:
    return Wanted(query=rules.filters_in(query), **{**ANSWERS, **more})


def ask(by: User, query: str = "", **more: Any) -> Export:
    register = queries.register_of("volunteers")
    return actions.ask_export(register=register, wanted=wanted(query, **more), by=by, at=AT)


def export(by: User, query: str = "", **more: Any) -> list[list[str]]:
    made = actions.write_export(export_id=ask(by, query, **more).pk, at=AT)
    assert made.file
    return sheet_of(downloaded(as_(by), made))


def downloaded(browser: Client, made: Export) -> bytes:
    assert made.file
    return b"".join(browser.get(f"/files/{made.file.key}/"))


# -- what is exported ------------------------------------------------------------------------------


def test_exactly_the_filtered_list_of_one_s_own_area_is_exported(
    county: User, people: list[Volunteer]
) -> None:
    assert export(county) == [
        ["姓名", "手机号"],
        ["李强", "139****" + _tail(people[1])],
        ["王芳", "139****5678"],
    ]
    assert export(county, "channel=paper&col=number", columns=["number"]) == [
        ["编号"],
        [people[1].number],
    ]


def _tail(volunteer: Volunteer) -> str:
    from voluncity.city.people.queries import phone_of  # beside its only use

    return phone_of(volunteer)[-4:]


def test_only_who_may_gets_whole_numbers(city: User, people: list[Volunteer]) -> None:
    columns = ["name", "phone", "id_number"]
    masked = export(city, "q=王芳", columns=columns)
    full = export(city, "q=王芳", columns=columns, is_full=True)
    assert masked[1] == ["王芳", "139****5678", "4109***********077"]
    assert full[1] == ["王芳", "13912345678", "410922195403050077"]


def test_a_county_does_not_get_whole_numbers(county: User, people: list[Volunteer]) -> None:
    with pytest.raises(NotAllowed):
        ask(county, is_full=True)
    assert not Export.objects.exists()


def test_the_name_of_a_minor_is_masked(county: User, home: Region) -> None:
    born_on = local_date(AT).replace(year=AT.year - 16, day=1)
    make_volunteer("孙小明", region=home, born_on=born_on)
    assert export(county, columns=["name"]) == [["姓名"], ["孙*明（未成年）"]]


def test_a_name_that_is_a_formula_is_harmless(county: User, home: Region) -> None:
    volunteer = make_volunteer("王芳", region=home)
    Volunteer.objects.filter(pk=volunteer.pk).update(name="=HYPERLINK(1)")
    assert export(county, columns=["name"])[1] == ["'=HYPERLINK(1)"]


def test_an_export_reaches_as_far_as_the_permission_to_export(
    home: Region, far: Region, people: list[Volunteer]
) -> None:
    officer = make_staff(Role.COUNTY_OFFICE, far)
    Grant.objects.create(
        user=officer, role=Role.COMMUNITY_WORKER, region=home, given_at=NOON
    )  # sees people there, exports none
    assert export(officer, columns=["name"]) == [["姓名"], ["赵敏"]]


def test_a_role_that_was_taken_back_meanwhile_exports_nothing(
    county: User, people: list[Volunteer]
) -> None:
    made = ask(county)
    Grant.objects.filter(user=county).update(revoked_at=AT, revoked_by=county)
    written = actions.write_export(export_id=made.pk, at=AT)
    assert written.file
    assert sheet_of(downloaded(as_(county), written)) == [["姓名", "手机号"]]
    assert queries.exports_with([people[0].pk]) == []


# -- who is told -----------------------------------------------------------------------------------


def test_an_export_is_journaled_without_the_name_that_was_searched(
    county: User, people: list[Volunteer]
) -> None:
    export(county, "q=王芳&state=verified")
    made = Export.objects.get()
    [entry] = Entry.objects.filter(verb="registers.export")
    assert (entry.actor_id, entry.subject_type, entry.subject_id) == (county.pk, "export", made.pk)
    assert entry.data == {
        "list": "volunteers",
        "rows": 1,
        "full": False,
        "reason": "report",
        "columns": "name,phone",
        "filter": [["q", "…"], ["state", "verified"]],
    }


def test_everybody_in_it_can_see_who_exported_them_and_why(
    county: User, city: User, people: list[Volunteer]
) -> None:
    export(county)
    export(city, "channel=paper", is_full=True)
    seen = [queries.exports_with([one.pk]) for one in people]
    said = [[(made.owner, made.get_reason_display(), made.is_full) for made in one] for one in seen]
    report = "上级要求报送"
    assert said == [
        [(county, report, False)],
        [(county, report, False), (city, report, True)],
        [],
    ]
    assert len(queries.exports_with([one.pk for one in people])) == 2


def test_bits_name_everybody_and_nobody_else() -> None:
    ids = [1, 8_191, 8_192, 750_000]
    blocks = rules.packed(ids)
    assert sorted(blocks) == [0, 1, 91]
    held = [n for n in (*ids, 2, 8_193, 749_999) if rules.holds(blocks[n // rules.BLOCK], n)]
    assert held == ids


def test_a_list_of_everybody_takes_a_hundred_rows() -> None:
    blocks = rules.packed(range(1, 750_001))
    assert (len(blocks), sum(map(len, blocks.values())) < 10_000) == (92, True)


# -- what is refused -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answers", "field"),
    [
        ({"reason": ""}, "reason"),
        ({"reason": "curiosity"}, "reason"),
        ({"words": ""}, "words"),
        ({"words": "统计"}, "words"),
        ({"words": "\x00\u200b   "}, "words"),
        ({"words": "报" * 101}, "words"),
        ({"columns": []}, "columns"),
        ({"columns": ["id_cipher"]}, "columns"),
    ],
)
def test_a_wrong_answer_is_named_at_its_field(
    county: User, people: list[Volunteer], answers: dict[str, Any], field: str
) -> None:
    with pytest.raises(BadInput) as refused:
        ask(county, **answers)
    assert refused.value.field == field
    assert not Export.objects.exists()


def test_nothing_to_export_is_said(county: User, home: Region) -> None:
    with pytest.raises(Refusal, match="没有可以导出的内容"):
        ask(county)


def test_whole_numbers_are_limited_by_the_city(city: User, people: list[Volunteer]) -> None:
    PolicyNumber.objects.create(
        key="registers.full_export_most", value=2, valid_from=local_date(AT), set_by=city, set_at=AT
    )
    with pytest.raises(BadInput, match="完整信息一次最多导出 2 人，现在有 3 人") as refused:
        ask(city, is_full=True)
    assert refused.value.field == "is_full"
    assert ask(city).total == 3


def test_one_export_at_a_time(county: User, people: list[Volunteer]) -> None:
    ask(county)
    with pytest.raises(WrongState, match="您有一个导出正在生成"):
        ask(county)


def test_a_community_worker_sees_and_does_not_export(home: Region) -> None:
    worker = make_staff(Role.COMMUNITY_WORKER, home)
    browser = as_(worker)
    assert browser.get(PAGE).status_code == 403
    assert "导出" not in browser.get("/desk/volunteers/").content.decode()
    with pytest.raises(NotAllowed):
        ask(worker)


def test_a_list_that_is_none_is_not_found(city: User) -> None:
    assert as_(city).get("/registers/secrets/export/").status_code == 404


# -- the file --------------------------------------------------------------------------------------


def test_only_its_maker_gets_the_file(county: User, city: User, people: list[Volunteer]) -> None:
    export(county)
    made = Export.objects.get()
    assert made.file
    for somebody in (Client(), as_(city)):
        assert somebody.get(f"/files/{made.file.key}/").status_code == 404
    assert as_(city).get(f"/registers/exports/{made.pk}/").status_code == 404
    page = as_(county).get(f"/registers/exports/{made.pk}/")
    assert f"/files/{made.file.key}/" in page.content.decode()


def test_the_file_is_deleted_after_seven_days(county: User, people: list[Volunteer]) -> None:
    export(county)
    assert actions.sweep_exports(at=AT + timedelta(days=7)) == 0
    assert actions.sweep_exports(at=AT + timedelta(days=7, seconds=1)) == 1
    made = Export.objects.get()
    assert (made.state, made.file, StoredFile.objects.exists()) == ("removed", None, False)
    assert queries.exports_with([people[0].pk]) == [made]
    page = as_(county).get(f"/registers/exports/{made.pk}/").content.decode()
    assert "文件已过保留期" in page


def test_an_export_that_nobody_works_at_is_given_up(county: User, people: list[Volunteer]) -> None:
    made = ask(county)
    actions.sweep_exports(at=AT + timedelta(hours=3))
    made.refresh_from_db()
    assert made.state == "failed"
    with pytest.raises(WrongState):
        actions.write_export(export_id=made.pk, at=AT)
    assert ask(county).state == "waiting"


def test_what_fails_half_way_leaves_nothing_and_may_be_asked_again(
    county: User, people: list[Volunteer], monkeypatch: pytest.MonkeyPatch
) -> None:
    made = ask(county)
    Volunteer.objects.filter(pk=people[0].pk).update(phone_cipher="a1.00000000.AAAA")
    with pytest.raises(Exception, match="no key"):
        tasks.make_export.call(made.pk)
    made.refresh_from_db()
    assert (made.state, StoredFile.objects.count(), ExportedPart.objects.count()) == (
        "failed",
        0,
        0,
    )
    assert not Entry.objects.filter(verb="registers.export").exists()


def test_a_long_list_is_written_by_a_job_with_progress(
    county: User, people: list[Volunteer], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "AT_ONCE", 1)
    made, browser = ask(county), as_(county)
    address = f"/registers/exports/{made.pk}/"
    page = browser.get(address).content.decode()
    assert ("正在生成" in page, "every 2s" in page) == (True, True)
    tasks.make_export.enqueue(made.pk)
    made.refresh_from_db()
    assert (made.state, made.total, made.done) == ("ready", 2, 2)
    part = browser.get(address, headers={"HX-Request": "true"}).content.decode()
    assert ("下载" in part, "<html" in part, "every 2s" in part) == (True, False, False)


def test_the_page_leaves_a_long_list_to_a_job(
    county: User, people: list[Volunteer], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("voluncity.city.registers.views.AT_ONCE", 1)
    answer = as_(county).post(PAGE, ANSWERS)
    made = Export.objects.get()
    assert answer["Location"] == f"/registers/exports/{made.pk}/"
    assert made.state == "ready"


# -- the pages -------------------------------------------------------------------------------------


def test_the_page_says_what_will_be_exported_and_makes_it(
    county: User, people: list[Volunteer]
) -> None:
    browser = as_(county)
    page = browser.get(f"{PAGE}?channel=paper&col=name&page=2").content.decode()
    assert ("表格登记" in page, "1 人" in page) == (True, True)
    assert "包含完整的姓名和号码" not in page
    answer = browser.post(f"{PAGE}?channel=paper", ANSWERS)
    made = Export.objects.get()
    assert answer["Location"] == f"/registers/exports/{made.pk}/"
    assert (made.state, made.total, made.query) == ("ready", 1, "channel=paper")
    listed = browser.get("/registers/exports/").content.decode()
    assert "报送省文明办季度统计" in listed


def test_the_page_names_what_is_missing(county: User, people: list[Volunteer]) -> None:
    answer = as_(county).post(PAGE, {"columns": ["name"], "words": "报送统计数字"})
    assert answer.status_code == 422
    assert "请选择导出的原因" in answer.content.decode()


def test_whole_numbers_are_offered_to_the_city_only(city: User, people: list[Volunteer]) -> None:
    assert "包含完整的姓名和号码" in as_(city).get(PAGE).content.decode()


def test_somebody_without_exports_is_told_how(county: User) -> None:
    assert "您还没有导出过名册" in as_(county).get("/registers/exports/").content.decode()


def test_full_names_reach_a_full_export(city: User, home: Region) -> None:
    born_on = local_date(now()).replace(year=now().year - 15, day=1)
    minor = make_volunteer("孙小明", region=home, born_on=born_on)
    rows = export(city, columns=["name", "id_number"], is_full=True)
    assert rows[1] == ["孙小明", id_number_of(minor)]
