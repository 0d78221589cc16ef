"""What the marks do to each kind of caller: page, fragment, program."""

from __future__ import annotations

from typing import Any, cast

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from voluncity.city.access.marks import (
    PUBLIC,
    SIGNED_IN,
    VOLUNTEER,
    check,
    needs,
    public,
    signed_in,
    volunteer_only,
)
from voluncity.city.access.middleware import MarkedViewsMiddleware
from voluncity.city.access.permissions import Permission, Role
from voluncity.city.people.models import User
from voluncity.kernel.refusals import NotAllowed
from voluncity.testing.make_orgs import give, make_organization
from voluncity.testing.make_people import make_user, make_volunteer
from voluncity.testing.pages import as_

pytestmark = pytest.mark.django_db


def page(_request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok")


def test_the_mark_can_be_read_from_the_view() -> None:
    marked = [public(page), signed_in(page), volunteer_only(page), needs(Permission.ORG_EDIT)(page)]
    assert [str(view.access) for view in marked] == [  # type: ignore[attr-defined]
        "public",
        "signed_in",
        "volunteer",
        "org_edit",
    ]


def test_a_view_without_a_mark_does_not_answer() -> None:
    middleware = MarkedViewsMiddleware(page)
    request = RequestFactory().get("/")

    def unmarked(_request: HttpRequest) -> HttpResponse:
        return HttpResponse("ok")

    with pytest.raises(ImproperlyConfigured, match="unmarked is not marked"):
        middleware.process_view(request, unmarked, (), {})
    middleware.process_view(request, public(unmarked), (), {})


def test_a_stranger_is_led_to_the_login_and_back() -> None:
    response = Client().get("/me/signups/?tab=past")
    assert (response.status_code, response.headers["Location"]) == (
        302,
        "/login/?next=/me/signups/%3Ftab%3Dpast",
    )


def test_a_stranger_who_sent_a_form_comes_back_to_the_page_of_the_form() -> None:
    sent = Client().post("/logout/", headers={"referer": "http://testserver/find/?q=a"})
    assert sent.headers["Location"] == "/login/?next=/find/%3Fq%3Da"
    from_elsewhere = Client().post("/logout/", headers={"referer": "http://evil.example/x"})
    assert from_elsewhere.headers["Location"] == "/login/?next=/"


def test_a_stranger_in_a_fragment_gets_a_sentence_and_no_login_page() -> None:
    response = Client().get("/me/signups/", headers={"HX-Request": "true"})
    assert response.status_code == 403
    assert "请重新登录" in response.content.decode()
    assert response.headers["X-Refusal"] == "not_signed_in"


def test_a_program_without_a_key_gets_json() -> None:
    response = Client().get("/api/v1/me")
    assert (response.status_code, response.headers["WWW-Authenticate"]) == (401, "Bearer")
    assert response.json()["error"]["code"] == "not_signed_in"


def test_who_is_no_volunteer_yet_is_led_to_the_registration() -> None:
    client = as_(make_user())
    response = client.get("/me/signups/")
    assert response.headers["Location"] == "/join/?next=/me/signups/"
    fragment = client.get("/me/signups/", headers={"HX-Request": "true"})
    assert (fragment.status_code, fragment.headers["X-Refusal"]) == (403, "not_volunteer")


def test_a_volunteer_and_somebody_without_the_role_do_not_see_the_desk() -> None:
    client = as_(cast("User", make_volunteer().user))
    refused = client.get("/desk/projects/")
    assert refused.status_code == 403
    assert "没有办理这项业务的权限" in refused.content.decode()


def test_who_holds_one_of_the_permissions_goes_on() -> None:
    user = make_user()
    give(user, Role.TEAM_LEADER, make_organization())
    client = as_(user)
    assert client.get("/desk/projects/").status_code == 200
    assert client.get("/desk/projects/new/").status_code == 403


def test_a_role_is_no_key_for_pages_of_volunteers() -> None:
    user = make_user()
    give(user, Role.ORG_ADMIN, make_organization())
    client = as_(user)
    assert client.get("/me/card/").headers["Location"].startswith("/join/")


@pytest.mark.parametrize("access", [SIGNED_IN, VOLUNTEER])
def test_below_the_api_nobody_is_redirected(access: Any) -> None:
    from django.contrib.auth.models import AnonymousUser  # needs the apps

    request = RequestFactory().get("/api/v1/anything")
    request.user = AnonymousUser()
    with pytest.raises(NotAllowed) as refusal:
        check(request, access)
    assert refusal.value.code == "not_signed_in"
    assert check(request, PUBLIC) is None


def test_an_account_that_was_closed_meanwhile_is_a_stranger() -> None:
    user = make_user()
    client = as_(user)
    user.is_active = False
    user.save(update_fields=["is_active"])
    assert client.get("/me/").headers["Location"].startswith("/login/")
