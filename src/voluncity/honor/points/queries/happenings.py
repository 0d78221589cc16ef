"""What the journal tells that may earn points, and what of it holds no longer."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Min

from voluncity.city.journal.models import Entry
from voluncity.city.people import queries as people
from voluncity.honor.points.models import Earning
from voluncity.honor.points.states import Ground
from voluncity.kernel.clock import local_date
from voluncity.service.hours.models import ServiceRecord
from voluncity.service.hours.states import RecordState, Trust
from voluncity.service.training.models import TrainingRecord

POSTED, REVERSED = "hours.post", "hours.reverse"
# verb → (ground, whether it comes or goes)
SIGNS = {
    POSTED: (Ground.HOURS, True),
    REVERSED: (Ground.HOURS, False),
    "wishes.credit": (Ground.WISH, True),
    "wishes.take_back": (Ground.WISH, False),
    "training.record": (Ground.TRAINING, True),
    "training.revoke": (Ground.TRAINING, False),
    "recognition.award_star": (Ground.STAR, True),
    "recognition.withdraw_star": (Ground.STAR, False),
}
JOINED = {"claims.merge", "claims.undo"}
_ACTIVITY = "signup__shift__activity"


@dataclass(frozen=True)
class Happening:
    """Something that may earn points; `source` names it once for ever."""

    source: str
    ground: Ground
    done_by: int
    on: date
    minutes: int = 0
    category: int | None = None
    is_proven: bool = True


Told = Mapping[str, Happening | None]  # nothing: it holds no longer


def happenings(entries: Iterable[Entry]) -> dict[str, Happening | None]:
    """Return source → what happened, as the last of these entries leaves it."""
    told: dict[str, Happening | None] = {}
    read = list(entries)
    ours = [entry for entry in read if entry.verb in SIGNS]
    joined = [entry for entry in read if entry.verb in JOINED]
    hours = [entry for entry in ours if entry.verb in {POSTED, REVERSED}]
    categories = _categories({entry.data["record"] for entry in hours})
    days = _training_days({e.subject_id or 0 for e in ours if e.verb == "training.record"})
    for entry in ours:
        ground, comes = SIGNS[entry.verb]
        source = _source(ground, entry)
        told[source] = None
        if comes:
            on = days.get(entry.subject_id or 0) or _day(entry)
            told[source] = _happening(source, ground, entry, on, categories)
    return told | _followed(hours, joined)


def _source(ground: Ground, entry: Entry) -> str:
    if ground is Ground.HOURS:
        return f"record:{entry.data['record']}"
    if ground is Ground.WISH:
        return f"wish:{entry.data['wish']}"
    return f"{ground}:{entry.subject_id}"


def _day(entry: Entry) -> date:
    said = entry.data.get("served_on")
    return date.fromisoformat(said) if said else local_date(entry.at)


def _happening(
    source: str, ground: Ground, entry: Entry, on: date, categories: Mapping[int, int | None]
) -> Happening:
    who = entry.data["volunteer"]
    if ground is not Ground.HOURS:
        return Happening(source, ground, who, on)
    return Happening(
        source, ground, who, on, minutes=entry.data["minutes"],
        category=categories.get(entry.data["record"]),
        is_proven=entry.data["trust"] == Trust.PROVEN,
    )  # fmt: skip


def _categories(record_ids: Collection[int]) -> dict[int, int | None]:
    found = ServiceRecord.objects.filter(pk__in=record_ids)
    return dict(found.values_list("pk", f"{_ACTIVITY}__project__category"))


def _training_days(ids: Collection[int]) -> dict[int, date]:
    if not ids:
        return {}
    return dict(TrainingRecord.objects.filter(pk__in=ids).values_list("pk", "passed_on"))


def _followed(hours: Collection[Entry], joined: Collection[Entry]) -> dict[str, Happening | None]:
    """Return the deeds that follow from hours: the first service, and days of public welfare.

    They are asked of the records as they are now: whichever entry is read last, it ends the same.
    Records that became those of one person, or of two again, are looked at anew: each of these
    deeds counts once for a person.
    """
    people_ids = {entry.data["volunteer"] for entry in hours}
    people_ids |= {entry.data[whose] for entry in joined for whose in ("loser", "winner")}
    if not people_ids:
        return {}
    families = people.families(people_ids)
    living = {pk: families[pk][0] if pk in families else pk for pk in people_ids}
    family = {living[pk]: families.get(pk, [pk]) for pk in people_ids}
    everybody = {pk: head for head, all_of in family.items() for pk in all_of}
    days = _welfare_days(everybody, {e.data["record"] for e in hours}, again=bool(joined))
    return _firsts(everybody) | days


def _proven() -> dict[str, str]:
    return {"state": RecordState.POSTED, "trust": Trust.PROVEN}


def _firsts(living: Mapping[int, int]) -> dict[str, Happening | None]:
    found = ServiceRecord.objects.filter(volunteer__in=living, **_proven())
    first: dict[int, date] = {}
    rows = found.values_list("volunteer").annotate(first=Min("served_on"))
    for pk, day in rows.order_by():
        first[living[pk]] = min(day, first.get(living[pk], day))
    heads = set(living.values())
    known = _live_sources(Ground.FIRST, heads)
    told: dict[str, Happening | None] = {}
    for head in heads:
        sources = [source for source in known if known[source] == head]
        told |= _once("first", head, Ground.FIRST, first.get(head), sources)
    return told


def _live_sources(ground: Ground, heads: Collection[int]) -> dict[str, int]:
    """Return source → holder of the deeds of a kind that give points now."""
    live = Earning.objects.filter(ground=ground, volunteer__in=heads, is_live=True)
    return dict(live.order_by("source").values_list("source", "volunteer"))


def _once(
    name: str, head: int, ground: Ground, on: date | None, known: Collection[str]
) -> dict[str, Happening | None]:
    """Return a deed that counts once for a person: under its own name, or under the one it has."""
    own = f"{name}:{head}"
    kept = own if own in known or not known else min(known)
    told: dict[str, Happening | None] = dict.fromkeys([own, *known])
    if on is not None:
        told[kept] = Happening(kept, ground, head, on)
    return told


def _welfare_days(
    living: Mapping[int, int], record_ids: Collection[int], *, again: bool
) -> dict[str, Happening | None]:
    day = f"{_ACTIVITY}__welfare_attachment__day"
    touched = ServiceRecord.objects.filter(pk__in=record_ids, **{f"{day}__isnull": False})
    pairs = {(living[pk], one) for pk, one in touched.values_list("volunteer", day)}
    if again:
        served = ServiceRecord.objects.filter(volunteer__in=living, **{f"{day}__isnull": False})
        pairs |= {(living[pk], one) for pk, one in served.values_list("volunteer", day)}
    if not pairs:
        return {}
    rows = ServiceRecord.objects.filter(
        volunteer__in=living, **{f"{day}__in": {one for _, one in pairs}}, **_proven()
    )
    held = rows.values_list("volunteer", day, f"{day}__held_on").distinct()
    on = {(living[pk], one): held_on for pk, one, held_on in held}
    known = _live_sources(Ground.WELFARE, {head for head, _ in pairs})
    told: dict[str, Happening | None] = {}
    for head, one in pairs:
        name = f"welfare:{one}"
        sources = [s for s in known if known[s] == head and s.startswith(f"{name}:")]
        told |= _once(name, head, Ground.WELFARE, on.get((head, one)), sources)
    return told
