"""Signatures and seals of WeChat Pay v3 (RULES §4.2): RSA with SHA-256, AES-256-GCM."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.x509 import load_pem_x509_certificate

SCHEME = "WECHATPAY2-SHA256-RSA2048"
NONCE = 12  # bytes


class Unreadable(Exception):
    """What was sealed does not open, or holds something else than was agreed."""


def lines(*parts: str) -> bytes:
    """Return what is signed: each part and a line end."""
    return "".join(f"{part}\n" for part in parts).encode()


@lru_cache(maxsize=8)
def private_key(pem: str) -> RSAPrivateKey:
    """Return the merchant's key.

    :raises ValueError: when it is no RSA key.
    """
    key = serialization.load_pem_private_key(pem.encode(), password=None)
    if not isinstance(key, RSAPrivateKey):
        raise ValueError("The merchant's key is no RSA key.")  # noqa: TRY004 -- a wrong setting
    return key


@lru_cache(maxsize=8)
def public_key(pem: str) -> RSAPublicKey:
    """Return a public key of the payment service, bare or out of its certificate.

    :raises ValueError: when it is no RSA key.
    """
    raw = pem.encode()
    key = (
        load_pem_x509_certificate(raw).public_key()
        if b"BEGIN CERTIFICATE" in raw
        else serialization.load_pem_public_key(raw)
    )
    if not isinstance(key, RSAPublicKey):
        raise ValueError("The payment service's key is no RSA key.")  # noqa: TRY004
    return key


def sign(message: bytes, *, pem: str) -> str:
    """Return the signature in Base64."""
    signature = private_key(pem).sign(message, padding.PKCS1v15(), hashes.SHA256())
    return base64.b64encode(signature).decode()


def is_signed(message: bytes, signature: str, *, pem: str) -> bool:
    """Tell whether the holder of the key signed this."""
    try:
        raw = base64.b64decode(signature, validate=True)
        public_key(pem).verify(raw, message, padding.PKCS1v15(), hashes.SHA256())
    except (InvalidSignature, binascii.Error, ValueError):
        return False
    return True


def authorization(  # noqa: PLR0913 -- the header has that many parts
    *, method: str, path: str, body: str, mchid: str, serial: str, pem: str, at: int, nonce: str
) -> str:
    """Return the header by which the merchant says who asks."""
    signature = sign(lines(method, path, str(at), nonce, body), pem=pem)
    parts = {
        "mchid": mchid, "nonce_str": nonce, "signature": signature, "timestamp": str(at),
        "serial_no": serial,
    }  # fmt: skip
    return f"{SCHEME} " + ",".join(f'{name}="{value}"' for name, value in parts.items())


def pay_text(*, appid: str, at: str, nonce: str, prepay_id: str) -> bytes:
    """Return what is signed for the payment sheet on the phone (paySign)."""
    return lines(appid, at, nonce, f"prepay_id={prepay_id}")


def seal(plain: Mapping[str, Any], *, key: bytes, nonce: str, about: str) -> str:
    """Return something sealed in Base64, as the payment service does."""
    text = json.dumps(plain, ensure_ascii=False, separators=(",", ":")).encode()
    return base64.b64encode(AESGCM(key).encrypt(nonce.encode(), text, about.encode())).decode()


def unseal(resource: Mapping[str, Any], *, key: bytes) -> dict[str, Any]:
    """Return what a notification holds.

    :raises Unreadable: when it does not open with this key.
    """
    try:
        if resource["algorithm"] != "AEAD_AES_256_GCM":
            raise Unreadable("another algorithm")
        raw = base64.b64decode(resource["ciphertext"], validate=True)
        nonce = resource["nonce"].encode()
        about = (resource.get("associated_data") or "").encode()
        plain = json.loads(AESGCM(key).decrypt(nonce, raw, about))
    except (InvalidTag, KeyError, TypeError, AttributeError, ValueError, UnicodeError) as error:
        raise Unreadable("does not open") from error
    if not isinstance(plain, dict):
        raise Unreadable("holds something else")
    return plain
