"""What the desks see: merchants, what is to be reviewed, redemptions, sheets, figures."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from voluncity.city.access.permissions import Permission
from voluncity.city.access.queries import people_with, scope_of
from voluncity.city.access.scopes import Scope, ScopedQuerySet
from voluncity.city.orgs.models import Organization
from voluncity.city.orgs.rules import OpenWork
from voluncity.city.orgs.states import OrgState
from voluncity.city.people.models import User
from voluncity.city.regions.models import Region
from voluncity.honor.rewards.models import (
    Merchant,
    Offer,
    OfferKind,
    Redemption,
    Sheet,
    Shop,
    Version,
    Voucher,
)
from voluncity.honor.rewards.rules import KINDS_THAT_GIVE
from voluncity.honor.rewards.states import (
    COUNTING,
    MerchantState,
    SheetState,
    VersionState,
    VoucherState,
)
from voluncity.kernel.clock import day_bounds
from voluncity.kernel.text import clean

P = Permission
WORDS_MOST = 60
TASKS = (
    ("waiting", "等审核"),
    ("apply", "待审核商家"),
    ("offers", "待审核项目"),
    ("sheets", "待确认结算单"),
)


@dataclass(frozen=True)
class Filters:
    """What somebody looks for among the merchants."""

    words: str = ""
    kind: str = ""
    state: str = ""
    task: str = ""
    region: Region | None = None


def merchants(scope: Scope, filters: Filters) -> ScopedQuerySet:
    """Return the merchants within reach, the newest application first, with their figures."""
    found = Merchant.objects.in_scope(scope).select_related("organization__region", "kind")
    words = clean(filters.words)[:WORDS_MOST]
    if words:
        found = found.filter(organization__name__icontains=words)
    if filters.kind:
        found = found.filter(kind=filters.kind)
    if filters.state:
        found = found.filter(state=filters.state)
    if filters.region is not None:
        found = found.filter(organization__region__path__startswith=filters.region.path)
    task = _tasks().get(filters.task)
    if task is not None:
        found = found.filter(task)
    listed: ScopedQuerySet = found.order_by("-applied_at", "-pk")
    return listed


def _tasks() -> dict[str, Q]:
    waiting = Version.objects.filter(offer__merchant=OuterRef("pk"), state=VersionState.WAITING)
    confirmed = Sheet.objects.filter(merchant=OuterRef("pk"), state=SheetState.CONFIRMED)
    return {
        "waiting": Q(state=MerchantState.APPLIED) | Q(Exists(waiting)),
        "apply": Q(state=MerchantState.APPLIED),
        "offers": Q(Exists(waiting)),
        "sheets": Q(Exists(confirmed)),
    }


def task_counts(scope: Scope) -> list[tuple[str, str, int]]:
    """Return (task, label, number of merchants) of what waits for the office."""
    reach = Merchant.objects.in_scope(scope)
    tasks = _tasks()
    return [(key, label, reach.filter(tasks[key]).count()) for key, label in TASKS]


def to_review(scope: Scope) -> QuerySet[Merchant]:
    """Return the merchants who wait for the office, themselves or with an offer, since when."""
    offers = Version.objects.filter(offer__merchant=OuterRef("pk"), state=VersionState.WAITING)
    first = offers.order_by("submitted_at").values("submitted_at")[:1]
    found: QuerySet[Merchant] = Merchant.objects.in_scope(scope).filter(_tasks()["waiting"])
    return found.annotate(waits_since=Coalesce(Subquery(first), "applied_at"))


def detailed_merchants() -> ScopedQuerySet:
    """Return merchants with what their page at the desk says."""
    return Merchant.objects.select_related(
        "organization__region", "kind", "photo", "permit", "applied_by", "decided_by"
    )


def offers_of(merchant: Merchant) -> list[dict[str, Any]]:
    """Return the offers of a merchant with what holds and what is on its way, the newest first."""
    found = Offer.objects.filter(merchant=merchant).select_related("current__kind")
    pending = {
        one.offer_id: one
        for one in Version.objects.filter(
            offer__merchant=merchant,
            state__in=[VersionState.DRAFT, VersionState.WAITING, VersionState.SENT_BACK],
        ).select_related("kind")
    }
    return [
        {"offer": one, "shown": one.current or pending.get(one.pk), "pending": pending.get(one.pk)}
        for one in found.order_by("-pk")
    ]


def detailed_offers() -> ScopedQuerySet:
    """Return offers with what their page at the desk says."""
    return Offer.objects.select_related("merchant__organization__region", "current__kind")


def versions_of(offer: Offer) -> list[Version]:
    """Return all terms that an offer ever had, the newest first."""
    found = offer.versions.select_related(
        "kind", "photo", "submitted_by", "decided_by", "offer__merchant__organization"
    )
    return list(found.prefetch_related("shops"))


def joinable(user: User) -> QuerySet[Organization]:
    """Return the organizations of somebody that may join the program and have not asked yet."""
    reach = Organization.objects.in_scope(scope_of(user, P.OFFER_EDIT))
    found: QuerySet[Organization] = reach.filter(
        kind__in=KINDS_THAT_GIVE, state=OrgState.ACTIVE, merchant=None
    ).order_by("name", "pk")
    return found


def shops_to_serve(user: User) -> QuerySet[Shop]:
    """Return the open shops at which somebody takes vouchers."""
    reach = Shop.objects.in_scope(scope_of(user, P.REDEMPTION_TAKE))
    found: QuerySet[Shop] = reach.filter(
        closed_at=None, merchant__state=MerchantState.ACTIVE
    ).select_related("merchant__organization")
    return found.order_by("merchant", "pk")


# -- Redemptions ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Asked:
    """What somebody looks for among the vouchers and redemptions."""

    merchant_id: int | None = None
    offer_id: int | None = None
    kind: str = ""
    since: date | None = None
    until: date | None = None
    is_undone: bool = False
    region: Region | None = None


def redemptions(scope: Scope, asked: Asked) -> ScopedQuerySet:
    """Return what was handed over within reach, the newest first."""
    found = Redemption.objects.in_scope(scope).select_related(
        "voucher__version__kind",
        "voucher__volunteer",
        "merchant__organization__region",
        "shop",
        "by",
    )
    if asked.merchant_id is not None:
        found = found.filter(merchant=asked.merchant_id)
    if asked.kind:
        found = found.filter(voucher__version__kind=asked.kind)
    if asked.since is not None:
        found = found.filter(at__gte=day_bounds(asked.since)[0])
    if asked.until is not None:
        found = found.filter(at__lt=day_bounds(asked.until)[1])
    if asked.region is not None:
        found = found.filter(merchant__organization__region__path__startswith=asked.region.path)
    found = found.filter(undone_at__isnull=not asked.is_undone)
    return found.order_by("-at", "-pk")


def vouchers(scope: Scope, asked: Asked) -> ScopedQuerySet:
    """Return what was taken within reach, the newest first, whatever became of it.

    Of one offer those that take a piece of it, as the offer counts them.
    """
    found = Voucher.objects.in_scope(scope).select_related(
        "version__kind", "volunteer", "merchant__organization"
    )
    if asked.merchant_id is not None:
        found = found.filter(merchant=asked.merchant_id)
    if asked.offer_id is not None:
        found = found.filter(offer=asked.offer_id, state__in=COUNTING)
    if asked.kind:
        found = found.filter(version__kind=asked.kind)
    if asked.since is not None:
        found = found.filter(taken_at__gte=day_bounds(asked.since)[0])
    if asked.until is not None:
        found = found.filter(taken_at__lt=day_bounds(asked.until)[1])
    return found.order_by("-taken_at", "-pk")


def today_at(shop: Shop, *, today: date) -> QuerySet[Redemption]:
    """Return what a shop handed over today, the newest first."""
    start, end = day_bounds(today)
    found = shop.redemptions.filter(at__gte=start, at__lt=end)
    return found.select_related("voucher__version", "voucher__volunteer", "by").order_by("-pk")


# -- Sheets --------------------------------------------------------------------------------------


def sheets(scope: Scope, *, month: str = "", state: str = "") -> ScopedQuerySet:
    """Return the sheets within reach, the newest month first."""
    found = Sheet.objects.in_scope(scope).select_related("merchant__organization")
    if month:
        found = found.filter(month=month)
    if state:
        found = found.filter(state=state)
    return found.order_by("-month", "merchant")


def detailed_sheets() -> ScopedQuerySet:
    """Return sheets with what their page says."""
    return Sheet.objects.select_related(
        "merchant__organization__region", "merchant_by", "office_by"
    )


# -- Figures -------------------------------------------------------------------------------------


@dataclass
class Row:
    """What one kind or county gave in a time."""

    label: str
    query: str
    taken: int = 0
    given: int = 0
    points: int = 0
    fen: int = 0


@dataclass
class Figures:
    """The program in a time: by kind, by merchant, and as a whole."""

    total: Row
    kinds: list[Row] = field(default_factory=list)
    merchants: list[Row] = field(default_factory=list)


def figures(scope: Scope, *, since: date, until: date) -> Figures:
    """Return how many vouchers were taken and used from one day to another; undone ones never."""
    start, end = day_bounds(since)[0], day_bounds(until)[1]
    taken = Voucher.objects.in_scope(scope).filter(taken_at__gte=start, taken_at__lt=end)
    used = Redemption.objects.in_scope(scope).filter(
        at__gte=start, at__lt=end, undone_at=None
    )  # fmt: skip
    names = dict(OfferKind.objects.values_list("key", "name"))
    kinds = _rows(taken, used, "version__kind", "voucher__version__kind")
    given = _rows(taken, used, "merchant", "merchant")
    called = dict(Merchant.objects.filter(pk__in=given).values_list("pk", "organization__name"))
    total = Row("合计", "")
    for row in kinds.values():
        total.taken, total.given = total.taken + row.taken, total.given + row.given
        total.points, total.fen = total.points + row.points, total.fen + row.fen
    return Figures(
        total,
        [_named(row, names[key], f"kind={key}") for key, row in sorted(kinds.items())],
        [_named(row, called[pk], f"merchant={pk}") for pk, row in sorted(given.items())],
    )


def _rows(
    taken: QuerySet[Voucher], used: QuerySet[Redemption], of_voucher: str, of_redemption: str
) -> dict[Any, Row]:
    found: dict[Any, Row] = {}
    rows = taken.order_by().values_list(of_voucher).annotate(total=Count("pk"))
    for key, number in rows:
        found.setdefault(key, Row("", "")).taken = number
    sums = used.order_by().values_list(of_redemption)
    for key, number, points, fen in sums.annotate(
        number=Count("pk"), sum=Sum("voucher__points"), fens=Sum("fen")
    ):
        row = found.setdefault(key, Row("", ""))
        row.given, row.points, row.fen = number, points or 0, fen or 0
    return found


def _named(row: Row, label: str, query: str) -> Row:
    row.label, row.query = label, query
    return row


# -- Who is told, and what hinders ---------------------------------------------------------------


def staff_of(merchant: Merchant) -> set[int]:
    """Return the accounts that look after a merchant."""
    organization = merchant.organization
    grants = people_with(
        P.OFFER_EDIT, organization_path=organization.path, region_path=organization.region.path
    )
    return {*grants.values_list("user", flat=True), merchant.applied_by_id}


def offices_of(merchant: Merchant) -> set[int]:
    """Return the accounts of the offices that look after the place of a merchant."""
    organization = merchant.organization
    grants = people_with(
        P.MERCHANT_REVIEW, organization_path="", region_path=organization.region.path
    )
    return set(grants.values_list("user", flat=True))


def open_work(*, organization_id: int, at: datetime) -> list[OpenWork]:
    """Return what a merchant must settle before its organization ends."""
    del at
    live = Voucher.objects.filter(
        merchant__organization=organization_id, state=VoucherState.TAKEN
    ).count()
    found = []
    if live:
        found.append(OpenWork(f"{live} 张兑换券还没有使用，请先退出回馈激励，等券收回"))
    sheets_left = Sheet.objects.filter(merchant__organization=organization_id).exclude(
        state=SheetState.CLOSED
    )
    if sheets_left.exists():
        found.append(OpenWork(f"{sheets_left.count()} 张结算单没有结清"))
    return found
