"""The cast of the stories about hours."""

from __future__ import annotations

from datetime import date

import pytest

from voluncity.city.policy.models import PolicyNumber
from voluncity.service.hours.tests.steps import Cast
from voluncity.testing.make_hours import make_leader, make_officer, make_org_admin
from voluncity.testing.make_orgs import make_organization


@pytest.fixture(autouse=True)
def _one_level(request: pytest.FixtureRequest) -> None:
    """Let a colleague take the second look, as a city may rule; test_levels.py is about others."""
    if "db" in request.fixturenames or request.node.get_closest_marker("django_db"):
        request.getfixturevalue("transactional_db" if _is_race(request) else "db")
        PolicyNumber.objects.create(key="hours.entered_look", value=0, valid_from=date(2020, 1, 1))


def _is_race(request: pytest.FixtureRequest) -> bool:
    mark = request.node.get_closest_marker("django_db")
    return mark is not None and bool(mark.kwargs.get("transaction"))


@pytest.fixture
def people(db: None) -> Cast:
    federation = make_organization("迎泽区志愿者联合会")
    team = make_organization("桥东志愿服务队", parent=federation)
    return Cast(
        federation=federation,
        team=team,
        leader=make_leader(team, "李强"),
        admin=make_org_admin(team, "赵敏"),
        parent=make_org_admin(federation, "陈静"),
        officer=make_officer(team, "周正"),
    )
