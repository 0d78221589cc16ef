"""How long somebody served, on paper."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voluncity.kernel.refusals import BadInput
from voluncity.service.hours.rules import (
    Span,
    adjusted,
    approver_of,
    busiest_day,
    compute,
    entered_span,
    forgotten_end,
    minutes_by_day,
    trust_of,
)
from voluncity.service.hours.states import Approver, Trust
from voluncity.service.signups.states import Method


def at(hour: int, minute: int = 0, second: int = 0, *, day: int = 16) -> datetime:
    """Return a moment of the city in November 2026."""
    return datetime(2026, 11, day, hour, minute, second, tzinfo=UTC) - timedelta(hours=8)


PLAN = Span(at(9), at(11))


def test_time_actually_given_counts() -> None:
    done = compute(planned=PLAN, actual=Span(at(9, 2), at(10, 47)))
    assert (done.minutes, done.counted) == (105, Span(at(9, 2), at(10, 47)))
    assert done.rule == (
        "按实际在岗与计划时段重合的时间计：11月16日 周一 09:02–10:47，共 105 分钟；"
        "早到、晚走不计，不足一分钟舍去。"
    )


def test_coming_early_and_leaving_late_do_not_count() -> None:
    assert compute(planned=PLAN, actual=Span(at(8, 31), at(12, 30))).counted == PLAN


def test_part_of_a_minute_is_dropped() -> None:
    assert compute(planned=PLAN, actual=Span(at(9, 0, 1), at(11))).minutes == 119


@pytest.mark.parametrize(
    "actual", [Span(at(8), at(8, 50)), Span(at(11), at(11, 20)), Span(at(10), at(10))]
)
def test_nothing_in_common_with_the_plan_is_zero(actual: Span) -> None:
    done = compute(planned=PLAN, actual=actual)
    assert done.minutes == 0
    assert "计 0 分钟" in done.rule


def test_less_than_the_citys_share_of_the_plan_is_zero_and_says_so() -> None:
    done = compute(planned=PLAN, actual=Span(at(9), at(10, 11)), least_share_percent=60)
    assert done.minutes == 0
    assert done.rule == "计划 120 分钟，实际在岗 71 分钟，不足计划的 60%，按本市规定不予计时。"
    enough = compute(planned=PLAN, actual=Span(at(9), at(10, 12)), least_share_percent=60)
    assert enough.minutes == 72


def test_forgotten_check_out_is_only_a_proposal() -> None:
    done = compute(planned=PLAN, actual=Span(at(9, 5), at(11)), has_left=False)
    assert done.minutes == 115
    assert done.rule.startswith("没有签退记录，暂按本市规定计")


def test_time_away_within_the_plan_does_not_count() -> None:
    lunch = Span(at(9, 30), at(9, 50))
    early = Span(at(8, 40), at(9, 10))  # ten minutes of it before the plan begins
    done = compute(planned=PLAN, actual=Span(at(8, 30), at(11)), breaks=[early, lunch])
    assert (done.counted, done.break_minutes, done.minutes) == (PLAN, 30, 90)
    assert "扣除中途离开 30 分钟，共 90 分钟" in done.rule


def test_forgotten_end_is_a_share_of_the_time_that_was_left() -> None:
    ends = [forgotten_end(came_at=at(10), planned=PLAN, percent=share) for share in (100, 50, 0)]
    assert ends == [at(11), at(10, 30), at(10)]
    assert forgotten_end(came_at=at(11, 30), planned=PLAN, percent=50) == at(11, 30)
    assert forgotten_end(came_at=at(8), planned=PLAN, percent=50) == at(10)


def test_one_record_is_at_most_a_day() -> None:
    plan = Span(at(9), at(9, day=18))
    assert compute(planned=plan, actual=plan).minutes == 1440


def test_two_scans_are_proof_and_one_is_not() -> None:
    scans, tick = (Method.VENUE_CODE, Method.LEADER_SCAN), Method.LIST
    assert {trust_of(a, b) for a in scans for b in scans} == {Trust.PROVEN}
    assert {trust_of(tick, scans[0]), trust_of(scans[0], tick), trust_of(scans[0], "")} == {
        Trust.ENTERED
    }


def test_minutes_around_midnight_belong_to_their_own_local_days() -> None:
    night = Span(at(22, 30), at(2, 15, day=17))
    assert minutes_by_day(night) == {date(2026, 11, 16): 90, date(2026, 11, 17): 135}
    # Midnight in UTC is 08:00 in the city: no border there.
    assert minutes_by_day(Span(at(7), at(9))) == {date(2026, 11, 16): 120}
    assert minutes_by_day(Span(at(22), at(0, day=17))) == {date(2026, 11, 16): 120}


def test_busiest_day_adds_only_what_lies_on_the_same_day() -> None:
    night = Span(at(22), at(2, day=17))
    others = [
        Span(at(8), at(14)),
        Span(at(9, day=17), at(10, day=17)),
        Span(at(9, day=19), at(20, day=19)),
    ]
    assert busiest_day(night, others) == 120 + 360


@pytest.mark.parametrize(
    ("trust", "day", "least", "approver"),
    [
        (Trust.PROVEN, 480, Approver.NOBODY, Approver.NOBODY),
        (Trust.PROVEN, 481, Approver.NOBODY, Approver.PARENT),
        (Trust.PROVEN, 720, Approver.NOBODY, Approver.PARENT),
        (Trust.PROVEN, 721, Approver.NOBODY, Approver.OFFICE),
        (Trust.PROVEN, 60, Approver.SECOND, Approver.SECOND),
        (Trust.ENTERED, 60, Approver.NOBODY, Approver.SECOND),
        (Trust.ENTERED, 480, Approver.NOBODY, Approver.SECOND),
        (Trust.ENTERED, 481, Approver.NOBODY, Approver.PARENT),
        (Trust.ENTERED, 721, Approver.NOBODY, Approver.OFFICE),
    ],
)
def test_more_hours_and_less_proof_need_a_higher_look(
    trust: Trust, day: int, least: Approver, approver: Approver
) -> None:
    found = approver_of(trust=trust, day_minutes=day, direct=480, parent=720, least=least)
    assert found == approver


def test_shortening_keeps_the_start_and_lengthening_fills_the_evidence() -> None:
    stay = Span(at(8, 50), at(11, 30))
    assert adjusted(counted=PLAN, limit=stay, minutes=90) == Span(at(9), at(10, 30))
    assert adjusted(counted=PLAN, limit=stay, minutes=150) == Span(at(9), at(11, 30))
    assert adjusted(counted=PLAN, limit=stay, minutes=160) == stay
    assert adjusted(counted=PLAN, limit=stay, minutes=0).minutes == 0


@pytest.mark.parametrize("minutes", [-1, 161, 10**9])
def test_nobody_lengthens_beyond_the_evidence(minutes: int) -> None:
    with pytest.raises(BadInput, match="最多支持 160 分钟"):
        adjusted(counted=PLAN, limit=Span(at(8, 50), at(11, 30)), minutes=minutes)


@pytest.mark.parametrize(
    ("start", "end", "field"),
    [
        (at(10), at(10), "ends_at"),
        (at(10), at(9), "ends_at"),
        (at(8, 59), at(10), "starts_at"),
        (at(9), at(11, 1), "ends_at"),
        (at(9, day=15), at(10, day=15), "starts_at"),
    ],
)
def test_entered_times_never_leave_the_shift(start: datetime, end: datetime, field: str) -> None:
    with pytest.raises(BadInput) as refused:
        entered_span(start=start, end=end, planned=PLAN)
    assert refused.value.field == field


MOMENTS = st.integers(0, 366 * 24 * 3600).map(
    lambda seconds: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
)
SPANS = st.tuples(MOMENTS, st.timedeltas(timedelta(0), timedelta(hours=30))).map(
    lambda pair: Span(pair[0], pair[0] + pair[1])
)


@given(SPANS, SPANS, st.integers(0, 100), st.booleans())
def test_what_counts_lies_in_plan_and_presence(
    planned: Span, actual: Span, share: int, has_left: bool
) -> None:
    done = compute(planned=planned, actual=actual, least_share_percent=share, has_left=has_left)
    assert actual.holds(done.counted)
    assert 0 <= done.minutes <= min(1440, planned.minutes, actual.minutes)
    assert done.minutes == 0 or planned.holds(done.counted)
    assert len(done.rule) <= 200


@given(SPANS)
def test_days_never_give_more_than_the_span_has(span: Span) -> None:
    days = minutes_by_day(span)
    assert span.minutes - len(days) < sum(days.values()) <= span.minutes
    assert all(0 <= minutes <= 1440 for minutes in days.values())
