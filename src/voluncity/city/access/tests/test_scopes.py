"""How far a role reaches: its region or organization with everything below, and nothing else."""

from __future__ import annotations

import pytest

from voluncity.city.access import queries
from voluncity.city.access.actions import fetch, revoke_role
from voluncity.city.access.models import Grant
from voluncity.city.access.permissions import ROLES, Permission, Role, roles_with
from voluncity.city.access.queries import has, may, people_with, permissions_of, scope_of
from voluncity.city.access.scopes import Scope
from voluncity.city.journal.models import Entry
from voluncity.city.orgs.models import Organization
from voluncity.city.people.models import User, Volunteer
from voluncity.kernel.refusals import NotFound
from voluncity.service.projects.models import Project
from voluncity.testing.make_orgs import give, make_organization
from voluncity.testing.make_people import (
    NOON,
    make_county,
    make_region,
    make_user,
    make_volunteer,
)
from voluncity.testing.make_projects import make_project

pytestmark = pytest.mark.django_db


def names(user: User, permission: Permission) -> set[str]:
    reach = Organization.objects.in_scope(scope_of(user, permission))
    return set(reach.values_list("name", flat=True))


def test_an_organization_reaches_itself_and_everything_below_but_not_above_or_beside() -> None:
    parent = make_organization("协会")
    team = make_organization("青松队", parent=parent)
    make_organization("小分队", parent=team)
    make_organization("白杨队", parent=parent)
    admin = make_user()
    give(admin, Role.ORG_ADMIN, team)
    assert names(admin, Permission.ORG_EDIT) == {"青松队", "小分队"}


def test_an_id_that_begins_with_the_same_digits_is_another_organization() -> None:
    one = make_organization("一队")
    ten = make_organization("十队")
    Organization.objects.filter(pk=ten.pk).update(path=f"/{one.pk}0/")
    admin = make_user()
    give(admin, Role.ORG_ADMIN, one)
    assert names(admin, Permission.ORG_EDIT) == {"一队"}


def test_a_region_reaches_the_organizations_and_people_of_all_its_streets() -> None:
    county, other = make_county("迎泽区", code="140106000000"), make_county()
    community = make_region(parent=make_region(parent=county))
    make_organization("近邻队", region=community)
    make_organization("外区队", region=other)
    near = make_volunteer(region=community)
    make_volunteer(region=other)
    office = make_user()
    give(office, Role.COUNTY_OFFICE, county)
    assert names(office, Permission.ORG_SEE) == {"近邻队"}
    reach = Volunteer.objects.in_scope(scope_of(office, Permission.VOLUNTEER_SEE))
    assert list(reach) == [near]


def test_a_role_over_an_organization_reaches_nobody_by_region() -> None:
    volunteer = make_volunteer()
    admin = make_user()
    give(admin, Role.ORG_ADMIN, make_organization(region=volunteer.region))
    reach = Volunteer.objects.in_scope(scope_of(admin, Permission.ORG_EDIT))
    assert list(reach) == []


def test_two_roles_reach_as_far_as_both_but_each_only_with_its_own_permissions() -> None:
    here, there = make_organization("这里"), make_organization("那里")
    user = make_user()
    give(user, Role.ORG_ADMIN, here)
    give(user, Role.TEAM_LEADER, there)
    assert names(user, Permission.ATTENDANCE_RECORD) == {"这里", "那里"}
    assert names(user, Permission.PROJECT_EDIT) == {"这里"}


def test_a_role_that_was_taken_back_reaches_nothing() -> None:
    team = make_organization()
    user, chief = make_user(), make_user("孙丽")
    grant = give(user, Role.ORG_ADMIN, team)
    assert has(user, Permission.ORG_EDIT)
    revoke_role(grant_id=grant.pk, by=chief, at=NOON)
    user = User.objects.get(pk=user.pk)
    assert permissions_of(user) == frozenset()
    assert names(user, Permission.ORG_EDIT) == set()
    give(user, Role.ORG_ADMIN, team)
    assert names(user, Permission.ORG_EDIT) == {team.name}


def test_an_account_that_is_closed_may_nothing() -> None:
    user = make_user()
    give(user, Role.ORG_ADMIN, make_organization())
    User.objects.filter(pk=user.pk).update(is_active=False)
    user = User.objects.get(pk=user.pk)
    assert permissions_of(user) == frozenset()


def test_an_organization_that_has_no_place_in_the_tree_yet_reaches_nothing() -> None:
    fresh = make_organization()
    make_organization("别队")
    Organization.objects.filter(pk=fresh.pk).update(path="")
    user = make_user()
    give(user, Role.ORG_ADMIN, fresh)
    assert scope_of(user, Permission.ORG_EDIT).is_empty
    assert names(user, Permission.ORG_EDIT) == set()
    found = people_with(Permission.ORG_EDIT, organization_path="/9/", region_path="/1/")
    assert list(found) == []


def test_an_empty_scope_keeps_no_row() -> None:
    make_organization()
    assert list(Organization.objects.in_scope(Scope())) == []
    assert Scope(regions=("",), organizations=("",)).is_empty


def test_somebody_elses_row_looks_like_no_row_and_the_try_is_journaled() -> None:
    mine, foreign = make_project(), make_project()
    user = make_user()
    give(user, Role.ORG_ADMIN, mine.organization)
    facts = (user, Permission.PROJECT_EDIT, Project.objects.all())
    assert fetch(*facts, at=NOON, pk=mine.pk) == mine
    with pytest.raises(NotFound) as somebody_elses:
        fetch(*facts, at=NOON, pk=foreign.pk)
    with pytest.raises(NotFound) as nobodys:
        fetch(*facts, at=NOON, pk=10**9)
    assert somebody_elses.value.sentence == nobodys.value.sentence
    told = Entry.objects.filter(verb="access.denied").values_list(
        "actor", "subject_type", "subject_id", "data"
    )
    assert list(told) == [(user.pk, "project", foreign.pk, {"permission": "project_edit"})]


def test_a_number_that_no_database_holds_is_no_row() -> None:
    user = make_user()
    give(user, Role.ORG_ADMIN, make_organization())
    with pytest.raises(NotFound):
        fetch(user, Permission.PROJECT_EDIT, Project.objects.all(), at=NOON, pk=10**40)


def test_may_answers_without_journaling() -> None:
    project = make_project()
    user = make_user()
    assert not may(user, Permission.PROJECT_EDIT, Project.objects.all(), pk=project.pk)
    give(user, Role.ORG_ADMIN, project.organization)
    assert may(user, Permission.PROJECT_EDIT, Project.objects.all(), pk=project.pk)
    assert not Entry.objects.filter(verb="access.denied").exists()


def test_who_can_do_something_for_an_organization() -> None:
    parent = make_organization("协会")
    team = make_organization("青松队", parent=parent)
    above, own, office, beside, closed = (make_user(n) for n in "上本区旁停")
    give(above, Role.ORG_ADMIN, parent)
    give(own, Role.TEAM_LEADER, team)
    give(office, Role.COUNTY_OFFICE, team.region)
    give(beside, Role.ORG_ADMIN, make_organization("白杨队", parent=parent))
    give(closed, Role.ORG_ADMIN, team)
    User.objects.filter(pk=closed.pk).update(is_active=False)

    def people(permission: Permission) -> set[str]:
        found = people_with(permission, organization_path=team.path, region_path=team.region.path)
        return {grant.user.display_name for grant in found}

    assert people(Permission.HOURS_CONFIRM) == {"上", "本"}
    assert people(Permission.HOURS_APPROVE) == {"上", "区"}


def test_grants_are_read_once_for_a_request(django_assert_num_queries: object) -> None:
    user = make_user()
    give(user, Role.ORG_ADMIN, make_organization())
    queries.forget_grants(user)
    with django_assert_num_queries(1):  # type: ignore[operator]
        permissions_of(user)
        scope_of(user, Permission.ORG_EDIT)
        has(user, Permission.DESK_SEE)


def test_every_permission_belongs_to_some_role_and_every_role_has_words() -> None:
    assert [p for p in Permission if not roles_with(p)] == []
    assert set(ROLES) == set(Role)
    assert {spec.scope for spec in ROLES.values()} == {"region", "organization"}
    assert all(spec.name == role.label and spec.description for role, spec in ROLES.items())
    assert roles_with(Permission.JOURNAL_READ) == [Role.AUDITOR]
    assert Grant.objects.count() == 0
