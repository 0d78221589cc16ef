"""A dangerous activity is not open without cover (志愿服务条例第十七条)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from voluncity.city.access.permissions import Role
from voluncity.city.orgs.models import Organization
from voluncity.city.people.models import User
from voluncity.city.regions.models import Region
from voluncity.honor.insurance import actions, queries
from voluncity.honor.insurance.models import ActivityCover, RiskyCategory
from voluncity.honor.insurance.states import Covers, PolicyKind, PolicyState
from voluncity.kernel.refusals import Refusal, WrongState
from voluncity.service.projects import actions as projects
from voluncity.service.projects.models import Activity
from voluncity.service.projects.states import ActivityState
from voluncity.testing.make_insurance import (
    make_cover,
    make_mark,
    make_policy,
    make_risky,
    make_risky_activity,
)
from voluncity.testing.make_orgs import give, make_organization
from voluncity.testing.make_people import NOON, make_county, make_user
from voluncity.testing.make_projects import make_activity, make_project

pytestmark = pytest.mark.django_db


@pytest.fixture
def activity(team: Organization) -> Activity:
    return make_risky_activity(team)


def _open(activity: Activity, by: User) -> str:
    return projects.open_activity(activity_id=activity.pk, by=by, at=NOON).state


def test_a_dangerous_activity_without_cover_stays_a_draft(activity: Activity, leader: User) -> None:
    with pytest.raises(Refusal, match=r"必须先有保险.*请打开活动的“保险”"):
        _open(activity, leader)
    activity.refresh_from_db()
    assert activity.state == ActivityState.DRAFT


def test_with_a_policy_it_opens(activity: Activity, leader: User, county: Region) -> None:
    policy = make_policy(county)
    actions.attach_policy(activity_id=activity.pk, policy_id=policy.pk, by=leader, at=NOON)
    assert _open(activity, leader) == ActivityState.OPEN


def test_an_activity_without_danger_needs_no_cover(team: Organization, leader: User) -> None:
    make_risky()
    activity = make_activity(project=make_project(organization=team), state="draft")
    assert _open(activity, leader) == ActivityState.OPEN


def test_the_word_about_one_activity_goes_before_its_category(
    activity: Activity, team: Organization, leader: User
) -> None:
    plain = make_activity(project=make_project(organization=team), state="draft")
    make_mark(plain)
    with pytest.raises(Refusal, match="必须先有保险"):
        _open(plain, leader)
    make_mark(activity, is_risky=False)
    assert _open(activity, leader) == ActivityState.OPEN


def test_a_category_that_is_dangerous_no_more_needs_no_cover(
    activity: Activity, leader: User, office: User
) -> None:
    risk = RiskyCategory.objects.get()
    actions.end_risk(risk_id=risk.pk, by=office, at=NOON)
    assert _open(activity, leader) == ActivityState.OPEN
    with pytest.raises(WrongState):
        actions.end_risk(risk_id=risk.pk, by=office, at=NOON)


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"until_on": date(2030, 3, 4)}, "没有包含这场活动的全部日期"),
        ({"from_on": date(2030, 3, 6)}, "没有包含这场活动的全部日期"),
        ({"state": PolicyState.CANCELLED}, "已终止"),
        ({"least_age": 20}, "年龄小的人没有保障"),
        ({"most_age": 65}, "年长的人没有保障"),
    ],
)
def test_a_policy_that_does_not_reach_is_refused_with_the_reason(
    activity: Activity, leader: User, county: Region, fields: dict[str, Any], sentence: str
) -> None:
    policy = make_policy(county, **fields)
    make_cover(activity, policy)
    with pytest.raises(Refusal, match=sentence):
        _open(activity, leader)
    assert queries.attachable(activity).count() == 0
    with pytest.raises(Refusal, match="不能用于这场活动"):
        actions.attach_policy(activity_id=activity.pk, policy_id=policy.pk, by=leader, at=NOON)


def test_only_policies_of_ones_own_house_or_area_can_be_chosen(
    activity: Activity, team: Organization, county: Region
) -> None:
    city = county.parent
    assert city is not None
    mine = make_policy(county, organization=team)
    wide = make_policy(city)
    make_policy(make_county("万柏林区", code="140109000000"))
    make_policy(county, organization=make_organization())
    make_policy(county, kind=PolicyKind.LIABILITY)
    make_policy(county, covers=Covers.MEMBERS, organization=team)
    assert set(queries.attachable(activity)) == {mine, wide}


def test_members_cover_serves_where_only_members_come(team: Organization, county: Region) -> None:
    activity = make_risky_activity(team)
    activity.project.members_only = True
    activity.project.save(update_fields=["members_only"])
    policy = make_policy(county, covers=Covers.MEMBERS, organization=team)
    assert list(queries.attachable(activity)) == [policy]


def test_the_cover_of_an_open_activity_stays(
    activity: Activity, leader: User, county: Region
) -> None:
    policy = make_policy(county)
    actions.attach_policy(activity_id=activity.pk, policy_id=policy.pk, by=leader, at=NOON)
    _open(activity, leader)
    with pytest.raises(Refusal, match="必须先有保险"):
        actions.detach_policy(activity_id=activity.pk, by=leader, at=NOON)
    assert ActivityCover.objects.filter(activity=activity).exists()
    with pytest.raises(Refusal, match="在用这份保单"):
        actions.cancel_policy(policy_id=policy.pk, reason="保费没有缴", by=leader, at=NOON)
    policy.refresh_from_db()
    assert policy.state == PolicyState.ACTIVE


def test_an_open_activity_is_not_called_dangerous_without_cover(
    team: Organization, leader: User
) -> None:
    activity = make_activity(project=make_project(organization=team))
    with pytest.raises(Refusal, match="必须先有保险"):
        actions.mark_risk(activity_id=activity.pk, is_risky=True, reason="登高", by=leader, at=NOON)
    assert not hasattr(Activity.objects.get(pk=activity.pk), "risk_mark")


def test_the_page_says_what_is_missing_and_takes_the_policy(
    client: Client, activity: Activity, leader: User, county: Region
) -> None:
    client.force_login(leader)
    page = reverse("insurance:desk_activity", args=[activity.pk])
    assert "选择保单后才能开放报名" in client.get(page).content.decode()
    opening = reverse("projects:desk_activity_open", args=[activity.pk])
    refused = client.post(opening)
    assert refused.status_code == 409
    assert "请打开活动的“保险”" in refused.content.decode()
    policy = make_policy(county)
    assert client.post(page, {"verb": "attach", "policy": policy.pk}).status_code == 302
    assert client.post(opening).status_code == 302


def test_only_the_office_says_that_there_is_no_danger(
    client: Client, activity: Activity, leader: User, office: User
) -> None:
    page = reverse("insurance:desk_activity", args=[activity.pk])
    sent = {"verb": "mark", "is_risky": "0", "reason": "只在室内讲课"}
    client.force_login(leader)
    assert client.post(page, sent).status_code == 403
    client.force_login(office)
    assert client.post(page, sent).status_code == 302
    assert queries.is_risky(Activity.objects.get(pk=activity.pk)) is False
    client.post(page, {"verb": "unmark"})
    assert queries.is_risky(Activity.objects.get(pk=activity.pk)) is True


def test_a_foreign_leader_finds_nothing(client: Client, activity: Activity) -> None:
    stranger = make_user("别处领队")
    give(stranger, Role.ORG_ADMIN, make_organization())
    client.force_login(stranger)
    assert client.get(reverse("insurance:desk_activity", args=[activity.pk])).status_code == 404


def test_moving_an_open_activity_beyond_its_policy_is_refused(
    activity: Activity, leader: User, county: Region
) -> None:
    policy = make_policy(county, until_on=date(2030, 3, 6))
    actions.attach_policy(activity_id=activity.pk, policy_id=policy.pk, by=leader, at=NOON)
    _open(activity, leader)
    activity.starts_at += timedelta(days=7)
    activity.ends_at += timedelta(days=7)
    assert "没有包含" in queries.hindrances_to_open(activity, at=NOON)[0].sentence
