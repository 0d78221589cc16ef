"""Who is covered by an activity, and the roster that is frozen when it starts."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from voluncity.city.inbox.models import Message
from voluncity.city.journal.actions import catch_up
from voluncity.city.orgs.models import Organization
from voluncity.city.people.models import User, Volunteer
from voluncity.city.regions.models import Region
from voluncity.honor.insurance import actions, queries
from voluncity.honor.insurance.models import ActivityCover, Insured, RiskyCategory
from voluncity.honor.insurance.states import Covers
from voluncity.kernel.refusals import WrongState
from voluncity.service.projects.models import Shift
from voluncity.service.signups.states import SignupState
from voluncity.testing.make_insurance import make_cover, make_policy, make_risky_activity
from voluncity.testing.make_orgs import make_member, make_organization
from voluncity.testing.make_people import NOON, TODAY, make_user, make_volunteer
from voluncity.testing.make_projects import make_shift
from voluncity.testing.make_signups import make_signup
from voluncity.testing.rivals import rival_before

pytestmark = pytest.mark.django_db
DAY = date(2030, 3, 5)


@pytest.fixture
def shift(team: Organization) -> Shift:
    return make_shift(activity=make_risky_activity(team, state="open"), capacity=9)


@pytest.fixture
def cover(shift: Shift, county: Region) -> ActivityCover:
    return make_cover(shift.activity, make_policy(county))


def test_a_place_covers_on_the_day_of_the_activity_only(
    shift: Shift, cover: ActivityCover, volunteer: Volunteer
) -> None:
    make_signup(shift=shift, volunteer=volunteer)
    assert [one.policy for one in queries.covers_of(volunteer, on=DAY)] == [cover.policy]
    assert queries.covers_of(volunteer, on=DAY + timedelta(days=1)) == []
    assert queries.covers_of(make_volunteer("路人"), on=DAY) == []


def test_the_roster_is_frozen_at_the_start_with_those_who_had_a_place(
    shift: Shift, cover: ActivityCover, volunteer: Volunteer
) -> None:
    early, waiting, gone, late = (make_volunteer(name) for name in ("早到", "候补", "退出", "晚到"))
    make_signup(shift=shift, volunteer=early)
    make_signup(shift=shift, volunteer=waiting, state=SignupState.WAITING)
    left = make_signup(shift=shift, volunteer=gone)
    left.state, left.cancelled_at = SignupState.CANCELLED, shift.starts_at + timedelta(minutes=5)
    left.save(update_fields=["state", "cancelled_at"])
    assert actions.freeze_rosters(at=shift.starts_at - timedelta(minutes=1)) == 0
    assert actions.freeze_rosters(at=shift.starts_at + timedelta(minutes=10)) == 2
    make_signup(shift=shift, volunteer=late)
    assert actions.freeze_rosters(at=shift.starts_at + timedelta(minutes=20)) == 1
    assert actions.freeze_rosters(at=shift.starts_at + timedelta(minutes=30)) == 0
    cover.refresh_from_db()
    rows = {(row.volunteer.name, row.is_late) for row in queries.roster_of(cover)}
    assert rows == {("早到", False), ("退出", False), ("晚到", True)}
    assert queries.covers_of(volunteer, on=DAY) == []
    assert len(queries.covers_of(gone, on=DAY)) == 1


def test_a_frozen_roster_keeps_its_policy(
    shift: Shift, cover: ActivityCover, county: Region, leader: User
) -> None:
    actions.freeze_rosters(at=shift.starts_at)
    other = make_policy(county)
    with pytest.raises(WrongState, match="名单已经固定"):
        actions.attach_policy(
            activity_id=shift.activity_id, policy_id=other.pk, by=leader, at=shift.starts_at
        )
    with pytest.raises(WrongState):
        actions.detach_policy(activity_id=shift.activity_id, by=leader, at=shift.starts_at)


def test_nobody_is_insured_after_the_activity_has_begun(
    shift: Shift, county: Region, leader: User
) -> None:
    policy, began = make_policy(county), shift.activity.starts_at
    chosen: dict[str, Any] = {"activity_id": shift.activity_id, "by": leader}
    with pytest.raises(WrongState, match="活动已经开始"):
        actions.attach_policy(policy_id=policy.pk, at=began, **chosen)
    assert ActivityCover.objects.count() == 0
    actions.attach_policy(policy_id=policy.pk, at=began - timedelta(minutes=1), **chosen)
    with pytest.raises(WrongState, match="活动已经开始"):
        actions.detach_policy(at=began, **chosen)
    assert ActivityCover.objects.get().policy == policy


def test_members_are_covered_while_they_belong(
    county: Region, team: Organization, volunteer: Volunteer
) -> None:
    policy = make_policy(county, covers=Covers.MEMBERS, organization=team)
    below = make_organization("一分队", region=team.region, parent=team)
    member = make_member(volunteer, below)
    assert [one.policy for one in queries.covers_of(volunteer, on=TODAY)] == [policy]
    member.left_at = NOON
    member.save(update_fields=["left_at"])
    assert queries.covers_of(volunteer, on=TODAY) == []


def test_covers_of_many_are_asked_at_once(
    shift: Shift, cover: ActivityCover, volunteer: Volunteer, django_assert_num_queries: object
) -> None:
    make_signup(shift=shift, volunteer=volunteer)
    people = {volunteer.pk: [volunteer.pk]}
    for _ in range(5):
        one = make_volunteer()
        make_signup(shift=shift, volunteer=one)
        people[one.pk] = [one.pk]
    with django_assert_num_queries(3):  # type: ignore[operator]
        found = queries.covered_by(people, on=DAY)
    assert len(found) == 6


def test_offices_are_reminded_once_of_what_ends(office: User, county: Region) -> None:
    make_policy(county, until_on=TODAY + timedelta(days=20))
    make_policy(county, until_on=TODAY + timedelta(days=200))
    make_policy(county, from_on=date(2025, 1, 1), until_on=TODAY - timedelta(days=1))
    assert actions.remind_ending(at=NOON) == 1
    assert actions.remind_ending(at=NOON) == 0
    catch_up(at=NOON)
    assert [one.title for one in Message.objects.filter(user=office)] == ["有保单快到期"]


def test_the_first_risks_come_with_the_software_and_only_once() -> None:
    make_risky_activity()
    RiskyCategory.objects.all().delete()
    assert actions.load_risks() == 1
    RiskyCategory.objects.update(ended_at=NOON, ended_by=make_user())
    assert actions.load_risks() == 0


def test_the_roster_is_listed_masked_and_leads_to_the_export(
    client: Client, shift: Shift, cover: ActivityCover, volunteer: Volunteer, leader: User
) -> None:
    make_signup(shift=shift, volunteer=volunteer)
    actions.freeze_rosters(at=shift.starts_at)
    client.force_login(leader)
    page = reverse("insurance:desk_people")
    found = client.get(page, {"activity": shift.activity_id}).content.decode()
    assert "陈晓红" in found
    assert "1401***********" in found
    assert client.get(page, {"activity": "x" * 50, "standing": "late"}).status_code == 200
    assert "/registers/insured/" in found or "insured" in found


def test_two_workers_freeze_one_roster_once(shift: Shift, cover: ActivityCover) -> None:
    for _ in range(4):
        make_signup(shift=shift, volunteer=make_volunteer())
    at = shift.starts_at + timedelta(minutes=1)
    with rival_before('UPDATE "insurance_activitycover"', lambda: actions.freeze_rosters(at=at)):
        assert actions.freeze_rosters(at=at) == 0
    assert Insured.objects.filter(cover=cover).count() == 4


def test_without_the_guard_the_database_still_refuses_a_second_row(
    shift: Shift, cover: ActivityCover
) -> None:
    make_signup(shift=shift, volunteer=make_volunteer())
    actions.freeze_rosters(at=shift.starts_at)
    row = Insured.objects.get(cover=cover)
    row.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save(force_insert=True)
