"""Read stars, places on the leaderboard, and the facts behind a certificate."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Any

from django.conf import settings
from django.db.models import Exists, OuterRef, QuerySet

from voluncity.city.journal.wrong_rows import wrong_ids
from voluncity.city.ledger import queries as ledger
from voluncity.city.ledger.models import Unit
from voluncity.city.people.models import Consent, Volunteer
from voluncity.city.people.states import Purpose
from voluncity.honor.recognition.models import Certificate, StarAward, StarTier, Total
from voluncity.honor.recognition.rules import (
    Rung,
    check_code,
    facts_digest,
    ladder,
    next_rung,
)
from voluncity.kernel.masks import mask_name
from voluncity.kernel.refusals import NotFound
from voluncity.kernel.text import half_width_digits
from voluncity.service.hours.models import ServiceRecord
from voluncity.service.hours.states import RecordState, Trust

ALL_TIME = ""


@dataclass(frozen=True)
class Place:
    """One line of the leaderboard; `name` is masked."""

    rank: int
    name: str
    region: str
    minutes: int
    stars: int
    is_me: bool


@dataclass(frozen=True)
class MyPlace:
    """Where the person who looks stands, also when they do not show themself."""

    rank: int
    minutes: int
    is_shown: bool


def total_minutes(volunteer_id: int) -> int:
    """Return everything that a volunteer has served, from the ledger itself."""
    held = ledger.balances(f"volunteer:{volunteer_id}")
    return sum(amount for key, amount in held.items() if key.startswith(f"{Unit.MINUTES}:"))


def ladder_on(day: date) -> list[Rung]:
    """Return the star ladder that holds on a day."""
    return ladder(StarTier.objects.all(), on=day)


def stars_of(volunteer_id: int) -> int:
    """Return how many stars a volunteer has."""
    best = (
        StarAward.objects.filter(volunteer_id=volunteer_id, withdrawn_at=None)
        .order_by("-stars")
        .values_list("stars", flat=True)
        .first()
    )
    return best or 0


def star_progress(volunteer_id: int, *, on: date) -> dict[str, Any]:
    """Return a volunteer's stars, minutes and the way to the next star."""
    rungs, minutes = ladder_on(on), total_minutes(volunteer_id)
    awards = {
        award.stars: award
        for award in StarAward.objects.filter(volunteer_id=volunteer_id, withdrawn_at=None)
    }
    coming = next_rung(rungs, minutes)
    return {
        "stars": max(awards, default=0),
        "minutes": minutes,
        "next": coming,
        "missing": coming.minutes - minutes if coming else 0,
        "rungs": [(rung, awards.get(rung.stars)) for rung in rungs],
    }


def _shown() -> QuerySet[Total]:
    """Return the totals of people who agreed to be on the leaderboard (PIPL art. 25)."""
    agreed = Consent.objects.filter(
        volunteer=OuterRef("volunteer"), purpose=Purpose.RANKING, withdrawn_at=None
    )
    return Total.objects.filter(Exists(agreed), minutes__gt=0, volunteer__closed_at=None)


def leaderboard(*, month: str, viewer: Volunteer | None, limit: int = 50) -> list[Place]:
    """Return the first places of a month ("2026-11") or of all time ("").

    Equal minutes share a place.
    """
    totals = list(
        _shown()
        .filter(month=month)
        .select_related("volunteer__region")
        .order_by("-minutes", "volunteer_id")[:limit]
    )
    stars = _stars_of_many([total.volunteer_id for total in totals])
    return [
        Place(
            rank=1 + sum(other.minutes > total.minutes for other in totals),
            name=mask_name(total.volunteer.name),
            region=total.volunteer.region.name,
            minutes=total.minutes,
            stars=stars.get(total.volunteer_id, 0),
            is_me=viewer is not None and viewer.pk == total.volunteer_id,
        )
        for total in totals
    ]


def _stars_of_many(volunteer_ids: Sequence[int]) -> dict[int, int]:
    awards = StarAward.objects.filter(volunteer_id__in=volunteer_ids, withdrawn_at=None)
    return dict(awards.order_by("stars").values_list("volunteer_id", "stars"))


def my_place(volunteer: Volunteer, *, month: str) -> MyPlace:
    """Return where a volunteer stands among those who agreed to be shown."""
    mine = Total.objects.filter(volunteer=volunteer, month=month).first()
    minutes = mine.minutes if mine else 0
    ahead = _shown().filter(month=month, minutes__gt=minutes).exclude(volunteer=volunteer)
    shown = _shown().filter(month=month, volunteer=volunteer).exists()
    return MyPlace(rank=1 + ahead.count(), minutes=minutes, is_shown=shown)


def posted_records(volunteer_id: int) -> QuerySet[ServiceRecord]:
    """Return the records that count for a certificate, oldest first."""
    return (
        ServiceRecord.objects.filter(volunteer_id=volunteer_id, state=RecordState.POSTED)
        .select_related("organization", "signup__shift__activity")
        .order_by("served_on", "pk")
    )


def by_organization(records: Sequence[ServiceRecord]) -> list[dict[str, Any]]:
    """Group records by the unit that recorded them: who records, proves (民政部令第 67 号)."""
    groups: dict[int, dict[str, Any]] = {}
    for record in records:
        group = groups.setdefault(
            record.organization_id,
            {"organization": record.organization.name, "proven": 0, "entered": 0, "items": []},
        )
        group["proven" if record.trust == Trust.PROVEN else "entered"] += record.minutes
        group["items"].append(
            {
                "record": record.pk,
                "activity": record.signup.shift.activity.name,
                "date": record.served_on.isoformat(),
                "minutes": record.minutes,
                "trust": record.get_trust_display(),
            }
        )
    return list(groups.values())


def find_certificate(*, serial: str, code: str) -> Certificate:
    """Return the certificate that somebody wants to check.

    :raises NotFound: when serial or code is wrong; which of them is not told.
    """
    certificate: Certificate | None = Certificate.objects.filter(
        serial=serial.strip().upper()[:20]
    ).first()
    given = half_width_digits(code).strip()
    if certificate is None or not secrets.compare_digest(
        certificate.check_code.encode(), given.encode()
    ):
        raise NotFound("没有查到这份证明，请核对编号和校验码。", code="recognition.no_certificate")
    return certificate


def is_genuine(certificate: Certificate) -> bool:
    """Return whether the stored facts are still the ones that were issued."""
    digest = facts_digest(certificate.facts)
    code = check_code(certificate.serial, digest, key=settings.VOLUNCITY_INDEX_KEY)
    return digest == certificate.digest and code == certificate.check_code


def faults(*, limit: int = 20) -> list[str]:
    """Compare totals and certificates with the ledger and name what does not agree."""
    wrong = Total.objects.filter(pk__in=list(islice(wrong_ids("t.id", _WRONG_TOTAL), limit)))
    found = [
        f"recognition: total of volunteer {total.volunteer_id} says {total.minutes} minutes, "
        f"the ledger says {total_minutes(total.volunteer_id)}"
        for total in wrong.order_by("pk")
    ]
    found += [
        f"recognition: certificate {certificate.serial} was changed after it was issued"
        for certificate in Certificate.objects.iterator(chunk_size=500)
        if not is_genuine(certificate)
    ]
    return found[:limit]


# As `total_minutes` counts, for everybody at once.
_WRONG_TOTAL = """
    FROM recognition_total t
    LEFT JOIN (
        SELECT holder, SUM(balance) AS minutes FROM ledger_account
        WHERE keeps_balance AND unit = 'minutes' GROUP BY holder
    ) held ON held.holder = 'volunteer:' || t.volunteer_id
    WHERE t.month = '' AND t.minutes <> COALESCE(held.minutes, 0)
"""
