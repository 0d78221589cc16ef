"""A team from its application to its end; and a lead unit over its line."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from voluncity.city.access.permissions import Role
from voluncity.city.journal.tasks import catch_up
from voluncity.city.orgs import actions as orgs
from voluncity.city.orgs.models import Duty, Membership, Organization
from voluncity.city.orgs.states import Kind
from voluncity.city.policy.models import PolicyNumber
from voluncity.city.regions import queries as regions
from voluncity.city.regions.models import Region
from voluncity.doors.portal.actions import keep_line_figures
from voluncity.service.projects.actions import load_lines
from voluncity.service.projects.models import Line, Project
from voluncity.testing.make_files import make_paper
from voluncity.testing.make_hours import EVENING, make_past_shift, make_posted
from voluncity.testing.make_orgs import give, make_code, make_organization
from voluncity.testing.make_people import TODAY, make_region, make_user, make_volunteer, user_of
from voluncity.testing.pages import as_, words

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_files(settings: Settings, tmp_path: Path) -> None:
    settings.VOLUNCITY_FILES = str(tmp_path)


def _settle() -> None:
    catch_up()
    catch_up()


@pytest.mark.row("B1")
def test_a_team_is_founded_grows_moves_and_becomes_part_of_another_one() -> None:
    region = make_region("桃园社区")
    unit = make_organization("市园林局", kind=Kind.LEAD_UNIT, region=region)
    other = make_organization("市水务局", kind=Kind.LEAD_UNIT, region=region)
    orgs.load_duties()
    PolicyNumber.objects.update_or_create(
        key="orgs.publicity_workdays", valid_from=TODAY, defaults={"value": 0, "basis": "演示"}
    )
    officer = make_user("赵敏")
    give(officer, Role.CITY_OFFICE, region)
    founder, office = as_(user_of(make_volunteer("王芳"))), as_(officer)

    team = _founded(founder, office, unit, region)
    link = _invitation(founder, team)
    for name in ("李强", "周明"):
        assert "欢迎加入" in words(as_(user_of(make_volunteer(name))).post(link, follow=True))
    captain = _captain(founder)

    sent = {"target": other.pk, "reason": "职能调整"}
    assert "隶属已变更" in words(office.post(f"/orgs/desk/{team.pk}/move/", sent, follow=True))
    new_head = make_user("水务局联络员")
    give(new_head, Role.LEAD_UNIT, other)
    assert "汾河护河队" in words(as_(new_head).get(f"/orgs/desk/{team.pk}/"))

    bigger = make_organization("清河志愿服务总队", parent=other)
    sent = {"target": bigger.pk, "reason": "两队合一"}
    assert "已并入" in words(office.post(f"/orgs/desk/{team.pk}/merge/", sent, follow=True))
    _settle()
    public = words(Client().get(f"/orgs/{team.pk}/"))
    assert ("已并入 清河志愿服务总队" in public, "变更隶属" in public) == (True, True)
    live = Membership.objects.filter(left_at=None).values_list("volunteer__name", "organization")
    assert sorted(live) == [("周明", bigger.pk), ("李强", bigger.pk)]
    assert as_(user_of(captain.volunteer)).get("/desk/").status_code == 403
    assert "您的组织有变化" in words(as_(user_of(captain.volunteer)).get("/messages/"))


def _founded(founder: Client, office: Client, unit: Organization, region: Region) -> Organization:
    sent = _application(unit, region)
    without_paper = founder.post("/orgs/apply/", sent)
    assert (without_paper.status_code, "请上传登记证书" in words(without_paper)) == (422, True)
    page = words(founder.post("/orgs/apply/", {**sent, "paper": make_paper()}, follow=True))
    assert "申请已提交" in page
    team = Organization.objects.get(name="汾河护河队")
    assert "已办理：审核通过" in words(
        office.post(f"/orgs/desk/{team.pk}/decide/approve/", follow=True)
    )
    _settle()
    assert "正式成立" in words(Client().get(f"/orgs/{team.pk}/"))
    return team


def _captain(founder: Client) -> Membership:
    captain = Membership.objects.get(volunteer__name="李强")
    duty = Duty.objects.get(key="captain")
    assert "已任命" in words(
        founder.post(f"/orgs/desk/members/{captain.pk}/", {"duty": duty.pk}, follow=True)
    )
    assert as_(user_of(captain.volunteer)).get("/desk/").status_code == 200
    return captain


def _application(unit: Organization, region: Region) -> dict[str, Any]:
    return {
        "kind": "registered",
        "name": "汾河护河队",
        "code": make_code(),
        "parent": unit.pk,
        "region": [step.pk for step in regions.trail(region)],
        "intro": "清理河岸。",
        "contact_name": "王芳",
        "contact_phone": "13900000001",
    }


def _invitation(founder: Client, team: Organization) -> str:
    page = founder.post(
        f"/orgs/desk/{team.pk}/invitations/", {"most": "2", "days": "7"}, follow=True
    )
    found = re.search(r"/orgs/i/[^\"<\s]+", page.content.decode())
    assert found is not None
    return found.group()


@pytest.mark.row("B3")
def test_a_lead_unit_reads_its_line_everywhere_until_another_unit_leads_it() -> None:
    region = make_region("桃园社区")
    root = make_organization("太原市文明办", kind=Kind.OFFICE, key="city-office", region=region)
    unit = make_organization(
        "市民政局", kind=Kind.LEAD_UNIT, key="civil-affairs-bureau", parent=root
    )
    load_lines()
    line = Line.objects.get(number=6)
    head, officer = make_user("民政局联络员"), make_user("赵敏")
    give(head, Role.LEAD_UNIT, unit)
    give(officer, Role.CITY_OFFICE, region)
    elsewhere = make_organization("外区邻里守望队", region=region)
    shift = make_past_shift(elsewhere)
    Project.objects.filter(pk=shift.activity.project_id).update(line=line)
    make_posted(shift, make_volunteer("李强"))
    keep_line_figures(at=EVENING)

    desk = as_(head)
    page = words(desk.get("/desk/lines/"))
    assert ("我们牵头的" in page, "邻里守望社区志愿服务项目" in page) == (True, True)
    page = words(desk.get("/desk/lines/6/"))
    assert ("外区邻里守望队" in page, "2 小时" in page) == (True, True)
    project = reverse("projects:desk_detail", args=[shift.activity.project_id])
    assert desk.get(project).status_code == 200
    assert desk.post(f"{project}step/approve/").status_code == 404
    hours = words(desk.get(reverse("hours:desk_list"), {"queue": "all"}))
    assert ("外区邻里守望队" in hours, "李强" in hours, "李*" in hours) == (True, False, True)

    other = make_organization("市妇联", kind=Kind.LEAD_UNIT, parent=root)
    sent = {"name": line.name, "units": [other.pk]}
    page = words(as_(officer).post("/desk/lines/6/change/", sent, follow=True))
    assert ("市妇联" in page, "至 " in page) == (True, True)
    assert desk.get(project).status_code == 404
    assert "还没有您负责的项目类别" in words(desk.get("/desk/lines/"))
