"""The codes at the door: short-lived, ours alone, one for each shift."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from voluncity.kernel.refusals import BadInput
from voluncity.service.signups import codes

AT = datetime(2026, 11, 28, 1, 0, tzinfo=UTC)  # a multiple of 15 seconds


def test_a_code_names_its_shift_and_is_short_enough_for_a_screen() -> None:
    token = codes.venue_token(12, at=AT)
    assert codes.shift_of(token, volunteer_id=7, at=AT) == 12
    assert len(token) < 40


@pytest.mark.parametrize(
    ("seconds", "holds"), [(0, True), (44, True), (45, False), (-15, True), (-16, False)]
)
def test_a_code_holds_for_forty_five_seconds(seconds: int, holds: bool) -> None:
    token = codes.venue_token(12, at=AT)
    at = AT + timedelta(seconds=seconds)
    if holds:
        assert codes.shift_of(token, volunteer_id=7, at=at) == 12
    else:
        with pytest.raises(codes.CodeExpired) as refused:
            codes.shift_of(token, volunteer_id=7, at=at)
        assert refused.value.sentence == "这个签到码已经过期，请对准现场屏幕上的新码重新扫一扫。"


@pytest.mark.parametrize(
    "wrong", ["", "12,1", "p,", "p,12,7,1.aaaa", "🙂", "12,118.AAAAAAAAAAAAAAAAAAAAAA"]
)
def test_a_code_that_is_not_ours_is_refused(wrong: str) -> None:
    with pytest.raises(BadInput):
        codes.shift_of(wrong, volunteer_id=7, at=AT)


def test_changing_the_shift_in_a_code_breaks_it() -> None:
    token = codes.venue_token(12, at=AT)
    with pytest.raises(BadInput):
        codes.shift_of(token.replace("12,", "13,", 1), volunteer_id=7, at=AT)


def test_a_pass_gives_its_volunteer_three_minutes() -> None:
    own = codes.make_pass(12, volunteer_id=7, at=AT)
    assert codes.shift_of(own, volunteer_id=7, at=AT + timedelta(seconds=180)) == 12
    with pytest.raises(codes.CodeExpired, match="页面打开太久了"):
        codes.shift_of(own, volunteer_id=7, at=AT + timedelta(seconds=181))
    with pytest.raises(codes.CodeExpired, match="给另一位志愿者的"):
        codes.shift_of(own, volunteer_id=8, at=AT)


def test_typed_digits_stand_for_the_code_of_the_same_moment() -> None:
    number = codes.venue_number(12, at=AT)
    assert len(number) == 6
    token = codes.token_of_number(number, shift_ids=[3, 12], at=AT + timedelta(seconds=44))
    assert token == codes.venue_token(12, at=AT)
    assert codes.token_of_number(number, shift_ids=[3], at=AT) == ""
    assert codes.token_of_number(number, shift_ids=[12], at=AT + timedelta(seconds=45)) == ""
