"""How keys look, how long they live, and what a repeated request must repeat."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Sequence
from datetime import timedelta
from typing import ClassVar

from voluncity.city.tokens.states import TokenScope
from voluncity.kernel.refusals import BadInput, Refusal
from voluncity.kernel.text import clean

NAME_LENGTH = 60
DAYS = (7, 30, 90, 365)
LOGIN_DAYS = 30
LIVE_KEYS_MOST = 20
# The interface promises a day; the second one covers a client that was offline over night.
ANSWERS_KEPT = timedelta(hours=48)
USE_NOTED_EVERY = timedelta(minutes=10)

_PREFIX = "vc_"  # lets scanners for leaked secrets recognize our keys
_IDEMPOTENCY_KEY = re.compile(r"[!-~]{1,80}")


class NotSignedIn(Refusal):
    """Nobody is known to ask."""

    status: ClassVar[int] = 401
    default_code: ClassVar[str] = "not_signed_in"


def new_secret() -> str:
    """Return a fresh key of 256 bits."""
    return _PREFIX + secrets.token_urlsafe(32)


def digest_of(secret: str) -> str:
    """Return what is kept of a key; 256 random bits need no slow hash."""
    return hashlib.sha256(secret.encode(errors="replace")).hexdigest()


def checked_name(name: str) -> str:
    """Return the purpose of a key as it is kept.

    :raises BadInput: when it is empty or too long.
    """
    text = clean(name, max_length=NAME_LENGTH, field="name", label="用途")
    if not text:
        raise BadInput("请写明密钥的用途，例如“报表程序”。", field="name")
    return text


def checked_scopes(scopes: Sequence[str]) -> list[str]:
    """Return the scopes in their fixed order, each once.

    :raises BadInput: when there is none, or one that does not exist.
    """
    if not scopes or set(scopes) - set(TokenScope.values):
        raise BadInput("请至少选择一项权限，并且只能从列出的权限中选择。", field="scopes")
    return [scope for scope in TokenScope.values if scope in scopes]


def checked_days(days: int) -> int:
    """Return how many days a key lives.

    :raises BadInput: when it is none of the offered numbers.
    """
    if days not in DAYS:
        raise BadInput("有效期请从列出的天数中选择。", field="days")
    return days


def checked_idempotency_key(key: str) -> str:
    """Return the key under which an answer is kept.

    :raises BadInput: when it is no short visible text.
    """
    if not _IDEMPOTENCY_KEY.fullmatch(key):
        raise BadInput(
            "Idempotency-Key 应为 1 到 80 个英文字母、数字或符号，建议使用 UUID。",
            code="idempotency.bad_key",
            field="Idempotency-Key",
        )
    return key
