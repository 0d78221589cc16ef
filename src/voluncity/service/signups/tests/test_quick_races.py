"""The quick ways against somebody who holds a row in another transaction (PostgreSQL).

One side waits for a lock of the other, and what it read before the wait is out of date after it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import connections, transaction
from django.db.models import F

from voluncity.kernel.refusals import Refusal
from voluncity.kernel.statements import Statement
from voluncity.service.projects.models import Activity, Shift
from voluncity.service.projects.states import ActivityState
from voluncity.service.signups import actions, codes, rules
from voluncity.service.signups.actions import quick, quick_door
from voluncity.service.signups.locks import hold_activity
from voluncity.service.signups.models import Attendance, Signup
from voluncity.service.signups.states import Direction, SignupState
from voluncity.testing.make_people import NOON, make_volunteer, user_of
from voluncity.testing.make_projects import MORNING, make_shift
from voluncity.testing.make_signups import make_signup

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]

LONG_ENOUGH_TO_WAIT_FOR_A_LOCK = 0.4
GUARD_OF_THE_SNAPSHOT = "AND b.xmin = act.version"


def answer(act: Callable[[], object]) -> str:
    try:
        act()
    except Refusal as refusal:
        return refusal.code
    finally:
        connections.close_all()
    return "done"


class Other:
    """Somebody in another connection, who starts when told to and soon waits for us."""

    def __init__(self, pool: ThreadPoolExecutor, act: Callable[[], object]) -> None:
        self._pool, self._act = pool, act
        self._answer: Future[str] | None = None

    def starts_now(self) -> None:
        """Let the other one go, until it waits for a lock of ours."""
        self._answer = self._pool.submit(answer, self._act)
        threading.Event().wait(LONG_ENOUGH_TO_WAIT_FOR_A_LOCK)

    def result(self) -> str:
        """Return how it went."""
        assert self._answer is not None
        return self._answer.result(timeout=20)


@contextmanager
def beside(act: Callable[[], object]) -> Iterator[Other]:
    """Hold what the block holds until its end, while `act` runs in another connection."""
    with ThreadPoolExecutor(1) as pool:
        other = Other(pool, act)
        with transaction.atomic():
            yield other
        other.result()


def signing_up(shift: Shift) -> Callable[[], object]:
    volunteer = make_volunteer()
    by = user_of(volunteer)
    return lambda: actions.sign_up(
        shift_id=shift.pk, volunteer_id=volunteer.pk, by=by, at=NOON, risks_read=True
    )


def checking_in(signup: Signup) -> Callable[[], object]:
    by = user_of(signup.volunteer)
    return lambda: actions.scan_venue_code(
        token=codes.venue_token(signup.shift_id, at=MORNING), volunteer=signup.volunteer,
        nonce="nonce-of-the-page", by=by, at=MORNING,
    )  # fmt: skip


def without(monkeypatch: pytest.MonkeyPatch, words: str) -> None:
    monkeypatch.setattr(quick, "_TAKE", quick._TAKE.without(words))


# -- Signing up while the activity is called off ---------------------------------------------------


def left_over() -> tuple[str, int]:
    """Call an activity off and drop its people; somebody signs up in the middle of it."""
    shift = make_shift()
    with beside(signing_up(shift)) as other:
        Activity.objects.filter(pk=shift.activity_id).update(state=ActivityState.CANCELLED)
        actions.drop_signups(activity_id=shift.activity_id, at=NOON)
        other.starts_now()
    return other.result(), Signup.objects.filter(state=SignupState.PLACED).count()


def test_nobody_is_left_in_an_activity_that_was_called_off() -> None:
    assert left_over() == (rules.CLOSED, 0)


def test_the_saboteur_who_does_not_wait_for_the_activity_leaves_somebody(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    without(monkeypatch, "FOR SHARE")
    assert left_over() == ("done", 1)


# -- Signing up while somebody comes to wait and a place becomes free ------------------------------


def overtaking() -> tuple[str, int]:
    """Fill a shift, let somebody wait, and give it one place more, all while another signs up."""
    shift = make_shift(capacity=1)
    with beside(signing_up(shift)) as other:
        hold_activity(shift.activity_id)
        make_signup(shift=shift)
        make_signup(shift=shift, state=SignupState.WAITING)
        Shift.objects.filter(pk=shift.pk).update(capacity=F("capacity") + 1)
        other.starts_now()
    return other.result(), Signup.objects.filter(state=SignupState.PLACED).count()


def test_who_had_to_wait_for_the_activity_looks_at_the_waiting_list_again() -> None:
    assert overtaking() == (rules.FULL, 1)


def test_the_saboteur_who_trusts_what_was_seen_before_the_wait_overtakes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    without(monkeypatch, GUARD_OF_THE_SNAPSHOT)
    assert overtaking() == ("done", 2)


def test_others_who_sign_up_quickly_do_not_send_anybody_the_careful_way(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Sharing the activity leaves its row as it was seen."""
    shifts = [make_shift()]
    shifts.append(make_shift(activity=shifts[0].activity))
    monkeypatch.setattr(actions.signing_up, "sign_up_carefully", None)
    with beside(signing_up(shifts[0])) as other:
        signing_up(shifts[1])()
        other.starts_now()
        assert other.result() == "done"  # it did not have to wait for us


# -- At the door -----------------------------------------------------------------------------------


def cancelled_at_the_door() -> tuple[str, int]:
    signup = make_signup()
    leader = user_of(make_volunteer("李强"))
    with beside(checking_in(signup)) as other:
        actions.cancel_signup(
            signup_id=signup.pk, reason="名单有误", by=leader, at=MORNING, is_desk=True
        )
        other.starts_now()
    return other.result(), Attendance.objects.count()


def test_a_place_that_is_being_cancelled_opens_no_door() -> None:
    assert cancelled_at_the_door() == ("signups.not_signed_up", 0)


def test_the_saboteur_who_does_not_hold_the_sign_up_lets_in_who_was_cancelled(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    _let_go(monkeypatch)
    assert cancelled_at_the_door() == ("done", 1)


def _let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    free = quick_door._AT_ONCE[Direction.IN].without("FOR NO KEY UPDATE")
    monkeypatch.setitem(quick_door._AT_ONCE, Direction.IN, free)


def dropped_behind_the_door() -> tuple[str, str]:
    signup = make_signup()
    activity_id = signup.shift.activity_id
    checked_in = checking_in(signup)
    with beside(lambda: actions.drop_signups(activity_id=activity_id, at=MORNING)) as other:
        checked_in()
        other.starts_now()
    signup.refresh_from_db()
    return other.result(), signup.state


def test_who_is_just_coming_in_is_not_dropped() -> None:
    assert dropped_behind_the_door() == ("done", SignupState.PLACED)


def test_the_saboteur_who_does_not_hold_the_sign_up_is_dropped_though_there(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    _let_go(monkeypatch)
    assert dropped_behind_the_door() == ("done", SignupState.DROPPED)


def test_a_whole_crowd_passes_one_door_at_once() -> None:
    shift = make_shift(capacity=30)
    signups = [make_signup(shift=shift) for _ in range(24)]
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(answer, [checking_in(signup) for signup in signups]))
    assert answers == ["done"] * 24
    assert Attendance.objects.filter(signup__in=signups, in_at=MORNING).count() == 24
    assert Shift.objects.get(pk=shift.pk).taken == 24


def test_a_rush_and_people_who_wait_and_leave_keep_the_counts() -> None:
    """Quick and careful ways together on one activity."""
    shift = make_shift(capacity=6)
    leaving = [make_signup(shift=shift) for _ in range(3)]
    steps: list[Callable[[], object]] = [signing_up(shift) for _ in range(12)]
    waiting = [make_volunteer() for _ in range(6)]
    steps += [
        lambda volunteer=volunteer: actions.sign_up(  # type: ignore[misc]
            shift_id=shift.pk, volunteer_id=volunteer.pk, by=user_of(volunteer), at=NOON,
            risks_read=True, wait=True,
        )
        for volunteer in waiting
    ]  # fmt: skip
    steps += [
        lambda signup=signup: actions.cancel_signup(  # type: ignore[misc]
            signup_id=signup.pk, reason="临时有事", by=user_of(signup.volunteer), at=NOON
        )
        for signup in leaving
    ]  # fmt: skip
    with ThreadPoolExecutor(7) as pool:
        said = set(pool.map(answer, steps))
    assert said <= {"done", rules.FULL}
    actions.fill_shift(shift_id=shift.pk, at=NOON + timedelta(minutes=1))
    shift.refresh_from_db()
    placed = Signup.objects.filter(shift=shift, state=SignupState.PLACED).count()
    assert shift.taken == placed == shift.capacity


def test_a_saboteur_must_name_words_that_are_there() -> None:
    with pytest.raises(ValueError, match="is not in the statement"):
        Statement("SELECT 1").without("FOR UPDATE")
