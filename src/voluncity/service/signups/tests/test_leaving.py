"""Somebody closes the account: no place to come stays behind, whoever is faster."""

from __future__ import annotations

import pytest

from voluncity.city.people.models import Volunteer
from voluncity.kernel.refusals import Refusal
from voluncity.service.projects.models import Shift
from voluncity.service.signups import actions, queries, rules
from voluncity.service.signups.actions import leaving
from voluncity.service.signups.models import Signup
from voluncity.service.signups.states import SignupState
from voluncity.testing.make_people import NOON, make_volunteer, user_of
from voluncity.testing.make_projects import make_activity, make_shift
from voluncity.testing.make_signups import make_attendance, make_signup

pytestmark = pytest.mark.django_db


def states() -> list[str]:
    return list(Signup.objects.order_by("pk").values_list("state", flat=True))


def test_who_leaves_gives_the_places_to_those_who_wait() -> None:
    shift = make_shift(capacity=1)
    gone = make_signup(shift=shift)
    make_signup(shift=shift, state=SignupState.WAITING)
    left = actions.leave_coming_shifts(volunteer_id=gone.volunteer_id, at=NOON)
    assert left == [gone]
    assert states() == [SignupState.CANCELLED, SignupState.PLACED]
    gone.refresh_from_db()
    assert (gone.cancelled_at, gone.cancel_reason) == (NOON, leaving.REASON)
    shift.refresh_from_db()
    assert shift.taken == 1


def test_who_waits_leaves_the_line() -> None:
    waiting = make_signup(state=SignupState.WAITING)
    actions.leave_coming_shifts(volunteer_id=waiting.volunteer_id, at=NOON)
    assert states() == [SignupState.CANCELLED]


def test_what_was_served_or_has_begun_stays() -> None:
    signup = make_signup()
    make_attendance(signup)
    begun = make_signup(volunteer=signup.volunteer, shift=make_shift(activity=make_activity()))
    at = begun.shift.starts_at
    assert actions.leave_coming_shifts(volunteer_id=signup.volunteer_id, at=at) == []
    assert states() == [SignupState.PLACED, SignupState.PLACED]


def test_leaving_twice_changes_nothing() -> None:
    gone = make_signup()
    actions.leave_coming_shifts(volunteer_id=gone.volunteer_id, at=NOON)
    assert actions.leave_coming_shifts(volunteer_id=gone.volunteer_id, at=NOON) == []


def signs_up_late(shift: Shift, volunteer: Volunteer) -> str:
    """Ask for a place before the account closes, and write it after the places were given back."""
    by, seen = user_of(volunteer), queries.chance(shift.pk, volunteer.pk, at=NOON)
    Volunteer.objects.filter(pk=volunteer.pk).update(closed_at=NOON)
    actions.leave_coming_shifts(volunteer_id=volunteer.pk, at=NOON)
    try:
        actions.sign_up(
            shift_id=shift.pk, volunteer_id=volunteer.pk, by=by, at=NOON, risks_read=True,
            chance=seen,
        )  # fmt: skip
    except Refusal as refusal:
        return refusal.code
    return "done"


def test_a_sign_up_of_the_same_moment_is_refused() -> None:
    shift = make_shift()
    assert signs_up_late(shift, make_volunteer()) == rules.NOT_VERIFIED
    assert states() == []


def test_the_saboteur_who_does_not_hold_the_agenda_leaves_a_place_behind(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(leaving, "hold_agenda", lambda _: None)
    assert signs_up_late(make_shift(), make_volunteer()) == "done"
    assert states() == [SignupState.PLACED]
