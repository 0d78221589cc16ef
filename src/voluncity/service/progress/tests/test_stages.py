"""Aims, the next stage, and the yearly plans of lead units."""

from __future__ import annotations

from datetime import date

import pytest

from voluncity.city.access.permissions import Role
from voluncity.city.inbox.models import Message
from voluncity.city.journal.actions import catch_up
from voluncity.city.orgs.models import Organization
from voluncity.kernel.refusals import BadInput, NotAllowed, Refusal, WrongState
from voluncity.service.progress import actions, queries, rules
from voluncity.service.progress.models import Aim, Stage, YearPlan
from voluncity.service.progress.rules import YearAims
from voluncity.service.progress.states import YearState
from voluncity.service.progress.tests.conftest import Cast
from voluncity.service.projects.models import Project
from voluncity.service.projects.states import ProjectState
from voluncity.testing.make_hours import NINE
from voluncity.testing.make_orgs import give
from voluncity.testing.make_people import NOON, make_user
from voluncity.testing.make_progress import make_planned, make_year_plan
from voluncity.testing.make_projects import make_line
from voluncity.testing.pages import as_

pytestmark = [pytest.mark.django_db, pytest.mark.row("C1")]


def _closed(cast: Cast) -> Project:
    return make_planned(cast.team, state=ProjectState.CLOSED, ends_on=date(2026, 10, 31))


def _next(project: Project, cast: Cast) -> Project:
    return actions.plan_next_stage(project_id=project.pk, by=cast.admin, at=NOON)


def test_the_next_stage_takes_the_plan_and_the_aims_along(cast: Cast) -> None:
    first = _closed(cast)
    actions_aim = Aim(
        project=first, people_served=400, funding_fen=50_000, set_at=NOON, set_by=cast.admin
    )
    actions_aim.save()
    made = _next(first, cast)
    kept = ("name", "served_group", "category_id", "session_minutes", "volunteers_wanted",
            "funding", "sessions_planned")  # fmt: skip
    assert [getattr(made, one) for one in kept] == [getattr(first, one) for one in kept]
    assert (made.state, made.starts_on > first.ends_on) == (ProjectState.DRAFT, True)
    assert (made.aim.people_served, made.aim.funding_fen) == (400, 50_000)


def test_stages_make_a_chain_that_is_the_same_from_everywhere(cast: Cast) -> None:
    first = _closed(cast)
    second = _next(first, cast)
    Project.objects.filter(pk=second.pk).update(state=ProjectState.CLOSED)
    third = _next(second, cast)
    chains = [
        [(link.number, link.project.pk) for link in queries.chain_of(one, at=NOON)]
        for one in (first, second, third)
    ]
    assert chains == [[(1, first.pk), (2, second.pk), (3, third.pk)]] * 3
    shown = queries.chain_of(second, at=NOON, is_public=True)
    assert [link.project.pk for link in shown] == [first.pk, second.pk]  # the third is a draft


def test_a_project_has_one_next_stage(cast: Cast) -> None:
    first = _closed(cast)
    _next(first, cast)
    with pytest.raises(WrongState, match="下一期已经编制过"):
        _next(first, cast)
    assert (Stage.objects.count(), Project.objects.count()) == (1, 2)


def test_a_cancelled_stage_gives_its_place_to_another(cast: Cast) -> None:
    first = _closed(cast)
    gone = _next(first, cast)
    Project.objects.filter(pk=gone.pk).update(state=ProjectState.CANCELLED)
    again = _next(first, cast)
    assert list(Stage.objects.values_list("project", "number")) == [(again.pk, 2)]


def test_a_running_project_has_no_next_stage(cast: Cast) -> None:
    with pytest.raises(WrongState, match="项目结束后才能编制下一期"):
        _next(make_planned(cast.team), cast)


def test_the_plan_of_a_cancelled_project_is_copied_without_a_chain(cast: Cast) -> None:
    _next(make_planned(cast.team, state=ProjectState.CANCELLED), cast)
    assert Stage.objects.count() == 0


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"people_served": "0"}, "计划服务人次应为 1 到"),
        ({"people_served": "很多"}, "计划服务人次应为 1 到"),
        ({"funding": "一万"}, "金额请填写数字"),
        ({"funding": "9999999999"}, "金额"),
    ],
)
def test_a_wrong_aim_is_told_at_the_field(cast: Cast, sent: dict[str, str], words: str) -> None:
    project = make_planned(cast.team)
    answer = as_(cast.admin).post(f"/progress/desk/{project.pk}/aim/", sent)
    assert (answer.status_code, words in answer.content.decode()) == (422, True)
    assert Aim.objects.count() == 0


def test_an_aim_is_shown_beside_what_was_done(cast: Cast) -> None:
    project = make_planned(cast.team)
    page = as_(cast.admin)
    page.post(f"/progress/desk/{project.pk}/aim/", {"people_served": "４００", "funding": "500 元"})
    words = page.get(f"/progress/desk/{project.pk}/").content.decode()
    assert "0 / 400" in words
    assert "0 元 / 500 元" in words


# -- Yearly plans ------------------------------------------------------------------------------


@pytest.fixture
def lead(cast: Cast) -> tuple[Organization, YearPlan]:
    unit = Organization.objects.get(pk=cast.partner.pk)
    return unit, make_year_plan(unit, make_line())


def test_a_yearly_plan_goes_to_the_office_and_back(
    cast: Cast, lead: tuple[Organization, YearPlan]
) -> None:
    _, plan = lead
    unit, office = as_(cast.ally), as_(cast.office)
    page = f"/progress/desk/years/{plan.pk}/"
    unit.post(f"{page}submit/")
    assert "请填写意见" in office.post(f"{page}send_back/", {"remarks": " "}).content.decode()
    office.post(f"{page}send_back/", {"remarks": "请写明重点"})
    assert "请写明重点" in unit.get(page).content.decode()
    unit.post(
        f"{page}write/", {"projects_wanted": "5", "sessions_wanted": "50", "words": "助老为重点"}
    )
    plan.refresh_from_db()
    seen = rules.mark(plan.submitted_at)
    unit.post(f"{page}submit/")
    assert office.post(f"{page}accept/", {"seen": seen}).status_code == 409
    office.post(f"{page}accept/")
    plan.refresh_from_db()
    assert (plan.state, plan.projects_wanted, plan.words) == (
        YearState.ACCEPTED, 5, "助老为重点",
    )  # fmt: skip
    catch_up(at=NOON)
    heard = Message.objects.filter(user=cast.ally).order_by("pk").values_list("title", flat=True)
    assert list(heard) == ["年度计划被退回", "年度计划已通过"]


def test_what_was_handed_in_is_not_written_over(
    cast: Cast, lead: tuple[Organization, YearPlan]
) -> None:
    unit, plan = lead
    actions.submit_year_plan(plan_id=plan.pk, by=cast.ally, at=NOON)
    with pytest.raises(WrongState, match="计划已经报送"):
        actions.write_year_plan(
            line_id=plan.line_id, unit_id=unit.pk, year=plan.year, aims=YearAims(9, 9, "改"),
            by=cast.ally, at=NOON,
        )  # fmt: skip


def test_only_the_unit_that_leads_a_line_plans_its_year(cast: Cast) -> None:
    with pytest.raises(Refusal, match="只有这类项目现在的牵头单位"):
        actions.write_year_plan(
            line_id=make_line().pk, unit_id=cast.team.pk, year=2026, aims=YearAims(1, 1, "x"),
            by=cast.admin, at=NOON,
        )  # fmt: skip


def test_nobody_reviews_their_own_yearly_plan(
    cast: Cast, lead: tuple[Organization, YearPlan]
) -> None:
    _, plan = lead
    actions.submit_year_plan(plan_id=plan.pk, by=cast.office, at=NOON)
    with pytest.raises(NotAllowed):
        actions.review_year_plan(
            plan_id=plan.pk, verb="accept", remarks="", by=cast.office, at=NOON
        )


def test_who_owes_a_yearly_plan_is_named(cast: Cast, lead: tuple[Organization, YearPlan]) -> None:
    unit, plan = lead
    planner = make_user("图书馆牵头人")
    give(planner, Role.LEAD_UNIT, unit)
    actions.open_call(year=plan.year, due_on=date(2026, 12, 1), words="", by=cast.office, at=NINE)
    catch_up(at=NINE)
    assert Message.objects.get(user=planner).title == f"请报送 {plan.year} 年度项目计划"
    page = as_(cast.office)
    assert "还没有报送" in page.get("/progress/desk/years/").content.decode()
    actions.submit_year_plan(plan_id=plan.pk, by=cast.ally, at=NINE)
    assert "还没有报送" not in page.get("/progress/desk/years/").content.decode()


def test_a_call_does_not_end_in_the_past(cast: Cast) -> None:
    with pytest.raises(BadInput, match="截止日期已经过去"):
        actions.open_call(year=2026, due_on=date(2026, 1, 1), words="", by=cast.office, at=NOON)
