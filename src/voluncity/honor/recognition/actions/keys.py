"""The keys that sign certificates: made at the first one, changed by command, never shown."""

from __future__ import annotations

import base64
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings
from django.db import IntegrityError, models, transaction

from voluncity.city.access.personal import seal, unseal
from voluncity.city.journal.actions import record
from voluncity.honor.recognition.models import SigningKey
from voluncity.honor.recognition.rules import key_name
from voluncity.kernel.refusals import Refusal


def sign(said: str, *, at: datetime) -> tuple[SigningKey, str]:
    """Sign lines with the key that holds now; return it and the signature as base64."""
    key = current_key(at=at)
    private = _from_environment() or _opened(key)
    return key, base64.b64encode(private.sign(said.encode())).decode()


@transaction.atomic
def current_key(*, at: datetime) -> SigningKey:
    """Return the key that signs now; the first certificate makes the first one.

    A key in the environment (`VOLUNCITY_SIGNING_KEY`) takes the place of one that was kept here.
    """
    given = _from_environment()
    live = SigningKey.objects.filter(retired_at=None).first()
    if live is not None and _fits(live, given):
        return live
    return _change(live, given, by=None, at=at)


@transaction.atomic
def rotate_key(*, by: models.Model | None, at: datetime) -> SigningKey:
    """Retire the key and make another one; what it signed stays good.

    :raises Refusal: when the key comes from the environment and must be changed there.
    """
    if _from_environment() is not None:
        raise Refusal(
            "签名密钥来自环境变量 VOLUNCITY_SIGNING_KEY，请先换成新的密钥，再重新启动。",
            code="recognition.key_from_environment",
        )
    return _change(SigningKey.objects.filter(retired_at=None).first(), None, by=by, at=at)


def _change(
    old: SigningKey | None,
    given: Ed25519PrivateKey | None,
    *,
    by: models.Model | None,
    at: datetime,
) -> SigningKey:
    private = given or Ed25519PrivateKey.generate()
    public = _public(private)
    name = key_name(public)
    if old is not None:
        # A clock that was set back since must not stop the city from issuing certificates.
        ended = max(at, old.valid_from)
        SigningKey.objects.filter(pk=old.pk, retired_at=None).update(retired_at=ended)
    kept = SigningKey.objects.filter(name=name)
    if kept.update(retired_at=None):  # the environment went back to a key that was used before
        return kept.get()
    cipher = "" if given else seal(_raw(private), bound_to=f"signing-key:{name}")
    key = SigningKey(
        name=name, public=base64.b64encode(public).decode(), private_cipher=cipher, valid_from=at
    )
    try:
        with transaction.atomic():
            key.save(force_insert=True)
    except IntegrityError:  # two certificates at once made the first key: one of them did
        return SigningKey.objects.get(retired_at=None)
    record("recognition.change_key", key, by=by, at=at)
    return key


def _fits(live: SigningKey, given: Ed25519PrivateKey | None) -> bool:
    """Return whether the private half of a key is at hand, here or in the environment."""
    return bool(live.private_cipher) if given is None else live.name == key_name(_public(given))


def _from_environment() -> Ed25519PrivateKey | None:
    raw: bytes | None = settings.VOLUNCITY_SIGNING_KEY
    return Ed25519PrivateKey.from_private_bytes(raw) if raw else None


def _opened(key: SigningKey) -> Ed25519PrivateKey:
    plain = unseal(key.private_cipher, bound_to=f"signing-key:{key.name}")
    return Ed25519PrivateKey.from_private_bytes(base64.b64decode(plain))


def _raw(private: Ed25519PrivateKey) -> str:
    return base64.b64encode(private.private_bytes_raw()).decode()


def _public(private: Ed25519PrivateKey) -> bytes:
    return private.public_key().public_bytes_raw()
