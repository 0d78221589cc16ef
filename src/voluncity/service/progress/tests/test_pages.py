"""The list, the lines, one project, its papers."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO

import pytest

from voluncity.city.access.permissions import Role
from voluncity.service.progress import actions
from voluncity.service.progress.tests.conftest import Cast
from voluncity.service.progress.views import desk as desk_views
from voluncity.service.projects.models import Leading, Project
from voluncity.service.projects.states import ProjectState
from voluncity.testing.counting import queries_for
from voluncity.testing.make_hours import ELEVEN, NINE, make_presence
from voluncity.testing.make_orgs import give, make_organization
from voluncity.testing.make_people import NOON, make_user, make_volunteer
from voluncity.testing.make_progress import make_cooperation, make_planned, make_year_plan
from voluncity.testing.make_projects import make_activity, make_line, make_project, make_shift
from voluncity.testing.pages import as_
from voluncity.testing.sheets import sheet_of

pytestmark = [pytest.mark.django_db, pytest.mark.row("C1")]
LIST = "/progress/desk/"


def _held(project: object, days: int) -> None:
    for day in range(days):
        starts, ends = NINE - timedelta(days=day), ELEVEN - timedelta(days=day)
        activity = make_activity(project=project, starts_at=starts, ends_at=ends)  # type: ignore[arg-type]
        make_presence(make_shift(activity=activity, starts_at=starts, ends_at=ends))


def test_the_list_shows_what_is_behind_first_and_filters(cast: Cast) -> None:
    good = make_planned(cast.team, planned=1)
    make_project("河道清洁", organization=cast.team, state=ProjectState.DRAFT)
    late = make_planned(cast.team, planned=9, line=make_line())
    Project.objects.filter(pk=late.pk).update(name="落后的项目")
    _held(good, 1)
    actions.count_progress(at=NOON)
    page = as_(cast.office)
    words = page.get(LIST).content.decode()
    assert words.index("落后的项目") < words.index("邻里守望")
    assert "河道清洁" not in words
    for query in ("?standing=behind", f"?line={late.line_id}", "?task=behind", "?q=落后"):
        words = page.get(f"{LIST}{query}").content.decode()
        assert ("落后的项目" in words, ">邻里守望<" in words) == (True, False), query
    assert page.get(f"{LIST}?standing=nonsense").status_code == 422
    assert page.get(f"{LIST}?year=1066").status_code == 422


def test_thirty_projects_cost_as_many_queries_as_one(cast: Cast) -> None:
    make_planned(cast.team, line=make_line())
    actions.count_progress(at=NOON)
    desk = as_(cast.office)
    pages = (LIST, f"{LIST}lines/")
    one = [queries_for(desk, page) for page in pages]
    for _ in range(29):
        make_planned(make_organization(), line=make_line())
    actions.count_progress(at=NOON)
    assert [queries_for(desk, page) for page in pages] == one


def test_thirty_sessions_cost_as_many_queries_as_one(cast: Cast) -> None:
    project = make_planned(cast.team)
    _held(project, 1)
    desk = as_(cast.admin)
    pages = (f"{LIST}{project.pk}/", f"{LIST}{project.pk}/sessions/")
    one = [queries_for(desk, page) for page in pages]
    _held(project, 30)
    make_volunteer()
    assert [queries_for(desk, page) for page in pages] == one


def test_thirty_partners_cost_as_many_queries_as_one(cast: Cast) -> None:
    project = make_planned(cast.team)
    make_cooperation(project, cast.partner)
    desk, ally = as_(cast.admin), as_(cast.ally)
    pages = ((desk, f"{LIST}{project.pk}/units/"), (ally, f"{LIST}joint/"))
    one = [queries_for(client, page) for client, page in pages]
    for _ in range(29):
        make_cooperation(project)
        make_cooperation(make_planned(cast.team), cast.partner)
    assert [queries_for(client, page) for client, page in pages] == one


def test_a_lead_unit_sees_its_line_wherever_it_is_done(cast: Cast) -> None:
    line, bureau = make_line(7, "法律援助志愿服务项目"), make_organization("市司法局")
    Leading.objects.create(line=line, organization=bureau, since=NOON.date())
    lead = make_user("司法局")
    give(lead, Role.LEAD_UNIT, bureau)
    make_planned(cast.team, line=line)
    make_project("别人的项目", organization=cast.team)
    actions.count_progress(at=NOON)
    words = as_(lead).get(LIST).content.decode()
    assert ("邻里守望" in words, "别人的项目" in words) == (True, False)
    assert "法律援助志愿服务项目" in as_(lead).get(f"{LIST}lines/").content.decode()


def test_lines_count_their_projects_against_the_plan_of_the_year(cast: Cast) -> None:
    line = make_line()
    plan = make_year_plan(cast.partner, line, year=2026)
    actions.submit_year_plan(plan_id=plan.pk, by=cast.ally, at=NOON)
    actions.review_year_plan(plan_id=plan.pk, verb="accept", remarks="", by=cast.office, at=NOON)
    make_planned(cast.team, line=line)
    actions.count_progress(at=NOON)
    words = as_(cast.office).get(f"{LIST}lines/?year=2026").content.decode()
    assert "1 / 3" in words
    assert "0 / 30" in words
    assert as_(cast.office).get(f"{LIST}lines/?year=二〇二六").status_code == 200


def test_a_project_opens_its_records(cast: Cast) -> None:
    project = make_planned(cast.team)
    _held(project, 2)
    desk = as_(cast.admin)
    words = desk.get(f"{LIST}{project.pk}/").content.decode()
    assert "2 / 10" in words
    records = desk.get(f"{LIST}{project.pk}/sessions/").content.decode()
    assert ("2026-11-16" in records, "2026-11-15" in records) == (True, True)
    assert f"/hours/desk/activities/{project.activities.first().pk}/" in records  # type: ignore[union-attr]


def test_every_record_of_a_long_project_is_found_on_some_page(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = make_planned(cast.team)
    _held(project, 3)
    monkeypatch.setattr(desk_views, "SESSIONS_ON_A_PAGE", 2)
    desk, page = as_(cast.admin), f"{LIST}{project.pk}/sessions/"
    days = [desk.get(f"{page}?page={n}").content.decode().count("2026-11-1") for n in (1, 2)]
    assert days == [2, 1]
    assert "page=2" in desk.get(page).content.decode()


def test_plans_are_printed_and_written_as_a_table(cast: Cast) -> None:
    project = make_planned(cast.team, line=make_line())
    desk = as_(cast.admin)
    for page in (f"{LIST}{project.pk}/plan.pdf", f"{LIST}plans.pdf"):
        paper = desk.get(page)
        assert (paper.status_code, paper.content[:5]) == (200, b"%PDF-")
    rows = sheet_of(BytesIO(desk.get(f"{LIST}plans.xlsx").content).getvalue())
    assert rows[0][:7] == [
        "项目名称", "服务对象", "服务类型", "服务时长", "志愿者人数", "项目资金保障", "开展次数",
    ]  # fmt: skip
    assert rows[1][:7] == [
        "邻里守望", "游园市民", "文明引导", "每次 2 小时", "20", "本单位工作经费", "10",
    ]  # fmt: skip


def test_residents_see_progress_and_nothing_of_a_draft(cast: Cast) -> None:
    project = make_planned(cast.team)
    _held(project, 2)
    anybody = as_(cast.stranger)
    assert "2 / 10" in anybody.get(f"/progress/of/{project.pk}/").content.decode()
    part = anybody.get(f"/progress/of/{project.pk}/", headers={"HX-Request": "true"})
    assert "<html" not in part.content.decode()
    draft = make_planned(cast.team, state=ProjectState.DRAFT)
    assert anybody.get(f"/progress/of/{draft.pk}/").status_code == 404
