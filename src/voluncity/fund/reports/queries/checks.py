"""What must be true of all reports, proven by `check-books`."""

from __future__ import annotations

from django.db.models import F, Q, Sum

from voluncity.fund.reports.models import Expense, Linked
from voluncity.fund.reports.states import ExpenseState, ReportState

E, S = ExpenseState, ReportState


def faults(*, limit: int = 20) -> list[str]:
    """Name, in at most so many sentences, what is wrong."""
    spent = Expense.objects.filter(state=E.CLAIMED, report__state=S.ACCEPTED).order_by()
    over = spent.values("line", "line__fen").annotate(sum=Sum("fen")).filter(sum__gt=F("line__fen"))
    found = [
        f"reports: line {row['line']} has {row['line__fen']} fen, accepted are {row['sum']}"
        for row in over[:limit]
    ]
    foreign = Expense.objects.filter(
        ~Q(line__funding=F("report__funding")) | ~Q(fund=F("report__funding__fund"))
    )
    found += [
        f"reports: expense {pk} is of another project's line or fund"
        for pk in foreign.values_list("pk", flat=True)[: limit - len(found)]
    ]
    strange = Linked.objects.filter(
        ~Q(activity__project__organization=F("report__funding__organization"))
    )
    found += [
        f"reports: linked activity {pk} is of another organization"
        for pk in strange.values_list("pk", flat=True)[: limit - len(found)]
    ]
    thawed = Linked.objects.filter(
        Q(report__state=S.ACCEPTED, frozen_at=None)
        | ~Q(report__state=S.ACCEPTED) & Q(frozen_at__isnull=False)
    )
    found += [
        f"reports: the figures of linked activity {pk} do not fit its report's state"
        for pk in thawed.values_list("pk", flat=True)[: limit - len(found)]
    ]
    return found
