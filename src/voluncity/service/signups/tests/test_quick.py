"""The quick ways write what the careful ways would, and nothing when a rival was faster.

The rival acts wholly between what was read and what is written; each guard has its saboteur.
"""

from __future__ import annotations

import fcntl
import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from voluncity.city.journal.models import Entry
from voluncity.city.people.models import Volunteer
from voluncity.kernel.refusals import Refusal
from voluncity.kernel.statements import Statement
from voluncity.kernel.turns import WRITER, process_in_turn
from voluncity.service.projects.models import Activity, Shift
from voluncity.service.projects.states import ActivityState
from voluncity.service.signups import actions, codes, queries, rules
from voluncity.service.signups.actions import quick, quick_door
from voluncity.service.signups.models import Attendance, Scan, Signup
from voluncity.service.signups.states import Direction, Method, SignupState
from voluncity.testing.make_people import NOON, make_user, make_volunteer, user_of
from voluncity.testing.make_projects import MORNING, make_shift
from voluncity.testing.make_signups import make_signup
from voluncity.testing.rivals import rival_before

pytestmark = pytest.mark.django_db

POSTGRES = connection.vendor == "postgresql"
# The first words of what is written, before which the rival comes.
SIGN_UP = "WITH act" if POSTGRES else "INSERT OR IGNORE INTO signups_agenda"
PASS = "WITH held" if POSTGRES else "UPDATE signups_signup SET state = state"


def sign_up(shift: Shift, volunteer: Volunteer, *, wait: bool = False) -> Signup:
    return actions.sign_up(
        shift_id=shift.pk, volunteer_id=volunteer.pk, by=user_of(volunteer), at=NOON,
        risks_read=True, wait=wait,
    )  # fmt: skip


def answer(act: Callable[[], object]) -> str:
    try:
        act()
    except Refusal as refusal:
        return refusal.code
    return "done"


def check_in(signup: Signup, nonce: str = "nonce-of-the-page") -> Scan:
    return actions.scan_venue_code(
        token=codes.venue_token(signup.shift_id, at=MORNING), volunteer=signup.volunteer,
        nonce=nonce, by=user_of(signup.volunteer), at=MORNING,
    )  # fmt: skip


def sabotaged(monkeypatch: pytest.MonkeyPatch, words: str, *names: str) -> None:
    """Take words out of the statements of the database at hand."""
    for name in names:
        whole: Statement = getattr(quick, name)
        monkeypatch.setattr(quick, name, whole.without(words))


# -- What is written -------------------------------------------------------------------------------


def test_a_plain_sign_up_reads_once_and_writes_once() -> None:
    shift, volunteer = make_shift(), make_volunteer()
    user_of(volunteer)
    with CaptureQueriesContext(connection) as asked:
        sign_up(shift, volunteer)
    held = [query["sql"] for query in asked if 'UPDATE "projects_activity"' in query["sql"]]
    assert held == []
    assert len(asked) == (2 if POSTGRES else 7)  # SQLite: four steps between two savepoints


@pytest.mark.parametrize("capacity", [1, 2])
def test_the_quick_way_leaves_the_rows_and_the_entry_of_the_careful_way(capacity: int) -> None:
    shift, volunteer, helper = make_shift(capacity=capacity), make_volunteer(), make_user("李强")
    sign_up(shift, make_volunteer("赵敏"))
    made = actions.sign_up(
        shift_id=shift.pk, volunteer_id=volunteer.pk, by=helper, at=NOON, risks_read=True, wait=True
    )
    state = SignupState.PLACED if capacity > 1 else SignupState.WAITING
    kept = Signup.objects.values(
        "shift", "volunteer", "state", "signed_up_at", "signed_up_by", "risks_read_at",
        "cancelled_at", "cancel_reason",
    ).get(pk=made.pk)  # fmt: skip
    assert kept == {
        "shift": shift.pk, "volunteer": volunteer.pk, "state": state, "signed_up_at": NOON,
        "signed_up_by": helper.pk, "risks_read_at": NOON, "cancelled_at": None, "cancel_reason": "",
    }  # fmt: skip
    assert Shift.objects.get(pk=shift.pk).taken == capacity
    assert Entry.objects.values().exclude(subject_id=made.pk).count() == 1
    entry = Entry.objects.values().get(subject_id=made.pk)
    assert entry == {
        "id": entry["id"], "at": NOON, "actor_id": helper.pk, "on_behalf_of_id": volunteer.pk,
        "verb": "signups.sign_up" if capacity > 1 else "signups.wait", "subject_type": "signup",
        "subject_id": made.pk, "sequence": None, "previous_hash": None, "hash": None,
        "data": {"shift": shift.pk, "activity": shift.activity_id, "volunteer": volunteer.pk},
    }  # fmt: skip


def test_a_plain_check_in_reads_once_and_writes_once() -> None:
    signup = make_signup()
    user_of(signup.volunteer)
    with CaptureQueriesContext(connection) as asked:
        check_in(signup)
    # Inside the test's transaction the statement gets a savepoint.
    assert len(asked) == (4 if POSTGRES else 7)


def test_the_quick_door_leaves_scan_attendance_and_entry() -> None:
    signup = make_signup()
    user = user_of(signup.volunteer)
    scan = check_in(signup)
    assert Scan.objects.values().get() == {
        "id": scan.pk, "nonce": scan.nonce, "shift_id": signup.shift_id,
        "volunteer_id": signup.volunteer_id, "direction": Direction.IN,
        "method": Method.VENUE_CODE, "at": MORNING, "by_id": user.pk, "is_accepted": True,
        "refusal_code": "", "refusal_sentence": "", "device": "",
    }  # fmt: skip
    there = Attendance.objects.values().get()
    assert there == {
        "id": there["id"], "signup_id": signup.pk, "in_at": MORNING,
        "in_method": Method.VENUE_CODE, "in_by_id": user.pk, "out_at": None, "out_method": "",
        "out_by_id": None,
    }  # fmt: skip
    entry = Entry.objects.values().get()
    assert entry == {
        "id": entry["id"], "at": MORNING, "actor_id": user.pk, "on_behalf_of_id": None,
        "verb": "signups.check_in", "subject_type": "signup", "subject_id": signup.pk,
        "sequence": None, "previous_hash": None, "hash": None,
        "data": {
            "shift": signup.shift_id, "activity": signup.shift.activity_id,
            "volunteer": signup.volunteer_id, "method": "venue_code",
        },
    }  # fmt: skip


# -- A rival between reading and writing -----------------------------------------------------------


def test_the_last_place_goes_to_the_rival() -> None:
    shift, volunteer = make_shift(capacity=1), make_volunteer()
    with rival_before(SIGN_UP, lambda: make_signup(shift=shift)):
        assert answer(lambda: sign_up(shift, volunteer)) == rules.FULL
    assert Shift.objects.get(pk=shift.pk).taken == 1


def clashing() -> tuple[str, int]:
    """Let a volunteer take another place at the same time; return the answer and the places."""
    volunteer, shift, other = make_volunteer(), make_shift(), make_shift()
    sign_up(make_shift(starts_at=MORNING + timedelta(days=1)), volunteer)  # there is an agenda
    before = "WITH act" if POSTGRES else "UPDATE signups_agenda"
    with rival_before(before, lambda: sign_up(other, volunteer)):
        said = answer(lambda: sign_up(shift, volunteer))
    return said, Signup.objects.filter(volunteer=volunteer).count()


def test_of_two_places_at_one_time_the_second_is_refused() -> None:
    assert clashing() == (rules.CLASH, 2)


def test_the_saboteur_who_does_not_ask_for_the_agendas_version_doubles(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if POSTGRES:
        sabotaged(monkeypatch, "WHERE g.version = %(version)s", "_TAKE")
    else:
        sabotaged(monkeypatch, "AND version = %(version)s", "_NEXT_AGENDA")
    assert clashing() == ("done", 3)


def called_off() -> str:
    shift = make_shift()
    activity = Activity.objects.filter(pk=shift.activity_id)
    with rival_before(SIGN_UP, lambda: activity.update(state=ActivityState.CANCELLED)):
        return answer(lambda: sign_up(shift, make_volunteer()))


def test_an_activity_called_off_in_this_moment_takes_nobody() -> None:
    assert called_off() == rules.CLOSED


def test_the_saboteur_who_does_not_look_at_the_activity_signs_up_for_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sabotaged(monkeypatch, "AND a.state = 'open'", "_TAKE" if POSTGRES else "_TAKE_STEP")
    assert called_off() == "done"


def overtaking() -> tuple[str, str]:
    """Let somebody come to wait, and a place become free; return both answers."""
    shift, first = make_shift(capacity=2), make_volunteer("李强")
    make_signup(shift=shift)

    def rival() -> None:
        make_signup(shift=shift, volunteer=first, state=SignupState.WAITING)

    with rival_before(SIGN_UP, rival):
        said = answer(lambda: sign_up(shift, make_volunteer()))
    return said, Signup.objects.get(volunteer=first).state


def test_nobody_overtakes_who_came_to_wait_in_this_moment() -> None:
    assert overtaking() == (rules.FULL, SignupState.WAITING)


def test_the_saboteur_who_does_not_look_at_the_waiting_list_overtakes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    words = "w.state = 'waiting'"
    monkeypatch.setattr(quick, "_TAKE", _never(quick._TAKE, words))
    monkeypatch.setattr(quick, "_TAKE_STEP", _never(quick._TAKE_STEP, words))
    assert overtaking() == ("done", SignupState.WAITING)


def _never(whole: Statement, words: str) -> Statement:
    return Statement(*(text.replace(words, "1 = 0") for text in whole._texts.values()))


def test_who_would_wait_takes_the_place_that_became_free_in_this_moment() -> None:
    shift, volunteer = make_shift(capacity=1), make_volunteer()
    leaving = make_signup(shift=shift)

    def rival() -> None:
        actions.cancel_signup(
            signup_id=leaving.pk, reason="临时有事", by=user_of(leaving.volunteer), at=NOON
        )

    with rival_before(SIGN_UP, rival):
        made = sign_up(shift, volunteer, wait=True)
    assert made.state == SignupState.PLACED


def test_a_shift_that_moved_in_this_moment_is_looked_at_again() -> None:
    volunteer, shift = make_volunteer(), make_shift()
    make_signup(shift=make_shift(starts_at=MORNING + timedelta(days=1)), volunteer=volunteer)

    def rival() -> None:
        later = MORNING + timedelta(days=1)
        Shift.objects.filter(pk=shift.pk).update(
            starts_at=later, ends_at=later + timedelta(hours=2)
        )

    with rival_before(SIGN_UP, rival):
        assert answer(lambda: sign_up(shift, volunteer)) == rules.CLASH


@pytest.mark.parametrize("rival_cancels", [True, False])
def test_who_was_taken_off_the_list_in_this_moment_does_not_pass(rival_cancels: bool) -> None:
    signup = make_signup()

    def rival() -> None:
        if rival_cancels:
            actions.cancel_signup(
                signup_id=signup.pk, reason="名单有误", by=make_user(), at=MORNING, is_desk=True
            )
        else:
            actions.drop_signups(activity_id=signup.shift.activity_id, at=MORNING)

    with rival_before(PASS, rival):
        assert answer(lambda: check_in(signup)) != "done"
    assert Attendance.objects.count() == 0
    assert [scan.is_accepted for scan in Scan.objects.all()] == [False]


def test_of_two_scans_with_two_nonces_the_second_is_told_of_the_first() -> None:
    signup = make_signup()
    with rival_before(PASS, lambda: check_in(signup, "another-nonce")):
        assert answer(lambda: check_in(signup)) == "signups.in_twice"
    assert Attendance.objects.count() == 1


def test_of_two_scans_with_one_nonce_both_get_one_answer() -> None:
    signup = make_signup()
    with rival_before(PASS, lambda: check_in(signup)):
        assert check_in(signup) == Scan.objects.get()


def test_a_nonce_that_was_refused_in_this_moment_stays_refused() -> None:
    """The attendance is written first and taken back with the scan that may not be."""
    signup = make_signup()
    passage = queries.passage(signup.shift_id, signup.volunteer_id, nonce="", who="您", at=MORNING)
    assert passage is not None
    first = check_in(signup)
    Attendance.objects.all().delete()
    scan = Scan(
        nonce=first.nonce, shift=signup.shift, volunteer=signup.volunteer, at=MORNING,
        method=Method.VENUE_CODE, by=signup.volunteer.user, is_accepted=True,
    )  # fmt: skip
    assert quick_door.passed(scan, passage, Direction.IN, behalf_id=None) is None
    assert Attendance.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_the_quick_ways_need_no_transaction_around_them() -> None:
    """Each is one; SQLite's writers take turns and give the turn back."""
    shift = make_shift(capacity=2)
    for _ in range(2):
        sign_up(shift, make_volunteer())
    for signup in Signup.objects.select_related("volunteer__user"):
        check_in(signup)
    assert Shift.objects.get(pk=shift.pk).taken == 2
    assert (Attendance.objects.count(), Scan.objects.count(), Entry.objects.count()) == (2, 2, 4)
    assert not WRITER.locked()


def test_processes_that_write_the_same_file_take_turns(tmp_path: Path) -> None:
    """Only for the waiting time: SQLite itself lets one write at a time."""
    database = tmp_path / "city.sqlite3"
    database.touch()
    entered = threading.Event()

    def write() -> None:
        with process_in_turn(database):
            entered.set()

    with (tmp_path / "city.sqlite3-turn").open("w") as turn:  # as another process opens it
        fcntl.flock(turn, fcntl.LOCK_EX)
        writer = threading.Thread(target=write)
        writer.start()
        assert not entered.wait(0.2)
        fcntl.flock(turn, fcntl.LOCK_UN)
    assert entered.wait(10)
    writer.join()
