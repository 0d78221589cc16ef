"""One statement knows the session, the account and the volunteer; a session ends when it must."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.http import HttpRequest
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now

from voluncity.city.access.models import Session
from voluncity.city.people.sessions import SessionStore
from voluncity.city.people.sessions import user_of as who
from voluncity.testing.make_people import NOON, make_user, make_volunteer, user_of
from voluncity.testing.pages import as_

pytestmark = pytest.mark.django_db


def test_a_session_says_whose_it_is_and_goes_with_the_login() -> None:
    user, client = make_user(), Client()
    client.force_login(user)
    assert list(Session.objects.values_list("user", flat=True)) == [user.pk]
    client.logout()
    assert not Session.objects.exists()


def test_one_statement_knows_session_account_and_volunteer() -> None:
    volunteer, client, request = make_volunteer(), Client(), HttpRequest()
    client.force_login(user_of(volunteer))
    request.session = SessionStore(client.session.session_key)
    with CaptureQueriesContext(connection) as asked:
        found = who(request)
        assert found == volunteer.user
        assert found.volunteer.region_id == volunteer.region_id
        assert user_of(found.volunteer).created_at == NOON
    assert len(asked) == 1


def test_who_is_no_volunteer_is_not_looked_for_again() -> None:
    user, client, request = make_user(), Client(), HttpRequest()
    client.force_login(user)
    request.session = SessionStore(client.session.session_key)
    with CaptureQueriesContext(connection) as asked:
        found = who(request)
        assert found == user
        assert found.volunteer_or_none is None
    assert len(asked) == 1


def test_a_changed_password_and_a_closed_account_end_the_session() -> None:
    for change in ({"password": "another"}, {"is_active": False}):
        user, client = user_of(make_volunteer()), Client()
        client.force_login(user)
        assert client.get("/scan/").status_code == 200
        type(user).objects.filter(pk=user.pk).update(**change)
        assert client.get("/scan/").status_code == 302


def test_a_session_that_ran_out_or_was_made_up_knows_nobody() -> None:
    client = as_(user_of(make_volunteer()))
    Session.objects.update(expire_date=now() - timedelta(seconds=1))
    assert client.get("/scan/").status_code == 302
    client.cookies["sessionid"] = "x" * 32
    assert client.get("/scan/").status_code == 302
