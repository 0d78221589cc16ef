"""Who leads a line of work, from when on, and what a lead unit sees in its lines."""

from datetime import date, timedelta
from typing import Any

import pytest

from voluncity.city.access.permissions import Permission, Role
from voluncity.city.access.queries import may, scope_of
from voluncity.city.journal.models import Entry
from voluncity.city.orgs.models import Organization
from voluncity.city.orgs.states import Kind, OrgState
from voluncity.city.people.models import User
from voluncity.kernel.refusals import BadInput, NotFound, Refusal
from voluncity.service.hours import queries as hours
from voluncity.service.hours.models import ServiceRecord
from voluncity.service.projects import actions, queries
from voluncity.service.projects.forms import ProjectForm
from voluncity.service.projects.models import Activity, Leading, Line, Project
from voluncity.service.projects.queries import DeskFilters
from voluncity.service.projects.states import ProjectState
from voluncity.testing.make_hours import make_past_shift, make_posted, make_record
from voluncity.testing.make_orgs import give, make_organization
from voluncity.testing.make_people import NOON, TODAY, make_user, make_volunteer
from voluncity.testing.make_projects import make_project

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


@pytest.fixture
def unit() -> Organization:
    return make_organization("市教育局", kind=Kind.LEAD_UNIT)


@pytest.fixture
def line(unit: Organization) -> Line:
    line = Line.objects.create(number=5, name="师生志愿服务项目")
    Leading.objects.create(line=line, organization=unit, since=date(2018, 6, 25))
    return line


@pytest.fixture
def head(unit: Organization) -> User:
    user = make_user("教育局联络员")
    give(user, Role.LEAD_UNIT, unit)
    return user


def _project(line: Line | None, name: str, **more: Any) -> Project:
    return make_project(name, organization=make_organization(), line=line, **more)


def _change(line: Line, *units: Organization, name: str = "师生志愿服务项目") -> Line:
    return actions.change_line(
        line_id=line.pk, name=name, unit_ids=[unit.pk for unit in units],
        by=make_user("市文明办"), at=NOON,
    )  # fmt: skip


def test_who_leads_a_line_changes_from_today_on_and_the_past_stays(
    line: Line, unit: Organization
) -> None:
    other = make_organization("市科协", kind=Kind.LEAD_UNIT)
    _change(line, other, name="师生与科普项目")
    line.refresh_from_db()
    rows = queries.leaders(line).values_list("organization", "since", "until")
    assert set(rows) == {(other.pk, TODAY, None), (unit.pk, date(2018, 6, 25), TODAY)}
    assert line.name == "师生与科普项目"
    entry = Entry.objects.get(verb="projects.change_line")
    assert entry.data == {"begun": [other.pk], "ended": [unit.pk]}
    _change(line, other, unit)
    assert line.leadings.filter(until=None).count() == 2


def test_a_line_has_a_name_and_active_units(line: Line) -> None:
    closed = make_organization(kind=Kind.LEAD_UNIT, state=OrgState.SUSPENDED)
    for units, words in (([], "请选择 1 到 6 个"), ([closed], "不在正常状态")):
        with pytest.raises(BadInput, match=words) as refused:
            _change(line, *units)
        assert refused.value.field == "units"
    with pytest.raises(BadInput, match="请填写名称"):
        _change(line, make_organization(), name=" 　")
    with pytest.raises(NotFound, match="没有找到这个项目类别"):
        actions.change_line(
            line_id=0, name="x", unit_ids=[closed.pk], by=make_user("市文明办"), at=NOON
        )


def test_loading_again_does_not_undo_what_the_office_changed() -> None:
    unit = make_organization("市委组织部", key="organization-department", kind=Kind.LEAD_UNIT)
    other = make_organization("市直机关工委", kind=Kind.LEAD_UNIT)
    actions.load_lines()
    line = Line.objects.get(number=1)
    assert [row.organization for row in line.leadings.all()] == [unit]
    _change(line, other, name=line.name)
    assert actions.load_lines() == 26
    assert [row.organization for row in line.leadings.filter(until=None)] == [other]


def test_loading_again_keeps_the_name_that_the_office_gave() -> None:
    actions.load_lines()
    Line.objects.filter(number=1).update(name="理论宣讲志愿服务项目")
    actions.load_lines()
    assert Line.objects.get(number=1).name == "理论宣讲志愿服务项目"


def test_the_office_adds_a_line_under_the_next_number(line: Line, unit: Organization) -> None:
    new = actions.add_line(
        name="河湖保护志愿服务项目", unit_ids=[unit.pk], by=make_user("市文明办"), at=NOON
    )
    assert (new.number, new.since, new.until) == (6, TODAY, None)
    assert [(row.organization, row.since) for row in new.leadings.all()] == [(unit, TODAY)]
    with pytest.raises(BadInput, match="已经有同名的项目类别"):
        actions.add_line(
            name="河湖保护志愿服务项目", unit_ids=[unit.pk], by=make_user("市文明办"), at=NOON
        )


def test_a_line_that_ended_takes_nothing_new_and_keeps_its_past(line: Line) -> None:
    there = _project(line, "大学生支教", state=ProjectState.RUNNING)
    actions.end_line(line_id=line.pk, by=make_user("市文明办"), at=NOON)
    line.refresh_from_db()
    there.refresh_from_db()
    assert (line.until, there.line) == (TODAY, line)
    assert [row.until for row in line.leadings.all()] == [TODAY]
    assert list(Line.objects.open()) == []
    with pytest.raises(Refusal, match="已经停用"):
        _change(line, make_organization())
    with pytest.raises(Refusal, match="已经停用"):
        actions.end_line(line_id=line.pk, by=make_user("市文明办"), at=NOON)
    offered: Any = ProjectForm(organizations=Organization.objects.all()).fields["line"]
    draft = _project(line, "还没写完的", state=ProjectState.DRAFT)
    kept: Any = ProjectForm(project=draft).fields["line"]
    assert (list(offered.queryset), list(kept.queryset)) == ([], [line])


def test_a_lead_unit_reads_its_line_wherever_it_is_worked_on(line: Line, head: User) -> None:
    there = _project(line, "大学生支教", state=ProjectState.RUNNING)
    _project(line, "还没写完的", state=ProjectState.DRAFT)
    _project(None, "别的项目", state=ProjectState.RUNNING)
    found = queries.projects_for_desk(scope_of(head, Permission.PROJECT_SEE), DeskFilters())
    assert list(found) == [there]
    assert may(head, Permission.PROJECT_SEE, Project.objects.all(), pk=there.pk)


def test_reading_is_not_deciding(line: Line, head: User) -> None:
    there = _project(line, "大学生支教", state=ProjectState.SUBMITTED)
    everything = Project.objects.all()
    for permission in (
        Permission.PROJECT_EDIT,
        Permission.PROJECT_REVIEW,
        Permission.ACTIVITY_EDIT,
    ):
        assert not may(head, permission, everything, pk=there.pk)
    assert scope_of(head, Permission.VOLUNTEER_SEE).leading == ()
    assert scope_of(head, Permission.SIGNUP_SEE).leading == ()


def test_who_leads_no_more_sees_no_more(line: Line, head: User) -> None:
    there = _project(line, "大学生支教", state=ProjectState.RUNNING)
    _change(line, make_organization("市科协", kind=Kind.LEAD_UNIT))
    assert not may(head, Permission.PROJECT_SEE, Project.objects.all(), pk=there.pk)


def test_an_administrator_of_the_lead_unit_does_not_see_the_line(
    line: Line, unit: Organization
) -> None:
    there = _project(line, "大学生支教", state=ProjectState.RUNNING)
    user = make_user("教育局志愿者协会")
    give(user, Role.ORG_ADMIN, unit)
    assert not may(user, Permission.PROJECT_SEE, Project.objects.all(), pk=there.pk)


def test_activities_and_hours_of_the_line_are_read_too(line: Line, head: User) -> None:
    elsewhere = make_organization()
    shift = make_past_shift(elsewhere)
    project = shift.activity.project
    Project.objects.filter(pk=project.pk).update(line=line)
    record = make_posted(shift, make_volunteer("王芳"))
    make_posted(make_past_shift(elsewhere), make_volunteer("李强"))
    seen = ServiceRecord.objects.in_scope(scope_of(head, Permission.HOURS_SEE))
    assert list(seen) == [record]
    activities = Activity.objects.in_scope(scope_of(head, Permission.PROJECT_SEE))
    assert list(activities) == [shift.activity]


def test_lines_are_listed_for_who_supervises_them(
    line: Line, head: User, unit: Organization
) -> None:
    other = Line.objects.create(number=9, name="关爱山川河流志愿服务项目")
    Line.objects.create(number=10, name="城市公共交通志愿服务项目")
    assert list(queries.lines_seen_by(head)) == [line]
    make_project(organization=make_organization(parent=unit), line=other)
    assert list(queries.lines_seen_by(head)) == [line, other]
    office = make_user("赵敏")
    give(office, Role.CITY_OFFICE, unit.region)
    assert queries.lines_seen_by(office).count() == 3


# -- What an organization must finish before it ends -------------------------------------------


def test_open_projects_lines_and_hours_stand_in_the_way_of_an_end(
    line: Line, unit: Organization
) -> None:
    make_project(organization=unit, state=ProjectState.PUBLISHED)
    for state in (ProjectState.DRAFT, ProjectState.CLOSED, ProjectState.CANCELLED):
        make_project(organization=unit, state=state)
    found = queries.open_work(organization_id=unit.pk, at=NOON)
    assert [one.sentence for one in found] == [
        "1 个项目没有结项或取消",
        "牵头 1 类项目，请文明办先调整牵头单位",
    ]
    team = make_organization()
    make_record(make_past_shift(team))
    assert [one.sentence for one in hours.open_work(organization_id=team.pk, at=NOON)] == [
        "1 条服务时长没有办结"
    ]


@pytest.mark.parametrize("state", [OrgState.SUSPENDED, OrgState.DISSOLVED])
def test_who_is_suspended_or_gone_plans_nothing_new(state: OrgState) -> None:
    project = make_project(state=ProjectState.PUBLISHED)
    Organization.objects.filter(pk=project.organization_id).update(state=state)
    with pytest.raises(Refusal, match="现在不是正常状态"):
        actions.create_activity(
            project_id=project.pk,
            plan=None,  # type: ignore[arg-type]  # nothing of it is read
            shifts=[],
            by=project.created_by,
            at=NOON,
        )
