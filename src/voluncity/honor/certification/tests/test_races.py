"""Who certifies and who revokes at the same moment take turns; and a version without the turn."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Collection
from datetime import timedelta
from threading import Event

import pytest

from voluncity.city.people.models import User, Volunteer
from voluncity.city.regions.models import Region
from voluncity.honor.certification import actions, queries
from voluncity.honor.certification.actions import batches, honors
from voluncity.honor.certification.models import Batch, Honor
from voluncity.honor.recognition import actions as recognition
from voluncity.honor.recognition import queries as stars
from voluncity.testing.at_once import at_once
from voluncity.testing.make_certification import (
    make_batch,
    make_honor,
    make_hours,
    make_ladder,
    make_shown,
    make_veteran,
)
from voluncity.testing.make_people import NOON

LATER = NOON + timedelta(days=40)
THREE = 240  # minutes that make three certified stars, and as many again make four
A_WHILE = 0.4  # seconds: long enough for the other one to run through, were it let
pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def veteran(city: Region) -> Volunteer:
    """Return somebody with hours for three stars."""
    make_ladder()
    return make_veteran(minutes=THREE)


@pytest.fixture
def third(veteran: Volunteer, city: Region, office: User) -> Honor:
    """Return their third star."""
    return make_honor(veteran, region=city, by=office)


@pytest.fixture
def next_batch(third: Honor, city: Region, office: User) -> Batch:
    """Return a batch that is shown and gives them the fourth."""
    make_hours(third.volunteer, THREE)
    return make_shown(make_batch(city, by=office, title="第二批", at=LATER), by=office, at=LATER)


def carry_without_a_turn(*, volunteer_ids: Collection[int], at: object) -> int:
    """The saboteur: nobody waits for anybody."""
    return recognition.carry_certified(queries.best_stars(volunteer_ids), at=LATER)


@pytest.fixture
def careless(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (honors, batches):
        monkeypatch.setattr(module, "carry_stars", carry_without_a_turn)


def _race(
    first: Callable[[], object], second: Callable[[], object], monkeypatch: pytest.MonkeyPatch
) -> Counter[str]:
    """Let the second one come exactly between what the first one reads and what it writes."""
    best, has_read = queries.best_stars, Event()

    def slow(volunteer_ids: Collection[int]) -> dict[int, tuple[int, str] | None]:
        found = best(volunteer_ids)
        if not has_read.is_set():
            has_read.set()
            time.sleep(A_WHILE)
        return found

    monkeypatch.setattr(queries, "best_stars", slow)

    def act(number: int) -> None:
        if number:
            assert has_read.wait(10)
            second()
        else:
            first()

    return at_once(act, 2)


def _revoke_while_certifying(
    honor: Honor, batch: Batch, by: User, monkeypatch: pytest.MonkeyPatch
) -> tuple[Counter[str], int]:
    got = _race(
        lambda: actions.revoke(honor_id=honor.pk, reason="时长有误。", by=by, at=LATER),
        lambda: actions.certify_batch(batch_id=batch.pk, at=LATER),
        monkeypatch,
    )
    return got, stars.stars_of(honor.volunteer_id)


def test_who_is_certified_while_an_older_star_is_revoked_has_the_new_one(
    third: Honor, next_batch: Batch, office: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    got, level = _revoke_while_certifying(third, next_batch, office, monkeypatch)
    assert (got, level, queries.faults()) == ({"done": 2}, 4, [])


def test_without_the_turn_a_new_star_is_lost(
    third: Honor, next_batch: Batch, office: User, careless: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    got, level = _revoke_while_certifying(third, next_batch, office, monkeypatch)
    assert (got, level) == ({"done": 2}, 0)
    assert len(queries.faults()) == 1


def _revoke_both(
    third: Honor, batch: Batch, by: User, monkeypatch: pytest.MonkeyPatch
) -> tuple[Counter[str], int]:
    actions.certify_batch(batch_id=batch.pk, at=LATER)
    fourth = Honor.objects.get(batch=batch)
    got = _race(
        lambda: actions.revoke(honor_id=fourth.pk, reason="时长有误。", by=by, at=LATER),
        lambda: actions.revoke(honor_id=third.pk, reason="时长有误。", by=by, at=LATER),
        monkeypatch,
    )
    return got, stars.stars_of(third.volunteer_id)


def test_who_loses_two_stars_at_once_has_none(
    third: Honor, next_batch: Batch, office: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    got, level = _revoke_both(third, next_batch, office, monkeypatch)
    assert (got, level, queries.faults()) == ({"done": 2}, 0, [])


def test_without_the_turn_a_revoked_star_is_still_carried(
    third: Honor, next_batch: Batch, office: User, careless: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    got, level = _revoke_both(third, next_batch, office, monkeypatch)
    assert (got, level) == ({"done": 2}, 3)
    assert len(queries.faults()) == 1
