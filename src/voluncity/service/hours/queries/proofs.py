"""Which rows of three million cannot be right, asked of the database in one question each.

Every question finds at least what `checks` would call a fault; `checks` then says what it is.
"""

# ruff: noqa: S608 -- the questions are put together from our own words, never from anybody's input

from __future__ import annotations

from collections.abc import Iterator

from django.db import connection

from voluncity.city.journal.wrong_rows import wrong_ids
from voluncity.service.hours.rules import issue_key
from voluncity.service.hours.states import RecordState, Trust

_POSTED = f"('{RecordState.POSTED}', '{RecordState.REVERSED}')"


def unlike_their_transfer() -> Iterator[int]:
    """Return the posted records whose transfer, accounts, times or state tell another story."""
    body = f"""
        FROM hours_servicerecord r
        LEFT JOIN ledger_transfer t ON t.id = r.transfer_id
        LEFT JOIN ledger_account d ON d.id = t.debit_id
        LEFT JOIN ledger_account c ON c.id = t.credit_id
        LEFT JOIN ledger_transfer b ON b.reverses_id = t.id
        WHERE r.state IN {_POSTED} AND (
            t.id IS NULL OR t.amount <> r.minutes OR {_by_vendor(_OTHER_MINUTES)}
            OR t.key <> 'record:' || r.id
            OR d.key <> 'minutes:issued:' || r.trust
            OR c.key <> 'minutes:volunteer:' || r.volunteer_id || ':' || r.trust
            OR (b.id IS NOT NULL) <> (r.state = '{RecordState.REVERSED}')
        )"""
    return wrong_ids("r.id", body)


def unlike_their_record() -> Iterator[int]:
    """Return the entries on postings and reversals that their record does not bear out."""
    body = f"""
        FROM journal_entry e
        LEFT JOIN hours_servicerecord r ON r.id = e.subject_id
        WHERE e.verb IN ('hours.post', 'hours.reverse') AND (
            r.id IS NULL OR r.state NOT IN {_POSTED}
            OR (e.verb = 'hours.reverse' AND r.state <> '{RecordState.REVERSED}')
            OR {_by_vendor(_OTHER_FACTS)}
        )"""
    return wrong_ids("e.id", body)


def without_entry(verb: str, states: tuple[RecordState, ...]) -> Iterator[int]:
    """Return the records in these states of which the journal does not tell."""
    body = f"""
        FROM hours_servicerecord r
        WHERE r.state IN ({", ".join(f"'{state}'" for state in states)})
            AND {_by_vendor(_UNTOLD)}"""
    return wrong_ids("r.id", body, [verb])


def with_overlaps() -> Iterator[int]:
    """Return the volunteers with posted times that overlap.

    Where any two overlap, some two neighbors in the order of their beginnings do.
    """
    body = f"""
        FROM (
            SELECT volunteer_id, counted_from, LAG(counted_to) OVER (
                PARTITION BY volunteer_id ORDER BY counted_from, id
            ) AS before FROM hours_servicerecord WHERE state = '{RecordState.POSTED}'
        ) x WHERE counted_from < before"""
    return wrong_ids("x.volunteer_id", body)


def with_overlaps_across_merges() -> Iterator[int]:
    """Return the living records of people whose posted times overlap, all their records together.

    Only of those of whom records were merged: a handful beside everybody, whose own times
    `with_overlaps` has compared.
    """
    body = f"""
        FROM (
            SELECT p.living, r.counted_from, LAG(r.counted_to) OVER (
                PARTITION BY p.living ORDER BY r.counted_from, r.id
            ) AS before
            FROM ({_FAMILIES}) p JOIN hours_servicerecord r ON r.volunteer_id = p.id
            WHERE r.state = '{RecordState.POSTED}'
        ) x WHERE counted_from < before"""
    return wrong_ids("x.living", body)


# Every record of people with merged ones, beside the one that lives; merges may follow merges.
_FAMILIES = """
    WITH RECURSIVE up (id, living) AS (
        SELECT id, merged_into_id FROM people_volunteer WHERE merged_into_id IS NOT NULL
        UNION
        SELECT up.id, v.merged_into_id FROM up JOIN people_volunteer v ON v.id = up.living
        WHERE v.merged_into_id IS NOT NULL
    ), ends AS (
        SELECT up.id, up.living FROM up JOIN people_volunteer v ON v.id = up.living
        WHERE v.merged_into_id IS NULL
    )
    SELECT id, living FROM ends UNION SELECT living, living FROM ends
"""


def as_many_issued_as_recorded() -> bool:
    """Return whether as many transfers issue minutes as records point to a transfer."""
    query = """
        SELECT (
            SELECT COUNT(*) FROM ledger_transfer
            WHERE debit_id IN (SELECT id FROM ledger_account WHERE key IN (%s, %s))
        ) = (SELECT COUNT(*) FROM hours_servicerecord WHERE transfer_id IS NOT NULL)"""
    with connection.cursor() as cursor:
        cursor.execute(query, [issue_key(Trust.PROVEN), issue_key(Trust.ENTERED)])
        return bool(cursor.fetchone()[0])


def _by_vendor(words: dict[str, str]) -> str:
    return words[connection.vendor]


# Whole minutes between two instants, rounded down. SQLite keeps instants as text.
_OTHER_MINUTES = {
    "postgresql": """(
        r.counted_to - r.counted_from < (r.minutes + r.break_minutes) * INTERVAL '1 minute'
        OR r.counted_to - r.counted_from
            >= (r.minutes + r.break_minutes + 1) * INTERVAL '1 minute'
    )""",
    "sqlite": """(
        r.counted_to < r.counted_from OR r.minutes + r.break_minutes <> (
            strftime('%%s', substr(r.counted_to, 1, 19))
            - strftime('%%s', substr(r.counted_from, 1, 19))
            - (substr(r.counted_to, 20) < substr(r.counted_from, 20))
        ) / 60
    )""",
}
# SQLite answers EXISTS by looking through the whole journal for every record, PostgreSQL a NOT IN
# that outgrows its memory.
_UNTOLD = {
    "postgresql": """NOT EXISTS (
        SELECT 1 FROM journal_entry e WHERE e.verb = %s AND e.subject_id = r.id
    )""",
    "sqlite": """r.id NOT IN (
        SELECT subject_id FROM journal_entry WHERE verb = %s AND subject_id IS NOT NULL
    )""",
}
# PostgreSQL writes JSON with its keys in one order (shortest first): to compare the whole text is
# half the work of comparing six values.
_OTHER_FACTS = {
    "postgresql": """CAST(e.data AS text) IS DISTINCT FROM
        '{"trust": "' || r.trust || '", "record": ' || r.id || ', "minutes": ' || r.minutes
        || ', "served_on": "' || r.served_on || '", "volunteer": ' || r.volunteer_id
        || ', "organization": ' || r.organization_id || '}'""",
    "sqlite": """json_extract(
        e.data, '$.record', '$.volunteer', '$.minutes', '$.trust', '$.served_on', '$.organization'
    ) IS NOT json_array(
        r.id, r.volunteer_id, r.minutes, r.trust, r.served_on, r.organization_id
    )""",
}
