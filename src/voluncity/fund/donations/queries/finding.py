"""What everybody may see: appeals, how far they are, what was told, the wall, the big screen."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db.models import Count, Exists, F, OuterRef, Prefetch, Q, QuerySet, Sum

from voluncity.city.access import personal
from voluncity.city.policy import queries as policy
from voluncity.fund.donations import rules
from voluncity.fund.donations.models import Appeal, Disclosure, Gift, GivingEvent, Refund
from voluncity.fund.donations.rules import Clock, Numbers
from voluncity.fund.donations.states import SHOWN, Channel, GiftState, RefundState
from voluncity.kernel.clock import local_date
from voluncity.kernel.money import yuan_text
from voluncity.kernel.refusals import NotFound

WALL_ON_SCREEN = 12
_DIGITS_THAT_FIT = 10  # 99,999,999
_SUMS = {"fen": Sum("amount_fen"), "count": Count("pk")}
_POLICIES = ("donations.progress_months", "donations.report_months", "donations.receipts_days")


def shown() -> QuerySet[Appeal]:
    """Return the appeals that everybody may see, the newest first."""
    rows: QuerySet[Appeal] = Appeal.objects.filter(state__in=SHOWN)
    return rows.select_related("fund__region", "purpose")


def public_appeal(pk: int) -> Appeal:
    """Return an appeal that everybody may see.

    :raises NotFound: when there is none.
    """
    found = shown().filter(pk=pk).first()
    if found is None:
        raise NotFound("没有找到这个募捐，它可能还没有发布。")
    return found


# -- How far it is -------------------------------------------------------------------------------


@dataclass(frozen=True)
class Progress:
    """What came for an appeal, less what went back."""

    raised_fen: int = 0
    gifts: int = 0
    goal_fen: int = 0

    @property
    def raised_text(self) -> str:
        """Return the sum in words."""
        return yuan_text(self.raised_fen)

    @property
    def goal_text(self) -> str:
        """Return the goal in words."""
        return yuan_text(self.goal_fen)

    @property
    def percent(self) -> int:
        """Return how much of the goal came, in whole percent."""
        return self.raised_fen * 100 // self.goal_fen if self.goal_fen else 0


def progress(appeals: Iterable[Appeal]) -> dict[int, Progress]:
    """Return how far each appeal is, by one question."""
    goals = {appeal.pk: appeal.goal_fen for appeal in appeals}
    booked = Gift.objects.filter(appeal__in=goals, state=GiftState.BOOKED)
    sums = booked.order_by().values_list("appeal").annotate(**_SUMS)
    back = _gone_back("gift__appeal", gift__appeal__in=goals)
    found = {pk: Progress(fen - back.get(pk, 0), count, goals[pk]) for pk, fen, count in sums}
    return {pk: found.get(pk, Progress(goal_fen=goal)) for pk, goal in goals.items()}


def progress_of(appeal: Appeal) -> Progress:
    """Return how far one appeal is."""
    return progress([appeal])[appeal.pk]


def ways_of(appeal: Appeal) -> list[tuple[str, str, int]]:
    """Return what came by which channel: label, sum in words, number."""
    booked = Gift.objects.filter(appeal=appeal, state=GiftState.BOOKED)
    rows = booked.order_by().values_list("channel").annotate(**_SUMS)
    back = _gone_back("gift__channel", gift__appeal=appeal)
    return [
        (Channel(one).label, yuan_text(fen - back.get(one, 0)), count)
        for one, fen, count in sorted(rows)
    ]


def _gone_back(by: str, **wanted: Any) -> dict[Any, int]:
    """Return what left the purses again, as the books have it; what is only asked for has not."""
    gone = Refund.objects.filter(state__in=[RefundState.APPROVED, RefundState.DONE], **wanted)
    return dict(gone.order_by().values_list(by).annotate(fen=Sum("amount_fen")))


# -- What must be told ---------------------------------------------------------------------------


def clocks_of(appeal: Appeal, *, today: date) -> list[Clock]:
    """Return the duties of one appeal."""
    return next(found for _, found in all_clocks(shown().filter(pk=appeal.pk), today=today))


def all_clocks(appeals: QuerySet[Appeal], *, today: date) -> Iterator[tuple[Appeal, list[Clock]]]:
    """Return the duties of appeals; what corrects something is told of nothing new."""
    numbers = policy.numbers(_POLICIES, on=today)
    periods = Numbers(*(numbers[key] for key in _POLICIES))
    told = Prefetch("disclosures", Disclosure.objects.only("appeal", "kind", "at"))
    for appeal in appeals.prefetch_related(told):
        yield appeal, rules.clocks(
            from_on=appeal.from_on, last_on=appeal.ended_on or appeal.until_on,
            is_emergency=appeal.is_emergency, has_partners=bool(appeal.partners), today=today,
            told=[(one.kind, local_date(one.at)) for one in appeal.disclosures.all()],
            numbers=periods,
        )  # fmt: skip


# -- The wall and the screen ---------------------------------------------------------------------


@dataclass(frozen=True)
class Brick:
    """One gift as everybody may see it."""

    name: str
    amount: str
    message: str
    at: datetime


def wall(appeal: Appeal) -> QuerySet[Gift]:
    """Return the gifts of the wall, the newest first; draw them with `bricks`."""
    return _kept(Gift.objects.filter(appeal=appeal)).order_by("-given_at", "-pk")


def _kept(gifts: QuerySet[Gift]) -> QuerySet[Gift]:
    """Leave out what went back as a whole; what is only asked for has not gone."""
    asked = Refund.objects.filter(gift=OuterRef("pk"), state=RefundState.ASKED)
    some_stays = Q(refunded_fen__lt=F("amount_fen")) | Exists(asked)
    return gifts.filter(some_stays, state=GiftState.BOOKED)


def bricks(gifts: Collection[Gift]) -> list[Brick]:
    """Return gifts as everybody may see them: names in full only by the giver's own word."""
    some = [one.pk for one in gifts if one.refunded_fen]
    back = _gone_back("gift", gift__in=some) if some else {}
    return [
        Brick(
            rules.shown_name(one, _donor(one)), yuan_text(one.amount_fen - back.get(one.pk, 0)),
            one.message, one.given_at,
        )
        for one in gifts
    ]  # fmt: skip


def _donor(gift: Gift) -> str:
    if gift.is_anonymous:
        return ""
    return personal.unseal(gift.donor_cipher, bound_to=f"gift:{gift.key}")


@dataclass(frozen=True)
class Screen:
    """What the big screen of an event shows."""

    event: GivingEvent
    fen: int
    count: int
    waiting_fen: int
    waiting: int
    appeal: Progress
    bricks: list[Brick]

    @property
    def yuan(self) -> str:
        """Return the sum as a number with separators."""
        yuan, rest = divmod(self.fen, 100)
        return f"{yuan:,}.{rest:02d}" if rest else f"{yuan:,}"

    @property
    def is_long(self) -> bool:
        """Return whether the sum needs smaller digits to stand beside the wall."""
        return len(self.yuan) > _DIGITS_THAT_FIT

    @property
    def waiting_text(self) -> str:
        """Return what waits, in words."""
        return yuan_text(self.waiting_fen)


def event_screen(pk: int) -> Screen:
    """Return the screen of an event.

    :raises NotFound: when there is no such event of an appeal that is shown.
    """
    events = GivingEvent.objects.filter(appeal__state__in=SHOWN)
    event = events.select_related("appeal__fund").filter(pk=pk).first()
    if event is None:
        raise NotFound("没有找到这个现场。")
    booked, waits = Q(state=GiftState.BOOKED), Q(state=GiftState.RECORDED)
    sums = event.gifts.aggregate(
        fen=Sum("amount_fen", filter=booked, default=0),
        count=Count("pk", filter=booked),
        waiting_fen=Sum("amount_fen", filter=waits, default=0),
        waiting=Count("pk", filter=waits),
    )
    sums["fen"] -= _gone_back("gift__event", gift__event=event).get(event.pk, 0)
    newest = _kept(event.gifts.all()).order_by("-decided_at", "-pk")[:WALL_ON_SCREEN]
    return Screen(
        event=event, appeal=progress_of(event.appeal), bricks=bricks(list(newest)), **sums
    )


def gift_with_code(code: str) -> Gift | None:
    """Return the booked gift for which the code of a certificate was made."""
    found = rules.gift_of_code(code)
    if found is None:
        return None
    rows = Gift.objects.select_related("appeal__fund", "purpose")
    gift = rows.filter(pk=found[0], state=GiftState.BOOKED).first()
    key = settings.SECRET_KEY.encode()
    return gift if gift and rules.is_genuine(gift, found[1], key=key) else None
