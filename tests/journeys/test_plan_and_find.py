"""A team plans a project, the office lets it pass, and a neighbor finds its activity."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils.timezone import localtime, now

from voluncity.city.access.permissions import Role
from voluncity.city.people.models import FreeTime, User, Volunteer
from voluncity.city.people.states import DayPart
from voluncity.service.projects.models import Activity, Project
from voluncity.testing.make_orgs import give, make_organization
from voluncity.testing.make_people import make_region, make_user, make_volunteer, user_of
from voluncity.testing.make_projects import make_category, make_skill
from voluncity.testing.pages import as_, words

HOME = (37.870, 112.550)


@pytest.mark.row("C1", "C2")
@pytest.mark.django_db
def test_a_plan_becomes_something_to_do_near_home() -> None:
    community = make_region("桃园社区")
    community.lat, community.lng = HOME
    community.save(update_fields=["lat", "lng"])
    team = make_organization("汾河志愿服务队", region=community)
    planner, office = make_user("赵敏"), make_user("周伟")
    give(planner, Role.ORG_ADMIN, team)
    assert community.parent is not None
    give(office, Role.CITY_OFFICE, community.parent)
    helper = _a_helper(community)

    project = _planned(as_(planner), team.pk, helper)
    assert words(as_(user_of(helper)).get("/find/")).count("现在没有正在招募的活动") == 1
    for client, verb, data in (
        (as_(office), "send_back", {"reason": "请写明保险。"}),
        (as_(planner), "submit", {}),
        (as_(office), "approve", {}),
        (as_(planner), "publish", {}),
        (as_(planner), "start", {}),
    ):
        answer = client.post(f"/desk/projects/{project.pk}/step/{verb}/", data)
        assert answer.status_code == 302, verb

    activity = _an_evening(as_(planner), project, planner)
    as_(planner).post(f"/desk/projects/activities/{activity.pk}/open/")
    found = words(as_(user_of(helper)).get("/find/", {"q": "急救", "part": "evening"}))
    weekday = "一二三四五六日"[localtime(activity.starts_at).weekday()]
    assert f"1.2 公里 · 合您周{weekday}晚上的空闲 · 用得上您的急救技能" in found
    assert "没有符合条件的活动" in words(as_(user_of(helper)).get("/find/", {"part": "morning"}))
    assert "没有符合条件的活动" in words(as_(user_of(helper)).get("/find/", {"km": "1"}))
    assert "夜间急救宣讲" in words(Client().get(f"/projects/{project.pk}/"))


def _a_helper(region: Any) -> Volunteer:
    helper = make_volunteer("王芳", region=region, skills=[make_skill()])
    FreeTime.objects.bulk_create(
        FreeTime(volunteer=helper, weekday=day, part=DayPart.EVENING) for day in range(7)
    )
    return helper


def _planned(client: Client, team_id: int, helper: Volunteer) -> Project:
    """Fill in the seven fields, first half, then wholly, and submit."""
    today = localtime(now()).date()
    half = {
        "organization": team_id, "name": "急救进社区", "category": make_category().pk,
        "session_minutes": "120", "volunteers_wanted": "10", "sessions_planned": "4",
        "starts_on": today, "ends_on": today + timedelta(days=90), "min_age": "16",
    }  # fmt: skip
    client.post("/desk/projects/new/", half | {"draft": "1"})
    project = Project.objects.get()
    assert project.state == "draft"
    whole = half | {
        "served_group": "社区居民", "funding": "单位经费", "risk_notice": "注意用电安全。",
        "skills": [skill.pk for skill in helper.skills.all()], "submit": "1",
    }  # fmt: skip
    client.post(f"/desk/projects/{project.pk}/edit/", whole)
    project.refresh_from_db()
    assert project.state == "submitted"
    return project


def _an_evening(client: Client, project: Project, leader: User) -> Activity:
    region = project.organization.region
    chain, step = [], region
    while step.level not in {"CITY", "PROVINCE"}:
        chain.append(step.pk)
        assert step.parent is not None
        step = step.parent
    data = {
        "name": "夜间急救宣讲", "leader": leader.pk, "region": chain[::-1],
        "address": "桃园社区党群服务中心", "lat": f"{HOME[0] + 0.0108:.4f}", "lng": f"{HOME[1]}",
        "shifts-TOTAL_FORMS": "1", "shifts-INITIAL_FORMS": "0", "shifts-0-name": "宣讲岗",
        "shifts-0-day": localtime(now()).date() + timedelta(days=3), "shifts-0-begins": "19:00",
        "shifts-0-ends": "21:00", "shifts-0-capacity": "10", "save": "1",
    }  # fmt: skip
    answer = client.post(f"/desk/projects/{project.pk}/activities/new/", data)
    assert answer.status_code == 302, words(answer)
    return Activity.objects.get()
