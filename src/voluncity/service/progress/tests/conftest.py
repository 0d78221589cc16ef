"""A team below a lead unit, the office, and a partner unit elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from voluncity.city.access.permissions import Role
from voluncity.city.orgs.models import Organization
from voluncity.city.people.models import User
from voluncity.testing.make_orgs import give, make_organization
from voluncity.testing.make_people import make_county, make_region, make_user


@dataclass
class Cast:
    """Who is there."""

    team: Organization
    partner: Organization
    admin: User  # plans for the team
    leader: User  # leads its activities
    office: User  # of the city
    ally: User  # plans for the partner
    stranger: User  # plans for a unit that has nothing to do with it


@pytest.fixture
def cast(db: None) -> Cast:
    team = make_organization("汾河志愿服务队")
    bureau = make_organization("市文旅局", region=make_county())
    partner = make_organization("市图书馆志愿队", parent=bureau)
    found = Cast(team, partner, *(make_user(n) for n in ("赵敏", "李强", "周伟", "陈静", "吴刚")))
    city = make_region().parent.parent.parent  # type: ignore[union-attr]
    assert city is not None
    give(found.admin, Role.ORG_ADMIN, team)
    give(found.leader, Role.TEAM_LEADER, team)
    give(found.office, Role.CITY_OFFICE, city)
    give(found.ally, Role.ORG_ADMIN, partner)
    give(found.stranger, Role.ORG_ADMIN, make_organization("杏花岭志愿服务队"))
    return found


@pytest.fixture(autouse=True)
def _own_files(settings: Settings, tmp_path: Path) -> None:
    settings.VOLUNCITY_FILES = str(tmp_path)
