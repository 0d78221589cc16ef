"""The service loop through the API alone: from an unknown phone to a certificate that holds."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import call_command

from voluncity.city.access.permissions import Role
from voluncity.city.journal.tasks import catch_up
from voluncity.city.ledger import queries as ledger
from voluncity.city.people import actions as people
from voluncity.city.people.models import IdentityCheck
from voluncity.city.people.states import IdentityState
from voluncity.honor.recognition.actions import load_star_tiers
from voluncity.service.hours import actions as hours
from voluncity.testing.api import Program, program_of
from voluncity.testing.clock import Clock, stopped_at
from voluncity.testing.make_orgs import give, make_organization
from voluncity.testing.make_people import make_id_number, make_region, make_user
from voluncity.testing.make_projects import make_category

SATURDAY = datetime(2026, 11, 28, 0, 0, tzinfo=UTC)  # 08:00 in the city
PHONE = "13900001234"


@pytest.mark.row("A1", "A2", "C1", "C2", "C3", "C5", "C6", "D4")
@pytest.mark.django_db
def test_the_whole_loop_through_the_api() -> None:
    load_star_tiers()
    with stopped_at(SATURDAY - timedelta(days=4)) as clock:
        organizer, shift_id, activity_id = _an_open_activity()
        resident = _a_verified_volunteer(clock)

        found = resident.get("activities", q="汾河").body["items"]
        assert [one["id"] for one in found] == [activity_id]
        look = resident.get(f"activities/{activity_id}").body["shifts"][0]
        assert (look["free"], look["may_sign_up"], look["reasons"]) == (2, True, [])

        signed = resident.post(f"shifts/{shift_id}/signups", {"risks_read": True}, once="sign-up-1")
        again = resident.post(f"shifts/{shift_id}/signups", {"risks_read": True}, once="sign-up-1")
        assert (signed.status, signed.body) == (201, again.body)
        [line] = organizer.get(f"organizer/activities/{activity_id}/roster").body["items"]
        assert (line["signup_id"], line["state_label"]) == (signed.body["id"], "已报名")

        clock.instant = SATURDAY + timedelta(minutes=55)
        assert _pass_the_door(organizer, resident, shift_id, "in") == "签到"
        clock.move(hours=2, minutes=6)
        assert _pass_the_door(organizer, resident, shift_id, "out") == "签退"

        _hours_are_posted(organizer, resident, clock)
        catch_up()
        _honor_follows(resident)
        call_command("check_books")
        assert ledger.book_faults() == []


def _an_open_activity() -> tuple[Program, int, int]:
    """Plan, review and publish a project, then open one activity of it, each through the API."""
    county = make_region()
    parent = make_organization("迎泽区志愿者协会", region=county)
    team = make_organization("青松志愿服务队", parent=parent)
    leader, reviewer = make_user("李强"), make_user("赵敏")
    give(leader, Role.ORG_ADMIN, team)
    give(reviewer, Role.COUNTY_OFFICE, county)
    organizer, office = program_of(leader), program_of(reviewer)

    plan = {
        "organization_id": team.pk,
        "name": "汾河公园文明引导",
        "category_id": make_category().pk,
        "starts_on": "2026-11-01",
        "ends_on": "2026-12-31",
        "served_group": "游园市民",
        "funding": "本队经费",
        "risk_notice": "户外活动，注意防滑。",
    }
    project = organizer.post("organizer/projects", plan)
    assert (project.status, project.body["state"]) == (201, "draft")
    steps = f"organizer/projects/{project.body['id']}/steps"
    assert organizer.post(steps, {"verb": "submit"}).body["state"] == "submitted"
    assert organizer.post(steps, {"verb": "approve"}).status in {403, 404}
    assert office.post(steps, {"verb": "approve"}).body["state"] == "approved"
    assert organizer.post(steps, {"verb": "publish"}).body["state"] == "published"

    activity = organizer.post(
        f"organizer/projects/{project.body['id']}/activities",
        {
            "name": "周六文明引导",
            "region_id": county.pk,
            "address": "汾河公园东门",
            "leader_id": leader.pk,
            "shifts": [
                {
                    "name": "引导岗",
                    "starts_at": "2026-11-28T09:00:00+08:00",
                    "ends_at": "2026-11-28T11:00:00+08:00",
                    "capacity": 2,
                }
            ],
        },
    )
    assert activity.status == 201, activity.body
    opened = organizer.post(f"organizer/activities/{activity.body['id']}/open")
    assert opened.body["state_label"] == "招募中"
    return organizer, opened.body["shifts"][0]["id"], opened.body["id"]


def _a_verified_volunteer(clock: Clock) -> Program:
    """Log in with a phone code, register, and let the office verify the identity."""
    stranger = Program()
    sent = stranger.post("login-codes", {"phone": PHONE})
    assert sent.status == 201
    code = re.search(r"\d{6}", sent.body["demo_text"])
    assert code
    login = stranger.post("login", {"phone": PHONE, "code": code[0]})
    assert (login.status, login.body["is_volunteer"]) == (201, False)
    resident = Program(login.body["token"])
    registered = resident.post(
        "volunteers",
        {
            "name": "王芳",
            "id_number": make_id_number(),
            "region_id": make_region().pk,
            "consents": ["terms", "ranking"],
        },
    )
    assert registered.status == 201, registered.body
    check = IdentityCheck.objects.filter(decided_at=None).first()
    if check is not None:  # the demo's authority has not answered yet: staff do
        staff = make_user("孙丽")
        give(staff, Role.COMMUNITY_WORKER, make_region())
        people.decide_identity(check_id=check.pk, is_match=True, by=staff, at=clock.instant)
    me = resident.get("me").body["volunteer"]
    assert (me["identity_state"], me["name"]) == (IdentityState.VERIFIED, "王*")
    return resident


def _pass_the_door(organizer: Program, resident: Program, shift_id: int, nonce: str) -> str:
    code = organizer.get(f"organizer/shifts/{shift_id}/venue-code").body["token"]
    body = {"code": code, "nonce": f"nonce-{nonce}-0001"}
    passed, again = resident.post("scans", body), resident.post("scans", body)
    assert (passed.status, again.body) == (201, passed.body)
    return str(passed.body["label"])


def _hours_are_posted(organizer: Program, resident: Program, clock: Clock) -> None:
    clock.move(hours=1)
    hours.compute_due(at=clock.instant)
    [waiting] = organizer.get("organizer/hours", queue="confirm").body["items"]
    assert (waiting["minutes"], waiting["trust_label"]) == (120, "信用时长")
    decided = organizer.post("organizer/hours/confirm", {"record_ids": [waiting["id"]]})
    assert [one["state_label"] for one in decided.body["done"]] == ["已入账"]
    assert resident.get("me/balance").body == {
        "proven_minutes": 120,
        "entered_minutes": 0,
        "total_minutes": 120,
        "pending_minutes": 0,
    }
    receipt = resident.get(f"me/hours/{waiting['id']}").body
    assert (receipt["actual_from"], receipt["posted_at"]) == (
        "2026-11-28T08:55:00+08:00",
        "2026-11-28T12:01:00+08:00",
    )


def _honor_follows(resident: Program) -> None:
    progress = resident.get("me/stars").body
    assert (progress["stars"], progress["missing_minutes"]) == (0, 100 * 60 - 120)
    paper = resident.post("me/certificates").body
    checked = Program().get(f"certificates/{paper['serial']}", code=paper["check_code"]).body
    assert (checked["state_label"], checked["is_genuine"], checked["name"], checked["minutes"]) == (
        "有效", True, "王*", 120,
    )  # fmt: skip
    wrong = Program().get(f"certificates/{paper['serial']}", code="000000")
    assert wrong.refusal == (404, "recognition.no_certificate", "")
    [place] = Program().get("leaderboard", month="2026-11").body["places"]
    assert (place["rank"], place["name"], place["minutes"]) == (1, "王*", 120)
    assert resident.get("me/place", month="2026-11").body["rank"] == 1
