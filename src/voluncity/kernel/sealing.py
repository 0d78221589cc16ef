"""Encrypt personal numbers at rest and find them again by a keyed blind index (RELIABILITY B10)."""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
from collections.abc import Sequence
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_TAG = "a1"  # algorithm tag: AES-256-GCM, 12-byte nonce; a second one can live beside it
_NONCE = 12
TAIL = 4  # digits by which people say which phone they mean
_TAIL_INDEX = 16


class Unsealable(Exception):
    """The text was sealed with another key, for another row, or was changed."""


@lru_cache(maxsize=16)
def key_id(key: bytes) -> str:
    """Return the short public name of a key."""
    return hashlib.sha256(b"key-id:" + key).hexdigest()[:8]


@lru_cache(maxsize=16)
def cipher_of(key: bytes) -> AESGCM:
    """Return the cipher of a key; it keeps no state, and making it costs as much as using it."""
    return AESGCM(key)


def seal(plain: str, *, keys: Sequence[bytes], bound_to: str) -> str:
    """Encrypt `plain` with the newest key, bound to one row so that rows cannot be swapped."""
    nonce = os.urandom(_NONCE)
    body = cipher_of(keys[0]).encrypt(nonce, plain.encode(), bound_to.encode())
    return f"{_TAG}.{key_id(keys[0])}.{base64.urlsafe_b64encode(nonce + body).decode()}"


def unseal(sealed: str, *, keys: Sequence[bytes], bound_to: str) -> str:
    """Decrypt what `seal` made.

    :raises Unsealable: when no key fits, or text or row is another one.
    """
    tag, _, rest = sealed.partition(".")
    name, _, body = rest.partition(".")
    key = next((key for key in keys if key_id(key) == name), None)
    if tag != _TAG or key is None:
        raise Unsealable(f"no key {name!r} for tag {tag!r}")
    try:
        raw = base64.b64decode(body, altchars=b"-_", validate=True)
        return cipher_of(key).decrypt(raw[:_NONCE], raw[_NONCE:], bound_to.encode()).decode()
    except (InvalidTag, ValueError) as error:
        raise Unsealable("changed, or bound to another row") from error


def blind_index(value: str, *, key: bytes, purpose: str) -> str:
    """Return a keyed digest by which equal values are found without being readable."""
    return hmac.digest(key, f"{purpose}:{value}".encode(), "sha256").hex()


def tail_index(phone: str, *, key: bytes) -> str:
    """Return the blind index of a phone's last four digits; shortened, as ten thousand are few."""
    if not phone:
        return ""
    return blind_index(phone[-TAIL:], key=key, purpose="phone-tail")[:_TAIL_INDEX]
