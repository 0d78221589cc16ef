"""Prove the hours: records, transfers and the hash-chained journal must tell the same."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

from django.db.models import F, Q

from voluncity.city.journal.models import Entry
from voluncity.city.ledger.models import Transfer
from voluncity.city.people import queries as people
from voluncity.service.hours.models import ServiceRecord
from voluncity.service.hours.queries import proofs
from voluncity.service.hours.rules import Span, account_key, issue_key, transfer_key
from voluncity.service.hours.states import RecordState, Trust

CHUNK = 500
POSTED_ONCE = (RecordState.POSTED, RecordState.REVERSED)
# Which entries the journal must hold about records in which states.
TOLD = {"hours.post": POSTED_ONCE, "hours.reverse": (RecordState.REVERSED,)}


def faults(*, limit: int = 20) -> list[str]:
    """Name the records, transfers and entries that do not agree (at most `limit`)."""
    found = (fault for check in CHECKS for fault in check())
    return list(islice(found, limit))


def _wrong_movements() -> Iterator[str]:
    """Compare each posted record with its transfer, and find transfers that have no record.

    Where every record has a transfer of its own, there is a stray one only if there are more.
    """
    is_right = True
    for ids in _batches(proofs.unlike_their_transfer()):
        posted = ServiceRecord.objects.filter(pk__in=ids).select_related(
            "transfer__debit", "transfer__credit", "transfer__reversed_by"
        )
        for one in posted.order_by("pk"):
            for fault in _faults_of(one):
                is_right = False
                yield f"hours: record {one.pk} {fault}"
    if not (is_right and proofs.as_many_issued_as_recorded()):
        yield from _stray_transfers()


def _batches(ids: Iterator[int]) -> Iterator[list[int]]:
    while batch := list(islice(ids, CHUNK)):
        yield batch


def _faults_of(one: ServiceRecord) -> Iterator[str]:
    if one.minutes + one.break_minutes != Span(one.counted_from, one.counted_to).minutes:
        yield f"says {one.minutes} minutes, its counted times say otherwise"
    moved = one.transfer
    if moved is None:
        yield "is posted without a transfer"
        return
    if moved.amount != one.minutes:
        yield f"says {one.minutes} minutes, its transfer {moved.pk} moved {moved.amount}"
    if moved.key != transfer_key(one.pk):
        yield f"points to transfer {moved.pk} of another record"
    ends = (issue_key(one.trust), account_key(one.volunteer_id, one.trust))
    if (moved.debit.key, moved.credit.key) != ends:
        yield f"is {one.trust} of volunteer {one.volunteer_id}, its transfer {moved.pk} is not"
    is_reversed = getattr(moved, "reversed_by", None) is not None
    if is_reversed != (one.state == RecordState.REVERSED):
        yield f"is {one.state}, its transfer {moved.pk} says otherwise"


def _stray_transfers() -> Iterator[str]:
    """Find minutes that were issued without a record."""
    issued = Transfer.objects.filter(
        Q(debit__key__in=[issue_key(trust) for trust in Trust]), record=None
    )
    for pk, key in issued.order_by("pk").values_list("pk", "key"):
        yield f"hours: transfer {pk} ({key}) issues minutes without a record"


def _wrong_entries() -> Iterator[str]:
    """Compare what the journal says was posted or reversed with the records of today."""
    for ids in _batches(proofs.unlike_their_record()):
        yield from _compare(list(Entry.objects.filter(pk__in=ids).order_by("pk")))
    for verb, states in TOLD.items():
        for pk in proofs.without_entry(verb, states):
            yield f"hours: record {pk} has no journal entry {verb}"


def _compare(batch: list[Entry]) -> Iterator[str]:
    ids = [entry.subject_id for entry in batch]
    records = ServiceRecord.objects.in_bulk(ids)
    for entry in batch:
        one = records.get(entry.subject_id or 0)
        if one is None:
            yield f"hours: record {entry.subject_id} of journal entry {entry.pk} is gone"
            continue
        wrong = [name for name, value in _told(one).items() if entry.data.get(name) != value]
        if wrong:
            names = ", ".join(wrong)
            yield f"hours: record {one.pk} differs from journal entry {entry.pk} in {names}"
        if one.state not in TOLD[entry.verb]:
            told = f"journal entry {entry.pk} says {entry.verb}"
            yield f"hours: record {one.pk} is {one.state}, {told}"


def _told(one: ServiceRecord) -> dict[str, Any]:
    return {
        "record": one.pk,
        "volunteer": one.volunteer_id,
        "minutes": one.minutes,
        "trust": str(one.trust),
        "served_on": str(one.served_on),
        "organization": one.organization_id,
    }


def _own_hands() -> Iterator[str]:
    """Find records that somebody decided on for themself."""
    own = ServiceRecord.objects.filter(
        Q(confirmed_by=F("volunteer__user")) | Q(approved_by=F("volunteer__user"))
    )
    for pk in own.order_by("pk").values_list("pk", flat=True):
        yield f"hours: record {pk} was confirmed or approved by its own volunteer"


def _overlaps() -> Iterator[str]:
    """Find minutes of one person that count twice, in one record or across merged ones."""
    for ids in _batches(proofs.with_overlaps()):
        yield from _named_overlaps(ids)
    for ids in _batches(proofs.with_overlaps_across_merges()):
        same = {one: pk for pk in ids for one in people.records_of(pk)}
        yield from _named_overlaps(same, living=same)


def _named_overlaps(
    ids: Iterable[int], *, living: Mapping[int, int] | None = None
) -> Iterator[str]:
    """Name the overlaps among these records; across merged ones only those between two of them."""
    rows = (
        ServiceRecord.objects.filter(state=RecordState.POSTED, volunteer__in=list(ids))
        .order_by("counted_from", "pk")
        .values_list("volunteer_id", "counted_from", "counted_to", "pk")
    )
    latest: dict[int, tuple[Any, ...]] = {}
    for row in rows:
        person = (living or {}).get(row[0], row[0])
        last = latest.get(person)
        if last is not None and row[1] < last[2] and (living is None or row[0] != last[0]):
            whose = "volunteer" if living is None else "person"
            yield f"hours: record {row[3]} overlaps record {last[3]} of the same {whose}"
        if last is None or row[2] > last[2]:
            latest[person] = row


CHECKS = (_wrong_movements, _wrong_entries, _own_hands, _overlaps)
