"""How many sign-ups a second the database takes when nobody but itself is asked.

The same rows as a sign-up of ours, in tables made like ours with the same keys and indexes: one
more version of the agenda, one more place taken, the sign-up, the entry in the journal. Each
transaction commits durably.
"""

from __future__ import annotations

import re
from pathlib import Path

from bench.city import City
from bench.databases import Postgres
from bench.programs import Done
from house.paths import PYTHON
from house.words import Stop

TRANSACTIONS = 6_000
SECONDS = 60
SHIFTS = 100
RATE = re.compile(r"tps = ([\d.]+)")

TABLES = """
DROP SCHEMA IF EXISTS bench CASCADE;
CREATE SCHEMA bench;
CREATE TABLE bench.shift (LIKE projects_shift INCLUDING ALL);
CREATE TABLE bench.agenda (LIKE signups_agenda INCLUDING ALL);
CREATE TABLE bench.signup (LIKE signups_signup INCLUDING ALL);
CREATE TABLE bench.entry (LIKE journal_entry INCLUDING ALL);
INSERT INTO bench.shift (id, activity_id, name, starts_at, ends_at, capacity, taken)
  SELECT n, 1, '岗', now(), now() + interval '1 hour', 1000000, 0
  FROM generate_series(1, {shifts}) AS n;
CREATE TABLE bench.person AS SELECT row_number() OVER (ORDER BY id) AS n, id AS volunteer,
  user_id AS account FROM people_volunteer WHERE user_id IS NOT NULL ORDER BY id LIMIT {people};
ALTER TABLE bench.person ADD PRIMARY KEY (n);
INSERT INTO bench.agenda (volunteer_id, version) SELECT volunteer, 0 FROM bench.person;
ALTER TABLE bench.signup
  ADD FOREIGN KEY (shift_id) REFERENCES bench.shift DEFERRABLE INITIALLY DEFERRED,
  ADD FOREIGN KEY (volunteer_id) REFERENCES people_volunteer DEFERRABLE INITIALLY DEFERRED,
  ADD FOREIGN KEY (signed_up_by_id) REFERENCES people_user DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE bench.entry
  ADD FOREIGN KEY (actor_id) REFERENCES people_user DEFERRABLE INITIALLY DEFERRED;
ANALYZE bench.person; ANALYZE bench.agenda; ANALYZE bench.shift;
"""
EMPTY = "TRUNCATE bench.signup, bench.entry; UPDATE bench.shift SET taken = 0;"

WHO = "(SELECT volunteer FROM bench.person WHERE n = :p)"
NEXT = """\\set p :client_id * :each + :turn
\\set turn :turn + 1
\\set shift 1 + :p % :shifts
"""
SIGNUP = (
    "INSERT INTO bench.signup (shift_id, volunteer_id, state, signed_up_at, signed_up_by_id, "
    "risks_read_at, cancel_reason) SELECT {shift}, volunteer, 'placed', now(), account, now(), '' "
    "FROM {source}"
)
ENTRY = (
    "INSERT INTO bench.entry (at, actor_id, verb, subject_type, subject_id, data) "
    "SELECT now(), account, 'signups.sign_up', 'signup', {signup}, "
    "jsonb_build_object('shift', :shift::int, 'activity', 1, 'volunteer', volunteer) FROM {source}"
)
PLACE = "UPDATE bench.shift SET taken = taken + 1 WHERE id = :shift AND taken < capacity"
TURN = f"UPDATE bench.agenda SET version = version + 1 WHERE volunteer_id = {WHO}"
ONE = "bench.person WHERE n = :p"

STEP_BY_STEP = f"""{NEXT}BEGIN;
{TURN};
{PLACE};
{SIGNUP.format(shift=":shift", source=ONE)} RETURNING id AS signup \\gset
{ENTRY.format(signup=":signup", source=ONE)};
END;
"""
AT_ONCE = f"""{NEXT}WITH turn AS ({TURN}), place AS ({PLACE} RETURNING id),
signup AS ({SIGNUP.format(shift="place.id", source="place, " + ONE)} RETURNING id)
{ENTRY.format(signup="signup.id", source="signup, " + ONE)};
"""


def signups(city: City, *, connections: int, shifts: int) -> float:
    """Return the most sign-ups a second on `shifts` shifts, be it one statement or several.

    :raises Stop: when they cannot be made.
    """
    if isinstance(city.database, Postgres):
        return _postgres(city, city.database, connections=connections, shifts=shifts)
    return _sqlite(city, shifts=shifts)


def _postgres(city: City, database: Postgres, *, connections: int, shifts: int) -> float:
    database.ask(TABLES.format(shifts=SHIFTS, people=TRANSACTIONS), name=city.name)
    people = int(database.ask("SELECT count(*) FROM bench.person", name=city.name))
    best = 0.0
    for number, script in enumerate((STEP_BY_STEP, AT_ONCE)):
        path = city.folder / f"signup-{number}.sql"
        path.write_text(script, encoding="utf-8")
        database.ask(EMPTY, name=city.name)
        database.ask("CHECKPOINT")
        each = max(1, people // connections)
        best = max(best, pgbench(city, database, path, connections, each, shifts))
    database.ask("DROP SCHEMA bench CASCADE", name=city.name)
    return best


def pgbench(
    city: City, database: Postgres, script: Path, connections: int, each: int, shifts: int
) -> float:
    """Return how many transactions a second a script makes, `each` of them on each connection.

    :raises Stop: when it fails.
    """
    command = [*database.client("pgbench", city.name)[:-2], "--no-vacuum", "-M", "prepared"]
    command += ["-f", str(script), "-c", str(connections), "-j", "2", "-t", str(each)]
    command += ["-D", f"each={each}", "-D", "turn=1", "-D", f"shifts={shifts}", city.name]
    return _rate(city.run(command, seconds=SECONDS))


def _sqlite(city: City, *, shifts: int) -> float:
    best = 0.0
    for processes in (1, 2):
        command = [str(PYTHON), "-m", "bench.limits.sqlite_loop", city.database.url(city.name)]
        command += [str(city.folder / "limit.sqlite3"), str(processes), str(shifts)]
        best = max(best, _rate(city.run([*command, str(TRANSACTIONS)], seconds=SECONDS)))
    return best


def _rate(done: Done) -> float:
    found = RATE.search(done.said)
    if done.code or found is None:
        raise Stop(f"The limit could not be measured:\n{done.said[-2000:]}")
    return float(found[1])
