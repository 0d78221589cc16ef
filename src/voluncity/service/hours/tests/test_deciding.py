"""Who may let hours count, and every try to get around it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from voluncity.city.journal.models import Entry
from voluncity.city.ledger.models import Account, Transfer
from voluncity.kernel.refusals import BadInput, NotAllowed, NotFound, Refusal, WrongState
from voluncity.service.hours import actions, queries
from voluncity.service.hours.states import RecordState
from voluncity.service.hours.tests.steps import Cast, approve, confirm, state_of
from voluncity.testing.make_hours import (
    ELEVEN,
    EVENING,
    MINUTE,
    NINE,
    SCAN,
    TICK,
    make_leader,
    make_past_shift,
    make_posted,
    make_record,
)
from voluncity.testing.make_orgs import make_organization
from voluncity.testing.make_people import make_volunteer

HOUR = timedelta(hours=1)


# -- Confirming -------------------------------------------------------------------------------


def test_scanned_hours_are_posted_when_the_leader_confirms(people: Cast) -> None:
    record = make_record(make_past_shift(people.team))
    confirm(record, people.leader)
    record.refresh_from_db()
    transfer = Transfer.objects.get()
    assert (
        record.state,
        record.confirmed_by,
        record.confirmed_at,
        record.approved_by,
        record.posted_at,
        record.transfer,
    ) == (RecordState.POSTED, people.leader, EVENING, None, EVENING, transfer)
    key = f"record:{record.pk}"
    assert (
        transfer.debit.key,
        transfer.credit.key,
        transfer.credit.holder,
        transfer.amount,
        transfer.unit,
        transfer.key,
        transfer.source,
        transfer.by,
    ) == (
        "minutes:issued:proven",
        f"minutes:volunteer:{record.volunteer_id}:proven",
        f"volunteer:{record.volunteer_id}",
        120,
        "minutes",
        key,
        key,
        people.leader,
    )
    posted = Entry.objects.get(verb="hours.post")
    assert posted.data == {
        "record": record.pk,
        "volunteer": record.volunteer_id,
        "minutes": 120,
        "trust": "proven",
        "served_on": "2026-11-16",
        "organization": people.team.pk,
    }
    assert Account.objects.get(key="minutes:issued:proven").keeps_balance is False


def test_second_click_is_refused_and_moves_nothing(people: Cast) -> None:
    record = make_posted(make_past_shift(people.team))
    with pytest.raises(WrongState):
        confirm(record, people.leader)
    assert Transfer.objects.count() == 1


def test_nobody_confirms_their_own_hours(people: Cast) -> None:
    record = make_record(make_past_shift(people.team), make_volunteer("李强", user=people.leader))
    with pytest.raises(NotAllowed, match="本人"):
        confirm(record, people.leader)
    assert state_of(record) == "computed"
    confirm(record, people.admin)
    assert state_of(record) == "posted"


def test_leader_of_another_organization_finds_nothing(people: Cast) -> None:
    record = make_record(make_past_shift(people.team))
    other = make_leader(make_organization("外队"))
    for act in (confirm, approve):
        with pytest.raises(NotFound):
            act(record, other)
    with pytest.raises(NotFound):
        actions.refuse(record_ids=[record.pk], reason="不认", by=other, at=EVENING)
    with pytest.raises(NotFound):
        actions.adjust(record_id=record.pk, minutes=1, reason="不认", by=other, at=EVENING)
    assert state_of(record) == "computed"


def test_one_foreign_record_stops_the_whole_batch(people: Cast) -> None:
    own = make_record(make_past_shift(people.team))
    foreign = make_record(make_past_shift())
    with pytest.raises(NotFound):
        actions.confirm(record_ids=[own.pk, foreign.pk], by=people.leader, at=EVENING)
    assert (state_of(own), state_of(foreign)) == ("computed", "computed")


def test_leader_of_the_team_does_not_reach_up(people: Cast) -> None:
    record = make_record(make_past_shift(people.federation))
    with pytest.raises(NotFound):
        confirm(record, people.leader)


@pytest.mark.parametrize("ids", [[], list(range(1, 2_002))])
def test_none_and_too_many_are_refused(people: Cast, ids: list[int]) -> None:
    with pytest.raises(BadInput):
        actions.confirm(record_ids=ids, by=people.leader, at=EVENING)


def test_good_records_of_a_batch_are_confirmed_and_bad_ones_named(people: Cast) -> None:
    shift = make_past_shift(people.team)
    good, empty = make_record(shift), make_record(shift, out_at=NINE)
    own = make_record(shift, make_volunteer("李强", user=people.leader))
    done_before = make_record(shift)
    confirm(done_before, people.leader)
    outcome = actions.confirm(
        record_ids=[good.pk, empty.pk, own.pk, done_before.pk], by=people.leader, at=EVENING
    )
    assert {one.pk: one.state for one in outcome.done} == {good.pk: "posted", empty.pk: "refused"}
    assert {pk: refusal.code for pk, refusal in outcome.refused.items()} == {
        own.pk: "hours.own",
        done_before.pk: "wrong_state.confirm",
    }


def test_zero_minutes_end_as_refused_with_the_reason(people: Cast) -> None:
    record = make_record(make_past_shift(people.team), out_at=NINE)
    confirm(record, people.leader)
    record.refresh_from_db()
    assert (record.state, record.state_reason, record.transfer) == (
        "refused",
        "核定服务时间为 0 分钟，不予计时。",
        None,
    )
    assert not Transfer.objects.exists()


def test_overlap_in_another_organization_is_refused(people: Cast) -> None:
    volunteer = make_volunteer()
    make_posted(make_past_shift(), volunteer)
    late = make_past_shift(people.team, starts_at=ELEVEN - MINUTE, ends_at=ELEVEN + HOUR)
    record = make_record(late, volunteer)
    with pytest.raises(Refusal, match="重叠") as refused:
        confirm(record, people.leader)
    assert refused.value.code == "hours.overlap"
    assert state_of(record) == "computed"
    follows = make_past_shift(people.team, starts_at=ELEVEN, ends_at=ELEVEN + HOUR)
    confirm(make_record(follows, volunteer), people.leader)


def test_overlap_inside_one_batch_is_refused(people: Cast) -> None:
    volunteer = make_volunteer()
    first = make_record(make_past_shift(people.team), volunteer)
    second = make_record(make_past_shift(people.team), volunteer)
    outcome = actions.confirm(record_ids=[first.pk, second.pk], by=people.leader, at=EVENING)
    assert ([one.pk for one in outcome.done], list(outcome.refused)) == ([first.pk], [second.pk])


def test_overlap_across_midnight_is_seen(people: Cast) -> None:
    """22:00 to 02:00 and 01:00 to 03:00 are two local days and one person."""
    volunteer = make_volunteer()
    night = make_past_shift(people.team, starts_at=NINE + 13 * HOUR, ends_at=NINE + 17 * HOUR)
    morning = make_past_shift(people.team, starts_at=NINE + 16 * HOUR, ends_at=NINE + 18 * HOUR)
    make_posted(night, volunteer)
    record = make_record(morning, volunteer)
    assert str(record.served_on) == "2026-11-17"
    with pytest.raises(Refusal, match="重叠"):
        confirm(record, people.leader)


def test_refused_and_reversed_records_take_no_time(people: Cast) -> None:
    volunteer = make_volunteer()
    first = make_record(make_past_shift(people.team), volunteer)
    actions.refuse(record_ids=[first.pk], reason="没有到岗", by=people.leader, at=EVENING)
    second = make_posted(make_past_shift(people.team), volunteer)
    actions.reverse(record_id=second.pk, reason="写错", by=people.admin, at=EVENING)
    third = make_record(make_past_shift(people.team), volunteer)
    confirm(third, people.leader)
    assert state_of(third) == "posted"


# -- Adjusting --------------------------------------------------------------------------------


def test_leader_shortens_with_a_reason_that_everybody_sees(people: Cast) -> None:
    record = make_record(make_past_shift(people.team))
    actions.adjust(
        record_id=record.pk, minutes=90, reason="提前半小时离开", by=people.leader, at=EVENING
    )
    record.refresh_from_db()
    assert (record.minutes, record.counted_to, record.actual_to, record.approver) == (
        90,
        NINE + 90 * MINUTE,
        ELEVEN,
        "nobody",
    )
    assert record.state_reason == "负责人核定为 90 分钟（原 120 分钟）：提前半小时离开"
    assert Entry.objects.get(verb="hours.adjust").data == {"before": 120, "minutes": 90}


def test_lengthening_within_two_scans_needs_a_second_person(people: Cast) -> None:
    record = make_record(make_past_shift(people.team), out_at=ELEVEN + 20 * MINUTE)
    actions.adjust(
        record_id=record.pk, minutes=140, reason="活动延时", by=people.leader, at=EVENING
    )
    confirm(record, people.leader)
    assert state_of(record) == "confirmed"
    approve(record, people.admin)
    assert (state_of(record), queries.minutes_of(record.volunteer_id).proven) == ("posted", 140)


@pytest.mark.parametrize(
    ("methods", "minutes"), [((SCAN, SCAN), 141), ((TICK, TICK), 121), ((SCAN, None), 121)]
)
def test_nobody_lengthens_beyond_the_evidence(
    people: Cast, methods: tuple[str, str], minutes: int
) -> None:
    record = make_record(
        make_past_shift(people.team),
        out_at=ELEVEN + 20 * MINUTE,
        in_method=methods[0],  # type: ignore[arg-type]
        out_method=methods[1],  # type: ignore[arg-type]
    )
    with pytest.raises(BadInput, match="依据最多支持"):
        actions.adjust(
            record_id=record.pk, minutes=minutes, reason="多给点", by=people.leader, at=EVENING
        )
    record.refresh_from_db()
    assert (record.minutes, record.state_reason) == (120, "")


def test_nobody_adjusts_their_own_or_a_confirmed_record(people: Cast) -> None:
    own = make_record(make_past_shift(people.team), make_volunteer("李强", user=people.leader))
    posted = make_posted(make_past_shift(people.team))
    for record, refusal in ((own, NotAllowed), (posted, WrongState)):
        with pytest.raises(refusal):
            actions.adjust(
                record_id=record.pk, minutes=1, reason="改改", by=people.leader, at=EVENING
            )


@pytest.mark.parametrize("reason", ["", " \u200b\n", "长" * 121])
def test_every_change_needs_a_fitting_reason(people: Cast, reason: str) -> None:
    record = make_record(make_past_shift(people.team))
    posted = make_posted(make_past_shift(people.team))
    with pytest.raises(BadInput):
        actions.adjust(record_id=record.pk, minutes=1, reason=reason, by=people.leader, at=EVENING)
    with pytest.raises(BadInput):
        actions.refuse(record_ids=[record.pk], reason=reason, by=people.leader, at=EVENING)
    with pytest.raises(BadInput):
        actions.reverse(record_id=posted.pk, reason=reason, by=people.admin, at=EVENING)
