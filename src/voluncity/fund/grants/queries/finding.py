"""Funded projects at the desk: an organization's own, those of an office, with filters."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, F, Q, QuerySet

from voluncity.city.access.permissions import Permission
from voluncity.city.access.queries import people_with
from voluncity.city.access.scopes import Scope
from voluncity.city.orgs.models import Organization
from voluncity.city.orgs.rules import OpenWork
from voluncity.city.regions.models import Region
from voluncity.fund.books import queries as books
from voluncity.fund.calls.models import LineKind
from voluncity.fund.governance import queries as governance
from voluncity.fund.governance.models import Fund
from voluncity.fund.grants.models import Agreement, Change, Funding, Scan, Template
from voluncity.fund.grants.rules import stages
from voluncity.fund.grants.rules.agreement import STANDARD
from voluncity.fund.grants.rules.changes import Version, version
from voluncity.fund.grants.rules.plans import SUPPORT_KINDS
from voluncity.fund.grants.rules.stages import Stage
from voluncity.fund.grants.states import (
    LIVE,
    AgreementState,
    ChangeState,
    FundingKind,
    FundingState,
    MilestoneState,
    ScanState,
    Waits,
)
from voluncity.kernel.text import clean

S, P = FundingState, Permission


@dataclass(frozen=True)
class Filters:
    """What somebody asks among the funded projects."""

    words: str = ""
    state: str = ""
    kind: str = ""
    waits: str = ""
    fund_id: int | None = None
    region: Region | None = None


def detailed() -> Any:
    """Return funded projects with what their pages show."""
    return Funding.objects.select_related(
        "fund__region", "organization__region", "region", "station", "serves", "resolution",
        "decision__application__call", "end_resolution",
    )  # fmt: skip


def own(scope: Scope) -> QuerySet[Funding]:
    """Return an organization's funded projects: those that go on first, the newest first."""
    found: QuerySet[Funding] = detailed().in_scope(scope)
    return found.order_by(F("ended_at").asc(nulls_first=True), "-opened_at", "-pk")


def fundings(scope: Scope, filters: Filters, *, at: datetime | None = None) -> Any:
    """Return what an office looks after: those that wait longest first, then what is over."""
    del at
    found = detailed().in_scope(scope)
    for word in clean(filters.words)[:60].split():
        found = found.filter(
            Q(title__icontains=word) | Q(number__icontains=word) | Q(recipient__icontains=word)
        )
    if filters.state in S.values:
        found = found.filter(state=filters.state)
    if filters.kind in FundingKind.values:
        found = found.filter(kind=filters.kind)
    if filters.waits in Waits.values:
        found = found.filter(waits_for=filters.waits)
    if filters.fund_id is not None:
        found = found.filter(fund=filters.fund_id)
    if filters.region is not None:
        found = found.filter(region__path__startswith=filters.region.path)
    return found.order_by(F("ended_at").desc(nulls_first=True), "stage_since", "pk")


def counts(scope: Scope) -> dict[str, int]:
    """Return how many funded projects stand in each state."""
    rows = Funding.objects.in_scope(scope).order_by().values("state").annotate(number=Count("pk"))
    return {row["state"]: row["number"] for row in rows}


def waiting(scope: Scope) -> QuerySet[Funding]:
    """Return what waits for the office: plans to agree on, papers to check, pauses, closings."""
    found: QuerySet[Funding] = Funding.objects.in_scope(scope)
    # Of a project that runs, the work itself is in a pile of its own.
    steps = (S.AGREEING, S.SUSPENDED, S.CLOSING)
    return found.filter(state__in=steps, waits_for=Waits.OFFICE)


def changes_waiting(scope: Scope) -> QuerySet[Change]:
    """Return the change requests that wait for the office, the oldest first."""
    return changes(scope, ChangeState.ASKED)


def changes(scope: Scope, state: str) -> QuerySet[Change]:
    """Return the change requests in a state: what waits longest first, of others the newest."""
    found: QuerySet[Change] = Change.objects.in_scope(scope).filter(state=state)
    order = ("asked_at", "pk") if state == ChangeState.ASKED else ("-decided_at", "-pk")
    return found.select_related("funding").order_by(*order)


def change_counts(scope: Scope) -> dict[str, int]:
    """Return how many change requests stand in each state."""
    rows = Change.objects.in_scope(scope).order_by().values("state").annotate(number=Count("pk"))
    return {row["state"]: row["number"] for row in rows}


def to_sign(scope: Scope) -> QuerySet[Funding]:
    """Return what waits for the organization before the signing: milestones, the signed paper."""
    found: QuerySet[Funding] = Funding.objects.in_scope(scope)
    return found.filter(state=S.AGREEING, waits_for=Waits.ORGANIZATION)


def stage(funding: Funding, at: datetime) -> Stage:
    """Return the stage in words, who has to act, and for how many days it has stood there."""
    return stages.stage(funding, at)


@dataclass(frozen=True)
class Money:
    """What was awarded, what lies ready in the books, what was paid out and not returned; fen."""

    awarded: int
    reserved: int
    paid: int


def money_of(funding: Funding) -> Money:
    """Return where the money of a project lies, as the books say."""
    sources = list(funding.sources.select_related("purpose"))
    fund, award = funding.fund, funding.award
    return Money(
        funding.awarded_fen,
        sum(books.reserved(fund, award, one.purpose) for one in sources),
        sum(books.paid(fund, award, one.purpose) for one in sources),
    )


# -- People ----------------------------------------------------------------------------------------


def staff_of(funding: Funding) -> list[int]:
    """Return the accounts that act for whoever is funded; nobody where that is no organization."""
    if funding.organization is None:
        return []
    return _holders(P.GRANT_APPLY, organization=funding.organization)


def offices_of(funding: Funding) -> list[int]:
    """Return the accounts that look after a funded project."""
    return _holders(P.FUNDING_EDIT, fund=funding.fund)


def leaders_of(funding: Funding, *, on: date) -> list[int]:
    """Return the accounts of who leads or supervises the fund on a day.

    Those of the seats, and those who read the fund but do not work in it.
    """
    at_work: set[int] = set()
    for permission in (P.FUNDING_EDIT, P.PAYOUT_MAKE, P.GIFT_CHECK):
        at_work |= set(_holders(permission, fund=funding.fund))
    seated = {seat.user_id for seat in governance.seats_on(funding.fund, on) if seat.user_id}
    return sorted((set(_holders(P.FUND_SEE, fund=funding.fund)) - at_work) | seated)


def _holders(
    permission: Permission, *, organization: Organization | None = None, fund: Fund | None = None
) -> list[int]:
    holders = people_with(
        permission,
        organization_path=organization.path if organization else "",
        region_path=fund.region.path if fund else "",
    )
    return sorted({grant.user_id for grant in holders})


def open_work(*, organization_id: int, at: datetime) -> list[OpenWork]:
    """Return what an organization must bring to its end before it ends itself."""
    del at
    live = Funding.objects.filter(organization=organization_id, state__in=LIVE).count()
    return [OpenWork(f"{live} 个资助项目没有结项，请先办完或请基金办公室终止")] if live else []


# -- Agreement -------------------------------------------------------------------------------------


def template_on(fund: Fund, day: date) -> Template | None:
    """Return the template that holds on a day; none: the city's standard text."""
    found: Template | None = (
        Template.objects.filter(fund=fund, valid_from__lte=day).order_by("-valid_from").first()
    )
    return found


def standard_text() -> str:
    """Return the text of agreements where a fund has none of its own."""
    return STANDARD


def agreement_of(funding: Funding) -> Agreement | None:
    """Return the agreement that stands, signed or to be signed."""
    found: Agreement | None = (
        Agreement.objects.filter(funding=funding).exclude(state=AgreementState.VOID).first()
    )
    return found


def waiting_scan(funding: Funding) -> Scan | None:
    """Return the signed paper that waits to be checked."""
    found: Scan | None = (
        Scan.objects.filter(agreement__funding=funding, state=ScanState.SENT)
        .select_related("file", "sent_by", "agreement")
        .first()
    )
    return found


def handed_in_by(funding: Funding) -> int | None:
    """Return whose account handed the milestones in last."""
    handed = funding.moves.filter(verb="hand_in_plan").order_by("-pk")
    found: int | None = handed.values_list("by", flat=True).first()
    return found


def scans_of(funding: Funding) -> QuerySet[Scan]:
    """Return every signed paper of a project, the newest first."""
    found: QuerySet[Scan] = Scan.objects.filter(agreement__funding=funding)
    return found.select_related("agreement", "file", "sent_by", "checked_by").order_by("-pk")


# -- Changes ---------------------------------------------------------------------------------------


def asked_change(funding: Funding) -> Change | None:
    """Return the change request that waits for its answer."""
    found: Change | None = (
        Change.objects.filter(funding=funding, state=ChangeState.ASKED)
        .select_related("asked_by")
        .first()
    )
    return found


def version_of(funding: Funding) -> Version:
    """Return what a change may touch, as it stands now."""
    lines = list(funding.lines.all())
    planned = [one for one in funding.milestones.all() if one.state == MilestoneState.PLANNED]
    return version(funding, lines, planned)


def kinds_of(funding: Funding) -> list[str]:
    """Return the kinds of budget lines that a project may use."""
    used = list(dict.fromkeys(funding.lines.values_list("kind", flat=True)))
    more = [kind.name for kind in _line_kinds(funding)] if funding.decision else [*SUPPORT_KINDS]
    return list(dict.fromkeys([*used, *more]))


def share_limits(funding: Funding) -> dict[str, int]:
    """Return the kinds of which the call allows so many percent at most."""
    if funding.decision is None:
        return {}
    return {
        kind.name: kind.most_percent
        for kind in _line_kinds(funding)
        if kind.most_percent is not None
    }


def _line_kinds(funding: Funding) -> QuerySet[LineKind]:
    assert funding.decision is not None  # noqa: S101 -- both callers have looked
    found: QuerySet[LineKind] = LineKind.objects.filter(call=funding.decision.application.call_id)
    return found
