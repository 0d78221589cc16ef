"""Award stars, and withdraw those that the minutes no longer reach."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from itertools import islice
from pathlib import Path

from django.db import transaction

from voluncity.city.journal.actions import record_each
from voluncity.honor.recognition.models import StarAward, StarTier
from voluncity.honor.recognition.queries import certified_stars, minutes_of_many, unsettled
from voluncity.honor.recognition.rules import Rung, ladder, reached
from voluncity.kernel.clock import local_date

TIERS_FILE = Path(__file__).parent.parent / "data" / "star_tiers.json"
AT_ONCE = 1_000


def load_star_tiers() -> None:
    """Load the national ladder where the city has none of that date."""
    for tiers in json.loads(TIERS_FILE.read_text())["ladders"]:
        for stars, hours in tiers["hours"].items():
            StarTier.objects.get_or_create(
                valid_from=date.fromisoformat(tiers["valid_from"]),
                stars=int(stars),
                defaults={"minutes": hours * 60},
            )


def settle_stars(*, volunteer_id: int, at: datetime) -> None:
    """Give every star that the ledger's minutes reach, and withdraw those they no longer do.

    A star stays whose own threshold or whose threshold of today is reached.
    """
    settle_stars_of({volunteer_id: at})


@transaction.atomic
def settle_stars_of(moments: Mapping[int, datetime]) -> int:
    """Settle the stars of many volunteers, each at its instant; return of how many they changed."""
    minutes = minutes_of_many(moments)
    live = _live_awards(moments)
    ladders = _ladders({local_date(at) for at in moments.values()})
    new: list[StarAward] = []
    gone: list[StarAward] = []
    for volunteer_id, at in moments.items():
        own, mine = minutes[volunteer_id], live.get(volunteer_id, {})
        rungs = reached(ladders[local_date(at)], own)
        new += [_award(volunteer_id, r, own, at) for r in rungs if r.stars not in mine]
        still = {rung.stars for rung in rungs}
        for award in mine.values():
            if own < award.needed_minutes and award.stars not in still:
                award.withdrawn_at = at
                gone.append(award)
    if new:
        StarAward.objects.bulk_create(new)
        record_each("recognition.award_star", ((a, _told(a), a.awarded_at) for a in new), by=None)
    if gone:
        StarAward.objects.bulk_update(gone, ["withdrawn_at"])
        told = [(a, _told(a), moments[a.volunteer_id]) for a in gone]
        record_each("recognition.withdraw_star", told, by=None)
    return len({award.volunteer_id for award in new + gone})


def settle_all_stars(*, at: datetime) -> int:
    """Settle the stars of everybody, as after a change of the ladder; return of how many.

    The database names those whose stars may not be what their minutes say; each is settled as
    `settle_stars` does it, a thousand in a transaction. Doing it again changes nothing.
    """
    ids = iter(unsettled(on=local_date(at)))
    number = 0
    while batch := list(islice(ids, AT_ONCE)):
        number += settle_stars_of(dict.fromkeys(batch, at))
    return number


@transaction.atomic
def carry_certified(wanted: Mapping[int, tuple[int, str] | None], *, at: datetime) -> int:
    """Let the level of people say what is certified to them; return of how many it changed.

    `wanted`: volunteer → stars and number of the highest living certified star, or none. Doing it
    again changes nothing.
    """
    held = certified_stars(wanted)
    changed = {pk: best for pk, best in wanted.items() if held.get(pk) != best}
    gone = StarAward.objects.filter(volunteer__in=held.keys() & changed, withdrawn_at=None)
    left = list(gone.exclude(certified_as=""))
    StarAward.objects.filter(pk__in=[one.pk for one in left]).update(withdrawn_at=at)
    minutes = minutes_of_many(changed)
    new = [
        StarAward(
            volunteer_id=pk, stars=best[0], needed_minutes=0, minutes=minutes[pk], awarded_at=at,
            certified_as=best[1],
        )
        for pk, best in changed.items()
        if best
    ]  # fmt: skip
    StarAward.objects.bulk_create(new)
    record_each("recognition.drop_certified", ((a, _told(a), at) for a in left), by=None)
    record_each("recognition.carry_certified", ((a, _told(a), at) for a in new), by=None)
    return len(changed)


def _live_awards(volunteer_ids: Iterable[int]) -> dict[int, dict[int, StarAward]]:
    found: dict[int, dict[int, StarAward]] = {}
    live = StarAward.objects.filter(volunteer_id__in=volunteer_ids, withdrawn_at=None)
    for award in live.filter(certified_as=""):
        found.setdefault(award.volunteer_id, {})[award.stars] = award
    return found


def _ladders(days: Iterable[date]) -> dict[date, list[Rung]]:
    tiers = list(StarTier.objects.all())
    return {day: ladder(tiers, on=day) for day in days}


def _award(volunteer_id: int, rung: Rung, minutes: int, at: datetime) -> StarAward:
    return StarAward(
        volunteer_id=volunteer_id,
        stars=rung.stars,
        needed_minutes=rung.minutes,
        minutes=minutes,
        awarded_at=at,
    )


def _told(award: StarAward) -> dict[str, int]:
    return {"volunteer": award.volunteer_id, "stars": award.stars}
