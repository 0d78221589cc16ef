"""Find the key that a program shows, and the keys of a person."""

from __future__ import annotations

from datetime import datetime

from django.db import connection
from django.db.models import QuerySet

from voluncity.city.access import personal
from voluncity.city.access.columns import Columns
from voluncity.city.access.queries import Person
from voluncity.city.people.models import User, Volunteer
from voluncity.city.tokens.models import ApiToken, KeptAnswer
from voluncity.city.tokens.rules import NotSignedIn, digest_of
from voluncity.kernel.statements import Statement

_TOKEN, _USER, _VOLUNTEER = Columns(ApiToken, "t"), Columns(User, "u"), Columns(Volunteer, "v")
_FIRST_OF_USER = len(_TOKEN.names)
_FIRST_OF_VOLUNTEER = _FIRST_OF_USER + len(_USER.names)
_FOUND = Statement(
    f"""
    SELECT {_TOKEN.sql}, {_USER.sql}, {_VOLUNTEER.sql}
    FROM tokens_apitoken t
    JOIN people_user u ON u.id = t.user_id
    LEFT JOIN people_volunteer v ON v.user_id = t.user_id
    WHERE t.digest = %(digest)s
    """  # noqa: S608 -- the names of our own columns
)


def live_token(secret: str, *, at: datetime) -> ApiToken:
    """Return the key that opens, with its owner and the owner's record as a volunteer.

    :raises NotSignedIn: when it is unknown, revoked, expired, or its owner's account is closed.
    """
    token = _token(digest_of(secret))
    if token is None:
        raise NotSignedIn("密钥无效，请核对，或重新登录获取。", code="token.unknown")
    if token.revoked_at is not None:
        raise NotSignedIn("这个密钥已停用，请重新登录获取。", code="token.revoked")
    if token.expires_at <= at:
        raise NotSignedIn("这个密钥已过期，请重新登录获取。", code="token.expired")
    if not token.user.is_active:
        raise NotSignedIn("这个账号已停用，请联系管理员。", code="token.account_closed")
    return token


def _token(digest: str) -> ApiToken | None:
    found = _FOUND.row(connection, {"digest": digest})
    if found is None:
        return None
    token = _TOKEN.of(found)
    user = _USER.of(found[_FIRST_OF_USER:_FIRST_OF_VOLUNTEER])
    volunteer = _VOLUNTEER.of(found[_FIRST_OF_VOLUNTEER:])
    assert token is not None and user is not None, "a key has an owner"  # noqa: S101, PT018
    token._state.fields_cache["user"] = user  # noqa: SLF001 -- as select_related does
    user._state.fields_cache["volunteer"] = volunteer  # noqa: SLF001
    if volunteer is not None:
        volunteer._state.fields_cache["user"] = user  # noqa: SLF001
    return token


def tokens_of(user: Person) -> QuerySet[ApiToken]:
    """Return the keys that a person made, newest first."""
    return ApiToken.objects.filter(user_id=user.pk or 0).order_by("-created_at", "-pk")


def kept_answer(*, caller: str, key: str) -> KeptAnswer | None:
    """Return the answer kept under a key of this caller."""
    return KeptAnswer.objects.filter(caller=caller, key=key).first()


def body_of(kept: KeptAnswer) -> str:
    """Return the text of a kept answer."""
    return personal.unseal(kept.body, bound_to=f"answer:{kept.caller}:{kept.key}")
