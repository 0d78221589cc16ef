"""Giving and taking roles: by somebody else, for the right kind of scope, powers kept apart."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, transaction

from voluncity.city.access.actions import give_role, revoke_role
from voluncity.city.access.models import Grant
from voluncity.city.access.permissions import Role
from voluncity.city.journal.models import Entry
from voluncity.kernel.refusals import NotFound, Refusal
from voluncity.testing.make_orgs import make_organization
from voluncity.testing.make_people import NOON, make_region, make_user
from voluncity.testing.rivals import rival_before

pytestmark = pytest.mark.django_db
ADMINS = [Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDITOR]


def code_of(act: Any, **facts: Any) -> tuple[str, str]:
    with pytest.raises(Refusal) as refusal:
        act(**facts)
    return refusal.value.code, refusal.value.field


def test_a_role_is_given_by_somebody_and_journaled() -> None:
    chief, user, region = make_user("孙丽"), make_user(), make_region()
    grant = give_role(user=user, role=Role.SUPERVISOR, region=region, by=chief, at=NOON)
    assert (grant.given_by, grant.given_at, grant.region) == (chief, NOON, region)
    entry = Entry.objects.get(verb="access.give_role")
    assert (entry.actor, entry.subject_id, entry.data) == (
        chief,
        grant.pk,
        {"user": user.pk, "role": "supervisor"},
    )


def test_nobody_gives_or_takes_their_own_role() -> None:
    user, region = make_user(), make_region()
    own: dict[str, Any] = {
        "user": user,
        "role": Role.SUPERVISOR,
        "region": region,
        "by": user,
        "at": NOON,
    }
    assert code_of(give_role, **own) == ("access.own_grant", "")
    grant = give_role(user=user, role=Role.SUPERVISOR, region=region, by=None, at=NOON)
    assert code_of(revoke_role, grant_id=grant.pk, by=user, at=NOON) == ("access.own_grant", "")


@pytest.mark.parametrize(
    ("role", "has_region", "has_organization"),
    [
        (Role.ORG_ADMIN, True, False),
        (Role.ORG_ADMIN, True, True),
        (Role.ORG_ADMIN, False, False),
        (Role.COUNTY_OFFICE, False, True),
        (Role.COUNTY_OFFICE, True, True),
        (Role.COUNTY_OFFICE, False, False),
    ],
)
def test_a_role_needs_its_kind_of_scope(
    role: Role, has_region: bool, has_organization: bool
) -> None:
    facts: dict[str, Any] = {
        "user": make_user(),
        "role": role,
        "region": make_region() if has_region else None,
        "organization": make_organization() if has_organization else None,
        "by": None,
        "at": NOON,
    }
    assert code_of(give_role, **facts) == ("access.scope", "scope")
    assert Grant.objects.count() == 0


def test_the_same_role_in_the_same_place_is_given_once() -> None:
    facts: dict[str, Any] = {
        "user": make_user(), "role": Role.SUPERVISOR, "region": make_region(),
        "by": None, "at": NOON,
    }  # fmt: skip
    give_role(**facts)
    assert code_of(give_role, **facts) == ("access.twice", "role")
    give_role(**facts | {"region": make_region()})


@pytest.mark.parametrize("first", ADMINS)
@pytest.mark.parametrize("second", ADMINS)
def test_system_security_and_audit_are_never_one_person(first: Role, second: Role) -> None:
    user = make_user()
    give_role(user=user, role=first, region=make_region(), by=None, at=NOON)
    facts: dict[str, Any] = {
        "user": user,
        "role": second,
        "region": make_region(),
        "by": None,
        "at": NOON,
    }
    assert code_of(give_role, **facts) == ("access.separation", "role")
    assert Grant.objects.filter(user=user).count() == 1


def test_who_gave_an_admin_role_back_may_have_another() -> None:
    user, chief, region = make_user(), make_user("孙丽"), make_region()
    grant = give_role(user=user, role=Role.AUDITOR, region=region, by=chief, at=NOON)
    revoke_role(grant_id=grant.pk, by=chief, at=NOON)
    give_role(user=user, role=Role.SYSTEM_ADMIN, region=region, by=chief, at=NOON)


def test_two_admin_roles_given_at_the_same_moment_are_still_kept_apart() -> None:
    user = make_user()
    facts: dict[str, Any] = {"user": user, "region": make_region(), "by": None, "at": NOON}

    def rival() -> None:
        give_role(role=Role.AUDITOR, **facts)

    with rival_before('INSERT INTO "access_grant"', rival):
        assert code_of(give_role, role=Role.SYSTEM_ADMIN, **facts) == (
            "access.separation",
            "role",
        )
    assert not Grant.objects.filter(role=Role.SYSTEM_ADMIN).exists()


def test_a_role_is_taken_back_once() -> None:
    user, chief = make_user(), make_user("孙丽")
    grant = give_role(user=user, role=Role.SUPERVISOR, region=make_region(), by=None, at=NOON)
    facts: dict[str, Any] = {"grant_id": grant.pk, "by": chief, "at": NOON}
    revoke_role(**facts)
    assert code_of(revoke_role, **facts) == ("access.revoked", "")
    grant.refresh_from_db()
    assert (grant.revoked_at, grant.revoked_by) == (NOON, chief)
    assert Entry.objects.filter(verb="access.revoke_role").count() == 1
    with pytest.raises(NotFound):
        revoke_role(grant_id=10**9, by=chief, at=NOON)


@pytest.mark.parametrize(
    "changes",
    [{"region": None}, {"revoked_at": NOON}],
)
def test_the_database_refuses_grants_that_cannot_be(changes: dict[str, Any]) -> None:
    grant = give_role(
        user=make_user(), role=Role.SUPERVISOR, region=make_region(), by=None, at=NOON
    )
    with pytest.raises(IntegrityError), transaction.atomic():
        Grant.objects.filter(pk=grant.pk).update(**changes)
