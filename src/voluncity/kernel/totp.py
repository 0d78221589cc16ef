"""One-time codes of an authenticator app: TOTP, RFC 6238, on HOTP, RFC 4226."""

from __future__ import annotations

import base64
import hmac
import secrets
from urllib.parse import quote, urlencode

STEP_SECONDS = 30
DIGITS = 6
DRIFT = 1  # steps that a phone's clock may be wrong, either way (RFC 6238 §5.2)
_SECRET_BYTES = 20  # as long as the digest (RFC 4226 §4, R6)
_GROUP = 4


def new_secret() -> str:
    """Return a new key in the letters that authenticator apps read (Base32)."""
    return base64.b32encode(secrets.token_bytes(_SECRET_BYTES)).decode()


def in_groups(secret: str) -> str:
    """Return a key as people type it: four letters, a blank."""
    return " ".join(secret[place : place + _GROUP] for place in range(0, len(secret), _GROUP))


def step_of(seconds: float) -> int:
    """Return the number of the step that holds a moment, in seconds since 1970."""
    return int(seconds) // STEP_SECONDS


def code_at(secret: str, step: int, *, digits: int = DIGITS) -> str:
    """Return the code of one step."""
    digest = hmac.digest(base64.b32decode(secret), step.to_bytes(8, "big"), "sha1")
    offset = digest[-1] & 0xF
    number = int.from_bytes(digest[offset : offset + 4], "big") & 0x7FFFFFFF
    return f"{number % 10**digits:0{digits}d}"


def matching_step(secret: str, code: str, *, now: int, after: int = 0) -> int | None:
    """Return the step near `now` whose code this is, or None.

    A step up to `after` was used before and never counts again.
    """
    steps = range(max(now - DRIFT, after + 1), now + DRIFT + 1)
    # Every candidate is compared, so that the time says nothing about which one it was.
    found = [n for n in steps if hmac.compare_digest(code_at(secret, n).encode(), code.encode())]
    return found[0] if found else None


def uri(secret: str, *, account: str, issuer: str) -> str:
    """Return what the QR code of the set-up page says (Key URI format)."""
    asked = {"secret": secret, "issuer": issuer, "digits": DIGITS, "period": STEP_SECONDS}
    return f"otpauth://totp/{quote(issuer)}:{quote(account)}?{urlencode(asked, quote_via=quote)}"
