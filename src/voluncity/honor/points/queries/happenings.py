"""What the journal tells that may earn points, and what of it holds no longer."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Min

from voluncity.city.journal.models import Entry
from voluncity.city.people import queries as people
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
    ours = [entry for entry in entries if entry.verb in SIGNS]
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
    return told | _followed(hours)


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


def _followed(hours: Collection[Entry]) -> dict[str, Happening | None]:
    """Return the deeds that follow from hours: the first service, and days of public welfare.

    They are asked of the records as they are now: whichever entry is read last, it ends the same.
    """
    if not hours:
        return {}
    people_ids = {entry.data["volunteer"] for entry in hours}
    families = people.families(people_ids)
    living = {pk: families[pk][0] if pk in families else pk for pk in people_ids}
    family = {living[pk]: families.get(pk, [pk]) for pk in people_ids}
    everybody = {pk: head for head, all_of in family.items() for pk in all_of}
    return _firsts(everybody) | _welfare_days(everybody, {e.data["record"] for e in hours})


def _proven() -> dict[str, str]:
    return {"state": RecordState.POSTED, "trust": Trust.PROVEN}


def _firsts(living: Mapping[int, int]) -> dict[str, Happening | None]:
    found = ServiceRecord.objects.filter(volunteer__in=living, **_proven())
    first: dict[int, date] = {}
    rows = found.values_list("volunteer").annotate(first=Min("served_on"))
    for pk, day in rows.order_by():
        first[living[pk]] = min(day, first.get(living[pk], day))
    return {
        f"first:{pk}": Happening(f"first:{pk}", Ground.FIRST, pk, first[pk])
        if pk in first
        else None
        for pk in set(living.values())
    }


def _welfare_days(
    living: Mapping[int, int], record_ids: Collection[int]
) -> dict[str, Happening | None]:
    day = f"{_ACTIVITY}__welfare_attachment__day"
    touched = ServiceRecord.objects.filter(pk__in=record_ids, **{f"{day}__isnull": False})
    pairs = {(living[pk], one) for pk, one in touched.values_list("volunteer", day)}
    if not pairs:
        return {}
    told: dict[str, Happening | None] = {f"welfare:{one}:{pk}": None for pk, one in pairs}
    rows = ServiceRecord.objects.filter(
        volunteer__in=living, **{f"{day}__in": {one for _, one in pairs}}, **_proven()
    )
    for pk, one, held_on in rows.values_list("volunteer", day, f"{day}__held_on").distinct():
        source = f"welfare:{one}:{living[pk]}"
        if source in told:
            told[source] = Happening(source, Ground.WELFARE, living[pk], held_on)
    return told
