"""Who must come, how many must agree, what follows: by the charter's numbers."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from voluncity.fund.governance import actions, queries, rules
from voluncity.fund.governance.actions import ItemPlan
from voluncity.fund.governance.models import Fund, Item, Meeting, Resolution, Vote
from voluncity.fund.governance.states import Choice, MeetingState, Outcome, Presence, Share
from voluncity.kernel.refusals import BadInput, Refusal, WrongState
from voluncity.testing.make_fund import (
    charter_plan,
    hold,
    make_charter,
    make_fund,
    make_leaders,
    make_meeting,
    make_resolution,
)
from voluncity.testing.make_people import NOON, TODAY

pytestmark = pytest.mark.django_db
IMPORTANT = ItemPlan("修改章程", is_important=True)


@pytest.mark.parametrize(
    ("share", "of", "least"),
    [
        (Share.HALF, 3, 2), (Share.HALF, 4, 3), (Share.HALF, 1, 1),
        (Share.TWO_THIRDS, 3, 2), (Share.TWO_THIRDS, 4, 3), (Share.TWO_THIRDS, 7, 5),
        (Share.THREE_QUARTERS, 4, 3), (Share.THREE_QUARTERS, 5, 4), (Share.ALL, 5, 5),
    ],
)  # fmt: skip
def test_a_share_is_reached_as_the_words_say(share: Share, of: int, least: int) -> None:
    assert rules.least(share, of) == least
    assert [rules.reached(share, count, of) for count in (least - 1, least)] == [False, True]
    assert not rules.reached(share, 0, 0)


def test_too_few_do_not_decide_and_nothing_is_written(fund: Fund) -> None:
    meeting = make_meeting(fund)
    seats = queries.seats_on(fund, TODAY)
    came = {seat.pk: Presence.ABSENT for seat in seats} | {seats[0].pk: Presence.PRESENT}
    with pytest.raises(Refusal, match="领导小组 3 人，出席 1 人，没有达到三分之二以上（2 人）"):
        actions.hold_meeting(meeting=meeting, presences=came, by=fund.made_by, at=NOON)
    meeting.refresh_from_db()
    assert (meeting.state, meeting.attendance.count()) == (MeetingState.PLANNED, 0)


def test_supervisors_sit_there_and_do_not_count(fund: Fund) -> None:
    meeting = hold(make_meeting(fund))
    assert meeting.attendance.count() == 4
    assert [seat.person for seat in queries.voters(meeting)] == ["赵立新", "钱文清", "孙秀英"]


def _vote(item: Item, *choices: Choice) -> Item:
    voters = queries.voters(item.meeting)
    said = {seat.pk: choice for seat, choice in zip(voters, choices, strict=True)}
    return actions.record_votes(item=item, choices=said, by=item.meeting.made_by, at=NOON)


@pytest.mark.parametrize(
    ("choices", "outcome"),
    [
        ((Choice.FOR, Choice.FOR, Choice.AGAINST), Outcome.PASSED),
        ((Choice.FOR, Choice.ABSTAIN, Choice.AGAINST), Outcome.REJECTED),
        # Who steps back is not counted: one of one, and one of two.
        ((Choice.FOR, Choice.RECUSED, Choice.RECUSED), Outcome.PASSED),
        ((Choice.FOR, Choice.AGAINST, Choice.RECUSED), Outcome.REJECTED),
        ((Choice.RECUSED, Choice.RECUSED, Choice.RECUSED), Outcome.REJECTED),
    ],
)
def test_more_than_half_of_those_who_do_not_step_back_decide(
    fund: Fund, choices: tuple[Choice, ...], outcome: Outcome
) -> None:
    item = hold(make_meeting(fund)).items.get()
    assert _vote(item, *choices).outcome == outcome
    assert Vote.objects.filter(item=item).count() == 3


def test_what_is_important_needs_the_share_of_the_charter_of_that_day(fund: Fund) -> None:
    make_charter(fund, important_majority=Share.ALL)
    item = hold(make_meeting(fund, items=[IMPORTANT])).items.get()
    _vote(item, Choice.FOR, Choice.FOR, Choice.ABSTAIN)
    assert item.outcome == Outcome.REJECTED
    _vote(item, Choice.FOR, Choice.FOR, Choice.FOR)
    item.refresh_from_db()
    assert (item.outcome, item.in_favor, item.votes.count()) == (Outcome.PASSED, 3, 3)


def test_what_passed_becomes_resolutions_with_numbers_that_others_refer_to(fund: Fund) -> None:
    first = make_resolution(fund, "设立基金")
    items = [ItemPlan(name) for name in ("甲项目", "乙项目", "丙项目")]
    meeting = hold(make_meeting(fund, items=[*items, ItemPlan("工作汇报", is_vote=False)]))
    agenda = queries.agenda(meeting)
    with pytest.raises(Refusal, match="议题“甲项目”还没有表决"):
        actions.close_meeting(meeting=meeting, minutes="好。", by=fund.made_by, at=NOON)
    for item, choice in zip(agenda, (Choice.FOR, Choice.AGAINST, Choice.FOR), strict=False):
        _vote(item, *[choice] * 3)
    made = actions.close_meeting(meeting=meeting, minutes="好。", by=fund.made_by, at=NOON)
    assert [str(one) for one in (first, *made)] == [
        "决议〔2026〕1号 设立基金", "决议〔2026〕2号 甲项目", "决议〔2026〕3号 丙项目",
    ]  # fmt: skip
    assert list(queries.resolutions(fund)) == [made[1], made[0], first]
    actions.repeal(resolution=first, by_resolution=made[0], by=fund.made_by, at=NOON)
    assert list(queries.resolutions(fund)) == [made[1], made[0]]
    assert queries.faults() == []
    with pytest.raises(WrongState, match="刚刚有了变化"):
        _vote(agenda[0], *[Choice.AGAINST] * 3)


def test_a_resolution_is_repealed_only_by_a_later_one_of_its_fund(fund: Fund) -> None:
    first, second = make_resolution(fund), make_resolution(fund)
    elsewhere = make_resolution(make_fund())
    for other in (first, elsewhere):
        with pytest.raises(BadInput):
            actions.repeal(resolution=second, by_resolution=other, by=fund.made_by, at=NOON)


def test_what_may_repeal_is_later_by_its_number_not_by_when_it_was_entered(fund: Fund) -> None:
    make_leaders(fund, at=NOON - timedelta(days=300))
    newer = make_resolution(fund)
    older = make_resolution(fund, at=NOON - timedelta(days=400))  # entered afterwards
    assert list(queries.later_resolutions(older)) == [newer]
    assert list(queries.later_resolutions(newer)) == []


def test_a_meeting_that_has_not_begun_or_has_no_agenda_is_not_held(fund: Fund) -> None:
    later = make_meeting(fund, at=NOON)
    with pytest.raises(Refusal, match="还没有到时间"):
        hold(later, at=NOON - timedelta(minutes=1))
    actions.remove_item(item=later.items.get(), by=fund.made_by, at=NOON)
    with pytest.raises(Refusal, match="请先添加议题"):
        hold(later)


def test_the_same_form_sent_twice_is_one_meeting(fund: Fund) -> None:
    make_leaders(fund)
    plan = actions.MeetingPlan("例会", NOON, "三楼")
    made = [
        actions.plan_meeting(fund=fund, plan=plan, handle="h", by=fund.made_by, at=NOON)
        for _ in range(2)
    ]
    assert made[0] == made[1]
    assert Meeting.objects.count() == 1


def test_one_who_read_an_older_state_is_told(fund: Fund) -> None:
    meeting = make_meeting(fund)
    old = Meeting.objects.get(pk=meeting.pk)
    actions.cancel_meeting(meeting=meeting, reason="改期", by=fund.made_by, at=NOON)
    with pytest.raises(WrongState, match="刚刚有了变化"):
        actions.cancel_meeting(meeting=old, reason="再改期", by=fund.made_by, at=NOON)


def test_the_charter_of_a_day_is_the_one_in_force(fund: Fund) -> None:
    assert queries.shares_on(fund, TODAY) == (rules.FOUNDING, None)
    first = make_charter(fund, quorum=Share.HALF)
    draft = actions.draft_charter(
        fund=fund, plan=charter_plan(quorum=Share.ALL), by=fund.made_by, at=NOON
    )
    with pytest.raises(Refusal, match="已经有一份章程草案"):
        actions.draft_charter(fund=fund, plan=charter_plan(), by=fund.made_by, at=NOON)
    adopt: dict[str, Any] = {
        "charter": draft,
        "resolution": make_resolution(fund),
        "by": fund.made_by,
        "at": NOON,
    }
    with pytest.raises(BadInput, match="晚于上一版"):
        actions.adopt_charter(**adopt, valid_from=TODAY, seen=1)
    with pytest.raises(WrongState, match="别人改过"):
        actions.adopt_charter(**adopt, valid_from=TODAY + timedelta(days=30), seen=7)
    actions.adopt_charter(**adopt, valid_from=TODAY + timedelta(days=30), seen=1)
    assert queries.charter_on(fund, TODAY + timedelta(days=29)) == first
    assert queries.charter_on(fund, TODAY + timedelta(days=30)) == draft


def test_two_resolutions_never_share_a_number(fund: Fund) -> None:
    one = make_resolution(fund)
    item = make_meeting(fund).items.get()
    twin = Resolution(
        fund=fund, item=item, year=one.year, turn=one.turn, title="假", text="假", decided_on=TODAY
    )
    with pytest.raises(IntegrityError), transaction.atomic():
        twin.save(force_insert=True)
    twin.turn = one.turn + 1
    twin.save(force_insert=True)  # in the database, but no meeting passed it
    assert queries.faults() == [f"基金决议 {twin.pk} 没有表决通过的议题"]
