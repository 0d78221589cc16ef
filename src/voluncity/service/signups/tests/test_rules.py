"""Every reason why not, its code, its order and its words."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from voluncity.kernel.refusals import BadInput, Refusal
from voluncity.service.signups import rules
from voluncity.service.signups.states import Direction, SignupState

START = datetime(2026, 11, 28, 1, 0, tzinfo=UTC)  # Saturday, 09:00 in the city
END = START + timedelta(hours=2)
BEFORE = START - timedelta(days=1)
OFFER = rules.Offer(
    starts_at=START,
    ends_at=END,
    capacity=10,
    taken=9,
    is_open=True,
    is_cancelled=False,
    organization="迎泽区志愿者协会",
)
ANYBODY = rules.Applicant(age=30)


def codes(offer: rules.Offer, applicant: rules.Applicant, at: datetime = BEFORE) -> list[str]:
    return [reason.code for reason in rules.reasons(offer, applicant, at=at)]


def test_nothing_is_in_the_way_of_an_adult_and_a_free_place() -> None:
    assert rules.reasons(OFFER, ANYBODY, at=BEFORE) == ()


@pytest.mark.parametrize(
    ("offer", "applicant", "code", "sentence"),
    [
        ({"is_open": False}, {}, rules.CLOSED, "这个活动还没有开放报名，请过些时候再来看。"),
        ({"is_cancelled": True}, {}, rules.CLOSED, "这个活动已经取消，请看看别的活动。"),
        (
            {},
            {"is_verified": False},
            rules.NOT_VERIFIED,
            "报名前要先完成实名认证，请到“我的”里提交。",
        ),
        ({}, {"has_left": True}, rules.NOT_VERIFIED, "这位志愿者已经注销，不能报名，请核对编号。"),
        (
            {},
            {"has_guardian": False},
            rules.NO_GUARDIAN,
            "未成年人参加活动需要监护人同意，请监护人登录后，在“我的 · 家庭”里为孩子登记。",
        ),
        (
            {"min_age": 18},
            {"age": 17},
            rules.TOO_YOUNG,
            "参加者须满 18 周岁，活动当天您 17 周岁，请看看别的活动。",
        ),
        (
            {"max_age": 65},
            {"age": 66},
            rules.TOO_OLD,
            "参加者不超过 65 周岁，活动当天您 66 周岁，请看看别的活动。",
        ),
        (
            {"members_only": True},
            {},
            rules.MEMBERS_ONLY,
            "只面向“迎泽区志愿者协会”的成员，请先申请加入。",
        ),
        (
            {"course": "应急救护"},
            {},
            rules.TRAINING_MISSING,
            "参加前要先完成培训“应急救护”，请向活动组织者报名培训。",
        ),
        (
            {"skills": ("急救", "护理")},
            {},
            rules.SKILL_MISSING,
            "需要有这些专长之一：急救、护理。您若有，请先到“我的资料”里补填。",
        ),
        (
            {},
            {"clash": "“文明引导”（11月28日 周六 08:00–10:00）"},
            rules.CLASH,
            "时间与您已报名的“文明引导”（11月28日 周六 08:00–10:00）重叠，请先取消其中一个。",
        ),
        (
            {"taken": 10},
            {},
            rules.FULL,
            "名额已满，可以先候补；有人取消时，按先后顺序轮到您。",
        ),
    ],
)
def test_each_reason_has_its_code_and_its_sentence(
    offer: dict[str, object], applicant: dict[str, object], code: str, sentence: str
) -> None:
    found = rules.reasons(
        replace(OFFER, **offer),  # type: ignore[arg-type]
        replace(ANYBODY, **applicant),  # type: ignore[arg-type]
        at=BEFORE,
    )
    assert found == (rules.Reason(code, sentence),)


def test_conditions_that_are_met_are_no_reason() -> None:
    offer = replace(
        OFFER, min_age=30, max_age=30, members_only=True, course="应急救护", skills=("急救",)
    )
    able = replace(ANYBODY, is_member=True, has_passed=True, has_skill=True)
    assert rules.reasons(offer, able, at=BEFORE) == ()


def test_all_reasons_are_told_and_the_person_comes_first() -> None:
    offer = replace(OFFER, min_age=18, members_only=True, course="应急救护", taken=10)
    minor = rules.Applicant(age=15, is_verified=False, has_guardian=False, clash="“别的活动”")
    assert codes(offer, minor) == [
        rules.NOT_VERIFIED,
        rules.NO_GUARDIAN,
        rules.TOO_YOUNG,
        rules.MEMBERS_ONLY,
        rules.TRAINING_MISSING,
        rules.CLASH,
        rules.FULL,
    ]


@pytest.mark.parametrize(
    ("state", "sentence"),
    [
        (SignupState.PLACED, "您已经报名了这个班次，请按时到场。"),
        (SignupState.WAITING, "您正在候补这个班次，轮到您时会发消息告诉您。"),
    ],
)
def test_who_is_in_the_list_is_told_only_that(state: str, sentence: str) -> None:
    found = rules.reasons(
        replace(OFFER, taken=10), replace(ANYBODY, own_state=state, age=3), at=BEFORE
    )
    assert found == (rules.Reason(rules.ALREADY_IN, sentence),)
    assert isinstance(found[0].refusal(), rules.AlreadyIn)


def test_signing_up_ends_at_the_very_start_of_the_shift() -> None:
    assert codes(OFFER, ANYBODY, at=START - timedelta(seconds=1)) == []
    found = rules.reasons(OFFER, ANYBODY, at=START)
    assert [reason.sentence for reason in found] == [
        "这个班次已经开始，不能再报名。人已到现场的，请找领队登记。"
    ]


def test_the_desk_adds_people_until_the_shift_ends() -> None:
    last = END - timedelta(seconds=1)
    assert rules.reasons(OFFER, ANYBODY, at=last, is_desk=True) == ()
    found = rules.reasons(OFFER, ANYBODY, at=END, is_desk=True)
    assert [reason.sentence for reason in found] == ["这个班次已经结束，请看看别的活动。"]


def test_the_desk_is_told_about_somebody_else() -> None:
    found = rules.reasons(replace(OFFER, min_age=18), rules.Applicant(15), at=BEFORE, is_desk=True)
    assert found[0].sentence == "参加者须满 18 周岁，活动当天这位志愿者 15 周岁，请看看别的活动。"


def test_risks_must_have_been_read() -> None:
    rules.require_risks_read(risks_read=True)
    with pytest.raises(BadInput) as refused:
        rules.require_risks_read(risks_read=False)
    assert (refused.value.code, refused.value.field) == ("signups.risks_unread", "risks_read")


def cancel(state: str, at: datetime, minutes: int = 120) -> str:
    try:
        rules.require_cancellable(
            state=state, starts_at=START, at=at, minutes=minutes, organization="汾河志愿队"
        )
    except Refusal as refused:
        return refused.sentence
    return ""


def test_a_place_is_given_back_until_the_deadline_and_not_a_second_later() -> None:
    deadline = START - timedelta(hours=2)
    assert cancel(SignupState.PLACED, deadline) == ""
    assert cancel(SignupState.PLACED, deadline + timedelta(seconds=1)) == (
        "离开始不到 2 小时，不能自行取消。请马上打电话告诉“汾河志愿队”，"
        "由领队为您取消，好另找人接替。"
    )
    assert cancel(SignupState.PLACED, START, minutes=0) == ""
    assert cancel(SignupState.PLACED, START + timedelta(seconds=1), minutes=0) == (
        "班次已经开始，不能再取消。来不了的话，请打电话告诉“汾河志愿队”。"
    )
    assert "不到 90 分钟" in cancel(SignupState.PLACED, START - timedelta(minutes=89), minutes=90)


def test_who_waits_may_leave_at_any_time() -> None:
    assert cancel(SignupState.WAITING, START) == ""


DOOR = rules.Door(START, END, early_minutes=30, late_minutes=120, in_at=None, out_at=None)


def refusal(door: rules.Door, direction: Direction, at: datetime) -> str:
    try:
        rules.require_door_open(door, direction, at=at)
    except Refusal as refused:
        return refused.code
    return ""


@pytest.mark.parametrize(
    ("minutes_from_start", "code"),
    [(-31, "signups.too_early"), (-30, ""), (0, ""), (119, ""), (120, "signups.too_late_in")],
)
def test_the_way_in_is_open_from_thirty_minutes_before_until_the_end(
    minutes_from_start: int, code: str
) -> None:
    at = START + timedelta(minutes=minutes_from_start)
    assert refusal(DOOR, Direction.IN, at) == code


@pytest.mark.parametrize(("minutes", "code"), [(0, ""), (120, ""), (121, "signups.too_late_out")])
def test_the_way_out_is_open_until_two_hours_after_the_end(minutes: int, code: str) -> None:
    door = replace(DOOR, in_at=START)
    assert refusal(door, Direction.OUT, END + timedelta(minutes=minutes)) == code


def test_nobody_leaves_who_has_not_come_and_nobody_passes_twice() -> None:
    assert refusal(DOOR, Direction.OUT, END) == "signups.not_in"
    inside = replace(DOOR, in_at=START)
    assert refusal(inside, Direction.IN, START) == "signups.in_twice"
    gone = replace(inside, out_at=END)
    assert refusal(gone, Direction.OUT, END) == "signups.out_twice"
    assert refusal(gone, Direction.IN, START) == "signups.in_twice"


def test_first_in_then_out_and_a_second_press_at_once_is_not_the_way_out() -> None:
    assert rules.direction_for(DOOR, "", at=START) == Direction.IN
    inside = replace(DOOR, in_at=START)
    assert rules.direction_for(inside, "", at=START + timedelta(seconds=59)) == Direction.IN
    assert rules.direction_for(inside, "", at=START + timedelta(minutes=1)) == Direction.OUT
    assert rules.direction_for(inside, "in", at=END) == Direction.IN
