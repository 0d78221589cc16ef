"""The cast of the stories about hours."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from voluncity.city.people.models import User
from voluncity.service.hours.tests.steps import Cast
from voluncity.testing.make_hours import make_leader, make_officer, make_org_admin
from voluncity.testing.make_orgs import make_organization


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


@pytest.fixture
def visit() -> Callable[[User], Client]:
    def as_(user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return as_
