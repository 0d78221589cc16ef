"""Two decide at the same moment, over connections of their own; each with a saboteur that loses."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from threading import Barrier, BrokenBarrierError
from typing import Any

import pytest
from pytest_django.fixtures import Settings

from voluncity.city.claims import actions, queries
from voluncity.city.claims.models import Claim, Merge
from voluncity.city.people.actions import ownership
from voluncity.city.people.models import Volunteer
from voluncity.testing.at_once import together
from voluncity.testing.make_claims import make_claim, make_merge
from voluncity.testing.make_people import NOON, make_user, make_volunteer

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
WAIT = 0.6


@pytest.fixture(autouse=True)
def _own_files(settings: Settings, tmp_path: Path) -> None:
    settings.VOLUNCITY_FILES = str(tmp_path)


def meeting(monkeypatch: pytest.MonkeyPatch, module: Any, name: str, times: int = 2) -> None:
    """Let both reach this function before one goes on, if nothing makes them wait before."""
    real, gate = getattr(module, name), Barrier(times)

    def met(*args: Any, **kwargs: Any) -> Any:
        seen = real(*args, **kwargs)
        try:
            gate.wait(WAIT)
        except BrokenBarrierError:
            gate.reset()
        return seen

    monkeypatch.setattr(module, name, met)


def accepting(claim: Claim) -> Callable[[], object]:
    office = make_user("周正")
    return lambda: actions.accept_claim(claim_id=claim.pk, by=office, at=NOON)


def merging(loser: Volunteer, winner: Volunteer) -> Callable[[], object]:
    office = make_user("周正")
    return lambda: make_merge(loser, winner, by=office)


def test_of_two_claims_of_one_record_one_gets_it() -> None:
    volunteer = make_volunteer()
    claims = [make_claim(volunteer), make_claim(volunteer)]
    assert together(*map(accepting, claims)) == {"done": 1, "people.holder_changed": 1}
    volunteer.refresh_from_db()
    accepted = Claim.objects.get(state="accepted")
    assert volunteer.user == accepted.claimant


def test_one_claim_decided_by_two_is_decided_once() -> None:
    claim = make_claim(make_volunteer())
    answers = together(accepting(claim), accepting(claim))
    late = answers["claims.decided"] + answers["wrong_state.accept"]
    assert (answers["done"], late) == (1, 1)


def test_a_record_that_is_merged_meanwhile_is_not_handed_over() -> None:
    volunteer, winner = make_volunteer(), make_volunteer()
    claim = make_claim(volunteer)
    answers = together(accepting(claim), merging(volunteer, winner))
    volunteer.refresh_from_db()
    # A merge waits until the claim is decided: who comes first is told so, or merges after it.
    assert Claim.objects.get().state == "accepted"
    assert answers in ({"done": 2}, {"done": 1, "claims.unfinished": 1})
    merged = answers["done"] == 2
    assert (volunteer.merged_into, volunteer.user is None) == (winner if merged else None, merged)
    assert queries.faults() == []


def test_two_merges_the_opposite_way_make_no_circle() -> None:
    first, second = make_volunteer(), make_volunteer()
    answers = together(merging(first, second), merging(second, first))
    assert answers == {"done": 1, "people.not_living": 1}
    assert Merge.objects.count() == 1
    assert Volunteer.objects.filter(closed_at=None).count() == 1


def test_saboteur_who_holds_no_record_merges_in_a_circle(monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = make_volunteer(user=False), make_volunteer(user=False)
    monkeypatch.setattr(ownership, "hold_records", lambda *_ids: None)
    meeting(monkeypatch, queries, "merging_parts")
    assert together(merging(first, second), merging(second, first)) == {"done": 2}
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.merged_into, second.merged_into) == (second, first)


def test_saboteur_who_does_not_ask_who_has_it_gives_one_record_twice(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    volunteer = make_volunteer()
    claims = [make_claim(volunteer), make_claim(volunteer)]

    def hand_over(*, volunteer_id: int, user: Any, **_: Any) -> None:
        Volunteer.objects.filter(pk=volunteer_id).update(user=user)

    monkeypatch.setattr(ownership, "hand_over", hand_over)
    assert together(*map(accepting, claims)) == {"done": 2}
    assert Claim.objects.filter(state="accepted").count() == 2


def test_one_merge_is_taken_back_once() -> None:
    merge = make_merge(make_volunteer(), make_volunteer())
    offices = [make_user(), make_user()]

    def undoing(by: Any) -> Callable[[], object]:
        return lambda: actions.undo(merge_id=merge.pk, by=by, at=NOON)

    assert together(*map(undoing, offices)) == {"done": 1, "claims.undone": 1}
    assert queries.faults() == []
