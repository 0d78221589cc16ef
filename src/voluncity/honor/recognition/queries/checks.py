"""Prove totals and certificates."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from voluncity.city.journal.wrong_rows import wrong_ids
from voluncity.honor.recognition.models import Certificate, Total
from voluncity.honor.recognition.queries.certificates import is_genuine
from voluncity.honor.recognition.queries.stars import total_minutes


def faults(*, limit: int = 20) -> list[str]:
    """Compare totals and certificates with what they come from; name the wrong ones."""
    found = (fault for check in CHECKS for fault in check())
    return list(islice(found, limit))


def _wrong_totals() -> Iterator[str]:
    for pk in wrong_ids("t.id", _WRONG_TOTAL):
        total = Total.objects.get(pk=pk)
        yield (
            f"recognition: total of volunteer {total.volunteer_id} says {total.minutes} minutes, "
            f"the ledger says {total_minutes(total.volunteer_id)}"
        )


def _wrong_certificates() -> Iterator[str]:
    for certificate in (
        Certificate.objects.select_related("key").order_by("pk").iterator(chunk_size=500)
    ):
        if not is_genuine(certificate):
            yield (f"recognition: certificate {certificate.serial} was changed after it was issued")


CHECKS = (_wrong_totals, _wrong_certificates)

# As `total_minutes` counts, for everybody at once.
_WRONG_TOTAL = """
    FROM recognition_total t
    LEFT JOIN (
        SELECT holder, SUM(balance) AS minutes FROM ledger_account
        WHERE keeps_balance AND key LIKE 'minutes:%%' GROUP BY holder
    ) held ON held.holder = 'volunteer:' || t.volunteer_id
    WHERE t.month = '' AND t.minutes <> COALESCE(held.minutes, 0)
"""
