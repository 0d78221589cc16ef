"""The desk of the 26 lines, and an organization's hours on its own page."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.test import Client

from voluncity.city.access.permissions import Role
from voluncity.city.orgs.models import Organization
from voluncity.city.orgs.states import Kind
from voluncity.city.people.models import User
from voluncity.doors.portal.actions import keep_figures, keep_line_figures
from voluncity.doors.portal.models import LineFigures
from voluncity.doors.portal.queries import lines
from voluncity.service.projects.models import Leading, Line, Project
from voluncity.service.projects.states import ActivityState
from voluncity.testing.counting import queries_for
from voluncity.testing.make_hours import EVENING, make_past_shift, make_posted, make_record
from voluncity.testing.make_orgs import give, make_organization
from voluncity.testing.make_people import make_user, make_volunteer
from voluncity.testing.make_projects import make_activity
from voluncity.testing.pages import as_, markup

pytestmark = pytest.mark.django_db
DECEMBER = datetime(2030, 12, 1, 1, 0, tzinfo=UTC)


class City:
    """A line that the education bureau leads, worked on by a team elsewhere."""

    def __init__(self) -> None:
        self.unit = make_organization("市教育局", kind=Kind.LEAD_UNIT)
        self.line = Line.objects.create(number=5, name="师生志愿服务项目")
        Leading.objects.create(line=self.line, organization=self.unit, since=date(2018, 6, 25))
        self.team = make_organization("桥东志愿服务队", region=self.unit.region)
        shift = make_past_shift(self.team)
        self.project = shift.activity.project
        Project.objects.filter(pk=self.project.pk).update(line=self.line)
        make_posted(shift, make_volunteer("王芳"))
        make_record(shift, make_volunteer("赵敏"))
        make_activity("周末课堂", project=self.project, starts_at=DECEMBER)
        make_activity("草稿", project=self.project, starts_at=DECEMBER, state=ActivityState.DRAFT)
        make_posted(make_past_shift(self.team), make_volunteer("李强"))
        keep_line_figures(at=EVENING)
        keep_figures(at=EVENING)


@pytest.fixture
def city() -> City:
    return City()


def _client(role: Role, scope: Any) -> tuple[Client, User]:
    user = make_user(role.label)
    give(user, role, scope)
    client = as_(user)
    return client, user


def test_what_is_done_in_a_line_is_counted_by_organization(city: City) -> None:
    [row] = LineFigures.objects.all()
    assert (
        row.line, row.organization, row.projects, row.open_activities, row.minutes,
        row.year_minutes, row.unfinished,
    ) == (city.line, city.team, 1, 1, 120, 120, 1)  # fmt: skip


def test_a_lead_unit_sees_its_line_with_what_others_do_in_it(city: City) -> None:
    client, user = _client(Role.LEAD_UNIT, city.unit)
    [row] = lines.rows_for(user)
    assert (row.line, row.is_led, row.hours, row.unfinished) == (city.line, True, 2, 1)
    page = markup(client.get("/desk/lines/"))
    assert ("我们牵头的" in page, "师生志愿服务项目" in page) == (True, True)
    page = markup(client.get("/desk/lines/5/"))
    assert ("桥东志愿服务队" in page, "名称和牵头单位" in page) == (True, False)
    projects = markup(client.get("/desk/projects/", {"line": city.line.pk}))
    assert city.project.name in projects


def test_another_lead_unit_finds_nothing_of_it(city: City) -> None:
    client, user = _client(Role.LEAD_UNIT, make_organization(kind=Kind.LEAD_UNIT))
    assert lines.rows_for(user) == []
    assert "还没有您负责的项目类别" in markup(client.get("/desk/lines/"))
    assert client.get("/desk/lines/5/").status_code == 404


def test_the_office_gives_a_line_to_another_unit(city: City) -> None:
    client, _ = _client(Role.CITY_OFFICE, city.unit.region)
    other = make_organization("市科协", kind=Kind.LEAD_UNIT)
    sent = {"name": "师生志愿服务项目", "units": [other.pk]}
    page = markup(client.post("/desk/lines/5/change/", sent, follow=True))
    assert ("由新的牵头单位负责" in page, "市科协" in page, "至 " in page) == (True, True, True)
    for wrong in ({"name": "", "units": [other.pk]}, {"name": "x"}, {"name": "x", "units": ["0"]}):
        answer = client.post("/desk/lines/5/change/", wrong)
        assert answer.status_code == 422
    assert [row.organization for row in Leading.objects.filter(until=None)] == [other]


def test_the_office_adds_a_line_and_ends_it(city: City) -> None:
    client, _ = _client(Role.CITY_OFFICE, city.unit.region)
    assert "新增类别" in markup(client.get("/desk/lines/"))
    bad = client.post("/desk/lines/new/", {"name": "师生志愿服务项目", "units": [city.unit.pk]})
    assert (bad.status_code, "已经有同名的项目类别" in markup(bad)) == (422, True)
    assert client.post("/desk/lines/new/", {"name": "😀" * 70}).status_code == 422
    sent = {"name": "河湖保护志愿服务项目", "units": [city.unit.pk]}
    assert "已新增" in markup(client.post("/desk/lines/new/", sent, follow=True))
    assert "照常开展" in markup(client.get("/desk/lines/6/end/"))
    page = markup(client.post("/desk/lines/6/end/", follow=True))
    assert ("这个类别已经停用" in page, "牵头单位</h2></div><form" in page) == (True, False)
    assert client.post("/desk/lines/6/end/").status_code == 409


def test_only_the_city_office_adds_and_ends_lines(city: City) -> None:
    client, _ = _client(Role.LEAD_UNIT, city.unit)
    for page in ("/desk/lines/new/", "/desk/lines/5/end/"):
        assert client.post(page, {}).status_code == 403
    assert "新增类别" not in markup(client.get("/desk/lines/"))


def test_only_the_city_office_says_who_leads(city: City) -> None:
    for role, scope in ((Role.LEAD_UNIT, city.unit), (Role.COUNTY_OFFICE, city.unit.region)):
        client, _ = _client(role, scope)
        answer = client.post("/desk/lines/5/change/", {"name": "x", "units": [city.unit.pk]})
        assert answer.status_code == 403


def test_lines_are_asked_for_in_as_many_statements_at_26_as_at_one(city: City) -> None:
    client, _ = _client(Role.CITY_OFFICE, city.unit.region)
    few = queries_for(client, "/desk/lines/")
    for number in range(6, 31):
        line = Line.objects.create(number=number, name=f"第{number}类")
        Leading.objects.create(line=line, organization=city.unit, since=date(2018, 6, 25))
    assert queries_for(client, "/desk/lines/") == few


def test_an_organizations_page_takes_its_hours_and_next_activities(city: City) -> None:
    whole = markup(Client().get(f"/parts/organizations/{city.team.pk}/"))
    assert ("<h1" in whole, "累计服务时长" in whole) == (True, True)
    htmx = {"HX-Request": "true"}
    part = markup(Client().get(f"/parts/organizations/{city.team.pk}/", headers=htmx))
    assert "<html" not in part
    assert ("周末课堂" in part, "草稿" in part, "今年服务时长" in part) == (True, False, True)
    own = lines.of_organization(city.team, at=EVENING)
    assert (own.hours, own.year_hours, [one.name for one in own.coming]) == (4, 4, ["周末课堂"])
    page = markup(Client().get(f"/orgs/{city.team.pk}/"))
    assert f"/parts/organizations/{city.team.pk}/" in page
    Organization.objects.filter(pk=city.team.pk).update(state="applied")
    assert Client().get(f"/parts/organizations/{city.team.pk}/").status_code == 404
