"""What came to somebody and what went, the newest first, as one list."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, QuerySet, Value

from voluncity.city.people import queries as people
from voluncity.honor.points.models import Debt, Earning, Gift, Lot, Movement
from voluncity.honor.points.states import GiftState
from voluncity.kernel.clock import date_text

CAME, WENT, BACK = "came", "went", "back"
Row = tuple[str, int, datetime]  # way, id, moment


@dataclass(frozen=True)
class Line:
    """One line of a statement: how much came or went, why, and what it leads to."""

    sign: int
    points: int
    at: datetime
    title: str
    hint: str
    source: str
    lot: Lot | None = None
    movement: Movement | None = None


def moves(volunteer_id: int, *, show: str = "") -> QuerySet[Lot, Row]:
    """Return (way, id, moment) of everything that came and went, the newest first."""
    ids = people.records_of(volunteer_id)
    came = Lot.objects.filter(volunteer__in=ids).annotate(way=Value(CAME), moment=F("got_at"))
    out = Movement.objects.filter(volunteer__in=ids)
    went = out.annotate(way=Value(WENT), moment=F("at"))
    back = out.filter(returned_at__isnull=False).annotate(way=Value(BACK), moment=F("returned_at"))
    columns = ("way", "pk", "moment")
    parts = [part.values_list(*columns) for part in (came, went, back)]
    wanted = {"in": [parts[0], parts[2]], "out": [parts[1]]}.get(show, parts)
    first, *rest = wanted
    found = first.union(*rest, all=True) if rest else first
    listed: QuerySet[Lot, Row] = found.order_by("-moment", "-pk")
    return listed


def lines(rows: Iterable[Row]) -> list[Line]:
    """Return one page of moves in words."""
    rows = list(rows)
    lots = _lots([pk for way, pk, _ in rows if way == CAME])
    went = Movement.objects.select_related("gift__receiver").in_bulk(
        [pk for way, pk, _ in rows if way != CAME]
    )
    return [
        _came(lots[pk]) if way == CAME else _went(went[pk], is_back=way == BACK)
        for way, pk, _ in rows
    ]


def _lots(ids: Collection[int]) -> dict[int, Lot]:
    return Lot.objects.select_related("earning").in_bulk(ids)


def _came(lot: Lot) -> Line:
    earning = lot.earning
    left = f"余 {lot.left} 分" if lot.left != lot.amount else ""
    day = f"{date_text(earning.earned_on)}的服务" if earning and earning.minutes else ""
    until = f"{date_text(lot.expires_on)}后到期" if lot.expires_on else "长期有效"
    title = _why(earning) if earning else lot.get_origin_display()
    return Line(
        1, lot.amount, lot.got_at, title, " · ".join(filter(None, [day, until, left])), lot.source,
        lot=lot,
    )  # fmt: skip


def _why(earning: Earning) -> str:
    if earning.minutes:
        return f"{earning.get_ground_display()} {earning.minutes} 分钟"
    return earning.get_ground_display()


def _went(movement: Movement, *, is_back: bool) -> Line:
    label = movement.get_kind_display()
    gift = getattr(movement, "gift", None)
    hint = _to(gift) if gift else movement.reason
    if is_back:
        at = movement.returned_at or movement.at
        return Line(
            1, movement.amount, at, f"{label}退回", hint, movement.source, movement=movement
        )
    return Line(-1, movement.amount, movement.at, label, hint, movement.source, movement=movement)


def _to(gift: Gift) -> str:
    whom = f"送给志愿者 {gift.receiver.number}" if gift.receiver else "送到爱心积分池"
    return f"{whom} · {gift.get_state_display()}"


def held(volunteer_id: int) -> QuerySet[Lot]:
    """Return the portions of which something is left, the soonest to expire first."""
    found = Lot.objects.filter(volunteer_id=volunteer_id, left__gt=0).select_related("earning")
    return found.order_by(F("expires_on").asc(nulls_last=True), "pk")


def open_debts(volunteer_id: int) -> QuerySet[Debt]:
    """Return what somebody owes, the oldest first."""
    return Debt.objects.filter(volunteer_id=volunteer_id, left__gt=0).order_by("pk")


def gifts_on_their_way(volunteer_id: int, *, at: datetime) -> QuerySet[Gift]:
    """Return the gifts that somebody may still take back."""
    own = Gift.objects.filter(giver__in=people.records_of(volunteer_id), state=GiftState.HELD)
    return own.filter(final_at__gt=at).select_related("receiver").order_by("final_at")
