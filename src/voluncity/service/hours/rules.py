"""How long somebody served, how far it can be trusted, and who must look at it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from voluncity.kernel.clock import day_bounds, local_date, span_text
from voluncity.kernel.minutes import hours_text, overlap_minutes
from voluncity.kernel.refusals import BadInput, Refusal
from voluncity.service.hours.states import Approver, Trust
from voluncity.service.signups.states import PROVEN

MOST_MINUTES = 24 * 60
_MINUTE = timedelta(minutes=1)
_LADDER = (Approver.NOBODY, Approver.SECOND, Approver.PARENT, Approver.OFFICE)


@dataclass(frozen=True)
class Span:
    """A time from one instant to another."""

    start: datetime
    end: datetime
    away: int = 0  # minutes of it that do not count

    @property
    def minutes(self) -> int:
        """Return the full minutes in it, with those away."""
        return (self.end - self.start) // _MINUTE

    def within(self, other: Span) -> Span:
        """Return the part of it that lies in the other; an empty span where there is none."""
        start, end = max(self.start, other.start), min(self.end, other.end)
        return Span(start, end) if start <= end else Span(self.start, self.start)

    def overlaps(self, other: Span) -> bool:
        """Return whether the two share any time."""
        return self.start < other.end and other.start < self.end

    def holds(self, other: Span) -> bool:
        """Return whether the other lies wholly in it."""
        return self.start <= other.start and other.end <= self.end


@dataclass(frozen=True)
class Computation:
    """What counts of a presence, and the rule in words."""

    counted: Span
    rule: str
    break_minutes: int = 0

    @property
    def minutes(self) -> int:
        """Return the minutes that count."""
        return self.counted.minutes - self.break_minutes


def compute(
    *,
    planned: Span,
    actual: Span,
    least_share_percent: int = 0,
    has_left: bool = True,
    breaks: Iterable[Span] = (),
) -> Computation:
    """Count the time actually given within the plan (民政部令第 67 号第七条).

    `breaks` are times away within the presence; they do not overlap, and do not count. Without a
    check-out the end is only proposed; `trust_of` then asks for a second person.
    """
    counted = actual.within(planned)
    counted = Span(counted.start, min(counted.end, counted.start + MOST_MINUTES * _MINUTE))
    away = minutes_away(counted, breaks)
    served = counted.minutes - away
    if served * 100 < planned.minutes * least_share_percent:
        return Computation(
            Span(counted.start, counted.start),
            f"计划 {planned.minutes} 分钟，实际在岗 {served} 分钟，不足计划的"
            f" {least_share_percent}%，按本市规定不予计时。",
        )
    return Computation(counted, _rule(counted, away, has_left=has_left), away)


def minutes_away(counted: Span, breaks: Iterable[Span]) -> int:
    """Return by how much the full minutes of a span shrink when breaks are taken out."""
    inside = [one.within(counted) for one in breaks]
    present = counted.end - counted.start - sum((b.end - b.start for b in inside), timedelta())
    return counted.minutes - present // _MINUTE


def forgotten_end(*, came_at: datetime, planned: Span, percent: int) -> datetime:
    """Return until when somebody is taken to have stayed who forgot to check out.

    `percent` of the time from coming to the planned end; a city that trusts less sets it lower.
    """
    left = max(planned.end - max(came_at, planned.start), timedelta())
    return max(came_at, max(came_at, planned.start) + left * percent / 100)


def _rule(counted: Span, away: int, *, has_left: bool) -> str:
    minutes = counted.minutes - away
    if not minutes:
        return "实际在岗时间与计划时段没有重合，计 0 分钟。"
    without = f"扣除中途离开 {away} 分钟，" if away else ""
    if not has_left:
        return (
            f"没有签退记录，暂按本市规定计：{span_text(counted.start, counted.end)}，"
            f"{without}共 {minutes} 分钟；须由负责人核实，并经第二人复核。"
        )
    return (
        "按实际在岗与计划时段重合的时间计："
        f"{span_text(counted.start, counted.end)}，{without}共 {minutes} 分钟；"
        "早到、晚走不计，不足一分钟舍去。"
    )


def trust_of(*methods: str) -> Trust:
    """Return proven only when every passage was scanned; a word, or a missing end, is entered."""
    return Trust.PROVEN if PROVEN.issuperset(methods) else Trust.ENTERED


def minutes_by_day(span: Span) -> dict[date, int]:
    """Return the full minutes of a span on each local day that it touches."""
    shares: dict[date, int] = {}
    day = local_date(span.start)
    while True:
        start, end = day_bounds(day)
        shares[day] = overlap_minutes(span.start, span.end, start, end)
        if span.end <= end:
            return shares
        day += timedelta(days=1)


def _present_by_day(span: Span) -> dict[date, int]:
    """Return the minutes of each day; those away are taken off where it is sure on which day."""
    totals = minutes_by_day(span)
    if len(totals) == 1:
        totals = {day: minutes - span.away for day, minutes in totals.items()}
    return totals


def busiest_day(span: Span, others: Iterable[Span]) -> int:
    """Return the greatest day total that a volunteer reaches by adding this span to the others.

    Minutes away are taken off where it is sure on which day they were.
    """
    totals = _present_by_day(span)
    for other in others:
        for day, minutes in _present_by_day(other).items():
            if day in totals:
                totals[day] += minutes
    return max(totals.values())


def approver_of(
    *,
    trust: str,
    day_minutes: int,
    direct: int,
    parent: int,
    entered: str = Approver.SECOND,
    least: str = Approver.NOBODY,
) -> Approver:
    """Return whose second look is needed (RULES.md §1.5: 8 h at once, 12 h parent, then office).

    `direct` and `parent` are the city's limits in minutes for one volunteer and one day;
    `entered` is whose look hours need that nobody scanned; `least` is what the way of recording
    asks for in any case.
    """
    by_day = Approver.NOBODY
    if day_minutes > direct:
        by_day = Approver.PARENT
    if day_minutes > parent:
        by_day = Approver.OFFICE
    by_trust = Approver.NOBODY if trust == Trust.PROVEN else Approver(entered)
    return max(by_day, by_trust, Approver(least), key=_LADDER.index)


def require_room(
    *, trust: str, day_minutes: int, entered_minutes: int, most: int, most_entered: int
) -> None:
    """Refuse a day that nobody can have served, or one with too much that nobody scanned.

    `day_minutes` and `entered_minutes` are the day's totals with the record, the latter of what
    nobody scanned.
    :raises Refusal: when the day is fuller than the city allows.
    """
    if day_minutes > most:
        raise Refusal(
            f"加上这一条，这位志愿者当天共 {hours_text(day_minutes)}，超过本市一天最多"
            f" {hours_text(most)}的规定，请核实后改短或不予计时。",
            code="hours.day_full",
        )
    if trust == Trust.ENTERED and entered_minutes > most_entered:
        raise Refusal(
            f"加上这一条，这位志愿者当天没有扫码依据的时长共 {hours_text(entered_minutes)}，"
            f"超过本市一天最多 {hours_text(most_entered)}的规定，请核实后改短或不予计时。",
            code="hours.entered_day_full",
        )


def adjusted(*, counted: Span, limit: Span, minutes: int) -> Span:
    """Return the counted span with another length, which must fit into what the evidence shows.

    It grows at its end first, then at its start, and holds the minutes away as before.
    :raises BadInput: when the evidence does not reach so far.
    """
    most = min(limit.minutes - counted.away, MOST_MINUTES)
    if not 0 <= minutes <= most:
        raise BadInput(
            f"这条记录的依据最多支持 {most} 分钟，请填写不超过它的整数。",
            code="hours.beyond_evidence",
            field="minutes",
        )
    length = (minutes + counted.away) * _MINUTE
    start = min(counted.start, limit.end - length)
    return Span(start, start + length, counted.away)


def entered_span(*, start: datetime, end: datetime, planned: Span) -> Span:
    """Return the times somebody enters by hand; they never exceed the shift (志愿汇: 荣誉时数).

    :raises BadInput: when the end does not come after the start, or they leave the shift.
    """
    if end <= start:
        raise BadInput(
            "结束时间应晚于开始时间，请重新填写。", code="hours.end_before_start", field="ends_at"
        )
    if not planned.holds(Span(start, end)):
        raise BadInput(
            f"补记的时间应在班次计划之内（{span_text(planned.start, planned.end)}），请重新填写。",
            code="hours.outside_plan",
            field="starts_at" if start < planned.start else "ends_at",
        )
    if Span(start, end).minutes > MOST_MINUTES:
        raise BadInput("一条记录最多 24 小时，请核对时间。", code="hours.too_long", field="ends_at")
    return Span(start, end)


def issue_key(trust: str) -> str:
    """Return the contra account out of which minutes of one trust are issued."""
    return f"minutes:issued:{trust}"


def holder_key(volunteer_id: int) -> str:
    """Return the holder of a volunteer's accounts."""
    return f"volunteer:{volunteer_id}"


def account_key(volunteer_id: int, trust: str) -> str:
    """Return the account that holds a volunteer's minutes of one trust."""
    return f"minutes:volunteer:{volunteer_id}:{trust}"


def transfer_key(record_id: int) -> str:
    """Return the key under which a record is posted, once."""
    return f"record:{record_id}"
