"""Several officers at the same moment: a county never has more stars than places."""

from __future__ import annotations

import time
from collections import Counter

import pytest

from voluncity.city.people.models import User
from voluncity.honor.leaderboards import actions, queries
from voluncity.honor.leaderboards.actions import picks
from voluncity.honor.leaderboards.models import Candidate, StarMonth
from voluncity.honor.leaderboards.states import CandidateState
from voluncity.testing.at_once import at_once
from voluncity.testing.make_leaderboards import make_candidate, make_star_month
from voluncity.testing.make_people import NOON, make_county, make_region, make_user, make_volunteer

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
HANDS = 6  # each holds a connection; the pool of one process has eight


def _raced() -> Counter[str]:
    """Let six officers pick six people for the two places of a county at the same moment."""
    community, county = make_region(), make_county()
    month = make_star_month(county, "2026-11", at=NOON)
    crowd = [make_candidate(month, make_volunteer(region=community), county) for _ in range(HANDS)]
    officers: list[User] = [make_user(f"干部{number}") for number in range(HANDS)]

    def pick(number: int) -> None:
        actions.pick(candidate_id=crowd[number].pk, reason="好", by=officers[number], at=NOON)

    return at_once(pick, HANDS)


def test_of_six_who_pick_in_one_moment_two_get_the_places() -> None:
    assert _raced() == {"done": 2, "leaderboards.full": 4}
    assert Candidate.objects.filter(state=CandidateState.ASKED).count() == 2


def test_saboteur_who_does_not_take_turns_gives_away_more(monkeypatch: pytest.MonkeyPatch) -> None:
    def look(month_id: int, _verb: str) -> StarMonth:
        month = StarMonth.objects.get(pk=month_id)
        time.sleep(0.05)
        return month

    monkeypatch.setattr(picks, "hold_month", look)
    monkeypatch.setattr(queries, "picked_in", lambda *_: _seen_late(_picked()))
    assert _raced()["done"] > 2


def _picked() -> int:
    return Candidate.objects.filter(state=CandidateState.ASKED).count()


def _seen_late(number: int) -> int:
    """Return what was counted a moment ago: nobody waits for the others to commit."""
    time.sleep(0.05)
    return number
