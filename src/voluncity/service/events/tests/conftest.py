"""An event with a group and one post of two days, for the tests of the slice."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from voluncity.city.people.models import User
from voluncity.service.events.models import Event, Group, Post
from voluncity.testing.make_events import make_event, make_group, make_post
from voluncity.testing.pages import as_


@pytest.fixture(autouse=True)
def _own_files(settings: Settings, tmp_path: Path) -> None:
    settings.VOLUNCITY_FILES = str(tmp_path)


@pytest.fixture
def event() -> Event:
    return make_event()


@pytest.fixture
def leader(event: Event) -> User:
    return event.leader


@pytest.fixture
def group(event: Event, leader: User) -> Group:
    return make_group(event, leader=leader)


@pytest.fixture
def post(group: Group) -> Post:
    return make_post(group)


@pytest.fixture
def desk(leader: User) -> Client:
    return as_(leader)
