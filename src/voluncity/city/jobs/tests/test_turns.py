"""Turns at recurring work: whoever asks first, once per period."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from django.db import connection

from voluncity.city.jobs import actions, queries
from voluncity.city.jobs.models import Turn

NOON = datetime(2026, 3, 5, 4, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
SEAL = "voluncity.city.journal.tasks.keep_up"


@pytest.mark.django_db
def test_a_turn_comes_once_per_period() -> None:
    answers = [
        actions.take_turn(work=SEAL, every=MINUTE, at=NOON + timedelta(seconds=seconds))
        for seconds in (0, 1, 59, 60, 61)
    ]
    assert answers == [True, False, False, True, False]


@pytest.mark.django_db
def test_each_work_has_its_own_turns() -> None:
    assert actions.take_turn(work=SEAL, every=MINUTE, at=NOON)
    assert actions.take_turn(
        work="voluncity.city.jobs.tasks.forget_old_jobs", every=MINUTE, at=NOON
    )


@pytest.mark.django_db
def test_a_worker_is_alive_for_two_minutes_after_a_turn() -> None:
    assert (queries.last_sign_of_life(), queries.worker_is_alive(at=NOON)) == (None, False)

    actions.take_turn(work=SEAL, every=MINUTE, at=NOON)

    assert queries.last_sign_of_life() == NOON
    assert queries.worker_is_alive(at=NOON + timedelta(seconds=119))
    assert not queries.worker_is_alive(at=NOON + timedelta(seconds=120))


@pytest.mark.django_db
def test_a_failure_is_kept_until_the_next_success() -> None:
    actions.take_turn(work=SEAL, every=MINUTE, at=NOON)

    actions.note_failure(work=SEAL, failure="x" * 900, at=NOON)
    (turn,) = queries.failing_work()
    assert (turn.work, turn.failed_at, turn.failure) == (SEAL, NOON, "x" * 500)

    actions.note_success(work=SEAL)
    assert queries.failing_work() == []


@pytest.mark.django_db
def test_a_failure_without_words_is_still_a_failure() -> None:
    actions.take_turn(work=SEAL, every=MINUTE, at=NOON)
    actions.note_failure(work=SEAL, failure="", at=NOON)
    assert [turn.failure for turn in queries.failing_work()] == ["unknown"]


def _ask_at_once(ask: Callable[[], bool], times: int = 4) -> list[bool]:
    """Ask from many threads that start together, each with its own connection."""
    gate = threading.Barrier(times, timeout=20)
    answers: list[bool] = []
    connection.close()  # the pool's connections are for the threads

    def one() -> None:
        gate.wait()
        answers.append(ask())
        connection.close()

    threads = [threading.Thread(target=one) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_of_many_workers_at_once_one_gets_the_turn() -> None:
    for period in range(20):
        at = NOON + period * MINUTE
        answers = _ask_at_once(partial(actions.take_turn, work=SEAL, every=MINUTE, at=at))
        assert sorted(answers) == [False] * 3 + [True]


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_saboteur_that_reads_before_it_writes_gives_a_turn_twice() -> None:
    Turn.objects.create(work=SEAL)
    pause = threading.Barrier(4, timeout=20)

    def read_then_write(at: datetime) -> bool:
        turn = Turn.objects.get(work=SEAL)
        due = turn.taken_at is None or turn.taken_at <= at - MINUTE
        pause.wait()
        if due:
            turn.taken_at = at
            turn.save(update_fields=["taken_at"])
        return due

    assert sum(_ask_at_once(lambda: read_then_write(NOON))) > 1
