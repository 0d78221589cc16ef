"""Minutes of people whose records were merged, counted from what the journal told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection

from voluncity.city.journal.models import Entry
from voluncity.city.people import queries as people
from voluncity.honor.recognition.models import Certificate
from voluncity.kernel.merging import MergePart, Pair
from voluncity.service.hours.models import ServiceRecord

ALL_TIME = ""  # the month of a total that counts everything
RECORD_SIGNS = {"hours.post": 1, "hours.reverse": -1}
# Told about the volunteer, not about a record: nobody was there to scan (decision 0027).
WISH_SIGNS = {"wishes.credit": 1, "wishes.take_back": -1}


def with_merges(volunteer_ids: Collection[int]) -> set[int]:
    """Return those of these records that were merged or into which others were, and all of them."""
    return set().union(*people.families(volunteer_ids).values())


def told_minutes(volunteer_id: int, *, until: int) -> Counter[tuple[str, str]]:
    """Return (month, trust) → minutes of a living person, told by entries up to a number.

    A merged record has none of its own.
    """
    if people.living_record(volunteer_id) != volunteer_id:
        return Counter()
    records = ServiceRecord.objects.filter(volunteer__in=people.records_of(volunteer_id))
    entries = Entry.objects.filter(
        subject_type="servicerecord", subject_id__in=records.values("pk"), verb__in=RECORD_SIGNS,
        sequence__lte=until,
    )  # fmt: skip
    wishes = Entry.objects.filter(
        subject_type="volunteer", subject_id__in=people.records_of(volunteer_id),
        verb__in=WISH_SIGNS, sequence__lte=until,
    )  # fmt: skip
    told: Counter[tuple[str, str]] = Counter()
    for verb, said in wishes.values_list("verb", "data"):
        told[said["served_on"][:7], said["trust"]] += WISH_SIGNS[verb] * said["minutes"]
    for verb, said in entries.values_list("verb", "data"):
        told[said["served_on"][:7], said["trust"]] += RECORD_SIGNS[verb] * said["minutes"]
    return told


def _preview(pair: Pair) -> list[str]:
    number = Certificate.objects.filter(volunteer__in=people.records_of(pair.loser_id)).count()
    return [f"{number} 份已出具的服务证明继续有效，可在保留的登记里下载。"] if number else []


MERGING = MergePart("recognition", "服务证明", _preview, lambda _: {}, lambda _pair, _kept: [])
