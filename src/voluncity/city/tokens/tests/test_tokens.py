"""Keys for programs: shown once, opening only their doors, and closed at once when revoked."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils.timezone import now

from voluncity.city.access.permissions import Role
from voluncity.city.journal.models import Entry
from voluncity.city.people.models import User
from voluncity.city.tokens import actions
from voluncity.city.tokens.models import ApiToken
from voluncity.city.tokens.rules import LIVE_KEYS_MOST
from voluncity.city.tokens.states import TokenScope
from voluncity.kernel.refusals import NotFound, Refusal
from voluncity.testing.api import Program, program_of
from voluncity.testing.clock import stopped_at
from voluncity.testing.make_orgs import give, make_organization
from voluncity.testing.make_people import NOON, make_user, make_volunteer
from voluncity.testing.pages import as_

pytestmark = pytest.mark.django_db
READ = TokenScope.VOLUNTEER_READ


def make_token(user: User, **changes: Any) -> tuple[ApiToken, str]:
    facts: dict[str, Any] = {
        "user": user, "by": user, "name": "报表程序", "scopes": [READ], "days": 30, "at": NOON,
    }  # fmt: skip
    return actions.create_token(**(facts | changes))


def test_only_the_digest_of_a_key_is_kept() -> None:
    token, secret = make_token(make_user())
    assert secret.startswith("vc_")
    assert len(secret) >= 40
    assert token.hint == secret[-4:]
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM tokens_apitoken")
        assert secret not in str(cursor.fetchall())
    [entry] = Entry.objects.all()
    assert (entry.verb, entry.data) == ("tokens.create", {"user": token.user_id, "days": 30})


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": " \u200b "}, "name"),
        ({"name": "名" * 61}, "name"),
        ({"scopes": []}, "scopes"),
        ({"scopes": ["everything"]}, "scopes"),
        ({"days": 31}, "days"),
        ({"days": 0}, "days"),
        ({"days": 10**9}, "days"),
    ],
)
def test_a_key_that_was_not_offered_is_not_made(changes: dict[str, Any], field: str) -> None:
    with pytest.raises(Refusal) as refusal:
        make_token(make_user(), **changes)
    assert refusal.value.field == field
    assert not ApiToken.objects.exists()


def test_a_person_has_only_so_many_live_keys() -> None:
    user = make_user()
    for _ in range(LIVE_KEYS_MOST):
        make_token(user)
    with pytest.raises(Refusal, match="请先停用"):
        make_token(user)
    make_token(user, at=NOON + timedelta(days=31))  # the others have run out
    make_token(make_user())


def test_a_key_is_revoked_once_by_its_owner_only() -> None:
    user = make_user()
    token, _ = make_token(user)
    with pytest.raises(NotFound):
        actions.revoke_token(token_id=token.pk, by=make_user("李强"), at=NOON)
    actions.revoke_token(token_id=token.pk, by=user, at=NOON)
    with pytest.raises(Refusal, match="已经停用"):
        actions.revoke_token(token_id=token.pk, by=user, at=NOON)


def test_a_live_key_is_known_and_its_use_is_noted_now_and_then() -> None:
    with stopped_at(NOON) as clock:
        program = program_of(make_user("王芳"), READ)
        assert program.get("me").body["display_name"] == "王芳"
        clock.move(minutes=9)
        program.get("me")
        assert ApiToken.objects.get().used_at == NOON
        clock.move(minutes=1)
        program.get("me")
        assert ApiToken.objects.get().used_at == NOON + timedelta(minutes=10)


def test_a_dead_key_says_why() -> None:
    with stopped_at(NOON) as clock:
        user = make_user()
        token, secret = make_token(user)
        assert Program(secret).get("me").status == 200
        actions.revoke_token(token_id=token.pk, by=user, at=NOON)
        assert Program(secret).get("me").refusal == (401, "token.revoked", "")
        _, secret = make_token(user)
        clock.move(days=30)
        assert Program(secret).get("me").refusal == (401, "token.expired", "")
        _, secret = make_token(user, at=clock.instant)
        User.objects.filter(pk=user.pk).update(is_active=False)
        assert Program(secret).get("me").refusal == (401, "token.account_closed", "")


@pytest.mark.parametrize("key", ["wrong", "vc_" + "x" * 43, "密钥", "\ud800", " "])
def test_a_key_that_never_was_is_refused(key: str) -> None:
    header = f"Bearer {key}".encode("utf-8", "surrogatepass").decode("latin-1")
    response = Client().get("/api/v1/me", headers={"Authorization": header})
    assert response.status_code == 401
    assert response.json()["error"]["code"] in {"token.unknown", "not_signed_in"}


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer ", "Basic dXNlcjpwYXNz", "vc_key"])
def test_another_kind_of_header_is_no_key(header: str) -> None:
    response = Client().get("/api/v1/me", headers={"Authorization": header})
    assert (response.status_code, response.json()["error"]["code"]) == (401, "not_signed_in")


def test_a_login_in_the_browser_is_no_key() -> None:
    client = as_(make_user())
    assert client.get("/api/v1/me").status_code == 401


def test_a_public_operation_refuses_a_dead_key_and_serves_strangers() -> None:
    assert Program().get("leaderboard").status == 200
    assert Program("vc_dead").get("leaderboard").refusal == (401, "token.unknown", "")


@pytest.mark.parametrize("scope", TokenScope)
def test_a_key_opens_only_the_doors_of_its_scope(scope: TokenScope) -> None:
    user = make_volunteer().user
    assert user
    give(user, Role.ORG_ADMIN, make_organization())
    program = program_of(user, scope)
    opened = {
        TokenScope.VOLUNTEER_READ: program.get("me/balance"),
        TokenScope.VOLUNTEER_WRITE: program.post("me/certificates"),
        TokenScope.ORGANIZER_READ: program.get("organizer/hours"),
        TokenScope.ORGANIZER_WRITE: program.post("organizer/hours/confirm", {"record_ids": [1]}),
    }
    for wanted, answer in opened.items():
        is_shut = answer.status == 403 and answer.refusal[1] == "token.scope"
        assert is_shut == (wanted != scope)


def test_a_key_never_opens_more_than_its_owner_may() -> None:
    program = program_of(make_user())
    assert program.get("organizer/projects").refusal == (403, "not_allowed", "")
    assert program.get("me/balance").refusal == (403, "not_volunteer", "")


def test_keys_are_listed_without_their_secrets_and_revoked_through_the_api() -> None:
    user = make_user()
    program = program_of(user)
    [listed] = program.get("tokens").body["items"]
    assert program.key not in str(listed)
    assert listed["hint"] == program.key[-4:]
    answer = program.post(f"tokens/{listed['id']}/revoke")
    assert answer.body["revoked_at"] is not None
    assert program.get("me").refusal == (401, "token.revoked", "")
    foreign, _ = make_token(make_user("李强"))
    assert program_of(user).post(f"tokens/{foreign.pk}/revoke").refusal == (404, "not_found", "")


# -- The page ----------------------------------------------------------------------------------


def test_a_key_is_made_on_the_page_and_shown_once() -> None:
    client = as_(make_user())
    page = client.post("/tokens/", {"name": "报表程序", "scopes": [READ], "days": "30"})
    token = ApiToken.objects.get()
    text = page.content.decode()
    assert page.status_code == 200
    secret = text.split("<code", 1)[1].split(">", 1)[1].split("<")[0]
    assert secret.endswith(token.hint)
    assert Program(secret).get("me").status == 200
    assert "no-store" in page.headers["Cache-Control"]
    again = client.get("/tokens/").content.decode()
    assert secret not in again
    assert "报表程序" in again


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"name": ""}, "请写明密钥的用途"),
        ({"name": "名" * 61}, "用途最多 60 个字"),
        ({"scopes": []}, "请至少选择一项权限"),
        ({"scopes": ["everything"]}, "请从列出的权限中选择"),
        ({"days": "31"}, "有效期请从列出的天数中选择"),
        ({"days": "一年"}, "有效期请从列出的天数中选择"),
    ],
)
def test_a_wrong_form_says_so_at_its_field(changes: dict[str, Any], sentence: str) -> None:
    client = as_(make_user())
    form = {"name": "报表程序", "scopes": [READ], "days": "30"} | changes
    page = client.post("/tokens/", form)
    assert page.status_code == 422
    assert sentence in page.content.decode()
    assert not ApiToken.objects.exists()


def test_a_key_is_revoked_on_the_page_and_a_foreign_one_is_not_there() -> None:
    user = make_user()
    client = as_(user)
    mine, _ = make_token(user)
    foreign, _ = make_token(make_user("李强"))
    assert client.post(f"/tokens/{mine.pk}/revoke/").headers["Location"] == "/tokens/"
    assert client.post(f"/tokens/{foreign.pk}/revoke/").status_code == 404
    assert client.get(f"/tokens/{mine.pk}/revoke/").status_code == 405
    assert client.post(f"/tokens/{mine.pk}/revoke/").status_code == 409
    assert "已停用" in client.get("/tokens/").content.decode()


def test_the_page_asks_the_database_as_often_for_one_key_as_for_many() -> None:
    from django.test.utils import CaptureQueriesContext  # only this test counts

    user = make_user()
    client = as_(user)
    counts = []
    for more in (1, 29):
        for _ in range(more):
            ApiToken.objects.create(
                user=user, name="程序", digest=f"{more}{ApiToken.objects.count()}", hint="abcd",
                scopes=[READ], created_at=now(), expires_at=now() + timedelta(days=1),
            )  # fmt: skip
        client.get("/tokens/")
        with CaptureQueriesContext(connection) as captured:
            assert client.get("/tokens/").status_code == 200
        counts.append(len(captured))
    assert counts[0] == counts[1]
