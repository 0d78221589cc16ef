"""How many vouchers a second PostgreSQL gives when nobody but itself is asked.

The same rows as a redemption of ours, in tables made like ours with the same keys and indexes: the
points leave the account and a portion by one transfer, a piece of the stock is gone, the voucher
is there, and the journal has two entries. Each transaction commits durably.
"""

from __future__ import annotations

from bench.city import City
from bench.databases import Postgres
from bench.limits.writes import SHIFTS, TRANSACTIONS, pgbench

_TABLES = {
    "offer": "rewards_offer",
    "voucher": "rewards_voucher",
    "account": "ledger_account",
    "transfer": "ledger_transfer",
    "movement": "points_movement",
    "lot": "points_lot",
    "use": "points_use",
    "entry": "journal_entry",
}
_KEYS = {
    "voucher": {"offer_id": "bench.offer", "volunteer_id": "people_volunteer"}
    | {"taken_by_id": "people_user"},
    "transfer": {"debit_id": "bench.account", "credit_id": "bench.account", "by_id": "people_user"},
    "movement": {"transfer_id": "bench.transfer", "volunteer_id": "people_volunteer"}
    | {"by_id": "people_user"},
    "use": {"movement_id": "bench.movement", "lot_id": "bench.lot"},
    "entry": {"actor_id": "people_user"},
}
_ROWS = """
CREATE TABLE bench.person AS SELECT row_number() OVER (ORDER BY id) AS n, id AS volunteer,
  user_id AS account FROM people_volunteer WHERE user_id IS NOT NULL ORDER BY id LIMIT {people};
ALTER TABLE bench.person ADD PRIMARY KEY (n);
INSERT INTO bench.offer (id, merchant_id, state, stock, taken, current_id, made_at, made_by_id)
  SELECT n, 1, 'open', 1000000, 0, 1, now(), 1 FROM generate_series(1, {offers}) AS n;
INSERT INTO bench.account (id, key, unit, holder, keeps_balance, balance)
  SELECT n, 'purse:' || n, 'points', 'points:' || n, n > 0, 100 * sign(n)
  FROM (SELECT n FROM bench.person UNION ALL SELECT 0) AS purse;
INSERT INTO bench.lot (id, volunteer_id, origin, source, transfer_id, amount, "left", got_at)
  SELECT n, volunteer, 'raise', 'adjustment:0', n, 100, 100, now() FROM bench.person;
{keys}
ANALYZE bench.person; ANALYZE bench.offer; ANALYZE bench.account; ANALYZE bench.lot;
"""
# pgbench takes each ":word" for a variable, in quotes too: keys have "/" here.
_SCRIPT = """\\set p :client_id * :each + :turn
\\set turn :turn + 1
\\set offer 1 + :p % :shifts
WITH who AS (SELECT * FROM bench.person WHERE n = :p),
paid AS (
  UPDATE bench.account SET balance = balance - 100 WHERE id = :p AND balance >= 100 RETURNING id
), piece AS (
  UPDATE bench.offer o SET taken = o.taken + 1 FROM paid
  WHERE o.id = :offer AND o.taken < o.stock RETURNING o.id
), moved AS (
  INSERT INTO bench.transfer (unit, debit_id, credit_id, amount, key, source, reason, at, by_id)
  SELECT 'points', n, 0, 100, 'points/voucher/' || n, 'reward/1', '兑换', now(), account
  FROM who, piece RETURNING id
), movement AS (
  INSERT INTO bench.movement (volunteer_id, kind, amount, key, transfer_id, source, reason, at,
    by_id)
  SELECT volunteer, 'spent', 100, 'voucher/' || n, moved.id, 'reward/1', '兑换', now(), account
  FROM who, moved RETURNING id
), lowered AS (
  UPDATE bench.lot SET "left" = "left" - 100 FROM movement WHERE bench.lot.id = :p
  RETURNING bench.lot.id
), used AS (
  INSERT INTO bench.use (movement_id, lot_id, amount) SELECT movement.id, :p, 100 FROM movement
), made AS (
  INSERT INTO bench.voucher (handle, version_id, offer_id, merchant_id, volunteer_id, state,
    serial, period, turn, points, taken_on, taken_at, taken_by_id, use_until, give_back_until,
    paper_number, was_returned, reason)
  SELECT n, 1, piece.id, 1, volunteer, 'taken', lpad(n::text, 6, '0'), 'all', 1, 100,
    current_date, now(), account, current_date, current_date, 0, false, '' FROM who, piece
  RETURNING id
)
INSERT INTO bench.entry (at, actor_id, verb, subject_type, subject_id, data)
SELECT now(), account, 'points.spend', 'movement', movement.id,
  jsonb_build_object('volunteer', volunteer, 'points', 100) FROM who, movement
UNION ALL
SELECT now(), account, 'rewards.take', 'voucher', made.id,
  jsonb_build_object('offer', 1, 'points', 100, 'volunteer', volunteer) FROM who, made;
"""


def vouchers(city: City, *, connections: int, offers: int) -> float:
    """Return the most vouchers a second of `offers` offers; 0 on SQLite, where no ratio is asked.

    :raises Stop: when they cannot be made.
    """
    database = city.database
    if not isinstance(database, Postgres):
        return 0.0
    database.ask(_setup(), name=city.name)
    database.ask("CHECKPOINT")
    people = int(database.ask("SELECT count(*) FROM bench.person", name=city.name))
    path = city.folder / "voucher.sql"
    path.write_text(_SCRIPT, encoding="utf-8")
    found = pgbench(city, database, path, connections, max(1, people // connections), offers)
    database.ask("DROP SCHEMA bench CASCADE", name=city.name)
    return found


def _setup() -> str:
    tables = [
        f"CREATE TABLE bench.{name} (LIKE {source} INCLUDING ALL);"
        for name, source in _TABLES.items()
    ]
    keys = [
        f"ALTER TABLE bench.{name} ADD FOREIGN KEY ({column}) REFERENCES {target} "
        "DEFERRABLE INITIALLY DEFERRED;"
        for name, columns in _KEYS.items()
        for column, target in columns.items()
    ]
    rows = _ROWS.format(people=TRANSACTIONS, offers=SHIFTS, keys="\n".join(keys))
    head = "DROP SCHEMA IF EXISTS bench CASCADE; CREATE SCHEMA bench;"
    return "\n".join([head, *tables, rows])
