"""The cast: a federation, a team with its people, two officers of the county."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from voluncity.city.orgs.models import Organization
from voluncity.city.people.models import User
from voluncity.testing.make_hours import make_leader, make_officer, make_org_admin
from voluncity.testing.make_orgs import make_organization


@dataclass
class Cast:
    """Who acts."""

    team: Organization
    leader: User
    admin: User
    officer: User
    other: User  # a second officer of the same county


@pytest.fixture
def cast(db: None) -> Cast:
    federation = make_organization("迎泽区志愿者联合会")
    team = make_organization("桥东志愿服务队", parent=federation)
    return Cast(
        team=team,
        leader=make_leader(team, "李强"),
        admin=make_org_admin(team, "赵敏"),
        officer=make_officer(team, "周正"),
        other=make_officer(team, "吴芳"),
    )


@pytest.fixture(autouse=True)
def _own_files(settings: Settings, tmp_path: Path) -> None:
    settings.VOLUNCITY_FILES = str(tmp_path)
