"""Places that were counted wrongly are named."""

from __future__ import annotations

import pytest
from django.db.models import F

from voluncity.service.projects.models import Shift
from voluncity.service.signups import queries
from voluncity.service.signups.models import Signup
from voluncity.service.signups.states import SignupState
from voluncity.testing.make_hours import make_past_shift, make_place

pytestmark = pytest.mark.django_db


def test_right_counts_are_no_fault() -> None:
    shift = make_past_shift()
    make_place(shift)
    waiting = make_place(shift)
    Signup.objects.filter(pk=waiting.pk).update(state=SignupState.WAITING)
    Shift.objects.filter(pk=shift.pk).update(taken=F("taken") - 1)
    make_past_shift()
    assert queries.faults() == []


def test_place_given_away_without_a_sign_up_is_named() -> None:
    shifts = [make_past_shift() for _ in range(3)]
    make_place(shifts[0])
    Shift.objects.update(taken=2)
    assert queries.faults() == [
        f"signups: shift {shifts[0].pk} says 2 places are taken, 1 are held",
        f"signups: shift {shifts[1].pk} says 2 places are taken, 0 are held",
        f"signups: shift {shifts[2].pk} says 2 places are taken, 0 are held",
    ]
    assert len(queries.faults(limit=1)) == 1
