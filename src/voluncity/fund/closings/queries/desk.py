"""Closings at the desk: lists, piles, what is late."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from voluncity.city.access.scopes import Scope
from voluncity.city.policy import queries as policy
from voluncity.city.publicity import queries as publicity
from voluncity.city.regions.models import Region
from voluncity.fund.closings.models import (
    Addendum,
    Archive,
    Closing,
    Objection,
    Return,
    Scorer,
    Settlement,
    Standard,
    StandardItem,
    Submission,
    Visit,
)
from voluncity.fund.closings.rules.report import ACCOUNTS, FILES
from voluncity.fund.closings.rules.scoring import Ladder
from voluncity.fund.closings.rules.standards import FIRST, Item
from voluncity.fund.closings.states import (
    ArchiveState,
    ClosingState,
    Level,
    ScorerState,
    Side,
    StandardKind,
    VisitState,
)
from voluncity.fund.governance.models import Fund
from voluncity.fund.grants.models import Funding
from voluncity.fund.grants.states import FundingState
from voluncity.kernel.clock import local_date
from voluncity.kernel.text import clean

C = ClosingState
LATE, UNSETTLED = "late", "unsettled"


@dataclass(frozen=True)
class Filters:
    """What somebody asks among the closings."""

    words: str = ""
    state: str = ""
    level: str = ""
    region: Region | None = None


def detailed() -> Any:
    """Return closings with what their pages show."""
    return Closing.objects.select_related(
        "funding__fund__region", "funding__organization__region", "funding__region",
        "funding__serves", "funding__resolution", "current__made_by", "result__made_by",
        "changed_by", "accepted_by", "closed_by",
    )  # fmt: skip


def closings(scope: Scope, filters: Filters, *, at: datetime) -> Any:
    """Return the closings of an office: open ones first by their day, then what is closed."""
    found = detailed().in_scope(scope)
    for word in clean(filters.words)[:60].split():
        found = found.filter(
            Q(funding__title__icontains=word)
            | Q(funding__number__icontains=word)
            | Q(funding__recipient__icontains=word)
        )
    if filters.state == LATE:
        found = found.filter(_late(local_date(at)))
    elif filters.state in C.values:
        found = found.filter(state=filters.state)
    if filters.level in Level.values:
        found = found.filter(result__level=filters.level)
    if filters.region is not None:
        found = found.filter(funding__region__path__startswith=filters.region.path)
    return found.order_by(F("closed_at").desc(nulls_first=True), "due_on", "pk")


def _late(today: date) -> Q:
    """What was sent back was handed in: its own day is over, and that was said then."""
    return Q(state=C.DRAFT, due_on__lt=today)


def own(scope: Scope) -> QuerySet[Closing]:
    """Return an organization's closings, open ones first."""
    found: QuerySet[Closing] = detailed().in_scope(scope)
    return found.order_by(F("closed_at").desc(nulls_first=True), "due_on", "pk")


def counts(scope: Scope, *, at: datetime) -> dict[str, int]:
    """Return how many closings stand in each state, and how many are late."""
    known = Closing.objects.in_scope(scope).order_by()
    numbers = {row["state"]: row["n"] for row in known.values("state").annotate(n=Count("pk"))}
    return numbers | {LATE: known.filter(_late(local_date(at))).count()}


# -- Piles -----------------------------------------------------------------------------------------


def to_check(scope: Scope) -> QuerySet[Closing]:
    """Return the reports that wait for the office."""
    return _in(scope, C.SUBMITTED)


def to_evaluate(scope: Scope) -> QuerySet[Closing]:
    """Return what waits to be visited and evaluated."""
    return _in(scope, C.ACCEPTED)


def to_close(scope: Scope) -> QuerySet[Closing]:
    """Return what is evaluated and waits to be settled and closed."""
    return _in(scope, C.EVALUATED)


def _in(scope: Scope, state: str) -> QuerySet[Closing]:
    found: QuerySet[Closing] = Closing.objects.in_scope(scope)
    return found.filter(state=state)


def late(scope: Scope, *, at: datetime) -> QuerySet[Closing]:
    """Return the closings whose report should have been handed in."""
    found: QuerySet[Closing] = Closing.objects.in_scope(scope)
    return found.filter(_late(local_date(at)))


def unsettled(scope: Scope) -> QuerySet[Funding]:
    """Return what was terminated and whose money nobody has settled yet."""
    settled = Settlement.objects.filter(funding=OuterRef("pk"))
    found: QuerySet[Funding] = Funding.objects.in_scope(scope)
    return found.filter(~Exists(settled), state=FundingState.TERMINATED)


def to_score(user_id: int) -> QuerySet[Scorer]:
    """Return the closings that one person was asked to evaluate and has not yet."""
    found: QuerySet[Scorer] = Scorer.objects.filter(user=user_id, state=ScorerState.ASKED)
    open_ones = found.filter(closing__state=C.ACCEPTED)
    return open_ones.select_related("closing__funding").order_by("asked_at", "pk")


def scored_by(user_id: int) -> QuerySet[Scorer]:
    """Return what one person was asked to evaluate, open ones first."""
    found: QuerySet[Scorer] = Scorer.objects.filter(user=user_id)
    open_first = F("answered_at").asc(nulls_first=True)  # databases differ about where none is
    return found.select_related("closing__funding").order_by(open_first, "pk")


def objections(scope: Scope) -> QuerySet[Objection]:
    """Return the objections that wait for an answer."""
    found: QuerySet[Objection] = Objection.objects.in_scope(scope)
    return found.filter(answered_at=None)


# -- One closing -----------------------------------------------------------------------------------


def visits(closing: Closing) -> QuerySet[Visit]:
    """Return the visits with who went, what was found and the pictures."""
    found: QuerySet[Visit] = Visit.objects.filter(closing=closing)
    return found.select_related("standard", "planned_by", "recorded_by").prefetch_related(
        "visitors__user", "answers__item", "photos__file"
    )


@dataclass(frozen=True)
class HandedIn:
    """One time that a report was handed in, and what the office wanted mended then."""

    submission: Submission
    returned: Return | None
    remarks: Sequence[tuple[str, str]]


def handed_in(closing: Closing) -> list[HandedIn]:
    """Return every time that a report was handed in, the newest first."""
    rows = Submission.objects.filter(closing=closing).select_related("made_by", "returned__made_by")
    found = []
    for one in rows.order_by("-number"):
        returned: Return | None = getattr(one, "returned", None)
        labels = {answer["key"]: answer["label"] for answer in one.content["answers"]}
        labels |= {ACCOUNTS: "决算", FILES: "附件"}
        remarks = returned.remarks.items() if returned else ()
        found.append(
            HandedIn(one, returned, [(labels.get(key, key), words) for key, words in remarks])
        )
    return found


def scorers(closing: Closing) -> QuerySet[Scorer]:
    """Return who was asked to evaluate, with their points."""
    found: QuerySet[Scorer] = Scorer.objects.filter(closing=closing)
    return found.select_related("user", "standard", "asked_by").prefetch_related("marks__item")


def settlement_of(funding: Funding) -> Settlement | None:
    """Return how the money of a project was settled."""
    found: Settlement | None = (
        Settlement.objects.filter(funding=funding).select_related("resolution", "made_by").first()
    )
    return found


def addenda(closing: Closing) -> QuerySet[Addendum]:
    """Return what was noted after the closing."""
    found: QuerySet[Addendum] = Addendum.objects.filter(closing=closing)
    return found.select_related("made_by")


def archive_of(closing: Closing, side: str) -> Archive | None:
    """Return the newest archive for a side that is ready, or else the newest."""
    found = list(
        Archive.objects.filter(closing=closing, side=side)
        .select_related("pdf", "file", "closing__funding")
        .order_by("-number")
    )
    ready = [one for one in found if one.state == ArchiveState.READY]
    newest: Archive | None = next(iter(ready or found), None)
    return newest


def newest_archive(closing: Closing, side: str = Side.OFFICE) -> Archive | None:
    """Return the newest archive for a side, whatever became of it."""
    found: Archive | None = (
        Archive.objects.filter(closing=closing, side=side).order_by("-number").first()
    )
    return found


# -- Numbers of the city ---------------------------------------------------------------------------


def due_on(funding: Funding, *, at: datetime) -> date:
    """Return the last day to hand in: so many days after the end of the project."""
    return due_after(funding.ends_on, at=at)


def due_after(end: date, *, at: datetime) -> date:
    """Return the last day to hand in when the work ends on a day."""
    return end + timedelta(days=policy.number("closings.due_days", on=local_date(at)))


def ladder(on: date) -> Ladder:
    """Return from how many points on each level is reached on a day."""
    keys = ("closings.excellent_score", "closings.good_score", "closings.pass_score")
    numbers = policy.numbers(keys, on=on)
    return Ladder(*(numbers[key] for key in keys))


def object_until(on: date) -> date:
    """Return the last day on which an organization may object to a result of a day."""
    return publicity.due_on(on, policy.number("closings.objection_workdays", on=on))


def answer_until(visit: Visit) -> date | None:
    """Return the last day on which the organization answers to the record of a visit."""
    if visit.recorded_at is None:
        return None
    on = local_date(visit.recorded_at)
    return publicity.due_on(on, policy.number("closings.answer_workdays", on=on))


def needs_visit(funding: Funding, *, at: datetime) -> bool:
    """Return whether a project of this size is visited before it is evaluated."""
    least = policy.number("closings.visit_from_yuan", on=local_date(at))
    return funding.awarded_fen >= least * 100


def scorers_wanted(*, at: datetime) -> int:
    """Return how many people evaluate at least."""
    return policy.number("closings.scorers", on=local_date(at))


def was_visited(closing: Closing) -> bool:
    """Return whether a visit was recorded."""
    done = (VisitState.RECORDED, VisitState.AGREED, VisitState.OBJECTED)
    return Visit.objects.filter(closing=closing, state__in=done).exists()


# -- Standards -------------------------------------------------------------------------------------


def standards(fund: Fund, kind: str) -> QuerySet[Standard]:
    """Return the versions of a list, the newest first."""
    found: QuerySet[Standard] = Standard.objects.filter(fund=fund, kind=kind)
    return found.select_related("made_by").prefetch_related("items").order_by("-number")


def standard_on(fund: Fund, kind: str, day: date) -> Standard | None:
    """Return the version that holds on a day; none: the city's own first one."""
    found: Standard | None = (
        Standard.objects.filter(fund=fund, kind=kind, valid_from__lte=day)
        .order_by("-valid_from")
        .first()
    )
    return found


def items_on(fund: Fund, kind: StandardKind, day: date) -> tuple[Item, ...]:
    """Return what is looked at on a day."""
    standard = standard_on(fund, kind, day)
    if standard is None:
        return FIRST[kind]
    items = StandardItem.objects.filter(standard=standard)
    return tuple(Item(one.text, one.hint, one.weight) for one in items)
