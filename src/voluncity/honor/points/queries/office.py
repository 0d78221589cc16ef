"""What the office asks: people, adjustments that wait, and figures with their records."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q, QuerySet, Sum

from voluncity.city.access.scopes import Scope, ScopedQuerySet
from voluncity.city.people.models import Volunteer
from voluncity.honor.points.models import Adjustment, Gift, Lot, Movement
from voluncity.honor.points.queries.holdings import pool_balance
from voluncity.honor.points.states import AdjustmentState, GiftState, Kind, Origin
from voluncity.kernel.clock import day_bounds
from voluncity.kernel.refusals import NotFound

CAME, WENT, BACK, HELD = "came", "went", "back", "held"


@dataclass(frozen=True)
class Figure:
    """One figure: which rows it counts and what it is called."""

    key: str
    label: str
    hint: str
    way: str
    values: tuple[str, ...] = ()


FIGURES = (
    Figure("issued", "按规则发放", "时长和事迹得到的积分", CAME, (Origin.EARNED,)),
    Figure("raised", "更正补发", "经两人办理", CAME, (Origin.RAISE,)),
    Figure("granted", "爱心积分发放", "从积分池发给个人", CAME, (Origin.GRANT,)),
    Figure("spent", "兑换", "含后来退回的", WENT, (Kind.SPENT,)),
    Figure("returned", "兑换退回", "", BACK, (Kind.SPENT,)),
    Figure("given", "赠送", "送给他人和积分池，含撤回的", WENT, (Kind.GIFT,)),
    Figure("expired", "到期失效", "含注销账号失效", WENT, (Kind.EXPIRED, Kind.LAPSED)),
    Figure(
        "taken", "收回和扣减", "时长冲销、欠分抵扣、更正", WENT,
        (Kind.TAKEN_BACK, Kind.REPAID, Kind.LOWERED),
    ),
    Figure("held", "未使用（待兑付）", "现在所有人手里的积分", HELD),
)  # fmt: skip
BY_KEY = {figure.key: figure for figure in FIGURES}


def figure_named(key: str) -> Figure:
    """Return one figure.

    :raises NotFound: when there is none of this name.
    """
    if key not in BY_KEY:
        raise NotFound("没有这项统计，请回到积分统计。")
    return BY_KEY[key]


def records(figure: Figure, scope: Scope, month: date | None) -> ScopedQuerySet:
    """Return the rows that a figure counts, the newest first; of a month or of all time."""
    rows: ScopedQuerySet
    if figure.way in {CAME, HELD}:
        rows = Lot.objects.in_scope(scope).filter(volunteer__isnull=False)
        moment = "got_at"
    else:
        rows = Movement.objects.in_scope(scope).filter(volunteer__isnull=False)
        moment = "returned_at" if figure.way == BACK else "at"
    if figure.way == HELD:
        return rows.filter(left__gt=0).order_by("-pk")
    rows = rows.filter(**{"origin__in" if figure.way == CAME else "kind__in": figure.values})
    if figure.way == BACK:
        rows = rows.filter(returned_at__isnull=False)
    return rows.filter(_in_month(moment, month)).order_by(f"-{moment}", "-pk")


def _in_month(moment: str, month: date | None) -> Q:
    if month is None:
        return Q()
    following = date(month.year + month.month // 12, month.month % 12 + 1, 1)
    start, end = day_bounds(month)[0], day_bounds(following)[0]
    return Q(**{f"{moment}__gte": start, f"{moment}__lt": end})


def figures(scope: Scope, month: date | None) -> list[tuple[Figure, int, int]]:
    """Return (figure, points, number of rows) of a month or of all time."""
    found = []
    for figure in FIGURES:
        column = "left" if figure.way == HELD else "amount"
        rows = records(figure, scope, month).order_by()
        told = rows.aggregate(sum=Sum(column), number=Count("pk"))
        found.append((figure, told["sum"] or 0, told["number"]))
    return found


@dataclass(frozen=True)
class Pool:
    """What the public may know of the pool: totals."""

    left: int
    given: int
    gifts: int
    granted: int
    people: int


def pool() -> Pool:
    """Return how much was given to the pool, and how many people it helped."""
    given = Gift.objects.filter(receiver=None, state=GiftState.DONE)
    gifts = given.aggregate(sum=Sum("amount"), number=Count("pk"))
    granted = Lot.objects.filter(origin=Origin.GRANT)
    grants = granted.aggregate(sum=Sum("amount"), people=Count("volunteer", distinct=True))
    return Pool(
        pool_balance(), gifts["sum"] or 0, gifts["number"], grants["sum"] or 0, grants["people"]
    )


def people_named(scope: Scope, words: str) -> QuerySet[Volunteer]:
    """Return who in one's area has this number, or a name that begins so."""
    if not words:
        return Volunteer.objects.none()
    compact = words.replace(" ", "")
    named = Q(number=compact) if compact.isdecimal() else Q(name__startswith=words)
    return (
        Volunteer.objects.in_scope(scope)
        .filter(named, closed_at=None)
        .select_related("region")
        .order_by("name", "pk")
    )


def adjustments(scope: Scope, *, is_open: bool) -> QuerySet[Adjustment]:
    """Return the adjustments of one's area: those that wait, or those that are done."""
    rows = Adjustment.objects.in_scope(scope).select_related("volunteer", "asked_by", "decided_by")
    if is_open:
        return rows.filter(state=AdjustmentState.WAITING).order_by("asked_at", "pk")
    return rows.exclude(state=AdjustmentState.WAITING).order_by("-decided_at", "-pk")
