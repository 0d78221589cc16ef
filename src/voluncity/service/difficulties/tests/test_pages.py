"""Pages of reporters, units and offices; bad input; what strangers do not see."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from voluncity.city.access.permissions import Role
from voluncity.city.orgs.models import Organization
from voluncity.city.people.models import User
from voluncity.city.regions.models import Region
from voluncity.service.difficulties.models import CommonAnswer, Difficulty
from voluncity.service.projects.models import Project
from voluncity.testing.counting import queries_for
from voluncity.testing.make_difficulties import make_answered, make_leader
from voluncity.testing.make_files import make_upload
from voluncity.testing.make_orgs import give, make_organization
from voluncity.testing.make_people import NOON, make_county, make_region, make_user
from voluncity.testing.make_projects import make_project
from voluncity.testing.pages import as_, markup

pytestmark = pytest.mark.django_db


def said(team: Organization, **more: Any) -> dict[str, Any]:
    return {
        "organization": team.pk, "kind": "funds", "text": "没有保险费", "key": "form-0001",
    } | more  # fmt: skip


def test_one_screen_reports_and_names_who_answers(sent: Difficulty, team: Organization) -> None:
    browser = as_(sent.reported_by)
    page = markup(browser.get("/difficulties/report/"))
    assert ("护河队" in page, "汾河护岸" in page, "经费" in page) == (True, True, True)
    form = said(team, project=sent.project_id, paper=make_upload(), is_urgent="on")
    page = markup(browser.post("/difficulties/report/", form, follow=True))
    assert ("已上报，由市环保局在" in page, "紧急" in page, "照片.jpg" in page) == (
        True, True, True,
    )  # fmt: skip
    assert "没有保险费" in markup(browser.get("/difficulties/mine/"))


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"text": ""}, "请填写困难情况。"),
        ({"text": "\x07 \u200b"}, "请填写困难情况。"),
        ({"text": "长" * 501}, "500"),
        ({"kind": "nothing"}, "请选择困难的类型。"),
        ({"kind": ""}, "请选择困难的类型。"),
        ({"project": "x"}, "请从列表中选择项目"),
        ({"project": "９９９９９"}, "请从列表中选择项目"),
        ({"organization": "999999"}, "请从列表中选择组织。"),
        ({"key": ""}, "请刷新后再提交。"),
        ({"key": "<b>"}, "请刷新后再提交。"),
    ],
)
def test_bad_input_is_a_sentence_and_nothing_is_written(
    sent: Difficulty, team: Organization, more: dict[str, Any], sentence: str
) -> None:
    answer = as_(sent.reported_by).post("/difficulties/report/", said(team) | more)
    assert (answer.status_code, sentence in markup(answer)) == (422, True)
    assert Difficulty.objects.count() == 1


def test_another_teams_project_and_organization_are_not_offered(
    sent: Difficulty, team: Organization
) -> None:
    other = make_project("别队的项目", organization=make_organization("别队"))
    browser = as_(sent.reported_by)
    assert "别队" not in markup(browser.get("/difficulties/report/"))
    form = said(team, project=other.pk)
    assert browser.post("/difficulties/report/", form).status_code == 422


def test_a_leader_without_a_list_sees_their_own(sent: Difficulty) -> None:
    page = markup(as_(sent.reported_by).get("/difficulties/"))
    assert ("我们上报的困难" in page, sent.number in page) == (True, True)


def test_strangers_find_nothing(sent: Difficulty) -> None:
    foreign = make_user("别处文明办")
    give(foreign, Role.COUNTY_OFFICE, make_county())
    stranger = make_leader(make_organization("别队"))
    for user in (foreign, stranger):
        browser = as_(user)
        for page in ("", "papers/1.pdf"):
            assert browser.get(f"/difficulties/{sent.pk}/{page}").status_code == 404
        assert browser.post(f"/difficulties/{sent.pk}/accept/").status_code == 404


def test_each_side_has_its_own_steps(sent: Difficulty, answerer: User) -> None:
    page = f"/difficulties/{sent.pk}/"
    theirs, ours = as_(answerer), as_(sent.reported_by)
    assert ("受理" in markup(theirs.get(page)), "撤回" in markup(theirs.get(page))) == (True, False)
    assert ("转交原因" in markup(ours.get(page)), "撤回" in markup(ours.get(page))) == (False, True)
    for browser, verb in ((theirs, "withdraw"), (ours, "accept"), (theirs, "nothing")):
        assert browser.post(f"{page}{verb}/").status_code == 404
    assert b"".join(theirs.get(f"{page}papers/1.pdf"))[:4] != b""
    assert theirs.get(f"{page}papers/2.pdf").status_code == 404
    assert theirs.post(f"{page}accept/").status_code == 302
    bad = theirs.post(f"{page}answer/", {"measures": "", "responsible": "张", "promised_on": "x"})
    assert bad.status_code == 422
    assert ("请填写解决措施" in markup(bad), "请选择正确的日期" in markup(bad)) == (True, True)
    form = {"measures": "统一投保", "responsible": "张主任", "promised_on": "2030-12-31"}
    assert "等上报的组织确认" in markup(theirs.post(f"{page}answer/", form, follow=True))
    assert ours.post(f"{page}reject/", {"words": " "}).status_code == 422
    assert "已办结" in markup(ours.post(f"{page}confirm/", follow=True))


def test_it_is_passed_to_one_unit_or_one_office(
    sent: Difficulty, answerer: User, home: Region
) -> None:
    finance = make_organization("市财政局", region=home)
    give(make_user("财政李科长"), Role.LEAD_UNIT, finance)
    browser, page = as_(answerer), f"/difficulties/{sent.pk}/pass/"
    county = Region.objects.get(name="迎泽区")
    for form in (
        {"words": "转"}, {"unit": "市财政局", "office": county.pk, "words": "转"},
        {"unit": "没有的单位", "words": "转"}, {"unit": "市财政局", "words": ""},
        {"office": "999", "words": "转"},
    ):  # fmt: skip
        assert browser.post(page, form).status_code == 422, form
    assert "市财政局" in markup(browser.get("/difficulties/units/?field=unit&unit=财政"))
    answer = browser.post(page, {"unit": "市财政局", "words": "要财政解决"})
    assert (answer.status_code, answer["Location"]) == (302, "/desk/")  # theirs no more
    sent.refresh_from_db()
    assert sent.unit == finance


def test_the_office_sees_list_board_and_export(
    sent: Difficulty, county_office: User, answerer: User
) -> None:
    Difficulty.objects.filter(pk=sent.pk).update(due_on=date(2026, 1, 5))
    browser = as_(county_office)
    page = markup(browser.get("/difficulties/?task=overdue"))
    assert (sent.number in page, "已超期" in page, "市环保局" in page) == (True, True, True)
    assert sent.number not in markup(browser.get("/difficulties/?state=solved"))
    assert sent.number in markup(browser.get(f"/difficulties/?q={sent.number}&kind=funds"))
    assert "市环保局" in markup(browser.get("/difficulties/board/?days=365"))
    form = {
        "reason": "check",
        "words": "核对答复情况",
        "columns": ["number", "organization", "due"],
    }
    assert browser.post("/registers/difficulties/export/", form).status_code == 302
    assert sent.number in markup(as_(answerer).get("/difficulties/"))


def test_a_good_answer_shows_while_another_reports(sent: Difficulty, answerer: User) -> None:
    make_answered(sent, by=answerer)
    browser = as_(answerer)
    form = {"question": "没有保险费", "answer": "由市级经费统一投保"}
    browser.post(f"/difficulties/{sent.pk}/publish/", form)
    ours = as_(sent.reported_by)
    assert "由市级经费统一投保" in markup(ours.get("/difficulties/report/hints/?kind=funds"))
    assert markup(ours.get("/difficulties/report/hints/?kind=venue")).strip() == ""
    assert "没有保险费" in markup(ours.get("/difficulties/answers/"))
    found = CommonAnswer.objects.get()
    assert ours.post(f"/difficulties/answers/{found.pk}/end/").status_code == 403
    assert browser.post(f"/difficulties/answers/{found.pk}/end/").status_code == 302
    assert "没有保险费" not in markup(ours.get("/difficulties/answers/"))


def test_kinds_and_days_are_rows_that_the_office_keeps(sent: Difficulty, city_office: User) -> None:
    browser, page = as_(city_office), "/difficulties/kinds/"
    assert "宣传" in markup(browser.post(page, {"name": "宣传"}, follow=True))
    for bad in ("宣传", "", "长" * 13):
        assert browser.post(page, {"name": bad}).status_code == 422
    done = markup(browser.post(f"{page}funds/days/", {"workdays": "７"}, follow=True))
    assert ("已修改" in done, 'value="7"' in done) == (True, True)
    for bad in ("x", "0", "99"):
        told = markup(browser.post(f"{page}funds/days/", {"workdays": bad}, follow=True))
        assert "期限请填写" in told, bad
    assert browser.post(f"{page}funds/end/").status_code == 302
    assert browser.post(f"{page}funds/end/").status_code == 409
    assert browser.post(f"{page}funds/reopen/").status_code == 302
    for wrong in ("none/end", "funds/nothing"):
        assert browser.post(f"{page}{wrong}/").status_code == 404


def test_lists_ask_the_same_at_1_and_30_rows(
    sent: Difficulty, team: Organization, leader: User, project: Project, county_office: User
) -> None:
    office, ours = as_(county_office), as_(leader)
    few = queries_for(office, "/difficulties/"), queries_for(ours, "/difficulties/mine/")
    home = make_region("桥东社区")
    for number in range(29):
        other = make_organization(f"第{number}队的上级", region=home)
        Difficulty.objects.create(
            organization=team if number < 19 else other, kind_id="funds", text="缺",
            key=f"k{number}", reported_at=NOON, reported_by=leader, office=home,
            due_on=date(2026, 12, 1),
            project=project if number < 19 else None,
        )  # fmt: skip
    assert (
        queries_for(office, "/difficulties/"), queries_for(ours, "/difficulties/mine/")
    ) == few  # fmt: skip
