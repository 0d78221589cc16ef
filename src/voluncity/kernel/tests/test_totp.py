"""The codes are those of the standard."""

from __future__ import annotations

import base64

import pytest

from voluncity.kernel import totp

RFC_SECRET = base64.b32encode(b"12345678901234567890").decode()
NOW = 59_000_000


@pytest.mark.parametrize(
    ("seconds", "code"),
    [
        (59, "94287082"),
        (1111111109, "07081804"),
        (1111111111, "14050471"),
        (1234567890, "89005924"),
        (2000000000, "69279037"),
        (20000000000, "65353130"),
    ],
)
def test_the_vectors_of_rfc_6238_hold(seconds: int, code: str) -> None:
    assert totp.code_at(RFC_SECRET, totp.step_of(seconds), digits=8) == code


@pytest.mark.parametrize(
    ("drift", "found"), [(-2, None), (-1, NOW - 1), (0, NOW), (1, NOW + 1), (2, None)]
)
def test_a_clock_may_be_wrong_by_one_step(drift: int, found: int | None) -> None:
    code = totp.code_at(RFC_SECRET, NOW + drift)
    assert totp.matching_step(RFC_SECRET, code, now=NOW) == found


def test_a_used_step_and_those_before_it_count_no_more() -> None:
    code = totp.code_at(RFC_SECRET, NOW)
    assert totp.matching_step(RFC_SECRET, code, now=NOW, after=NOW - 1) == NOW
    assert totp.matching_step(RFC_SECRET, code, now=NOW, after=NOW) is None


def test_every_key_is_another_one_of_32_letters() -> None:
    first, second = totp.new_secret(), totp.new_secret()
    assert (len(first), first == second) == (32, False)
    assert totp.in_groups(first).replace(" ", "") == first


def test_the_qr_code_says_who_and_where() -> None:
    said = totp.uri("ABCD", account="zhang-wei", issuer="志愿之城 太原")
    assert said == (
        "otpauth://totp/%E5%BF%97%E6%84%BF%E4%B9%8B%E5%9F%8E%20%E5%A4%AA%E5%8E%9F:zhang-wei"
        "?secret=ABCD&issuer=%E5%BF%97%E6%84%BF%E4%B9%8B%E5%9F%8E%20%E5%A4%AA%E5%8E%9F"
        "&digits=6&period=30"
    )
