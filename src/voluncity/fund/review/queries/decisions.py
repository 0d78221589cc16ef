"""Read decisions: what binds them, what the office, the organization and everybody may see."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from django.db.models import F, Prefetch, Q, QuerySet, Sum

from voluncity.city.access.scopes import Scope
from voluncity.city.publicity.models import Notice
from voluncity.city.publicity.states import NoticeKind
from voluncity.city.regions.models import Region
from voluncity.fund.books import queries as books
from voluncity.fund.calls.models import Application, LineKind
from voluncity.fund.calls.states import AppState
from voluncity.fund.governance.models import Fund
from voluncity.fund.review.models import (
    Decision,
    DecisionSource,
    Opinion,
    Place,
)
from voluncity.fund.review.rules.deciding import Bounds
from voluncity.fund.review.states import DecisionState, Outcome
from voluncity.kernel.clock import CITY_TZ
from voluncity.kernel.refusals import NotFound
from voluncity.kernel.text import clean

D = DecisionState
# Money that is promised but does not lie apart yet.
PROMISED = (D.ENTERED, D.SHOWN)


@dataclass(frozen=True)
class Filters:
    """What an office asks among the decisions."""

    words: str = ""
    state: str = ""
    outcome: str = ""
    call_id: int | None = None
    region: Region | None = None


def detailed() -> Any:
    """Return decisions with what their pages show."""
    return Decision.objects.select_related(
        "application__call__fund__region", "application__organization__region",
        "application__current", "application__form", "submission", "resolution", "serves",
        "entered_by",
    ).prefetch_related(
        Prefetch("sources", queryset=DecisionSource.objects.select_related("purpose")), "lines"
    )  # fmt: skip


def decisions(scope: Scope, filters: Filters) -> Any:
    """Return the decisions within reach, the newest first."""
    found = detailed().in_scope(scope)
    for word in clean(filters.words)[:60].split():
        found = found.filter(
            Q(application__title__icontains=word)
            | Q(application__number__icontains=word)
            | Q(application__organization__name__icontains=word)
        )
    if filters.state in D.values:
        found = found.filter(state=filters.state)
    if filters.outcome in Outcome.values:
        found = found.filter(outcome=filters.outcome)
    if filters.call_id is not None:
        found = found.filter(application__call=filters.call_id)
    if filters.region is not None:
        found = found.filter(
            application__organization__region__path__startswith=filters.region.path
        )
    return found.order_by("-entered_at", "-pk")


def standing_of(application: Application) -> Decision | None:
    """Return the decision that stands, if there is one."""
    found: Decision | None = (
        detailed().filter(application=application).exclude(state=D.OVERTURNED).first()
    )
    return found


def decision_for(application: Application) -> Decision | None:
    """Return what an applicant may read of its decision: shown to everybody, or in force."""
    found: Decision | None = (
        detailed().filter(application=application, state__in=(D.SHOWN, D.IN_FORCE)).first()
    )
    return found


def notice_of(decision: Decision) -> Notice | None:
    """Return the newest publicity of a decision."""
    found: Notice | None = (
        Notice.objects.filter(kind=NoticeKind.FUND, subject_type="decision", subject_id=decision.pk)
        .order_by("-pk")
        .first()
    )
    return found


def public_decisions(
    *, fund_id: int | None = None, year: int | None = None, outcome: str = ""
) -> QuerySet[Decision]:
    """Return what everybody may read: decisions that are shown or in force, the newest first."""
    found: QuerySet[Decision] = detailed().filter(state__in=(D.SHOWN, D.IN_FORCE))
    if fund_id is not None:
        found = found.filter(application__call__fund=fund_id)
    if year is not None:
        start = datetime(year, 1, 1, tzinfo=CITY_TZ)
        found = found.filter(shown_at__gte=start, shown_at__lt=start.replace(year=year + 1))
    if outcome in Outcome.values:
        found = found.filter(outcome=outcome)
    return found.order_by("-shown_at", "-pk")


def public_decision(pk: int) -> Decision:
    """Return one decision that everybody may read.

    :raises NotFound: when it is not shown, or fell.
    """
    found: Decision | None = public_decisions().filter(pk=pk).first()
    if found is None:
        raise NotFound("没有找到这项资助决定，请从资助公示列表重新查找。")
    return found


def bounds(application: Application) -> Bounds:
    """Return what a decision about an application must keep to, as of now."""
    call = application.call
    kinds = list(LineKind.objects.filter(call=call))
    promised = _promised(call.fund, application)
    purses = {
        one.purpose_id: (one.label, one.available - promised.get(one.purpose_id, 0))
        for one in books.purses(call.fund)
    }
    return Bounds(
        asked_fen=application.current.asked_fen if application.current else 0,
        most_fen=call.most_fen,
        kinds=tuple(one.name for one in kinds),
        shares={one.name: one.most_percent for one in kinds if one.most_percent},
        purpose_id=call.purpose_id,
        purses=purses,
    )


def _promised(fund: Fund, but: Application) -> dict[int | None, int]:
    """Return how much other decisions promise out of each purse before they have their effect."""
    rows = DecisionSource.objects.filter(
        decision__application__call__fund=fund, decision__state__in=PROMISED
    ).exclude(decision__application=but)
    return dict(rows.values_list("purpose_id").annotate(fen=Sum("fen")).order_by())


def waiting_for_effect() -> QuerySet[Decision]:
    """Return the decisions whose publicity went well and that something still holds up."""
    found: QuerySet[Decision] = detailed().filter(state=D.SHOWN, passed_at__isnull=False)
    return found.order_by("pk")


# -- Piles of the desk -----------------------------------------------------------------------------


def to_review(scope: Scope) -> QuerySet[Application]:
    """Return accepted applications of calls within reach about which nobody has decided."""
    found: QuerySet[Application] = Application.objects.in_scope(scope).filter(
        state=AppState.ACCEPTED
    )
    standing = Decision.objects.exclude(state=D.OVERTURNED).values("application_id")
    return found.exclude(pk__in=standing)


def to_show(scope: Scope) -> QuerySet[Decision]:
    """Return decisions that are entered and not shown yet."""
    found: QuerySet[Decision] = Decision.objects.in_scope(scope).filter(state=D.ENTERED)
    return found


def held_up(scope: Scope) -> QuerySet[Decision]:
    """Return decisions whose publicity is over and that cannot take effect."""
    found: QuerySet[Decision] = Decision.objects.in_scope(scope).filter(
        state=D.SHOWN, passed_at__isnull=False
    )
    return found


# -- What must be true -----------------------------------------------------------------------------


def faults(*, limit: int = 20) -> list[str]:
    """Name what is wrong with decisions and scores: `check-books` asks."""
    return list(islice(_faults(), limit))


def _faults() -> Iterator[str]:
    yield from _decision_faults()
    yield from _score_faults()


def _decision_faults() -> Iterator[str]:
    reached = {Outcome.AWARDED: AppState.AWARDED, Outcome.REFUSED: AppState.REFUSED}
    for one in detailed().exclude(state=D.OVERTURNED).order_by("pk"):
        sources = sum(source.fen for source in one.sources.all())
        lines = sum(line.fen for line in one.lines.all())
        if sources != one.awarded_fen or lines != one.awarded_fen:
            yield f"资助决定 {one.pk} 的来源或预算与批准金额不符"
        if one.submission.application_id != one.application_id:
            yield f"资助决定 {one.pk} 依据的是另一份申报"
        if one.resolution.fund_id != one.application.call.fund_id:
            yield f"资助决定 {one.pk} 依据的是另一个基金的决议"
        if one.state == D.IN_FORCE and one.application.state != reached[Outcome(one.outcome)]:
            yield f"资助决定 {one.pk} 已生效，申报状态不符"


def _score_faults() -> Iterator[str]:
    for place in Place.objects.exclude(application__call=F("review__call")).order_by("pk"):
        yield f"评审任务 {place.pk} 的申报不属于这次评审"
    done = Opinion.objects.filter(submitted_at__isnull=False)
    for opinion in done.select_related("criteria").prefetch_related("marks").order_by("pk"):
        weights = {one["key"]: one["weight"] for one in opinion.criteria.content}
        marks = {one.key: one.points or 0 for one in opinion.marks.all()}
        if opinion.total != sum(weights[key] * marks.get(key, 0) for key in weights):
            yield f"专家评分 {opinion.pk} 的总分与各项不符"
