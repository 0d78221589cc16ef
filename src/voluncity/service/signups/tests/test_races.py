"""Many at once on PostgreSQL: nothing is overbooked, doubled or left empty (RELIABILITY B1).

On SQLite a writing transaction stands alone and these tests would prove nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import timedelta

import pytest

from voluncity.city.people.models import Volunteer
from voluncity.service.projects.models import Shift
from voluncity.service.signups import actions, codes
from voluncity.service.signups.models import Attendance, Scan, Signup
from voluncity.service.signups.states import SignupState
from voluncity.testing.at_once import together
from voluncity.testing.make_people import NOON, make_user, make_volunteer
from voluncity.testing.make_projects import MORNING, make_shift
from voluncity.testing.make_signups import make_signup
from voluncity.testing.saboteurs import sign_up_check_then_insert

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]

ROUNDS = 3
RACERS = 24
PLACES = 5

Step = Callable[[], object]


def signing_up(
    sign_up: Callable[..., Signup], shift: Shift, volunteer: Volunteer, *, wait: bool = False
) -> Step:
    return lambda: sign_up(
        shift_id=shift.pk, volunteer_id=volunteer.pk, by=volunteer.user, at=NOON,
        risks_read=True, wait=wait,
    )  # fmt: skip


def overbooked(sign_up: Callable[..., Signup]) -> list[int]:
    """Let many race for few places, some rounds; return how many got one each time."""
    volunteers = [make_volunteer() for _ in range(RACERS)]
    placed = []
    for number in range(ROUNDS):
        shift = make_shift(capacity=PLACES, starts_at=MORNING + timedelta(days=number))
        together(*(signing_up(sign_up, shift, volunteer) for volunteer in volunteers))
        placed.append(Signup.objects.filter(shift=shift, state=SignupState.PLACED).count())
    return placed


def test_few_places_are_never_given_to_more_people() -> None:
    assert overbooked(actions.sign_up) == [PLACES] * ROUNDS
    assert set(Shift.objects.values_list("taken", flat=True)) == {PLACES}


def test_the_saboteur_that_counts_and_then_inserts_overbooks() -> None:
    assert max(overbooked(sign_up_check_then_insert)) > PLACES


def test_every_refused_racer_gets_a_clean_answer() -> None:
    shift = make_shift(capacity=PLACES)
    answers = together(
        *(signing_up(actions.sign_up, shift, make_volunteer()) for _ in range(RACERS))
    )
    assert answers == {"done": PLACES, "signups.full": RACERS - PLACES}


def test_one_person_who_clicks_many_times_gets_one_place() -> None:
    shift, volunteer = make_shift(), make_volunteer()
    answers = together(*[signing_up(actions.sign_up, shift, volunteer)] * 12)
    shift.refresh_from_db()
    assert answers == {"done": 1, "signups.already_in": 11}
    assert (shift.taken, Signup.objects.count()) == (1, 1)


def test_one_person_gets_one_of_many_places_at_one_time() -> None:
    volunteer = make_volunteer()
    shifts = [make_shift() for _ in range(10)]
    answers = together(*(signing_up(actions.sign_up, shift, volunteer) for shift in shifts))
    assert answers == {"done": 1, "signups.clash": 9}
    assert sum(Shift.objects.values_list("taken", flat=True)) == 1


def test_who_cancels_and_who_waits_leave_no_place_empty() -> None:
    """Everybody with a place cancels while others come to wait, in two shifts at one time."""
    shifts = [make_shift(capacity=PLACES) for _ in range(2)]
    placed = [make_signup(shift=shift) for shift in shifts for _ in range(PLACES)]
    both = [make_volunteer() for _ in range(8)]
    for shift in shifts:
        for volunteer in both if shift is shifts[0] else reversed(both):
            make_signup(shift=shift, volunteer=volunteer, state=SignupState.WAITING)
    cancelling: list[Step] = [
        lambda signup=signup: actions.cancel_signup(  # type: ignore[misc]
            signup_id=signup.pk, reason="临时有事", by=signup.volunteer.user, at=NOON
        )
        for signup in placed
    ]
    coming = [
        signing_up(actions.sign_up, shift, make_volunteer(), wait=True)
        for shift in shifts
        for _ in range(5)
    ]
    assert together(*cancelling, *coming) == {"done": len(cancelling) + len(coming)}
    for shift in shifts:
        shift.refresh_from_db()
        counted = Counter(shift.signups.values_list("state", flat=True))
        assert shift.taken == counted["placed"] == PLACES
    twice = Counter(
        Signup.objects.filter(state=SignupState.PLACED).values_list("volunteer", flat=True)
    )
    assert max(twice.values()) == 1


def test_the_same_scan_sent_many_times_is_one_scan() -> None:
    signup = make_signup()
    token = codes.venue_token(signup.shift_id, at=MORNING)

    def scan(nonce: str) -> Step:
        return lambda: actions.scan_venue_code(
            token=token, volunteer=signup.volunteer, nonce=nonce,
            by=signup.volunteer.user or make_user(), at=MORNING,
        )  # fmt: skip

    assert together(*[scan("the-same-nonce")] * 8) == {"done": 8}
    assert (Scan.objects.count(), Attendance.objects.count()) == (1, 1)
    answers = together(*(scan(f"another-nonce-{number}") for number in range(8)))
    assert answers == {"signups.in_twice": 8}
    assert Attendance.objects.get().out_at is None
