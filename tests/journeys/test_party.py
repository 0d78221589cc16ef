"""A5: a unit is paired with a community, its members report and serve there, the city counts."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from django.test import Client

from voluncity.city.access.permissions import Role
from voluncity.city.journal.tasks import catch_up
from voluncity.city.orgs.models import Organization
from voluncity.city.orgs.states import Kind
from voluncity.city.people.models import Volunteer
from voluncity.city.regions.models import Region
from voluncity.testing.make_hours import make_past_shift, make_posted
from voluncity.testing.make_orgs import give, make_organization
from voluncity.testing.make_people import make_region, make_user, make_volunteer, user_of
from voluncity.testing.make_projects import make_activity, make_project, make_shift
from voluncity.testing.pages import as_

pytestmark = [pytest.mark.django_db, pytest.mark.row("A5")]


def words(browser: Client, page: str) -> str:
    answer = browser.get(page)
    assert answer.status_code == 200, page
    return answer.content.decode()


def jobs_in(community: Region) -> Organization:
    team = make_organization("青年路护河队", region=community)
    activity = make_activity("护河清洁", project=make_project(organization=team))
    activity.region = community
    activity.save(update_fields=["region"])
    make_shift(activity=activity)
    return team


@dataclass
class Cast:
    """The office, the unit with its administrator, the community with its worker, two members."""

    office: Client
    unit: Organization
    admin: Client
    community: Region
    worker: Client
    member: Volunteer
    idle: Volunteer


@pytest.fixture
def cast() -> Cast:
    community = make_region("青年路社区")
    city = Region.objects.get(code="140100000000")
    unit = make_organization("市民政局", kind=Kind.UNIT, region=city)
    office, admin, worker = make_user("周明"), make_user("李桂芳"), make_user("马丽")
    give(office, Role.CITY_OFFICE, city)
    give(admin, Role.ORG_ADMIN, unit)
    give(worker, Role.COMMUNITY_WORKER, community)
    members = [make_volunteer("丁一"), make_volunteer("丁二")]
    for one in members:
        one.is_party_member = True
        one.save(update_fields=["is_party_member"])
    return Cast(as_(office), unit, as_(admin), community, as_(worker), *members)


def they_report(cast: Cast) -> None:
    """The office pairs the two; the members find their unit, report, and see what is to do."""
    assert cast.community.parent is not None
    chain = [cast.community.parent.parent_id, cast.community.parent_id, cast.community.pk]
    sent = {"unit": cast.unit.pk, "region": chain, "starts_on": "2026-03-05"}
    cast.office.post("/party/desk/pairings/", sent)
    for one in (cast.member, cast.idle):
        phone = as_(user_of(one))
        assert f"/party/report/{cast.unit.pk}/" in words(phone, "/party/?q=民政")
        phone.post(f"/party/report/{cast.unit.pk}/", {"community": cast.community.pk})
    assert "护河清洁" in words(as_(user_of(cast.member)), "/party/")


def the_community_confirms(cast: Cast) -> None:
    page = words(cast.worker, f"/party/desk/communities/{cast.community.pk}/")
    assert ("丁一" in page, "丁二" in page) == (True, True)
    cast.worker.post(f"/party/desk/reports/{cast.member.party_reports.get().pk}/confirm/")
    catch_up()
    assert "社区已确认您的报到" in words(as_(user_of(cast.member)), "/messages/")


def they_are_counted(cast: Cast) -> None:
    """The unit sees who has served and who has not, the city the counts."""
    address = f"/party/desk/units/{cast.unit.pk}/?since=2026-01-01"
    assert "2 小时" in words(cast.admin, address)
    served = words(cast.admin, f"{address}&served=yes")
    idle = words(cast.admin, f"{address}&served=no")
    assert ("丁一" in served, "丁二" in served) == (True, False)
    assert ("丁一" in idle, "丁二" in idle) == (False, True)
    table = words(cast.office, "/party/desk/?since=2026-01-01")
    assert ("市民政局" in table, "青年路社区" in table, "2 小时" in table) == (True, True, True)


def nobody_else_learns_of_it(cast: Cast) -> None:
    stranger = as_(user_of(make_volunteer("路人")))
    for address in ("/party/", "/orgs/", f"/orgs/{cast.unit.pk}/", "/leaderboards/", "/me/"):
        assert "丁一" not in words(stranger, address)
    assert Client().get(f"/party/desk/units/{cast.unit.pk}/").status_code == 302


def test_members_report_serve_and_are_counted_and_nobody_else_learns_of_it(cast: Cast) -> None:
    team = jobs_in(cast.community)
    they_report(cast)
    the_community_confirms(cast)
    make_posted(make_past_shift(team), cast.member)
    they_are_counted(cast)
    nobody_else_learns_of_it(cast)
    as_(user_of(cast.idle)).post("/party/end/")
    assert "丁二" not in words(cast.admin, f"/party/desk/units/{cast.unit.pk}/")
