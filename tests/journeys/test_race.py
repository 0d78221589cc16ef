"""64 people race for 10 places over real HTTP (DESIGN.md: capacity is never exceeded)."""

from __future__ import annotations

import http.client
import json
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

import psycopg
import pytest

from voluncity.testing import live, migrated

pytestmark = pytest.mark.postgres
RACERS, PLACES, ROUNDS = 64, 10, 4
WORKERS, THREADS = 2, 12
SABOTEUR = {"VOLUNCITY_SABOTEUR": "sign_up_check_then_insert"}
PLACED = "SELECT shift_id, count(*) FROM signups_signup WHERE state = 'placed' GROUP BY shift_id"


@dataclass(frozen=True)
class Answer:
    """What a racer was told."""

    status: int
    code: str
    body: str


@dataclass(frozen=True)
class Field:
    """A city with racers and shifts, for one race after the other."""

    database_url: str
    secrets: list[str]
    shifts: list[int]


class Racer:
    """One client, who keeps the connection open and asks again whenever in doubt."""

    def __init__(self, address: str, secret: str, number: int) -> None:
        self.connection = http.client.HTTPConnection(address, timeout=30)
        self.secret = secret
        self.number = number

    def sign_up(self, shift: int) -> list[Answer]:
        """Ask for a place; every third asks once more, as if the answer had been lost."""
        times = 2 if self.number % 3 == 0 else 1
        return [self._ask(shift) for _ in range(times)]

    def _ask(self, shift: int) -> Answer:
        headers = {
            "Authorization": f"Bearer {self.secret}",
            "Content-Type": "application/json",
            "Idempotency-Key": f"race-{shift}-{self.number}",
        }
        self.connection.request(
            "POST", f"/api/v1/shifts/{shift}/signups", json.dumps({"risks_read": True}), headers
        )
        response = self.connection.getresponse()
        body = response.read().decode()
        code = json.loads(body).get("error", {}).get("code", "")
        return Answer(response.status, code, body)


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Iterator[Field]:
    """Return a database of its own with volunteers, keys, and empty shifts for both tests."""
    folder = tmp_path_factory.mktemp("race")
    name, empty = f"race_{worker_id}", migrated.url()
    with live.database(name, folder=folder, copied_from=empty) as url:
        numbers = map(str, (RACERS, 2 * ROUNDS, PLACES))
        line = [sys.executable, "-m", "voluncity.testing.racers", *numbers]
        made = subprocess.run(line, env=live.environment(url), capture_output=True, check=True)
        found = json.loads(made.stdout)
        yield Field(url, found["secrets"], found["shifts"])


def race(field: Field, address: str) -> list[list[list[Answer]]]:
    """Let everybody start at the same moment, once for each shift; return all answers."""
    racers = [Racer(address, secret, number) for number, secret in enumerate(field.secrets)]
    start = threading.Barrier(len(racers))

    def run(racer: Racer, shift: int) -> list[Answer]:
        start.wait(timeout=30)
        return racer.sign_up(shift)

    with ThreadPoolExecutor(len(racers)) as pool:
        rounds = [
            list(pool.map(run, racers, [shift] * len(racers), timeout=60)) for shift in field.shifts
        ]
    for racer in racers:
        racer.connection.close()
    return rounds


def placed(field: Field) -> list[int]:
    """Count who has a place in each shift, in the database itself."""
    parts = urlsplit(field.database_url)
    host = parts.query.removeprefix("host=")
    address = f"user={parts.username} dbname={parts.path[1:]} host={host or parts.hostname}"
    with psycopg.connect(address) as connection:
        counts: dict[int, int] = dict(connection.execute(PLACED).fetchall())
    return [counts.get(shift, 0) for shift in field.shifts]


@contextmanager
def served(field: Field, **more: str) -> Iterator[str]:
    """Serve the field by two processes with many threads; yield the address."""
    application = live.WITH_SABOTEUR if more else live.RIGHT
    with live.serving(
        field.database_url, application=application, threads=THREADS, workers=WORKERS,
        worker=False, env=more,
    ) as city:  # fmt: skip
        yield urlsplit(city.url).netloc


@pytest.mark.row("C3")
def test_64_racers_for_10_places_never_overbook_and_leave_no_seat_empty(town: Field) -> None:
    field = replace(town, shifts=town.shifts[:ROUNDS])
    with served(field) as address:
        rounds = race(field, address)
    assert placed(field) == [PLACES] * ROUNDS
    for answers in rounds:
        first = Counter((told[0].status, told[0].code) for told in answers)
        assert first == {(201, ""): PLACES, (409, "signups.full"): RACERS - PLACES}
        repeated = [told for told in answers if len(told) > 1]
        assert all(told[0] == told[1] for told in repeated)


def test_the_saboteur_that_checks_and_then_inserts_is_caught(town: Field) -> None:
    field = replace(town, shifts=town.shifts[ROUNDS:])
    with served(field, **SABOTEUR) as address:
        race(field, address)
    assert max(placed(field)) > PLACES
