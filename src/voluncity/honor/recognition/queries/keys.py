"""The public halves of the keys, and what a signature proves."""

from __future__ import annotations

import base64
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.db.models import QuerySet

from voluncity.honor.recognition.models import Certificate, SigningKey
from voluncity.honor.recognition.rules import Signed, is_signed, read_signed, statement
from voluncity.kernel.refusals import BadInput, NotFound


def keys() -> QuerySet[SigningKey]:
    """Return every key that ever signed, the newest first."""
    return SigningKey.objects.all()


def key_pem(name: str) -> str:
    """Return a public key as the file that OpenSSL reads.

    :raises NotFound: when there is no such key.
    """
    key = SigningKey.objects.filter(name=name).first()
    if key is None:
        raise NotFound("没有这把公钥，请从公钥列表里下载。")
    public = Ed25519PublicKey.from_public_bytes(base64.b64decode(key.public))
    return public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def statement_of(certificate: Certificate) -> str:
    """Return the lines of a certificate that are signed."""
    return statement(certificate.serial, certificate.facts, certificate.digest)


def signature_holds(certificate: Certificate) -> bool:
    """Return whether the signature fits; certificates of before there were keys have none."""
    if certificate.key is None:
        return True
    said = statement_of(certificate)
    return is_signed(said, certificate.signature, public=certificate.key.public)


@dataclass(frozen=True)
class SignedFound:
    """What a text out of a QR code says, and where its certificate stands now."""

    signed: Signed
    certificate: Certificate | None


def check_signed(text: str) -> SignedFound:
    """Return what somebody's text proves.

    :raises BadInput: when it is no text of a certificate, or its signature does not fit.
    """
    signed = read_signed(text)
    if signed is None:
        raise BadInput(
            "这不是证明的签名内容。请扫证明右下角的“离线核验码”，把扫出的文字全部粘贴进来。",
            field="text",
        )
    key = SigningKey.objects.filter(name=signed.key_name).first()
    if key is None or not is_signed(signed.statement, signed.signature, public=key.public):
        raise BadInput("签名不符：内容被改动过，或者不是本市出具的，请勿采信。", field="text")
    found = Certificate.objects.filter(serial=signed.serial).first()
    return SignedFound(signed, found)
