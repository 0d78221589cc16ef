"""Find the key that a program shows, and the keys of a person."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet

from voluncity.city.access import personal
from voluncity.city.access.queries import Person
from voluncity.city.tokens.models import ApiToken, KeptAnswer
from voluncity.city.tokens.rules import NotSignedIn, digest_of


def live_token(secret: str, *, at: datetime) -> ApiToken:
    """Return the key that opens, with its owner and the owner's record as a volunteer.

    :raises NotSignedIn: when it is unknown, revoked, expired, or its owner's account is closed.
    """
    token = (
        ApiToken.objects.select_related("user__volunteer").filter(digest=digest_of(secret)).first()
    )
    if token is None:
        raise NotSignedIn("密钥无效，请核对，或重新登录获取。", code="token.unknown")
    if token.revoked_at is not None:
        raise NotSignedIn("这个密钥已停用，请重新登录获取。", code="token.revoked")
    if token.expires_at <= at:
        raise NotSignedIn("这个密钥已过期，请重新登录获取。", code="token.expired")
    if not token.user.is_active:
        raise NotSignedIn("这个账号已停用，请联系管理员。", code="token.account_closed")
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
