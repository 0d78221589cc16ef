"""Hold a meeting: who came, how they voted, what was resolved."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.db.models import F, Max

from voluncity.city.journal.actions import record
from voluncity.city.people.models import User
from voluncity.fund.governance import queries, rules
from voluncity.fund.governance.actions.meetings import hold
from voluncity.fund.governance.actions.seats import refuse_other_fund
from voluncity.fund.governance.models import Attendance, Fund, Item, Meeting, Resolution, Vote
from voluncity.fund.governance.states import Body, Choice, Outcome, Presence, Share
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import BadInput, Refusal, WrongState
from voluncity.kernel.text import words


@transaction.atomic
def hold_meeting(
    *, meeting: Meeting, presences: Mapping[int, str], by: User, at: datetime
) -> Meeting:
    """Write down who came; with enough of the leading group the meeting may decide.

    The numbers of the charter of that day are frozen with the meeting.

    :raises BadInput: when somebody's presence is missing.
    :raises Refusal: when it has not begun, there is no agenda, or too few came.
    """
    if at < meeting.starts_at:
        raise Refusal("会议还没有到时间，到时再登记出席。", code="governance.not_begun")
    if not meeting.items.exists():
        raise Refusal("请先添加议题，再登记出席。", code="governance.no_items")
    day = local_date(meeting.starts_at)
    seats = queries.seats_on(meeting.fund, day)
    for seat in seats:
        if presences.get(seat.pk) not in Presence.values:
            raise BadInput(f"请登记{seat.person}是否出席。", field=f"seat_{seat.pk}")
    shares, charter = queries.shares_on(meeting.fund, day)
    leading = [seat for seat in seats if seat.body == Body.LEADING]
    came = sum(presences[seat.pk] == Presence.PRESENT for seat in leading)
    if not rules.reached(shares.quorum, came, len(leading)):
        raise Refusal(
            f"领导小组 {len(leading)} 人，出席 {came} 人，没有达到{Share(shares.quorum).label}"
            f"（{rules.least(shares.quorum, len(leading))} 人），不能开会表决。请改期或取消。",
            code="governance.too_few",
        )
    hold(
        meeting, "hold", quorum=shares.quorum, majority=shares.majority,
        important_majority=shares.important_majority, charter=charter,
    )  # fmt: skip
    Attendance.objects.bulk_create(
        Attendance(meeting=meeting, seat=seat, presence=presences[seat.pk]) for seat in seats
    )
    meeting.items.filter(is_vote=False).update(outcome=Outcome.HEARD)
    record(
        "governance.hold_meeting", ("fund_meeting", meeting.pk), by=by, at=at,
        fund=meeting.fund_id, came=came, seats=len(leading),
    )  # fmt: skip
    return meeting


@transaction.atomic
def record_votes(*, item: Item, choices: Mapping[int, str], by: User, at: datetime) -> Item:
    """Write down how those present voted on an item; written again, the last one counts.

    :raises BadInput: when somebody's voice is missing.
    :raises Refusal: when the item is only heard.
    :raises WrongState: when the meeting is not going on.
    """
    hold(item.meeting, "vote")
    if not item.is_vote:
        raise Refusal("这个议题只听取，不用表决。", code="governance.only_heard")
    voters = queries.voters(item.meeting)
    for seat in voters:
        if choices.get(seat.pk) not in Choice.values:
            raise BadInput(f"请登记{seat.person}的表决意见。", field=f"seat_{seat.pk}")
    Vote.objects.filter(item=item).delete()
    Vote.objects.bulk_create(Vote(item=item, seat=seat, choice=choices[seat.pk]) for seat in voters)
    _settle(item, Counter(choices[seat.pk] for seat in voters))
    record(
        "governance.record_votes", ("fund_item", item.pk), by=by, at=at,
        fund=item.meeting.fund_id, in_favor=item.in_favor, against=item.against,
        abstained=item.abstained, recused=item.recused,
    )  # fmt: skip
    return item


def _settle(item: Item, counted: Counter[str]) -> None:
    """Count what was said; who steps back is not counted among those present."""
    meeting = item.meeting
    share = meeting.important_majority if item.is_important else meeting.majority
    voices = counted.total() - counted[Choice.RECUSED]
    passed = rules.reached(share, counted[Choice.FOR], voices)
    item.in_favor, item.against = counted[Choice.FOR], counted[Choice.AGAINST]
    item.abstained, item.recused = counted[Choice.ABSTAIN], counted[Choice.RECUSED]
    item.outcome = Outcome.PASSED if passed else Outcome.REJECTED
    item.save(update_fields=["in_favor", "against", "abstained", "recused", "outcome"])


@transaction.atomic
def close_meeting(*, meeting: Meeting, minutes: str, by: User, at: datetime) -> list[Resolution]:
    """Keep the minutes; every item that passed becomes a resolution with a number.

    :raises BadInput: when there are no minutes.
    :raises Refusal: when an item is not voted on yet.
    """
    said = words(minutes, "minutes", "会议纪要", rules.MINUTES_MOST, long=True)
    if open_item := meeting.items.filter(outcome="").first():
        raise Refusal(f"议题“{open_item.title}”还没有表决。", code="governance.not_voted")
    # Held first: numbers are given one after the other.
    Fund.objects.filter(pk=meeting.fund_id).update(made_at=F("made_at"))
    hold(meeting, "close", minutes=said, closed_at=at, closed_by=by)
    made = _resolve(meeting)
    record(
        "governance.close_meeting", ("fund_meeting", meeting.pk), by=by, at=at,
        fund=meeting.fund_id, resolutions=[one.pk for one in made],
    )  # fmt: skip
    return made


def _resolve(meeting: Meeting) -> list[Resolution]:
    day = local_date(meeting.starts_at)
    given = Resolution.objects.filter(fund=meeting.fund_id, year=day.year)
    turn = given.aggregate(last=Max("turn"))["last"] or 0
    return Resolution.objects.bulk_create(
        Resolution(
            fund_id=meeting.fund_id, item=item, year=day.year, turn=turn + place,
            title=item.title, text=item.text or item.title, decided_on=day,
        )
        for place, item in enumerate(meeting.items.filter(outcome=Outcome.PASSED), start=1)
    )  # fmt: skip


@transaction.atomic
def repeal(
    *, resolution: Resolution, by_resolution: Resolution, by: User, at: datetime
) -> Resolution:
    """Let a resolution end by a later one; what was done by it stays done.

    :raises BadInput: when the other one is not later, of another fund, or repealed.
    :raises WrongState: when it is repealed already.
    """
    fund = resolution.fund
    refuse_other_fund(fund, by_resolution)
    later = (by_resolution.year, by_resolution.turn) > (resolution.year, resolution.turn)
    if not later:
        raise BadInput("请选择后来作出的决议。", field="resolution")
    live = Resolution.objects.filter(pk=resolution.pk, repealed_by=None)
    if not live.update(repealed_by=by_resolution):
        raise WrongState("这个决议已经废止。")
    resolution.refresh_from_db()
    record(
        "governance.repeal", ("fund_resolution", resolution.pk), by=by, at=at, fund=fund.pk,
        resolution=by_resolution.pk,
    )  # fmt: skip
    return resolution


@transaction.atomic
def show_resolution(
    *, resolution: Resolution, is_public: bool, by: User, at: datetime
) -> Resolution:
    """Show a resolution to the public, or no more."""
    Resolution.objects.filter(pk=resolution.pk).update(is_public=is_public)
    resolution.refresh_from_db()
    record(
        "governance.show_resolution", ("fund_resolution", resolution.pk), by=by, at=at,
        fund=resolution.fund_id, is_public=is_public,
    )  # fmt: skip
    return resolution
