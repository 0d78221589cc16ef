"""About one volunteer: age, consents, guardian, hours, numbers, card."""

from __future__ import annotations

import secrets
import struct
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.db.models import QuerySet

from voluncity.city.access import personal
from voluncity.city.ledger import queries as ledger
from voluncity.city.people import rules
from voluncity.city.people.models import Consent, Guardian, IdentityCheck, Volunteer
from voluncity.city.policy import queries as policy
from voluncity.city.regions import queries as regions
from voluncity.city.regions.models import Region
from voluncity.kernel.identity import age_on


def age(volunteer: Volunteer, on: date) -> int:
    """Return the age in full years."""
    return age_on(volunteer.born_on, on)


def youngest_age(*, on: date) -> int:
    """Return from which age somebody may register with a guardian's consent."""
    return policy.number("people.youngest_alone_years", on=on)


def adult_age(*, on: date) -> int:
    """Return from which age somebody needs no guardian."""
    return policy.number("people.adult_years", on=on)


def is_adult(born_on: date, *, on: date) -> bool:
    """Return whether somebody needs no guardian."""
    return age_on(born_on, on) >= adult_age(on=on)


def live_guardian(volunteer: Volunteer) -> Guardian | None:
    """Return the guardian whose consent holds."""
    return volunteer.guardians.filter(withdrawn_at=None).order_by("-consented_at").first()


def guardian_ok(volunteer: Volunteer, *, on: date) -> bool:
    """Return whether this person may act: of age, or with a guardian's consent."""
    return is_adult(volunteer.born_on, on=on) or live_guardian(volunteer) is not None


def has_consent(volunteer: Volunteer, purpose: str) -> bool:
    """Return whether the volunteer agrees to this purpose now."""
    return volunteer.consents.filter(purpose=purpose, withdrawn_at=None).exists()


def live_consents(volunteer: Volunteer) -> dict[str, Consent]:
    """Return the consents that hold, by purpose."""
    return {row.purpose: row for row in volunteer.consents.filter(withdrawn_at=None)}


def consent_history(volunteer: Volunteer) -> QuerySet[Consent]:
    """Return every yes and its end, newest first."""
    return volunteer.consents.select_related("given_by").order_by("-given_at", "-pk")


def last_check(volunteer: Volunteer) -> IdentityCheck | None:
    """Return the newest real-name check."""
    return volunteer.identity_checks.order_by("-pk").first()


@dataclass(frozen=True)
class Minutes:
    """Service time by how it is proven; see `docs/glossary.md`."""

    proven: int
    entered: int

    @property
    def total(self) -> int:
        """Return all minutes that count."""
        return self.proven + self.entered


def minutes_of(volunteer_id: int) -> Minutes:
    """Return the minutes on the accounts of a volunteer."""
    kept = ledger.balances(f"volunteer:{volunteer_id}")
    key = f"minutes:volunteer:{volunteer_id}"
    return Minutes(kept.get(f"{key}:proven", 0), kept.get(f"{key}:entered", 0))


def phone_of(volunteer: Volunteer) -> str:
    """Return the plain phone number; show it masked unless a reading was journaled."""
    return personal.unseal(volunteer.phone_cipher, bound_to=f"volunteer:{volunteer.number}")


def id_number_of(volunteer: Volunteer) -> str:
    """Return the plain identity number; show it masked unless a reading was journaled."""
    return personal.unseal(volunteer.id_cipher, bound_to=f"volunteer:{volunteer.number}")


def drawn_numbers(count: int) -> list[str]:
    """Return volunteer numbers drawn by lot, so that they tell nothing; two may be equal."""
    city = settings.VOLUNCITY_CITY_CODE[:4]
    # One question to the system's lottery for all: a thousand times cheaper than for each.
    lots = struct.unpack(f"{count}Q", secrets.token_bytes(count * 8))
    return [f"{city}{lot % 10**8:08d}" for lot in lots]


def home_region(region_id: int, *, on: date) -> Region | None:
    """Return a region of this city that exists on the day."""
    below = regions.valid(on).filter(path__startswith=regions.city().path)
    return below.filter(pk=region_id).first()


def card_code(volunteer_id: int, *, at: datetime) -> str:
    """Return the code on the volunteer card for this minute."""
    return rules.card_code(volunteer_id, at=at, key=settings.SECRET_KEY.encode())


def card_holder(code: str, *, at: datetime) -> int:
    """Return the id of the volunteer whose card was scanned.

    :raises BadInput: when the code is not ours or has run out.
    """
    return rules.read_card_code(code, at=at, key=settings.SECRET_KEY.encode())


def records_of(volunteer: Volunteer | int) -> list[int]:
    """Return the id of a record and of all that were merged into it, its own first.

    Whoever lists what somebody did asks for these; a merged record keeps what happened in it.
    """
    found = [volunteer if isinstance(volunteer, int) else volunteer.pk]
    newest = found
    while newest := list(_merged_into(newest).exclude(pk__in=found)):
        found = found + newest
    return found


def families(volunteer_ids: Collection[int]) -> dict[int, list[int]]:
    """Return record → all records of the same person, the living one first, by one question.

    Only of those that are merged, or into which others were: nearly nobody.
    """
    known = Volunteer.objects.filter(pk__in=volunteer_ids).values_list("pk", "merged_into")
    merged = Volunteer.objects.filter(merged_into__in=volunteer_ids)
    found: dict[int, list[int]] = {}
    # Each half has its index; whoever is not merged is left out here.
    for pk, into in sorted(known.union(merged.values_list("pk", "merged_into"))):
        if into is not None and pk not in found:
            family = records_of(living_record(pk))
            found |= dict.fromkeys(family, family)
    return found


def _merged_into(volunteer_ids: list[int]) -> QuerySet[Volunteer, int]:
    merged = Volunteer.objects.filter(merged_into__in=volunteer_ids)
    return merged.order_by("pk").values_list("pk", flat=True)


def holder_of(volunteer: Volunteer) -> int | None:
    """Return the account of whose record this is, also where it was merged into another one."""
    if volunteer.merged_into_id is None:
        return volunteer.user_id
    living = living_record(volunteer.pk)
    return Volunteer.objects.values_list("user_id", flat=True).get(pk=living)


def living_record(volunteer_id: int) -> int:
    """Return the record in which a merged one goes on, or the same one."""
    passed = {volunteer_id}
    upper = Volunteer.objects.values_list("merged_into_id", flat=True)
    while (next_id := upper.get(pk=volunteer_id)) is not None and next_id not in passed:
        volunteer_id = next_id
        passed.add(volunteer_id)
    return volunteer_id
