"""Which stars so many minutes make, and the numbers on a certificate."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from voluncity.honor.recognition.models import StarTier
from voluncity.kernel.clock import local_date
from voluncity.kernel.sealing import blind_index

CHECK_CODE_LENGTH = 8


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


def facts_digest(facts: dict[str, Any]) -> str:
    """Return the SHA-256 of a certificate's facts, whatever the order of their keys."""
    text = json.dumps(facts, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def check_code(serial: str, digest: str, *, key: bytes) -> str:
    """Return the short code that only the city can make for this serial and these facts."""
    digits = blind_index(f"{serial}:{digest}", key=key, purpose="certificate")
    return f"{int(digits, 16) % 10**CHECK_CODE_LENGTH:0{CHECK_CODE_LENGTH}d}"
