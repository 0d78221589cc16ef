"""An answer and the end of its time at the same moment: one of the two holds (PostgreSQL)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from voluncity.service.projects.models import Shift
from voluncity.service.signups import actions, queries
from voluncity.service.signups.models import Signup
from voluncity.service.signups.states import SignupState
from voluncity.service.signups.tests.test_races import Step
from voluncity.testing.at_once import together
from voluncity.testing.make_people import NOON, make_user
from voluncity.testing.make_projects import MORNING, make_shift
from voluncity.testing.make_signups import make_signup
from voluncity.testing.saboteurs import accept_offer_read_then_write

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]

ROUNDS = 6
UNTIL = NOON + timedelta(hours=2)


def wrong_shifts(accept: Callable[..., Signup]) -> list[str]:
    """Let four accept while four workers find that the time is over, some rounds."""
    leader, in_time = make_user("李强"), UNTIL - timedelta(seconds=1)

    def accepting(signup: Signup) -> Step:
        return lambda: accept(signup_id=signup.pk, by=leader, at=in_time)

    def filling(shift: Shift) -> Step:
        return lambda: actions.fill_shift(shift_id=shift.pk, at=UNTIL)

    for number in range(ROUNDS):
        shift = make_shift(capacity=1, starts_at=MORNING + timedelta(days=number))
        offered = make_signup(shift=shift, state=SignupState.WAITING, at=NOON)
        make_signup(shift=shift, state=SignupState.WAITING, at=NOON + timedelta(minutes=1))
        actions.fill_shift(shift_id=shift.pk, at=NOON)
        together(*[accepting(offered)] * 4, *[filling(shift)] * 4)
    return queries.faults()


def test_who_accepts_in_the_last_moment_has_the_place_or_the_next_one_is_asked() -> None:
    assert wrong_shifts(actions.accept_offer) == []
    assert set(Shift.objects.values_list("taken", flat=True)) == {1}


def test_the_saboteur_that_reads_and_then_accepts_gives_one_place_twice() -> None:
    assert wrong_shifts(accept_offer_read_then_write) != []
