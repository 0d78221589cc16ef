"""Pages of patrols, units and desks; figures; kinds and rules as rows."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client

from voluncity.city.access.permissions import Role
from voluncity.city.orgs.models import Organization
from voluncity.city.people.models import User, Volunteer
from voluncity.city.regions.models import Region
from voluncity.kernel.refusals import BadInput
from voluncity.service.patrols import actions, queries, rules
from voluncity.service.patrols.models import DispatchRule, Problem, ProblemKind
from voluncity.service.patrols.states import ProblemState
from voluncity.service.patrols.tests.helping import everything_in, sent_form
from voluncity.testing.counting import queries_for
from voluncity.testing.make_orgs import give, make_organization
from voluncity.testing.make_patrols import (
    make_kinds,
    make_problem,
    make_solved,
)
from voluncity.testing.make_people import (
    NOON,
    make_county,
    make_region,
    make_user,
    make_volunteer,
    user_of,
)
from voluncity.testing.pages import as_, markup, status_of

pytestmark = pytest.mark.django_db
S = ProblemState
UPDATE = 'UPDATE "patrols_problem"'


def test_three_fields_are_enough_and_the_page_thanks(patrol: Volunteer) -> None:
    make_kinds()
    browser = as_(user_of(patrol))
    page = markup(browser.get("/patrols/"))
    assert ("乱停车" in page, "青年路社区" in page, 'capture="environment"' in page) == (
        True, True, True,
    )  # fmt: skip
    thanks = markup(browser.post("/patrols/", sent_form(place=f"r{patrol.region_id}"), follow=True))
    problem = Problem.objects.get()
    assert ("收到了，谢谢您！" in thanks, problem.number in thanks) == (True, True)
    assert "已收到，等工作人员转给责任单位" in markup(browser.get("/patrols/mine/"))


def test_a_program_gets_an_answer_that_it_can_read(patrol: Volunteer) -> None:
    make_kinds()
    answer = as_(user_of(patrol)).post(
        "/patrols/", sent_form(), headers={"accept": "application/json"}
    )
    problem = Problem.objects.get()
    assert (answer.status_code, answer.json()) == (
        201, {"url": f"/patrols/mine/{problem.pk}/?sent=1", "number": problem.number},
    )  # fmt: skip


def test_nobody_else_sees_a_problem_or_its_photos(sent: Problem, worker: User) -> None:
    stranger = as_(user_of(make_volunteer("陌生人")))
    foreign = make_user("别处的干部")
    give(foreign, Role.COMMUNITY_WORKER, make_region("别处社区", parent=make_county()))
    for browser, pages in (
        (stranger, ["mine/{}/", "mine/{}/before.webp", "board/{}/before.webp"]),
        (as_(foreign), ["desk/{}/", "desk/{}/before.webp"]),
    ):
        for page in pages:
            assert status_of(browser, f"/patrols/{page.format(sent.pk)}") == 404, page
    assert status_of(as_(worker), f"/patrols/desk/{sent.pk}/before.webp") == 200
    assert status_of(as_(worker), f"/patrols/desk/{sent.pk}/after.webp") == 404


def test_the_unit_reads_no_person_and_steps_only_for_units(
    sent: Problem, worker: User, desk: User
) -> None:
    page = markup(as_(worker).get(f"/patrols/desk/{sent.pk}/"))
    assert ("赵" in page, "分派" in page, "签收" in page) == (False, False, True)
    page = markup(as_(desk).get(f"/patrols/desk/{sent.pk}/"))
    assert ("赵*福" in page, "责任单位" in page) == (True, True)
    for verb in ("dispatch", "refuse", "join", "hide", "nothing"):
        answer = as_(worker).post(f"/patrols/desk/{sent.pk}/{verb}/", {"words": "x"})
        assert answer.status_code == 404, verb


def test_the_board_shows_what_is_solved_without_persons_until_photos_are_hidden(
    sent: Problem, worker: User, desk: User, patrol: Volunteer, client: Client
) -> None:
    Problem.objects.filter(pk=sent.pk).update(place="赵德福家门口", note="请找赵德福")
    make_solved(sent, by=worker)
    assert "环卫所" not in markup(client.get("/patrols/board/"))
    actions.confirm_problem(problem=sent, by=user_of(patrol), at=NOON)
    page = markup(client.get("/patrols/board/"))
    assert ("环卫所" in page, "赵德福" in page) == (True, False)
    photo = f"/patrols/board/{sent.pk}/before.webp"
    assert status_of(client, photo) == 200
    assert as_(desk).post(f"/patrols/desk/{sent.pk}/hide/").status_code == 302
    assert status_of(client, photo) == 404
    assert photo not in markup(client.get("/patrols/board/"))
    assert as_(desk).post(f"/patrols/desk/{sent.pk}/hide/").status_code == 422


def test_the_list_asks_the_same_at_1_and_30_rows(sent: Problem, desk: User) -> None:
    browser = as_(desk)
    few = queries_for(browser, "/patrols/desk/")
    home = sent.region
    for _ in range(30):
        make_problem(make_volunteer(region=home))
    assert queries_for(browser, "/patrols/desk/") == few


def test_my_list_and_the_board_ask_the_same_at_1_and_20_rows(
    sent: Problem, worker: User, patrol: Volunteer
) -> None:
    browser = as_(user_of(patrol))
    close(sent, worker, patrol)
    few = queries_for(browser, "/patrols/mine/"), queries_for(browser, "/patrols/board/")
    for _ in range(15):
        close(make_problem(patrol), worker, patrol)
    many = queries_for(browser, "/patrols/mine/"), queries_for(browser, "/patrols/board/")
    assert many == few


def close(problem: Problem, worker: User, patrol: Volunteer) -> None:
    make_solved(problem, by=worker)
    actions.confirm_problem(problem=problem, by=user_of(patrol), at=NOON)


def test_figures_count_what_was_joined_once_and_know_the_median(
    sent: Problem, worker: User, desk: User, home: Region
) -> None:
    other = make_volunteer("刘芳", region=home)
    double, open_one = make_problem(other), make_problem(other, kind_key="parking")
    actions.join_problem(problem=double, other=sent, by=desk, at=NOON)
    make_solved(sent, by=worker, at=NOON + timedelta(days=2, hours=12))
    total, tables = queries.statistics(
        everything_in(home), since=NOON - timedelta(days=1), today=date(2026, 12, 3)
    )
    assert (total.all, total.solved, total.overdue, total.median) == (2, 1, 1, "2.5")
    assert [(one.label, one.all) for one in tables["unit"]] == [
        ("环卫所", 1), ("（没有责任单位）", 1),
    ]  # fmt: skip
    assert open_one.number
    page = markup(as_(desk).get("/patrols/desk/figures/?days=365"))
    assert ("环卫所" in page, "垃圾杂物" in page) == (True, True)


def test_a_median_of_nothing_is_none() -> None:
    day = timedelta(days=1)
    assert rules.median_tenths([]) is None
    assert rules.median_tenths([day, 3 * day]) == 20
    assert rules.median_tenths([day, 3 * day, 4 * day]) == 30


def test_kinds_are_rows_that_the_office_keeps(patrol: Volunteer) -> None:
    make_kinds()
    office = make_user("文明办")
    give(office, Role.CITY_OFFICE, Region.objects.get(name="太原市"))
    browser = as_(office)
    page = markup(browser.post("/patrols/desk/kinds/", {"name": "飞线充电"}, follow=True))
    assert ("飞线充电" in page, "类型已添加" in page) == (True, True)
    for bad in ("飞线充电", "", "长" * 13):
        assert browser.post("/patrols/desk/kinds/", {"name": bad}).status_code == 422
    assert browser.post("/patrols/desk/kinds/garbage/end/").status_code == 302
    assert browser.post("/patrols/desk/kinds/garbage/end/").status_code == 409
    assert browser.post("/patrols/desk/kinds/no-kind/end/").status_code == 404
    page = markup(as_(user_of(patrol)).get("/patrols/"))
    assert ("垃圾杂物" in page, "飞线充电" in page) == (False, True)
    with pytest.raises(BadInput, match="请点一个问题类型"):
        make_problem(patrol)
    ProblemKind.objects.exclude(pk="damage").update(ended_at=NOON)
    assert browser.post("/patrols/desk/kinds/damage/end/").status_code == 409
    assert browser.post("/patrols/desk/kinds/garbage/reopen/").status_code == 302


def test_rules_are_set_only_for_regions_within_reach(
    desk: User, unit: Organization, home: Region
) -> None:
    make_kinds()
    browser = as_(desk)
    chain = [one.pk for one in Region.objects.filter(code__in=home.path.split("/"))]
    form: dict[str, Any] = {"kind": "garbage", "region": chain, "unit": unit.name}
    page = markup(browser.post("/patrols/desk/rules/", form, follow=True))
    assert ("规则已生效" in page, "环卫所" in page) == (True, True)
    wider = form | {"region": [Region.objects.get(name="迎泽区").pk]}
    assert browser.post("/patrols/desk/rules/", wider).status_code == 422
    foreign = form | {"unit": make_organization("别处", region=make_county()).name}
    assert browser.post("/patrols/desk/rules/", foreign).status_code == 422
    assert browser.get("/patrols/desk/units/?field=unit&unit=环卫").status_code == 200
    rule = DispatchRule.objects.get()
    assert browser.post(f"/patrols/desk/rules/{rule.pk}/end/").status_code == 302
    assert DispatchRule.objects.count() == 0


def test_a_unit_with_open_problems_does_not_end(sent: Problem, unit: Organization) -> None:
    (work,) = queries.open_work(organization_id=unit.pk, at=NOON)
    assert work.sentence == "1 件巡防问题没有办结或退回"
    assert queries.open_work(organization_id=make_organization().pk, at=NOON) == []


def test_photos_of_people_in_need_wait_for_a_look_before_everybody_sees_them(
    patrol: Volunteer, desk: User
) -> None:
    need, rubbish = (make_problem(patrol, kind_key=key) for key in ("need", "garbage"))
    assert (need.hidden_at is None, rubbish.hidden_at is None) == (False, True)
    assert as_(desk).post(f"/patrols/desk/{need.pk}/show/").status_code == 302
    need.refresh_from_db()
    assert need.hidden_at is None
