"""Let service and deeds earn points, and take back what they no longer earn.

Everything of one portion of the journal goes by a few statements, however many people it tells of.
What it leaves depends on what holds and not on the order in which it was read, so that reading
again changes nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import models, transaction
from django.db.models import Count, Sum

from voluncity.city.ledger import actions as ledger
from voluncity.city.ledger.models import Account
from voluncity.city.people import queries as people
from voluncity.honor.points import queries
from voluncity.honor.points.actions.books import Fact, city_account, hold, pay_debts, take
from voluncity.honor.points.models import Debt, Earning, Lot, Movement, Use
from voluncity.honor.points.queries.happenings import Happening, Told
from voluncity.honor.points.rules import ISSUED, Book, Right, book_on, share
from voluncity.honor.points.states import Ground, Kind, Origin
from voluncity.kernel.clock import local_date

REASON = "按积分规则获得"
GONE = (Kind.EXPIRED, Kind.LAPSED)


@transaction.atomic
def settle(told: Told, *, at: datetime) -> None:
    """Give what these happenings earn by the rules of their day; take back what ended."""
    books = queries.books()
    known = {one.source: one for one in Earning.objects.filter(source__in=told)}
    new = _worth(told, known, books)
    ended = [one for source, one in known.items() if told[source] is None and one.is_live]
    if not new and not ended:
        return
    accounts, living = _hold_all({h.done_by for h, _, _ in new}, ended)
    for one in ended:
        one.refresh_from_db()  # its points may have changed until we held the account
        end(one, by=None, at=at)
    rows = [_earning(living, *each) for each in new]
    _give(rows, ended, accounts, {book.pk: book for book in books}, at)


Worth = tuple[Happening, Book, int]


def _worth(told: Told, known: Mapping[str, Earning], books: Sequence[Book]) -> list[Worth]:
    """Return what is new and worth something by the rules of its day."""
    found: list[Worth] = []
    for source, one in told.items():
        if one is None or (source in known and known[source].is_live):
            continue
        book = book_on(books, one.on)
        if book is not None and (worth := _points(one, book)):
            found.append((one, book, worth))
    return found


def _points(one: Happening, book: Book) -> int:
    if one.ground is Ground.HOURS:
        return book.worth_of_hours(one.minutes, category=one.category, is_proven=one.is_proven)
    return book.worth_of(one.ground)


def _hold_all(
    people_ids: Collection[int], ended: Iterable[Earning]
) -> tuple[dict[int, Account], dict[int, int]]:
    """Hold the accounts of all concerned; return them, and record → the living one.

    Somebody may be merged until we hold them: then we look again.
    """
    ids = set(people_ids)
    pks = [one.pk for one in ended]
    while True:
        before = _living(ids)
        holders = set(Earning.objects.filter(pk__in=pks).values_list("volunteer", flat=True))
        accounts = hold({*before.values(), *holders})
        now_held = set(Earning.objects.filter(pk__in=pks).values_list("volunteer", flat=True))
        if _living(ids) == before and now_held <= set(accounts):
            return accounts, before


def _living(ids: Collection[int]) -> dict[int, int]:
    families = people.families(ids)
    return {pk: families[pk][0] if pk in families else pk for pk in ids}


def _earning(living: Mapping[int, int], one: Happening, book: Book, worth: int) -> Earning:
    return Earning(
        source=one.source,
        ground=one.ground,
        volunteer_id=living[one.done_by],
        done_by_id=one.done_by,
        earned_on=one.on,
        minutes=one.minutes,
        rule_set_id=book.pk,
        worth=worth,
    )


Month = tuple[int, str]


def _month(one: Earning) -> Month:
    return one.volunteer_id, f"{one.earned_on:%Y-%m}"


@dataclass(frozen=True)
class _Gain:
    """Points that a reason is given now."""

    earning: Earning
    points: int


def _give(
    new: Sequence[Earning],
    ended: Sequence[Earning],
    accounts: Mapping[int, Account],
    books: Mapping[int, Book],
    at: datetime,
) -> None:
    """Share out what the months concerned are worth within their caps."""
    months = {_month(one) for one in (*new, *ended)}
    revived = _revive(new)
    old = [one for one in _of_months(months) if one.source not in revived]
    rows = [*old, *revived.values(), *(one for one in new if one.source not in revived)]
    gains: list[_Gain] = []
    by_month: dict[Month, list[int]] = defaultdict(list)
    for place, one in enumerate(rows):
        by_month[_month(one)].append(place)
    for places in by_month.values():
        for place, points in share([_right(place, rows[place], books) for place in places]).items():
            if gain := points - rows[place].points:
                rows[place].points = points
                gains.append(_Gain(rows[place], gain))
    Earning.objects.bulk_create([one for one in new if one.source not in revived])
    changed = [one.earning for one in gains if one.earning.source not in {n.source for n in new}]
    Earning.objects.bulk_update([*changed, *revived.values()], ["points", "worth", "is_live"])
    _bring(gains, accounts, books, at)


def _revive(new: Sequence[Earning]) -> dict[str, Earning]:
    """Return what ended before and holds again, with its new worth."""
    dead = Earning.objects.filter(source__in=[one.source for one in new], is_live=False)
    found = {one.source: one for one in dead}
    for one in new:
        if (again := found.get(one.source)) is not None:
            again.is_live, again.worth = True, one.worth
    return found


def _of_months(months: Collection[Month]) -> list[Earning]:
    """Return what has its worth in these months, the earliest first."""
    days = [date.fromisoformat(f"{month}-01") for _, month in months]
    last = max(days)
    until = date(last.year + last.month // 12, last.month % 12 + 1, 1)
    found = Earning.objects.filter(
        volunteer__in={pk for pk, _ in months},
        earned_on__gte=min(days),
        earned_on__lt=until,
        is_live=True,
    )
    return [one for one in found.order_by("pk") if _month(one) in months]


def _right(place: int, one: Earning, books: Mapping[int, Book]) -> Right:
    book = books[one.rule_set_id]
    return Right(place, one.earned_on, one.worth, one.points, book.day_most, book.month_most)


def _bring(
    gains: Sequence[_Gain], accounts: Mapping[int, Account], books: Mapping[int, Book], at: datetime
) -> None:
    """Bring each gain to its account as a portion of its own."""
    if not gains:
        return
    issued = city_account(ISSUED)
    counted = _lots_before(gains)
    orders = [
        ledger.Order(
            issued,
            accounts[gain.earning.volunteer_id],
            gain.points,
            f"points:earn:{gain.earning.pk}:{counted.get(gain.earning.pk, 0)}",
            gain.earning.source,
        )
        for gain in gains
    ]
    transfers = ledger.transfer_many(orders, reason=REASON, at=at, by=None)
    came_on = local_date(at)
    Lot.objects.bulk_create(
        Lot(
            volunteer_id=gain.earning.volunteer_id,
            origin=Origin.EARNED,
            earning=gain.earning,
            source=gain.earning.source,
            transfer=transfer,
            amount=gain.points,
            left=gain.points,
            got_at=at,
            expires_on=books[gain.earning.rule_set_id].last_day(came_on=came_on),
        )
        for gain, transfer in zip(gains, transfers, strict=True)
    )
    pay_debts({gain.earning.volunteer_id for gain in gains}, by=None, at=at)


def _lots_before(gains: Iterable[_Gain]) -> dict[int, int]:
    had = Lot.objects.filter(earning__in=[gain.earning.pk for gain in gains])
    return dict(had.values_list("earning").annotate(Count("pk")).order_by())


def end(earning: Earning, *, by: models.Model | None, at: datetime) -> None:
    """Take back what a reason gave: from its own portions, then from others; the rest is owed.

    What had expired before is owed by nobody.
    """
    points = earning.points
    spared = min(points, _expired(earning) - earning.lapsed)
    earning.is_live, earning.worth, earning.points = False, 0, 0
    earning.lapsed += spared
    earning.save(update_fields=["is_live", "worth", "points", "lapsed"])
    key = f"taken:{earning.pk}:"
    number = Movement.objects.filter(key__startswith=key).count() + 1
    fact = Fact(f"{key}{number}", earning.source, "得分的缘由已撤销", by, at)
    own = earning.lots.values_list("pk", flat=True)
    take_or_owe(earning.volunteer_id, points - spared, Kind.TAKEN_BACK, fact, first=set(own))


def _expired(earning: Earning) -> int:
    gone = Use.objects.filter(lot__earning=earning, movement__kind__in=GONE)
    return gone.aggregate(sum=Sum("amount"))["sum"] or 0


def take_or_owe(
    volunteer_id: int, points: int, kind: Kind, fact: Fact, *, first: Collection[int] = ()
) -> None:
    """Take points away as far as there are any; what is missing becomes a debt."""
    held = hold([volunteer_id])[volunteer_id].balance
    if taken := min(held, points):
        take(
            volunteer_id=volunteer_id, amount=taken, to=city_account(ISSUED), kind=kind, fact=fact,
            first=first,
        )  # fmt: skip
    if missing := points - taken:
        Debt.objects.create(
            volunteer_id=volunteer_id, source=fact.source, amount=missing, left=missing, at=fact.at
        )
