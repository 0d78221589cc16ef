"""Row C4: 107 crossings in small – from the list of posts to hours that count."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils.timezone import now

from voluncity.city.access.permissions import Role
from voluncity.city.inbox.models import Message
from voluncity.city.people.models import User, Volunteer
from voluncity.city.regions import queries as regions
from voluncity.service.projects.models import Project
from voluncity.service.rosters.models import Offer, Plan, Run, Slot, Turn
from voluncity.service.rosters.states import RunState
from voluncity.service.signups import actions as signups
from voluncity.service.signups.models import Attendance, Signup
from voluncity.service.signups.states import Direction, SignupState
from voluncity.testing.make_orgs import give, make_organization
from voluncity.testing.make_people import make_user, make_volunteer, user_of
from voluncity.testing.make_projects import make_project
from voluncity.testing.pages import as_, markup

pytestmark = pytest.mark.django_db(transaction=True)

LIST = "路口,地址,纬度,经度,人数\n建设路口,东南角,37.87,112.55,1\n昆吾路口,西北角,37.88,112.56,1\n"


def _planned(desk: Client, project: Project, leader: User) -> Plan:
    """Write a plan on the pages: its numbers, its posts from a list, its times by a rule."""
    form = {
        "save": "1", "project": project.pk, "name": "路口劝导", "leader": leader.pk,
        "region": [one.pk for one in regions.trail(project.organization.region)],
        "weeks": "2", "max_per_day": "1",
        "max_per_week": "5", "rest_minutes": "480", "max_km": "20",
    }  # fmt: skip
    answer = desk.post("/rosters/desk/new/", form)
    assert answer.status_code == 302, markup(answer)
    plan = Plan.objects.get()
    page = f"/rosters/desk/{plan.pk}/"
    desk.post(f"{page}posts/import/", {"file": SimpleUploadedFile("路口.csv", LIST.encode())})
    time = {"name": "早高峰", "begins": "07:30", "ends": "08:30", "repeats": "weekdays",
            "weekdays": list("0123456"), "every": "1", "since": "2026-01-01"}  # fmt: skip
    desk.post(f"{page}times/new/", time)
    desk.post(f"{page}step/start/")
    assert "新增" in markup(desk.post(f"{page}step/generate/", follow=True))
    return plan


def _wishes(volunteer: Volunteer, plan: Plan) -> None:
    """Take part in three taps: open, read the risks, send what is ticked already."""
    slot = Slot.objects.get()
    client = as_(user_of(volunteer))
    assert "路口劝导" in markup(client.get("/rosters/"))
    times = [f"{slot.pk}-{day}" for day in range(7)]
    form = {"times": times, "max_per_week": "5", "risks_read": "on"}
    assert client.post(f"/rosters/{plan.pk}/wish/", form).status_code == 302


@pytest.mark.row("C4")
def test_a_roster_from_a_list_of_crossings_to_a_turn_that_was_kept_by_a_substitute() -> None:
    organization = make_organization()
    leader = make_user("李强")
    give(leader, Role.TEAM_LEADER, organization)
    desk = as_(leader)
    plan = _planned(desk, make_project(organization=organization), leader)
    people = [make_volunteer(name) for name in ("周杰", "吴敏", "郑爽")]
    for volunteer in people:
        _wishes(volunteer, plan)
    desk.post(f"/rosters/desk/{plan.pk}/runs/", {"weeks": "2"})
    run = Run.objects.get()
    assert run.state == RunState.SOLVED
    assert "已证明" in markup(desk.get(f"/rosters/desk/runs/{run.pk}/"))
    desk.post(f"/rosters/desk/runs/{run.pk}/step/publish/")
    run.refresh_from_db()
    assert run.state == RunState.PUBLISHED
    assert Message.objects.filter(title__startswith="您的排班出来了").count() == 3
    signup = Signup.objects.order_by("shift__starts_at", "pk")[0]
    _covered(signup, people, plan)


def _covered(signup: Signup, people: list[Volunteer], plan: Plan) -> None:
    """Let somebody else take the turn, on this date only, and be there."""
    before = Turn.objects.count(), plan.wishes.count()
    owner = as_(user_of(signup.volunteer))
    owner.post(f"/rosters/turns/{signup.pk}/offer/", {"reason": "出差"})
    offer = Offer.objects.get()
    stranger = make_volunteer("何伟")
    _wishes(stranger, plan)
    taker = as_(user_of(stranger))
    assert "请您帮忙接替" in markup(taker.get("/rosters/"))
    assert taker.post(f"/rosters/offers/{offer.pk}/take/", {"risks_read": "on"}).status_code == 302
    got = Signup.objects.get(shift=signup.shift, volunteer=stranger)
    assert got.state == SignupState.PLACED
    assert (Turn.objects.count(), plan.wishes.count() - 1) == before
    assert stranger.user is not None
    signups.tick(
        signup_id=got.pk, direction=Direction.IN, nonce="roster-nonce-1", by=plan.leader,
        at=signup.shift.starts_at - timedelta(minutes=5),
    )  # fmt: skip
    assert Attendance.objects.get().signup == got
    calendar = taker.post("/rosters/calendar/make/", follow=True)
    address = markup(calendar).split('readonly value="')[1].split('"')[0]
    feed = markup(Client().get("/rosters/" + address.split("/rosters/")[1]))
    assert f"UID:signup-{got.pk}@" in feed.replace("\r\n ", "")
    assert signup.shift.starts_at > now()
