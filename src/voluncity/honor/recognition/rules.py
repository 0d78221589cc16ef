"""Which stars so many minutes make, and the numbers on a certificate."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from voluncity.city.people.rules import Limit
from voluncity.honor.recognition.models import StarTier
from voluncity.kernel.clock import local_date
from voluncity.kernel.sealing import blind_index

CHECK_CODE_LENGTH = 8
PRINT_MOST = 200  # people a job; each is a certificate with a page of its own
KEY_NAME_LENGTH = 16
SIGNED_LONGEST = 1_500  # characters of a statement with its signature
_SIGNATURE = "签名:"
_SIGNED = re.compile(
    rf"(?s)(.+)\n{_SIGNATURE}([0-9a-f]{{{KEY_NAME_LENGTH}}}):([A-Za-z0-9+/]{{86}}==)"
)
# An office shares one address: wide for it, too narrow to try a hundred million codes.
WRONG_CHECKS = Limit(
    "cert-checks",
    30,
    timedelta(minutes=15),
    "这个网络查错的次数太多，请 {until} 以后再试，或用手机扫证明上的二维码。",
)


@dataclass(frozen=True)
class Rung:
    """One step of the ladder that holds on a day."""

    stars: int
    minutes: int


def ladder(tiers: Iterable[StarTier], *, on: date) -> list[Rung]:
    """Return the newest ladder that holds on a day, lowest rung first."""
    holding = [tier for tier in tiers if tier.valid_from <= on]
    newest = max((tier.valid_from for tier in holding), default=None)
    rungs = [Rung(tier.stars, tier.minutes) for tier in holding if tier.valid_from == newest]
    return sorted(rungs, key=lambda rung: rung.stars)


def reached(rungs: Sequence[Rung], minutes: int) -> list[Rung]:
    """Return the rungs that so many minutes reach."""
    return [rung for rung in rungs if minutes >= rung.minutes]


def next_rung(rungs: Sequence[Rung], minutes: int) -> Rung | None:
    """Return the first rung that is still ahead."""
    return next((rung for rung in rungs if minutes < rung.minutes), None)


def new_serial(*, at: datetime) -> str:
    """Return a certificate number: the day and eight random digits, so that none can be guessed."""
    return f"ZM{local_date(at):%Y%m%d}{secrets.randbelow(10**8):08d}"


def canonical(facts: dict[str, Any]) -> bytes:
    """Return a certificate's facts as the bytes of which the digest is made."""
    text = json.dumps(facts, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode()


def facts_digest(facts: dict[str, Any]) -> str:
    """Return the SHA-256 of a certificate's facts, whatever the order of their keys."""
    return hashlib.sha256(canonical(facts)).hexdigest()


def statement(serial: str, facts: dict[str, Any], digest: str) -> str:
    """Return the lines that are signed: what the paper says at its head, and the digest of all.

    They are short enough for a QR code, so that paper alone can be checked without a network.
    """
    lines = (
        ("编号", serial),
        ("姓名", facts["name"]),
        ("志愿者编号", facts["number"]),
        ("期间", f"{facts['from']}/{facts['to']}"),
        ("信用分钟", facts["proven"]),
        ("荣誉分钟", facts["entered"]),
        ("出具单位", facts["issuer"]),
        ("出具日期", facts["issued_on"]),
        ("内容摘要", digest),
    )
    return "\n".join(["志愿服务记录证明 v1", *(f"{name}:{value}" for name, value in lines)])


def signed_text(said: str, key_name: str, signature: str) -> str:
    """Return a statement with its signature, as it stands in the QR code."""
    return f"{said}\n{_SIGNATURE}{key_name}:{signature}"


@dataclass(frozen=True)
class Signed:
    """What somebody brings to be checked: the lines, the key they name, the signature."""

    statement: str
    key_name: str
    signature: str

    @property
    def serial(self) -> str:
        """Return the number of the certificate that the lines speak of."""
        return dict(self.lines).get("编号", "")

    @property
    def lines(self) -> list[tuple[str, str]]:
        """Return what the lines say, by their names."""
        pairs = (line.partition(":") for line in self.statement.split("\n")[1:])
        return [(name, value) for name, _, value in pairs]


def read_signed(text: str) -> Signed | None:
    """Return the parts of a text out of a QR code; nothing when it is none of ours."""
    found = _SIGNED.fullmatch(text.replace("\r\n", "\n").strip())
    return Signed(*found.groups()) if found else None


def key_name(public: bytes) -> str:
    """Return the short public name of a key."""
    return hashlib.sha256(public).hexdigest()[:KEY_NAME_LENGTH]


def is_signed(said: str, signature: str, *, public: str) -> bool:
    """Return whether the lines are signed by this key (RFC 8032)."""
    try:
        key = Ed25519PublicKey.from_public_bytes(base64.b64decode(public))
        key.verify(base64.b64decode(signature), said.encode())
    except (InvalidSignature, ValueError):
        return False
    return True


def check_code(serial: str, digest: str, *, key: bytes) -> str:
    """Return the short code that only the city can make for this serial and these facts."""
    digits = blind_index(f"{serial}:{digest}", key=key, purpose="certificate")
    return f"{int(digits, 16) % 10**CHECK_CODE_LENGTH:0{CHECK_CODE_LENGTH}d}"
