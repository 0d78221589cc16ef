"""The tablet at the place: paired once, used by volunteers, closed by itself."""

from __future__ import annotations

from datetime import timedelta
from itertools import count

import pytest
from django.test import Client

from voluncity.city.people import queries as people
from voluncity.kernel.refusals import BadInput, NotFound, Refusal, TooMany, WrongState
from voluncity.service.offline import actions
from voluncity.service.offline.actions import Typed
from voluncity.service.offline.actions.kiosks import kiosk_of
from voluncity.service.offline.models import Kiosk
from voluncity.service.signups.models import Attendance, Scan, Signup
from voluncity.service.signups.states import Method
from voluncity.testing.clock import stopped_at
from voluncity.testing.make_hours import (
    ELEVEN,
    MINUTE,
    NINE,
    make_leader,
    make_past_shift,
    make_place,
)
from voluncity.testing.make_people import make_volunteer

pytestmark = pytest.mark.django_db
_nonces = count(1)


def opened() -> tuple[Kiosk, str]:
    """Return a kiosk of a shift from nine to eleven, and its code."""
    shift = make_past_shift()
    leader = make_leader(shift.activity.project.organization)
    return actions.open_kiosk(activity=shift.activity, by=leader, at=NINE - 9 * MINUTE)


@pytest.fixture
def kiosk() -> Kiosk:
    made, code = opened()
    paired, _ = actions.pair_kiosk(code=code, address="", at=NINE - 5 * MINUTE)
    assert paired == made
    return made


def somebody(kiosk: Kiosk, phone: str = "13800135678") -> Signup:
    return make_place(kiosk.activity.shifts.get(), make_volunteer("王小芳", phone=phone))


def typed(kiosk: Kiosk, tail: str, number: str, way: str = "in") -> Scan:
    nonce = f"nonce-{next(_nonces):04d}"
    told = Typed(tail, number)
    return actions.pass_by_numbers(kiosk, told, direction=way, nonce=nonce, at=NINE)


def test_typed_digits_check_in_and_count_like_a_tick(kiosk: Kiosk) -> None:
    signup = somebody(kiosk)
    typed(kiosk, "５678", signup.volunteer.number[-4:])
    row = Attendance.objects.get()
    assert (row.signup, row.in_at, row.in_method, row.in_by) == (
        signup, NINE, Method.KIOSK_TYPED, kiosk.opened_by,
    )  # fmt: skip


def test_a_card_shown_to_the_tablet_proves_presence(kiosk: Kiosk) -> None:
    signup = somebody(kiosk)
    code = people.card_code(signup.volunteer_id, at=NINE)
    actions.pass_by_card(kiosk, code, direction="in", nonce="nonce-0001", at=NINE)
    assert Attendance.objects.get().in_method == Method.KIOSK_SCAN
    stranger = people.card_code(make_volunteer().pk, at=NINE)
    with pytest.raises(NotFound, match="今天的名单里没有您"):
        actions.pass_by_card(kiosk, stranger, direction="in", nonce="nonce-0002", at=NINE)


@pytest.mark.parametrize(
    ("tail", "number", "sentence"),
    [
        ("12345", "0001", "请输入手机号的后四位数字。"),
        ("一二三四", "0001", "请输入手机号的后四位数字。"),
        ("5678", "01", "请输入志愿者编号，至少后四位数字。"),
        ("5678", "😀😀😀😀", "请输入志愿者编号，至少后四位数字。"),
    ],
)
def test_digits_that_cannot_be_are_said_at_their_field(
    kiosk: Kiosk, tail: str, number: str, sentence: str
) -> None:
    with pytest.raises(BadInput) as no:
        typed(kiosk, tail, number)
    assert no.value.sentence == sentence


def test_after_many_wrong_digits_the_tablet_rests(kiosk: Kiosk) -> None:
    signup = somebody(kiosk)
    number = signup.volunteer.number[-4:]
    for _ in range(10):
        with pytest.raises(Refusal, match="没有对上"):
            typed(kiosk, "0000", number)
    with pytest.raises(TooMany):
        typed(kiosk, "5678", number)


def test_a_pairing_code_works_once_and_for_ten_minutes() -> None:
    _, code = opened()
    spaced = f"{code[:4]} {code[4:]}"
    _, key = actions.pair_kiosk(code=spaced, address="", at=NINE)
    assert kiosk_of(key, at=NINE) is not None
    with pytest.raises(Refusal, match="配对码不对，或已经用过"):
        actions.pair_kiosk(code=code, address="", at=NINE)
    _, late = opened()
    with pytest.raises(Refusal, match="配对码不对"):
        actions.pair_kiosk(code=late, address="", at=NINE + MINUTE)


def test_a_kiosk_ends_by_itself_and_when_it_is_closed() -> None:
    made, code = opened()
    _, key = actions.pair_kiosk(code=code, address="", at=NINE)
    assert kiosk_of(key, at=ELEVEN + 121 * MINUTE) is None
    assert kiosk_of("", at=NINE) is None
    actions.close_kiosk(kiosk=made, by=made.opened_by, at=NINE)
    assert kiosk_of(key, at=NINE) is None
    late = ELEVEN + timedelta(hours=3)
    with pytest.raises(WrongState):
        actions.open_kiosk(activity=made.activity, by=made.opened_by, at=late)


def test_the_tablet_is_paired_and_used_without_logging_in() -> None:
    made, code = opened()
    signup = somebody(made)
    tablet = Client()
    with stopped_at(NINE):
        assert "配对码" in tablet.get("/offline/kiosk/").content.decode()
        wrong = tablet.post("/offline/kiosk/", {"code": "12345678"})
        assert (wrong.status_code, "配对码不对" in wrong.content.decode()) == (422, True)
        assert tablet.post("/offline/kiosk/", {"code": code}).status_code == 302
        asked = {
            "phone_tail": "5678", "number": signup.volunteer.number, "direction": "in",
            "nonce": "nonce-0001",
        }  # fmt: skip
        page = tablet.post("/offline/kiosk/", asked).content.decode()
        assert "王*芳 签到成功 09:00" in page
        assert "王小芳" not in page
        bad = tablet.post("/offline/kiosk/", asked | {"phone_tail": "9999"})
        assert (bad.status_code, "没有对上" in bad.content.decode()) == (422, True)
        tablet.cookies.clear()
        assert tablet.post("/offline/kiosk/decode/").status_code == 409


def test_guessing_pairing_codes_is_slow() -> None:
    for _ in range(10):
        with pytest.raises(Refusal, match="配对码不对"):
            actions.pair_kiosk(code="12345678", address="192.0.2.7", at=NINE)
    with pytest.raises(TooMany, match="以后再试"):
        actions.pair_kiosk(code="12345678", address="192.0.2.7", at=NINE)
    _, code = opened()
    assert actions.pair_kiosk(code=code, address="192.0.2.8", at=NINE)
