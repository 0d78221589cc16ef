"""What the desk sees: wishes within reach, what waits, and figures that open records."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from voluncity.care.wishes.models import Claim, Complaint, Reversal, Wish
from voluncity.care.wishes.states import LIVE, ClaimState, WishState
from voluncity.city.access.scopes import Scope
from voluncity.city.orgs.rules import OpenWork
from voluncity.city.regions import queries as regions
from voluncity.city.regions.models import Region
from voluncity.kernel.text import clean, number_in

S = WishState
WORDS_MOST = 60
TASKS = (
    ("review", "待审核"),
    ("confirm", "待代为确认"),
    ("complaint", "有举报"),
    ("reversal", "待决定撤销"),
    ("overdue", "认领超期"),
)


@dataclass(frozen=True)
class Filters:
    """What a list is narrowed to; empty means everything."""

    words: str = ""
    kind: str = ""
    state: str = ""
    task: str = ""
    region: Region | None = None
    since: date | None = None


def desk_wishes(scope: Scope, filters: Filters, *, today: date) -> Any:
    """Return the wishes within reach: what lives first, by the day until which it is wanted."""
    found = Wish.objects.in_scope(scope).select_related("kind", "region", "theme")
    if filters.kind:
        found = found.filter(kind=filters.kind)
    if filters.state in WishState.values:
        found = found.filter(state=filters.state)
    if filters.region is not None:
        found = found.filter(region__path__startswith=filters.region.path)
    if filters.since is not None:
        found = found.filter(posted_at__date__gte=filters.since)
    for word in clean(filters.words)[:WORDS_MOST].split():
        found = found.filter(_named(word))
    if filters.task in dict(TASKS):
        found = found.filter(_task(filters.task, today))
    has_ended = Exists(Wish.objects.filter(pk=OuterRef("pk")).exclude(state__in=LIVE))
    return found.annotate(has_ended=has_ended).order_by("has_ended", "wanted_on", "-pk")


def _named(word: str) -> Q:
    number = number_in(word.upper().removeprefix("XY"))
    said = Q(title__icontains=word) | Q(text__icontains=word)
    return said if number is None else said | Q(pk=number)


_OPEN_COMPLAINTS = Complaint.objects.filter(wish=OuterRef("pk"), settled_at=None)
_ASKED_BACK = Reversal.objects.filter(wish=OuterRef("pk"), is_granted=None)
_LIVE_CLAIM = Claim.objects.filter(wish=OuterRef("pk"), state=ClaimState.LIVE)
# Since when a pile waits: since what happened, not since the wish was posted.
_SINCE: dict[str, Any] = {
    "review": F("posted_at"),
    "confirm": Coalesce("asked_office_at", Subquery(_LIVE_CLAIM.values("done_at"))),
    "complaint": Subquery(_OPEN_COMPLAINTS.order_by("made_at").values("made_at")[:1]),
    "reversal": Subquery(_ASKED_BACK.values("asked_at")),
}


def _task(task: str, today: date) -> Q:
    # A claim that was denied counts again: the wish is no longer done.
    late = _LIVE_CLAIM.filter(promised_on__lt=today)
    return {
        "review": Q(state=S.POSTED),
        "confirm": Q(state=S.DONE) & (Q(user=None) | Q(asked_office_at__isnull=False)),
        "complaint": Q(Exists(_OPEN_COMPLAINTS)),
        "reversal": Q(Exists(_ASKED_BACK)),
        "overdue": Q(state=S.CLAIMED) & Q(Exists(late)),
    }[task]


def waiting(scope: Scope, task: str) -> QuerySet[Any]:
    """Return what waits for the desk in one of its piles, and since when (`waits_since`)."""
    found = Wish.objects.in_scope(scope).filter(_task(task, date.min))
    waits: QuerySet[Any] = found.annotate(waits_since=_SINCE[task])
    return waits


def task_counts(scope: Scope, *, today: date) -> list[tuple[str, str, int]]:
    """Return for each thing to do how many wishes within reach wait for it."""
    found = Wish.objects.in_scope(scope)
    return [(key, label, found.filter(_task(key, today)).count()) for key, label in TASKS]


def detailed() -> Any:
    """Return wishes with everything that a page about one shows."""
    return Wish.objects.select_related(
        "kind", "region", "theme", "photo", "user", "posted_by", "reviewed_by", "confirmed_by",
        "transfer",
    )  # fmt: skip


def open_work(*, organization_id: int, at: datetime) -> list[OpenWork]:
    """Return what an organization has claimed and must finish or give back before it ends."""
    del at
    number = Claim.objects.filter(organization=organization_id, state=ClaimState.LIVE).count()
    if not number:
        return []
    return [OpenWork(f"以组织名义认领的 {number} 个微心愿没有完成或放回")]


@dataclass
class Figures:
    """How many wishes of one kind or county, and how long it took until they came true."""

    label: str
    query: str = ""
    posted: int = 0
    open: int = 0
    claimed: int = 0
    done: int = 0
    completed: int = 0
    minutes: int = 0
    spans: list[timedelta] = field(default_factory=list)

    @property
    def days(self) -> str:
        """Return the average of the days from posting to confirmation, in words."""
        if not self.spans:
            return "—"
        tenths = round(sum(self.spans, timedelta()) * 10 / len(self.spans) / timedelta(days=1))
        return f"{tenths // 10}.{tenths % 10}"


def statistics(
    scope: Scope, *, since: date, today: date
) -> tuple[Figures, dict[str, list[Figures]]]:
    """Return the figures of everything posted since a day, and by kind and county.

    Each row says by which filters of the list its records are found.
    """
    rows = Wish.objects.in_scope(scope).filter(posted_at__date__gte=since)
    counties = list(regions.counties(on=today))
    total = Figures("合计")
    tables: dict[str, dict[str, Figures]] = {"kind": {}, "county": {}}
    for row in rows.select_related("kind", "region").order_by().iterator(chunk_size=2000):
        county = next((c for c in counties if row.region.path.startswith(c.path)), None)
        kind = tables["kind"].setdefault(row.kind_id, Figures(row.kind.name, f"kind={row.kind_id}"))
        name = county.name if county else "全市"
        near = tables["county"].setdefault(
            name, Figures(name, f"region={county.pk}" if county else "")
        )
        for figures in (total, kind, near):
            _count(figures, row)
    return total, {
        name: sorted(found.values(), key=lambda one: (-one.posted, one.label))
        for name, found in tables.items()
    }


def _count(figures: Figures, row: Wish) -> None:
    figures.posted += 1
    figures.open += row.state == S.OPEN
    figures.claimed += row.state == S.CLAIMED
    figures.done += row.state == S.DONE
    if row.state == S.COMPLETED and row.confirmed_at is not None:
        figures.completed += 1
        figures.minutes += row.worth_minutes or 0
        figures.spans.append(row.confirmed_at - row.posted_at)
