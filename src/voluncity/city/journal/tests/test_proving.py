"""A long chain is proven quickly, in parts, by several processes, and just as strictly."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime, timedelta

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from voluncity.city.journal import append_only, queries, sealed
from voluncity.city.journal.actions import record, seal_entries
from voluncity.city.journal.chain import GENESIS, content_hash
from voluncity.city.journal.models import Entry
from voluncity.testing.make_people import NOON

db = pytest.mark.django_db
ids = st.none() | st.integers(0, 2**63 - 1)
words = st.text(max_size=30)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | words,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=4),
    max_leaves=8,
)


@given(
    pk=ids, actor=ids, other=ids, subject=ids, verb=words, kind=words,
    data=st.dictionaries(words, values, max_size=6), previous=words | st.just(GENESIS),
)  # fmt: skip
def test_the_hash_is_that_of_canonical_json(  # noqa: PLR0917 -- what one entry says
    pk: int | None,
    actor: int | None,
    other: int | None,
    subject: int | None,
    verb: str,
    kind: str,
    data: dict[str, object],
    previous: str,
) -> None:
    content = {
        "sequence": 7,
        "previous": previous,
        "id": pk,
        "at": "2026-11-16T01:00:00+00:00",
        "actor": actor,
        "on_behalf_of": other,
        "verb": verb,
        "subject": [kind, subject],
        "data": data,
    }
    text = json.dumps(content, sort_keys=True, separators=(",", ":"))
    assert content_hash(
        sequence=7, previous=previous, pk=pk, at="2026-11-16T01:00:00+00:00", actor=actor,
        on_behalf_of=other, verb=verb, subject_type=kind, subject_id=subject, data=data,
    ) == hashlib.sha256(text.encode("ascii")).hexdigest()  # fmt: skip


def chain_of(*instants: datetime) -> None:
    for number, at in enumerate(instants):
        record("people.register", ("volunteer", number), by=None, at=at, n=number, word="志愿")
    seal_entries()


@db
def test_right_entries_need_no_second_look(monkeypatch: pytest.MonkeyPatch) -> None:
    parts = (0, 1, 100_000, 120_000, 123_456, 999_999)
    chain_of(*(NOON + timedelta(microseconds=part) for part in parts))
    monkeypatch.setattr(sealed, "_look_closely", None)  # calling it would be an error
    assert queries.chain_faults() == []


@db
@pytest.mark.parametrize("span", [1, 2, 3, 100])
@pytest.mark.parametrize("chunk", [1, 2, 100])
def test_parts_find_what_the_whole_finds(
    monkeypatch: pytest.MonkeyPatch, span: int, chunk: int
) -> None:
    chain_of(*[NOON] * 7)
    numbers = list(Entry.objects.order_by("sequence").values_list("pk", flat=True))
    with connection.cursor() as cursor:
        for statement in append_only.remove_sql(connection.vendor, "journal_entry"):
            cursor.execute(statement)
        cursor.execute("UPDATE journal_entry SET subject_id = 900 WHERE sequence IN (3, 4)")
        cursor.execute("DELETE FROM journal_entry WHERE sequence = 6")
    monkeypatch.setattr(queries, "SPAN", span)
    monkeypatch.setattr(sealed, "CHUNK", chunk)
    assert [fault for fault in queries.chain_faults() if "guard" not in fault] == [
        f"journal: entry {numbers[2]} (number 3) was changed after sealing",
        f"journal: entry {numbers[3]} (number 4) was changed after sealing",
        "journal: entry number 6 is missing",
        f"journal: entry {numbers[6]} (number 7) does not follow the one before",
    ]


@db
def test_a_number_below_one_is_no_part_of_a_chain() -> None:
    chain_of(NOON, NOON)
    with connection.cursor() as cursor:
        for statement in append_only.remove_sql(connection.vendor, "journal_entry"):
            cursor.execute(statement)
        cursor.execute("UPDATE journal_entry SET sequence = -4 WHERE sequence = 1")
    found = [fault for fault in queries.chain_faults() if "guard" not in fault]
    assert found[0] == "journal: entry number 1 is missing"
    assert "(number -4) was changed after sealing" in found[1]


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_processes_find_what_one_finds(monkeypatch: pytest.MonkeyPatch) -> None:
    chain_of(*[NOON] * 5)
    monkeypatch.setattr(queries, "SPAN", 2)
    assert queries.chain_faults() == []
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE journal_entry DISABLE TRIGGER USER")
        cursor.execute("UPDATE journal_entry SET subject_id = 900 WHERE sequence = 4")
        cursor.execute("ALTER TABLE journal_entry ENABLE TRIGGER USER")
    changed = Entry.objects.get(sequence=4)
    assert queries.chain_faults() == [
        f"journal: entry {changed.pk} (number 4) was changed after sealing"
    ]
