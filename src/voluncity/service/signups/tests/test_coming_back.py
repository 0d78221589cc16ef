"""Leaving within a shift and coming back; what a phone says; who forgot to check out."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.test import Client

from voluncity.city.inbox.models import Message
from voluncity.city.journal.models import Entry
from voluncity.kernel.refusals import Refusal
from voluncity.service.signups import actions, codes, queries
from voluncity.service.signups.actions import Phone
from voluncity.service.signups.models import Attendance, Pause, Scan, ScanFlag, Signup
from voluncity.service.signups.states import Direction, FlagKind, Method
from voluncity.testing.clock import stopped_at
from voluncity.testing.make_people import user_of
from voluncity.testing.make_projects import MORNING, TWO_HOURS, make_activity, make_shift
from voluncity.testing.make_signups import make_attendance, make_signup
from voluncity.web import devices

pytestmark = pytest.mark.django_db

END = MORNING + TWO_HOURS
MINUTE = timedelta(minutes=1)
HERE = Phone("d" * 32, (37.8645, 112.577))


def scan(signup: Signup, at: datetime = MORNING, direction: str = "", phone: Phone = HERE) -> Scan:
    return actions.scan_venue_code(
        token=codes.venue_token(signup.shift_id, at=at), volunteer=signup.volunteer,
        nonce=f"nonce-{at.timestamp():.0f}", by=user_of(signup.volunteer), at=at,
        direction=direction, phone=phone,
    )  # fmt: skip


def test_who_left_comes_back_within_the_shift_and_the_time_away_is_kept() -> None:
    signup = make_signup()
    for minutes, way in ((0, "in"), (30, "out"), (60, "in"), (120, "out")):
        scan(signup, MORNING + minutes * MINUTE, way)
    row, pause = Attendance.objects.get(), Pause.objects.get()
    assert (row.in_at, row.out_at) == (MORNING, END)
    assert (pause.left_at, pause.left_method, pause.back_at, pause.back_by) == (
        MORNING + 30 * MINUTE, Method.VENUE_CODE, MORNING + 60 * MINUTE, user_of(signup.volunteer),
    )  # fmt: skip
    verbs = list(Entry.objects.order_by("pk").values_list("verb", flat=True))
    assert verbs == ["signups.check_in", "signups.check_out"] * 2


def test_the_page_offers_to_come_back_but_a_scan_that_says_nothing_does_not() -> None:
    signup = make_signup()
    scan(signup, MORNING, "in")
    scan(signup, MORNING + 30 * MINUTE, "out")
    at = MORNING + 40 * MINUTE
    token = codes.venue_token(signup.shift_id, at=at)
    assert queries.door(token, signup.volunteer, at=at).direction == Direction.IN
    with pytest.raises(Refusal, match="您已经在 09:30 签退"):
        scan(signup, at)
    assert not Pause.objects.exists()


def test_two_presses_and_a_return_after_the_end_are_no_pause() -> None:
    signup = make_signup()
    scan(signup, MORNING, "in")
    scan(signup, MORNING + 30 * MINUTE, "out")
    with pytest.raises(Refusal, match="刚刚签退"):
        scan(signup, MORNING + 30 * MINUTE + timedelta(seconds=20), "in")
    with pytest.raises(Refusal, match="已经结束"):
        scan(signup, END, "in")
    assert not Pause.objects.exists()


def test_one_press_after_coming_back_does_not_check_out_again() -> None:
    signup = make_signup()
    for minutes, way in ((0, "in"), (30, "out"), (60, "in")):
        scan(signup, MORNING + minutes * MINUTE, way)
    with pytest.raises(Refusal, match="您已经在 10:00 签到"):
        scan(signup, MORNING + 60 * MINUTE + timedelta(seconds=20))
    assert Attendance.objects.get().out_at is None


def placed(lat: float | None) -> Signup:
    activity = make_activity(lat=lat, lng=None if lat is None else 112.577)
    return make_signup(shift=make_shift(activity=activity))


def test_a_phone_far_away_passes_and_only_the_class_of_its_distance_is_kept() -> None:
    signup = placed(37.93)  # 7.3 km to the north
    scan(signup)
    assert list(ScanFlag.objects.values_list("kind", "value")) == [(FlagKind.FAR, 5)]
    kept = Scan.objects.get()
    assert (kept.is_accepted, kept.device) == (True, "d" * 32)


@pytest.mark.parametrize("lat", [37.8645, 37.87, None])
def test_a_phone_nearby_or_a_place_nobody_knows_is_not_flagged(lat: float | None) -> None:
    scan(placed(lat))
    assert not ScanFlag.objects.exists()


def test_one_telephone_for_several_people_is_flagged_once() -> None:
    shift = make_shift()
    for phone in (HERE, HERE, Phone("e" * 32), Phone()):
        scan(make_signup(shift=shift), phone=phone)
    assert actions.flag_shared_devices(at=END) == 2
    assert actions.flag_shared_devices(at=END) == 2
    flags = ScanFlag.objects.values_list("kind", "value", "scan__device")
    assert list(flags) == [(FlagKind.SAME_DEVICE, 2, "d" * 32)] * 2


@pytest.mark.parametrize("lat", ["", "north", "91", "nan", "😀"])
def test_a_place_that_cannot_be_is_none(lat: str) -> None:
    signup = make_signup()
    browser = Client()
    with stopped_at(MORNING):
        browser.force_login(user_of(signup.volunteer))
        token = codes.venue_token(signup.shift_id, at=MORNING)
        page = browser.get(f"/c/{token}/")
        assert devices.COOKIE in page.cookies
        sent = {"nonce": "nonce-0001", "direction": "in", "lat": lat, "lng": "112.5"}
        assert browser.post(f"/c/{token}/", sent).status_code == 302
    assert len(Scan.objects.get().device) == 32
    assert not ScanFlag.objects.exists()


def test_who_forgot_to_check_out_is_reminded_once_and_told_what_counts() -> None:
    row = make_attendance(is_out=False)
    assert actions.remind_check_out(at=END + 5 * MINUTE) == 0
    assert [actions.remind_check_out(at=END + n * MINUTE) for n in (15, 16)] == [1, 0]
    message = Message.objects.get()
    assert (message.user_id, message.title) == (row.signup.volunteer.user_id, "您还没有签退")
    assert "13:00 前都可以扫码补签退" in message.body
    told = queries.forgotten(row.signup, at=END + 121 * MINUTE)
    assert told == (
        "您没有签退。按本市规定，时长暂计到计划结束，算荣誉时长，须领队核实、另一位负责人复核并公示。"
        "时间不对的，请联系领队核定。"
    )
    assert queries.forgotten(row.signup, at=END - MINUTE) == ""


def test_the_leader_reads_how_many_forgot() -> None:
    row = make_attendance(is_out=False)
    shift = row.signup.shift
    assert queries.still_in(shift, 1, at=END - MINUTE) == ""
    assert queries.still_in(shift, 1, at=END) == (
        "1 人没有签退。请提醒本人在 13:00 前扫码，或在下面点名签退。"
    )
    assert "暂计到计划结束" in queries.still_in(shift, 1, at=END + 121 * MINUTE)
    assert queries.still_in(shift, 0, at=END) == ""
