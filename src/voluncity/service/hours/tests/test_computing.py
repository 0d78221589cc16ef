"""Records are made from presence, once, and by hand only with a second person."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.utils.timezone import now

from voluncity.city.journal.models import Entry
from voluncity.city.policy.models import PolicyNumber
from voluncity.city.publicity.models import CalendarDay
from voluncity.kernel.refusals import BadInput, NotAllowed, NotFound, Refusal, WrongState
from voluncity.service.hours import actions, tasks
from voluncity.service.hours.models import ServiceRecord
from voluncity.service.hours.tests.steps import Cast
from voluncity.service.signups.models import Attendance, Signup
from voluncity.service.signups.states import Method, SignupState
from voluncity.testing.make_hours import (
    ELEVEN,
    EVENING,
    MINUTE,
    NINE,
    SCAN,
    TICK,
    make_crowd,
    make_past_shift,
    make_place,
    make_presence,
    make_record,
)
from voluncity.testing.make_people import make_volunteer


def test_two_scans_make_a_proven_record_with_its_rule(people: Cast) -> None:
    shift = make_past_shift(people.team)
    presence = make_presence(shift, in_at=NINE - 10 * MINUTE, out_at=ELEVEN + 20 * MINUTE)
    assert actions.compute_due(at=ELEVEN) == 1
    record = ServiceRecord.objects.get()
    assert (
        record.signup_id,
        record.volunteer_id,
        record.organization_id,
        record.served_on,
        record.planned_from,
        record.planned_to,
        record.actual_from,
        record.actual_to,
        record.counted_from,
        record.counted_to,
        record.minutes,
        record.trust,
        record.approver,
        record.state,
        record.computed_at,
    ) == (
        presence.signup_id,
        presence.signup.volunteer_id,
        people.team.pk,
        date(2026, 11, 16),
        NINE,
        ELEVEN,
        NINE - 10 * MINUTE,
        ELEVEN + 20 * MINUTE,
        NINE,
        ELEVEN,
        120,
        "proven",
        "nobody",
        "computed",
        ELEVEN,
    )
    entry = Entry.objects.get(verb="hours.compute")
    assert (entry.subject_id, entry.actor, entry.data) == (
        record.pk,
        None,
        {"volunteer": record.volunteer_id, "minutes": 120},
    )


def test_computing_again_makes_nothing_new(people: Cast) -> None:
    make_presence(make_past_shift(people.team))
    assert [actions.compute_due(at=EVENING) for _ in range(3)] == [1, 0, 0]
    assert ServiceRecord.objects.count() == 1


def test_refused_record_is_not_made_again(people: Cast) -> None:
    record = make_record(make_past_shift(people.team))
    actions.refuse(record_ids=[record.pk], reason="没有到岗", by=people.leader, at=EVENING)
    assert actions.compute_due(at=EVENING) == 0


def test_record_waits_for_the_end_of_the_shift(people: Cast) -> None:
    make_presence(make_past_shift(people.team), out_at=NINE + 30 * MINUTE)
    assert actions.compute_due(at=ELEVEN - MINUTE) == 0
    assert actions.compute_due(at=ELEVEN) == 1


def test_record_waits_while_checking_out_is_still_possible(people: Cast) -> None:
    make_presence(make_past_shift(people.team), out_method=None)
    late = timedelta(minutes=120)  # signups.check_out_late_minutes
    assert actions.compute_due(at=ELEVEN + late - MINUTE) == 0
    assert actions.compute_due(at=ELEVEN + late) == 1
    record = ServiceRecord.objects.get()
    assert (record.minutes, record.trust, record.approver) == (120, "entered", "second")
    assert "没有签退记录" in record.rule


def test_old_presence_is_found_by_the_daily_search(people: Cast) -> None:
    make_presence(make_past_shift(people.team))
    later = ELEVEN + timedelta(days=30)
    assert actions.compute_due(at=later, since=later - timedelta(days=3)) == 0
    assert actions.compute_due(at=later) == 1


def test_presence_counts_though_the_activity_was_cancelled_meanwhile(people: Cast) -> None:
    presence = make_presence(make_past_shift(people.team), out_at=NINE + 30 * MINUTE)
    Signup.objects.filter(pk=presence.signup_id).update(
        state=SignupState.DROPPED, cancelled_at=NINE
    )
    assert actions.compute_due(at=EVENING) == 1


def test_leaving_before_the_start_makes_a_record_of_zero(people: Cast) -> None:
    record = make_record(
        make_past_shift(people.team), in_at=NINE - 20 * MINUTE, out_at=NINE - MINUTE
    )
    assert (record.minutes, record.state) == (0, "computed")


def test_checking_in_after_the_end_without_check_out_is_zero(people: Cast) -> None:
    record = make_record(make_past_shift(people.team), in_at=ELEVEN + 5 * MINUTE, out_method=None)
    assert (record.minutes, record.actual_from, record.actual_to) == (
        0,
        ELEVEN + 5 * MINUTE,
        ELEVEN + 5 * MINUTE,
    )


def test_citys_least_share_holds_from_its_day_on(people: Cast) -> None:
    PolicyNumber.objects.create(
        key="hours.least_share_percent", value=60, valid_from=date(2026, 11, 16)
    )
    day = timedelta(days=1)
    before = make_past_shift(people.team, starts_at=NINE - day, ends_at=ELEVEN - day)
    short = make_record(make_past_shift(people.team), out_at=NINE + 30 * MINUTE)
    old = make_record(before, out_at=before.starts_at + 30 * MINUTE)
    assert (short.minutes, old.minutes) == (0, 30)


@pytest.mark.parametrize(
    ("ended", "due"),
    [
        (date(2026, 9, 24), date(2026, 10, 15)),
        (date(2026, 9, 28), date(2026, 10, 16)),
        (date(2026, 2, 13), date(2026, 3, 5)),
        (date(2026, 12, 5), date(2026, 12, 18)),
    ],
)
def test_clock_of_ten_working_days_follows_the_calendar(
    people: Cast, ended: date, due: date
) -> None:
    """RULES.md §1.2, computed with another library from the State Council's notice for 2026."""
    off = [date(2026, 9, 25), date(2026, 10, 1), date(2026, 10, 2)]
    off += [date(2026, 10, day) for day in (5, 6, 7)]
    off += [date(2026, 2, day) for day in (16, 17, 18, 19, 20, 23)]
    on = [date(2026, 9, 20), date(2026, 10, 10), date(2026, 2, 14), date(2026, 2, 28)]
    CalendarDay.objects.all().delete()
    CalendarDay.objects.bulk_create(
        [CalendarDay(day=day, is_workday=False, name="放假") for day in off]
        + [CalendarDay(day=day, is_workday=True, name="上班") for day in on]
    )
    start = datetime(ended.year, ended.month, ended.day, 1, tzinfo=UTC)
    record = make_record(
        make_past_shift(people.team, starts_at=start, ends_at=start + timedelta(hours=2))
    )
    assert record.due_on == due


def test_day_totals_over_eight_hours_go_up(people: Cast) -> None:
    volunteer = make_volunteer()
    hour = timedelta(hours=1)

    def served(starts_at: datetime, hours: int) -> ServiceRecord:
        shift = make_past_shift(people.team, starts_at=starts_at, ends_at=starts_at + hours * hour)
        return make_record(shift, volunteer, at=starts_at + timedelta(hours=30))

    six = served(NINE, 6)
    actions.confirm(record_ids=[six.pk], by=people.leader, at=EVENING)
    assert served(NINE + 6 * hour, 2).approver == "nobody"
    assert served(NINE + 6 * hour + MINUTE, 2).approver == "nobody"  # the first is not confirmed
    assert served(NINE + 6 * hour, 3).approver == "parent"
    assert served(NINE - 8 * hour, 7).approver == "office"
    # 23:00 to 03:00: only one hour of it lies on the day of the six.
    assert served(NINE + 14 * hour, 4).approver == "nobody"


def test_someone_without_scan_is_entered_and_waits_for_another(people: Cast) -> None:
    signup = make_place(make_past_shift(people.team))
    record = actions.enter(
        signup_id=signup.pk,
        starts_at=NINE,
        ends_at=NINE + 90 * MINUTE,
        reason="现场码打不开",
        by=people.leader,
        at=EVENING,
    )
    assert (
        record.minutes,
        record.trust,
        record.state,
        record.approver,
        record.confirmed_by,
        record.state_reason,
        record.rule,
    ) == (
        90,
        "entered",
        "confirmed",
        "second",
        people.leader,
        "现场码打不开",
        "没有扫码，由负责人补记：11月16日 周一 09:00–10:30，共 90 分钟；须经第二人复核并公示。",
    )
    assert Entry.objects.filter(verb="hours.enter", actor=people.leader).count() == 1


def test_only_real_absences_can_be_entered(people: Cast) -> None:
    shift = make_past_shift(people.team)
    recorded = make_record(shift).signup
    attended = make_presence(shift).signup
    waiting = make_place(shift)
    Signup.objects.filter(pk=waiting.pk).update(state=SignupState.WAITING)
    own = make_place(shift, make_volunteer("李强", user=people.leader))
    foreign = make_place(make_past_shift())
    empty = make_place(shift)

    def enter(signup: Signup, *, at: datetime = EVENING, reason: str = "现场码打不开") -> None:
        actions.enter(
            signup_id=signup.pk,
            starts_at=NINE,
            ends_at=ELEVEN,
            reason=reason,
            by=people.leader,
            at=at,
        )

    for signup, refusal, code in (
        (recorded, Refusal, "hours.recorded"),
        (attended, Refusal, "hours.attended"),
        (waiting, WrongState, "hours.no_place"),
        (own, NotAllowed, "hours.own"),
        (foreign, NotFound, "not_found"),
    ):
        with pytest.raises(refusal) as refused:
            enter(signup)
        assert refused.value.code == code
    with pytest.raises(WrongState, match="还没有结束"):
        enter(empty, at=ELEVEN - MINUTE)
    with pytest.raises(BadInput, match="请写明原因"):
        enter(empty, reason="\u200b ")
    assert ServiceRecord.objects.count() == 1
    assert Attendance.objects.count() == 2


def test_entered_time_may_not_overlap_what_is_confirmed_elsewhere(people: Cast) -> None:
    volunteer = make_volunteer()
    other = make_record(make_past_shift(), volunteer)
    from voluncity.testing.make_hours import make_leader

    actions.confirm(record_ids=[other.pk], by=make_leader(other.organization), at=EVENING)
    signup = make_place(make_past_shift(people.team), volunteer)
    with pytest.raises(Refusal, match="重叠"):
        actions.enter(
            signup_id=signup.pk,
            starts_at=NINE + 60 * MINUTE,
            ends_at=ELEVEN,
            reason="现场码打不开",
            by=people.leader,
            at=EVENING,
        )


def test_entered_under_a_minute_is_no_record(people: Cast) -> None:
    signup = make_place(make_past_shift(people.team))
    with pytest.raises(Refusal, match="不足一分钟"):
        actions.enter(
            signup_id=signup.pk,
            starts_at=NINE,
            ends_at=NINE + timedelta(seconds=59),
            reason="现场码打不开",
            by=people.leader,
            at=EVENING,
        )


@pytest.mark.parametrize(
    ("in_method", "out_method"), [(TICK, TICK), (SCAN, TICK), (TICK, SCAN), (SCAN, None)]
)
def test_word_of_a_leader_is_entered_and_needs_a_second(
    people: Cast, in_method: Method, out_method: Method | None
) -> None:
    record = make_record(make_past_shift(people.team), in_method=in_method, out_method=out_method)
    assert (record.trust, record.approver) == ("entered", "second")


def test_three_hundred_presences_are_computed_in_few_statements(
    people: Cast, django_assert_max_num_queries: Any
) -> None:
    make_crowd(make_past_shift(people.team), 300)
    with django_assert_max_num_queries(40):
        assert actions.compute_due(at=EVENING) == 300


def test_worker_computes_the_last_days_often_and_all_once_a_day(people: Cast) -> None:
    old = now() - timedelta(days=30)
    make_presence(make_past_shift(people.team, starts_at=old, ends_at=old + timedelta(hours=1)))
    yesterday = now() - timedelta(days=1)
    make_presence(
        make_past_shift(people.team, starts_at=yesterday, ends_at=yesterday + timedelta(hours=1)),
        out_method=SCAN,
    )
    assert [tasks.compute_due(), tasks.compute_all(), tasks.compute_all()] == [1, 1, 0]
