"""Read minutes and stars."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import date
from typing import Any

from django.db.models import Count, Q, Sum

from voluncity.city.journal.wrong_rows import wrong_ids
from voluncity.city.ledger import queries as ledger
from voluncity.city.ledger.models import Account, Unit
from voluncity.honor.recognition.models import StarAward, StarTier, Total
from voluncity.honor.recognition.rules import Rung, ladder, next_rung
from voluncity.service.hours.rules import holder_key

EVERYBODY = 1_000_000


def total_minutes(volunteer_id: int) -> int:
    """Return everything that a volunteer has served, from the ledger itself."""
    held = ledger.balances(f"volunteer:{volunteer_id}")
    return sum(amount for key, amount in held.items() if key.startswith(f"{Unit.MINUTES}:"))


def ladder_on(day: date) -> list[Rung]:
    """Return the star ladder that holds on a day."""
    return ladder(StarTier.objects.all(), on=day)


def stars_of(volunteer_id: int) -> int:
    """Return how many stars a volunteer has: by hours or certified, whichever are more."""
    best = (
        StarAward.objects.filter(volunteer_id=volunteer_id, withdrawn_at=None)
        .order_by("-stars")
        .values_list("stars", flat=True)
        .first()
    )
    return best or 0


def certified_stars(volunteer_ids: Collection[int]) -> dict[int, tuple[int, str]]:
    """Return volunteer → stars and number of the certified honor that carries them."""
    rows = StarAward.objects.filter(volunteer__in=volunteer_ids, withdrawn_at=None)
    found = rows.exclude(certified_as="").values_list("volunteer", "stars", "certified_as")
    return {pk: (stars, serial) for pk, stars, serial in found}


def tiers() -> list[tuple[date, list[Rung]]]:
    """Return every ladder with the day on which it begins to hold, the newest first."""
    found: dict[date, list[Rung]] = {}
    for tier in StarTier.objects.order_by("-valid_from", "stars"):
        found.setdefault(tier.valid_from, []).append(Rung(tier.stars, tier.minutes))
    return list(found.items())


def people_reaching(minutes: Sequence[int]) -> list[int]:
    """Return how many living volunteers have at least so many minutes, for each number."""
    counted = {
        f"n{number}": Count("pk", filter=Q(minutes__gte=least))
        for number, least in enumerate(minutes)
    }
    held = Total.objects.filter(
        month="", minutes__gte=min(minutes, default=1), volunteer__closed_at=None
    )
    return list(held.aggregate(**counted).values())


def star_progress(volunteer_id: int, *, on: date) -> dict[str, Any]:
    """Return a volunteer's stars, minutes and the way to the next star.

    The level is the highest live star, by hours or certified; the way leads to the one above it.
    """
    rungs, minutes = ladder_on(on), total_minutes(volunteer_id)
    live = StarAward.objects.filter(volunteer_id=volunteer_id, withdrawn_at=None)
    awards = {award.stars: award for award in live.filter(certified_as="")}
    certified = live.exclude(certified_as="").first()
    level = max([*awards, certified.stars if certified else 0], default=0)
    coming = next_rung([rung for rung in rungs if rung.stars > level], minutes)
    return {
        "stars": level,
        "certified": certified,
        "minutes": minutes,
        "next": coming,
        "missing": coming.minutes - minutes if coming else 0,
        "rungs": [(rung, awards.get(rung.stars)) for rung in rungs],
    }


def minutes_of_many(volunteer_ids: Collection[int]) -> dict[int, int]:
    """Return volunteer → everything served, as `total_minutes` counts it."""
    holders = {holder_key(pk): pk for pk in volunteer_ids}
    kept = Account.objects.filter(
        holder__in=holders, keeps_balance=True, key__startswith=f"{Unit.MINUTES}:"
    )
    sums = kept.values_list("holder").annotate(Sum("balance"))
    return dict.fromkeys(volunteer_ids, 0) | {holders[holder]: total for holder, total in sums}


def unsettled(*, on: date) -> Iterator[int]:
    """Return the volunteers whose stars may not be what their minutes and a day's ladder say."""
    minutes = "COALESCE(held.minutes, 0)"
    reached = " + ".join(
        f"CASE WHEN {minutes} >= {rung.minutes:d} THEN {1 << rung.stars:d} ELSE 0 END"
        for rung in ladder_on(on)
    )
    return wrong_ids("v.id", _UNSETTLED.format(reached=reached or "0"), page=EVERYBODY)


# Stars as bits of a number. In SQL, since one look at each of 750,000 people took minutes.
_UNSETTLED = """
    FROM people_volunteer v
    LEFT JOIN (
        SELECT holder, CAST(SUM(balance) AS bigint) AS minutes FROM ledger_account
        WHERE keeps_balance AND key LIKE 'minutes:%%' GROUP BY holder
    ) held ON held.holder = 'volunteer:' || v.id
    LEFT JOIN (
        SELECT volunteer_id, SUM(1 << stars) AS stars, MAX(needed_minutes) AS needed
        FROM recognition_staraward WHERE withdrawn_at IS NULL AND certified_as = ''
        GROUP BY volunteer_id
    ) live ON live.volunteer_id = v.id
    WHERE (
        COALESCE(live.needed, 0) > COALESCE(held.minutes, 0)
        OR (({reached}) & ~COALESCE(live.stars, 0)) <> 0
    )
"""
