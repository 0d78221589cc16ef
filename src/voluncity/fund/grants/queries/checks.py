"""What must be true of all funded projects, proven by `check-books`."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from voluncity.fund.grants.models import Agreement, Funding, FundingLine, FundingSource, Milestone
from voluncity.fund.grants.states import SIGNED, AgreementState, ChangeState, FundingState


def faults(*, limit: int = 20) -> list[str]:
    """Name, in at most so many sentences, what is wrong."""
    found: list[str] = []
    for what, table in (("lines", FundingLine), ("sources", FundingSource)):
        sums = Funding.objects.annotate(sum=Coalesce(Subquery(_sum(table)), 0))
        wrong = sums.exclude(sum=F("awarded_fen")).values_list("pk", "sum", "awarded_fen")
        found += [
            f"grants: the {what} of funding {pk} add up to {fen} fen, awarded are {awarded}"
            for pk, fen, awarded in wrong[: limit - len(found)]
        ]
    found += [
        f"grants: funding {pk} is signed without an agreement that says so"
        for pk in _unsigned().values_list("pk", flat=True)[: limit - len(found)]
    ]
    asked = Q(changes__state=ChangeState.ASKED) & ~Q(
        state__in=(FundingState.RUNNING, FundingState.SUSPENDED)
    )
    found += [
        f"grants: a change of funding {pk} waits although the project does not run"
        for pk in Funding.objects.filter(asked).values_list("pk", flat=True)[: limit - len(found)]
    ]
    outside = Milestone.objects.filter(
        Q(due_on__lt=F("funding__starts_on")) | Q(due_on__gt=F("funding__ends_on"))
    )
    found += [
        f"grants: milestone {pk} lies outside of its project's days"
        for pk in outside.values_list("pk", flat=True)[: limit - len(found)]
    ]
    return found


def _sum(table: type[FundingLine] | type[FundingSource]) -> QuerySet[Any]:
    rows = table.objects.filter(funding=OuterRef("pk")).order_by().values("funding")
    found: QuerySet[Any] = rows.annotate(sum=Sum("fen")).values("sum")
    return found


def _unsigned() -> QuerySet[Funding]:
    signed = Agreement.objects.filter(funding=OuterRef("pk"), state=AgreementState.SIGNED)
    found: QuerySet[Funding] = Funding.objects.filter(~Exists(signed), state__in=SIGNED)
    return found
