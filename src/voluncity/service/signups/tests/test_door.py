"""Check in and out: three ways, each try kept, nothing counted twice."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from voluncity.city.journal.models import Entry
from voluncity.city.people import queries as people
from voluncity.city.people.models import User, Volunteer
from voluncity.kernel.refusals import BadInput, NotFound, Refusal, TooMany
from voluncity.service.projects.models import Activity, Shift
from voluncity.service.projects.states import ActivityState
from voluncity.service.signups import actions, codes, queries
from voluncity.service.signups.models import Attendance, Scan, Signup
from voluncity.service.signups.states import Direction, Method, SignupState
from voluncity.testing.make_people import make_user, make_volunteer
from voluncity.testing.make_projects import MORNING, TWO_HOURS, make_activity, make_shift
from voluncity.testing.make_signups import make_signup

pytestmark = pytest.mark.django_db

END = MORNING + TWO_HOURS
NONCE = "nonce-of-the-page"


def scan(
    signup: Signup, *, at: datetime = MORNING, nonce: str = NONCE, direction: str = ""
) -> Scan:
    assert signup.volunteer.user
    return actions.scan_venue_code(
        token=codes.venue_token(signup.shift_id, at=at), volunteer=signup.volunteer,
        nonce=nonce, by=signup.volunteer.user, at=at, direction=direction,
    )  # fmt: skip


def refused(volunteer: Volunteer, token: str, at: datetime = MORNING) -> tuple[str, str]:
    assert volunteer.user
    with pytest.raises(Refusal) as no:
        actions.scan_venue_code(
            token=token, volunteer=volunteer, nonce=NONCE, by=volunteer.user, at=at
        )
    return no.value.code, no.value.sentence


def only_refused_scan() -> tuple[int | None, int | None, str]:
    kept = Scan.objects.get()
    assert not kept.is_accepted
    return kept.shift_id, kept.volunteer_id, kept.refusal_code


def test_the_first_scan_checks_in_and_the_next_one_out() -> None:
    signup = make_signup()
    came, left = scan(signup), scan(signup, at=END, nonce="another-nonce")
    attendance = Attendance.objects.get()
    assert (came.direction, left.direction) == (Direction.IN, Direction.OUT)
    assert (attendance.in_at, attendance.in_method, attendance.in_by_id) == (
        MORNING, Method.VENUE_CODE, signup.volunteer.user_id,
    )  # fmt: skip
    assert (attendance.out_at, attendance.out_method) == (END, Method.VENUE_CODE)
    entries = [(entry.verb, entry.on_behalf_of_id) for entry in Entry.objects.order_by("pk")]
    assert entries == [("signups.check_in", None), ("signups.check_out", None)]


def test_a_repeated_request_gets_the_first_answer() -> None:
    signup = make_signup()
    token = codes.venue_token(signup.shift_id, at=MORNING)
    assert signup.volunteer.user
    asked = {
        "token": token, "volunteer": signup.volunteer, "nonce": NONCE, "by": signup.volunteer.user,
    }  # fmt: skip
    first = actions.scan_venue_code(at=MORNING, **asked)  # type: ignore[arg-type]
    later = MORNING + timedelta(minutes=50)  # the code has long expired: the answer is the same
    assert actions.scan_venue_code(at=later, **asked) == first  # type: ignore[arg-type]
    assert (Scan.objects.count(), Attendance.objects.get().out_at) == (1, None)


def test_a_repeated_request_gets_the_first_refusal() -> None:
    shift, volunteer = make_shift(), make_volunteer()
    token = codes.venue_token(shift.pk, at=MORNING)
    first = refused(volunteer, token)
    make_signup(shift=shift, volunteer=volunteer)
    assert refused(volunteer, token) == first
    assert Scan.objects.count() == 1


def test_a_second_press_with_another_nonce_does_not_check_out() -> None:
    signup = make_signup()
    scan(signup)
    with pytest.raises(Refusal, match="您已经在 09:00 签到，不用再签。"):
        scan(signup, at=MORNING + timedelta(seconds=30), nonce="another-nonce")
    with pytest.raises(Refusal, match="不用再签"):
        scan(signup, at=END, nonce="a-third-nonce", direction="in")
    assert Attendance.objects.get().out_at is None


def test_nobody_checks_out_before_in_or_twice() -> None:
    signup = make_signup()
    with pytest.raises(Refusal, match="您还没有签到，请先签到。"):
        scan(signup, direction="out")
    scan(signup, nonce="second-nonce")
    scan(signup, at=END, nonce="third-nonce")
    with pytest.raises(Refusal, match="您已经在 11:00 签退"):
        scan(signup, at=END + timedelta(minutes=5), nonce="fourth-nonce")
    assert Scan.objects.filter(is_accepted=False).count() == 2


def test_windows_come_from_the_citys_rules() -> None:
    signup = make_signup()
    with pytest.raises(Refusal, match="还没到签到时间，3月5日 周二 08:30–11:00 可以签到"):
        scan(signup, at=MORNING - timedelta(minutes=31))
    with pytest.raises(Refusal, match="已经结束"):
        scan(signup, at=END, nonce="second-nonce")
    scan(signup, nonce="third-nonce")
    with pytest.raises(Refusal, match="签退时间已过"):
        scan(signup, at=END + timedelta(minutes=121), nonce="fourth-nonce")


def test_who_has_not_signed_up_is_sent_to_the_leader_and_the_try_is_kept() -> None:
    shift, volunteer = make_shift(), make_volunteer()
    code, sentence = refused(volunteer, codes.venue_token(shift.pk, at=MORNING))
    assert sentence == "您没有报名“周二文明引导”的这个班次。人已到现场的，请找领队现场登记。"
    assert only_refused_scan() == (shift.pk, volunteer.pk, code)


def test_who_waits_is_told_so() -> None:
    signup = make_signup(state=SignupState.WAITING)
    code, _ = refused(signup.volunteer, codes.venue_token(signup.shift_id, at=MORNING))
    assert code == "signups.still_waiting"


def test_the_code_of_another_shift_names_both() -> None:
    activity = make_activity()
    mine = make_shift(activity=activity, name="东门")
    other = make_shift(activity=activity, name="西门", starts_at=MORNING + TWO_HOURS)
    signup = make_signup(shift=mine)
    code, sentence = refused(signup.volunteer, codes.venue_token(other.pk, at=MORNING))
    assert (code, sentence) == (
        "signups.other_shift",
        "这是“西门”11:00 的签到码，您报的是“东门”09:00，请扫对应的码。",
    )


@pytest.mark.parametrize("state", [SignupState.PLACED, SignupState.DROPPED])
def test_an_activity_called_off_has_no_door(state: str) -> None:
    signup = make_signup(state=state)
    Activity.objects.update(state=ActivityState.CANCELLED)
    _, sentence = refused(signup.volunteer, codes.venue_token(signup.shift_id, at=MORNING))
    assert sentence == "这个活动已经取消，不用签到。"


def test_an_expired_code_and_a_code_of_nobody_are_kept_with_their_reasons() -> None:
    signup = make_signup()
    old = codes.venue_token(signup.shift_id, at=MORNING - timedelta(minutes=1))
    assert refused(signup.volunteer, old)[0] == "signups.code_expired"
    assert refused(signup.volunteer, "1,2.forged")[0] == "bad_input.token"
    assert Scan.objects.filter(is_accepted=False, volunteer=signup.volunteer).count() == 2


def test_a_shift_that_is_gone_is_not_found() -> None:
    volunteer = make_volunteer()
    code, _ = refused(volunteer, codes.venue_token(10**9, at=MORNING))
    assert (code, only_refused_scan()[0]) == ("not_found", None)


@pytest.mark.parametrize("nonce", ["", "short", "x" * 65, "有汉字的编号啊啊", "a b c d e f"])
def test_a_broken_nonce_is_refused(nonce: str) -> None:
    with pytest.raises(BadInput):
        scan(make_signup(), nonce=nonce)
    assert Scan.objects.count() == 0


def test_a_broken_direction_is_refused() -> None:
    with pytest.raises(BadInput, match="请选择签到或签退。"):
        scan(make_signup(), direction="up")


# -- The leader ----------------------------------------------------------------------------------


def leader_scan(shift: Shift, code: str, leader: User, *, nonce: str = NONCE) -> Scan:
    return actions.scan_volunteer_code(
        code=code, shift_id=shift.pk, nonce=nonce, by=leader, at=MORNING, direction="in"
    )


def test_the_leader_scans_the_volunteers_card() -> None:
    signup, leader = make_signup(), make_user("李强")
    card = people.card_code(signup.volunteer_id, at=MORNING)
    found = leader_scan(signup.shift, card, leader)
    attendance = Attendance.objects.get()
    assert (found.method, attendance.in_method, attendance.in_by) == (
        Method.LEADER_SCAN, Method.LEADER_SCAN, leader,
    )  # fmt: skip
    entry = Entry.objects.get(verb="signups.check_in")
    assert (entry.actor_id, entry.on_behalf_of_id) == (leader.pk, signup.volunteer_id)


def test_a_typed_number_counts_like_a_tick_on_the_list() -> None:
    signup = make_signup()
    typed = " ".join(signup.volunteer.number)
    leader_scan(signup.shift, typed, make_user("李强"))
    assert Attendance.objects.get().in_method == Method.LIST


def test_one_nonce_for_two_people_checks_both_in() -> None:
    """The key is made of what was tried, too: nobody vanishes behind somebody else's answer."""
    shift, leader = make_shift(), make_user("李强")
    for signup in (make_signup(shift=shift), make_signup(shift=shift)):
        leader_scan(shift, signup.volunteer.number, leader)
    assert Attendance.objects.count() == 2


def test_a_card_that_has_run_out_and_an_unknown_number_are_refused_and_kept() -> None:
    signup, leader = make_signup(), make_user("李强")
    old = people.card_code(signup.volunteer_id, at=MORNING - timedelta(minutes=5))
    gone = people.card_code(10**9, at=MORNING)
    codes_ = []
    for code in (old, gone, "000000000000", "http://example.test/"):
        with pytest.raises(Refusal) as no:
            leader_scan(signup.shift, code, leader)
        codes_.append(no.value.code)
    assert codes_ == [
        "people.card_expired", "not_found", "signups.unknown_number", "bad_input.token",
    ]  # fmt: skip
    assert Scan.objects.filter(is_accepted=False, shift=signup.shift, by=leader).count() == 4


def test_the_leader_is_told_about_the_volunteer() -> None:
    shift = make_shift()
    with pytest.raises(Refusal, match="这位志愿者没有报名"):
        leader_scan(shift, make_volunteer().number, make_user("李强"))


def test_a_shift_that_does_not_exist_is_not_found() -> None:
    with pytest.raises(NotFound):
        actions.scan_volunteer_code(
            code=make_volunteer().number, shift_id=0, nonce=NONCE, by=make_user(), at=MORNING
        )


def test_the_list_is_ticked_in_and_out() -> None:
    signup, leader = make_signup(), make_user("李强")
    actions.tick(signup_id=signup.pk, direction="in", nonce=NONCE, by=leader, at=MORNING)
    actions.tick(signup_id=signup.pk, direction="out", nonce=NONCE, by=leader, at=END)
    attendance = Attendance.objects.get()
    assert (attendance.in_method, attendance.out_method, attendance.out_by) == (
        Method.LIST, Method.LIST, leader,
    )  # fmt: skip
    with pytest.raises(NotFound):
        actions.tick(signup_id=0, direction="in", nonce=NONCE, by=leader, at=MORNING)


def test_nobody_ticks_or_scans_themself() -> None:
    signup = make_signup()
    leader = signup.volunteer.user
    assert leader
    with pytest.raises(Refusal) as no:
        actions.tick(signup_id=signup.pk, direction="in", nonce=NONCE, by=leader, at=MORNING)
    with pytest.raises(Refusal):
        leader_scan(signup.shift, signup.volunteer.number, leader)
    assert (no.value.code, Attendance.objects.count()) == ("signups.own_case", 0)
    assert scan(signup).is_accepted


# -- What the page of a code shows ---------------------------------------------------------------


def test_the_door_shows_which_way_it_goes_and_writes_nothing() -> None:
    signup = make_signup()
    token = codes.venue_token(signup.shift_id, at=MORNING)
    look = queries.door(token, signup.volunteer, at=MORNING)
    assert (look.signup, look.direction, look.problem) == (signup, Direction.IN, None)
    assert Scan.objects.count() == 0


def test_a_closed_door_is_kept_once_for_each_code() -> None:
    shift, volunteer = make_shift(), make_volunteer()
    token = codes.venue_token(shift.pk, at=MORNING)
    look = queries.door(token, volunteer, at=MORNING)
    assert volunteer.user
    for _ in range(2):
        actions.note_refused_door(
            token=token, look=look, volunteer=volunteer, by=volunteer.user, at=MORNING
        )
    assert only_refused_scan() == (shift.pk, volunteer.pk, "signups.not_signed_up")
    assert queries.refused_scans(shift) == [Scan.objects.get()]


def test_an_open_door_leaves_no_note() -> None:
    signup = make_signup()
    token = codes.venue_token(signup.shift_id, at=MORNING)
    assert signup.volunteer.user
    look = queries.door(token, signup.volunteer, at=MORNING)
    actions.note_refused_door(
        token=token, look=look, volunteer=signup.volunteer, by=signup.volunteer.user, at=MORNING
    )
    assert Scan.objects.count() == 0


def type_number(volunteer: Volunteer, number: str, *, at: datetime = MORNING) -> str:
    assert volunteer.user
    return actions.type_venue_number(number=number, volunteer=volunteer, by=volunteer.user, at=at)


def test_six_typed_digits_stand_for_the_code_of_a_shift_of_ones_own() -> None:
    signup = make_signup()
    number = codes.venue_number(signup.shift_id, at=MORNING)
    token = type_number(signup.volunteer, number)
    assert codes.shift_of(token, volunteer_id=signup.volunteer_id, at=MORNING) == signup.shift_id
    with pytest.raises(Refusal, match="现在没有您可以签到的班次"):
        type_number(make_volunteer(), number)


def test_guessing_digits_is_stopped() -> None:
    signup = make_signup()
    number = codes.venue_number(signup.shift_id, at=MORNING)
    wrong = "000000" if number != "000000" else "000001"
    for second in range(8):
        with pytest.raises(Refusal, match="数字不对或已过期"):
            type_number(signup.volunteer, wrong, at=MORNING + timedelta(seconds=second))
    with pytest.raises(TooMany):
        type_number(signup.volunteer, number, at=MORNING + timedelta(seconds=9))
    after = MORNING + timedelta(minutes=11)
    assert type_number(signup.volunteer, codes.venue_number(signup.shift_id, at=after), at=after)
