"""Open a funded project: from a decision that took effect, or a support from a resolution."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F

from voluncity.city.orgs.models import Organization
from voluncity.city.orgs.states import OrgState
from voluncity.city.people.models import User
from voluncity.city.regions.models import Region
from voluncity.city.stations.models import Station
from voluncity.fund.books import actions as books
from voluncity.fund.governance.models import Fund, Purpose, Resolution
from voluncity.fund.grants.actions.steps import note, refuse_own
from voluncity.fund.grants.models import Counter, Funding, FundingLine, FundingSource
from voluncity.fund.grants.rules import plans
from voluncity.fund.grants.rules.plans import SupportPlan
from voluncity.fund.grants.states import FundingKind, Waits
from voluncity.fund.review.models import Decision
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import BadInput, WrongState


def open_funding(*, decision: Decision, at: datetime) -> Funding:
    """Open the project of a decision that took effect; the same decision opens one.

    Its money was reserved when the decision took effect.
    :raises WrongState: when the decision is not in force or awards nothing.
    """
    known: Funding | None = Funding.objects.filter(decision=decision).first()
    if known is not None:
        return known
    if decision.effective_at is None or not decision.awarded_fen:
        raise WrongState("这项立项还没有生效，不能开始执行。", code="grants.not_in_force")
    try:
        with transaction.atomic():
            return _open(decision, at)
    except IntegrityError:
        return Funding.objects.get(decision=decision)  # somebody opened it this moment


def _open(decision: Decision, at: datetime) -> Funding:
    application, submission = decision.application, decision.submission
    organization = application.organization
    funding = Funding.objects.create(
        kind=FundingKind.PROJECT, number=application.number or "",
        award=f"application:{application.pk}", fund=application.call.fund, decision=decision,
        resolution=decision.resolution, organization=organization, region=organization.region,
        recipient=organization.name, title=submission.title, serves=decision.serves,
        awarded_fen=decision.awarded_fen, terms=decision.terms, starts_on=submission.starts_on,
        ends_on=submission.ends_on, opened_at=at, stage_since=at,
    )  # fmt: skip
    _write_money(
        funding,
        [(one.kind, one.what, one.fen) for one in decision.lines.all()],
        [(one.purpose, one.fen) for one in decision.sources.select_related("purpose")],
    )
    note(funding, "open_funding", by=None, at=at, decision=decision.pk)
    return funding


def _write_money(
    funding: Funding, lines: list[tuple[str, str, int]], sources: list[tuple[Purpose | None, int]]
) -> None:
    FundingLine.objects.bulk_create(
        FundingLine(funding=funding, place=place, kind=kind, what=what, fen=fen)
        for place, (kind, what, fen) in enumerate(lines, start=1)
    )
    FundingSource.objects.bulk_create(
        FundingSource(funding=funding, purpose=purpose, fen=fen) for purpose, fen in sources
    )


@transaction.atomic
def open_support(*, fund: Fund, plan: SupportPlan, handle: str, by: User, at: datetime) -> Funding:
    """Open a support for a station, a team or a county by a resolution, and reserve its money.

    The same handle opens one.
    :raises BadInput: at the field that is wrong.
    :raises NotAllowed: when it would be for an organization that one acts for.
    :raises Refusal: when there is not so much money, or it is bound to another purpose.
    """
    known: Funding | None = Funding.objects.filter(handle=handle, fund=fund).first()
    if known is not None:
        return known
    plan = plans.support(plan)
    resolution = _resolution(fund, plan.resolution_id)
    sources = [(_purpose(fund, pk, "sources"), fen) for pk, fen in plan.sources if fen]
    funding = Funding.objects.create(
        kind=plan.kind, number=_next_number(at), award=f"support:new:{handle[:16]}", handle=handle,
        fund=fund, resolution=resolution, title=plan.title, awarded_fen=plan.fen,
        serves=_purpose(fund, plan.serves_id, "serves"), terms=plan.terms,
        starts_on=plan.starts_on, ends_on=plan.ends_on, opened_at=at, stage_since=at,
        **_recipient(plan),
    )  # fmt: skip
    refuse_own(funding, by)
    Funding.objects.filter(pk=funding.pk).update(award=f"support:{funding.pk}")
    funding.refresh_from_db(fields=["award"])
    _write_money(funding, [(one.kind, one.what, one.fen) for one in plan.lines], sources)
    for number, (purpose, fen) in enumerate(sources, start=1):
        books.reserve(
            fund=fund, purpose=purpose, serves=funding.serves, award=funding.award, amount_fen=fen,
            key=f"support:{funding.pk}:{number}", resolution=resolution,
            reason=f"{funding.get_kind_display()} {funding.number}", at=at, by=by,
        )  # fmt: skip
    note(funding, "open_support", by=by, at=at, resolution=resolution.pk)
    return funding


def _resolution(fund: Fund, pk: int) -> Resolution:
    found: Resolution | None = Resolution.objects.filter(pk=pk, fund=fund, repealed_by=None).first()
    if found is None:
        raise BadInput("请选择这个基金现行有效的决议。", field="resolution")
    return found


def _purpose(fund: Fund, pk: int | None, field: str) -> Purpose | None:
    if pk is None:
        return None
    found: Purpose | None = Purpose.objects.filter(pk=pk, fund=fund, ended_at=None).first()
    if found is None:
        raise BadInput("请选择这个基金的资助方向。", field=field)
    return found


def _next_number(at: datetime) -> str:
    """Return the next number of a support of this year: taking the row makes two take turns."""
    year = local_date(at).year
    Counter.objects.get_or_create(year=year)
    Counter.objects.filter(year=year).update(given=F("given") + 1)
    return f"ZC{year}-{Counter.objects.values_list('given', flat=True).get(year=year):04d}"


def _recipient(plan: SupportPlan) -> dict[str, Any]:
    """Return who gets the support, where it lies, and whose turn it is first."""
    if plan.kind == FundingKind.STATION:
        station = (
            Station.objects.select_related("organization", "region")
            .filter(pk=plan.station_id or 0, closed_at=None)
            .first()
        )
        if station is None:
            raise BadInput("请选择正在开放的站点。", field="station")
        said = {"station": station, "region": station.region, "recipient": station.name}
        return said | {"organization": _active(station.organization, "station")}
    organization = Organization.objects.filter(pk=plan.organization_id or 0).first()
    if plan.kind == FundingKind.TEAM:
        team = _active(organization, "organization")
        return {"organization": team, "region": team.region, "recipient": team.name}
    region = Region.objects.filter(pk=plan.region_id or 0).first()
    if region is None:
        raise BadInput("请选择受支持的区县。", field="region")
    found: dict[str, Any] = {"region": region, "recipient": plan.recipient}
    if plan.organization_id:
        return found | {"organization": _active(organization, "organization")}
    return found | {"waits_for": Waits.OFFICE}  # nobody else can act for it


def _active(organization: Organization | None, field: str) -> Organization:
    if organization is None or organization.state != OrgState.ACTIVE:
        raise BadInput("请选择状态正常的组织。", field=field)
    return organization
