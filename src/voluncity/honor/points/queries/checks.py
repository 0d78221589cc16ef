"""Prove the points: accounts, portions, movements and debts say the same."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from voluncity.city.journal.wrong_rows import wrong_ids

# Name of the check, its sentence, and `FROM … WHERE …` of the rows that are wrong.
_ACCOUNTS = """
    FROM ledger_account a
    LEFT JOIN (
        SELECT COALESCE('points:volunteer:' || volunteer_id, 'points:pool') AS account_key,
            SUM("left") AS held
        FROM points_lot WHERE "left" > 0 GROUP BY volunteer_id
    ) l ON l.account_key = a.key
    WHERE a.unit = 'points' AND a.keeps_balance
        AND (a.key = 'points:pool' OR a.key LIKE 'points:volunteer:%%')
        AND a.balance <> COALESCE(l.held, 0)
"""
_LOTS = """
    FROM points_lot l
    LEFT JOIN (
        SELECT u.lot_id, SUM(u.amount) AS used
        FROM points_use u JOIN points_movement m ON m.id = u.movement_id
        WHERE m.returned_at IS NULL GROUP BY u.lot_id
    ) gone ON gone.lot_id = l.id
    WHERE l.amount - l."left" <> COALESCE(gone.used, 0)
"""
_MOVEMENTS = """
    FROM points_movement m
    JOIN ledger_transfer t ON t.id = m.transfer_id
    LEFT JOIN (
        SELECT movement_id, SUM(amount) AS used FROM points_use GROUP BY movement_id
    ) u ON u.movement_id = m.id
    WHERE (m.amount <> t.amount OR m.amount <> COALESCE(u.used, 0))
"""
_DEBTS = """
    FROM points_debt d
    LEFT JOIN (
        SELECT debt_id, SUM(amount) AS paid FROM points_movement
        WHERE debt_id IS NOT NULL GROUP BY debt_id
    ) p ON p.debt_id = d.id
    WHERE d.amount - d."left" <> COALESCE(p.paid, 0)
"""
_OWED_AND_HELD = """
    FROM points_debt d
    JOIN ledger_account a ON a.key = 'points:volunteer:' || d.volunteer_id
    WHERE d."left" > 0 AND a.balance > 0
"""
# What came by a transfer is what its portions were.
_ARRIVALS = """
    FROM points_lot l
    JOIN ledger_transfer t ON t.id = l.transfer_id
    JOIN (
        SELECT transfer_id, SUM(amount) AS came FROM points_lot GROUP BY transfer_id
    ) s ON s.transfer_id = l.transfer_id
    WHERE t.amount <> s.came
"""
# Given, less what was taken back, owed or spared because it had expired.
_EARNINGS = """
    FROM points_earning e
    LEFT JOIN (
        SELECT earning_id, SUM(amount) AS given FROM points_lot
        WHERE earning_id IS NOT NULL GROUP BY earning_id
    ) l ON l.earning_id = e.id
    LEFT JOIN (
        SELECT source, SUM(amount) AS taken FROM points_movement
        WHERE kind = 'taken_back' GROUP BY source
    ) m ON m.source = e.source
    LEFT JOIN (
        SELECT source, SUM(amount) AS owed FROM points_debt GROUP BY source
    ) d ON d.source = e.source
    WHERE e.points <> COALESCE(l.given, 0) - COALESCE(m.taken, 0) - COALESCE(d.owed, 0) - e.lapsed
"""
CHECKS = (
    ("a.id", _ACCOUNTS, "points: account {} does not hold what its portions hold"),
    ("l.id", _LOTS, "points: portion {} does not lack what was taken from it"),
    ("m.id", _MOVEMENTS, "points: movement {} is not what its portions gave"),
    ("l.id", _ARRIVALS, "points: portion {} and those that came with it are not their transfer"),
    ("d.id", _DEBTS, "points: debt {} does not lack what was paid"),
    ("d.id", _OWED_AND_HELD, "points: debt {} is open though its debtor has points"),
    ("e.id", _EARNINGS, "points: earning {} is not what was given and taken back"),
)


def faults(*, limit: int = 20) -> list[str]:
    """Compare accounts, portions, movements, debts and earnings; name the wrong ones."""
    return list(islice(_faults(), limit))


def _faults() -> Iterator[str]:
    for column, body, sentence in CHECKS:
        for pk in wrong_ids(column, body):
            yield sentence.format(pk)
