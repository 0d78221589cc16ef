"""The desk: the sheets of the months, confirmed by two people; figures of the program."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.views.decorators.http import require_GET, require_POST

from voluncity.city.access.marks import needs
from voluncity.city.access.permissions import Permission
from voluncity.city.access.queries import may, reach
from voluncity.city.people.asking import fetched, user_of
from voluncity.city.registers.listing import page_of, query_in
from voluncity.honor.rewards import actions, paper, queries
from voluncity.honor.rewards.models import Merchant, Offer, Sheet, SheetLine
from voluncity.honor.rewards.registers import asked_of
from voluncity.honor.rewards.states import SheetState
from voluncity.honor.rewards.views.common import file_answer
from voluncity.kernel import workbook
from voluncity.kernel.clock import local_date
from voluncity.kernel.money import yuan_text
from voluncity.kernel.refusals import NotFound
from voluncity.kernel.text import clean, number_in

P = Permission
WHO = (P.MERCHANT_REVIEW, P.OFFER_EDIT)
PERIODS = ((30, "近一个月"), (90, "近三个月"), (365, "近一年"))
USUAL_DAYS = 90
# Who takes which step: the merchant says that it is right, the office closes it.
STEPS: dict[str, tuple[Permission, Callable[..., Sheet], str]] = {
    "confirm": (P.OFFER_EDIT, actions.confirm_sheet, "已确认，等文明办确认。"),
    "close": (P.MERCHANT_REVIEW, actions.close_sheet, "已结清归档。"),
}


@needs(*WHO)
@require_GET
def desk_sheets(request: HttpRequest) -> HttpResponse:
    """List the sheets within reach."""
    month, state = clean(request.GET.get("month", ""))[:7], request.GET.get("state", "")
    found = queries.sheets(
        reach(user_of(request), *WHO), month=month,
        state=state if state in SheetState.values else "",
    )  # fmt: skip
    context = {
        "page": page_of(request, found),
        "month": month,
        "state": state,
        "states": SheetState.choices,
    }
    return render(request, "rewards/desk_sheets.html", context)


@needs(*WHO)
@require_GET
def desk_sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one sheet with all its lines."""
    sheet, me = _fetch(request, pk), user_of(request)
    possible = {SheetState.DRAWN: "confirm", SheetState.CONFIRMED: "close"}.get(
        SheetState(sheet.state), ""
    )
    is_mine = possible and may(me, STEPS[possible][0], Sheet.objects.all(), pk=pk)
    context = {
        "sheet": sheet,
        "lines": _lines(sheet),
        "verb": possible if is_mine else "",
        "waits_for": {"confirm": "商家确认", "close": "文明办确认"}.get(possible, ""),
    }
    return render(request, "rewards/desk_sheet.html", context)


@needs(*WHO)
@require_POST
def desk_sheet_step(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Confirm a sheet as it was read, or close it."""
    sheet, me = _fetch(request, pk), user_of(request)
    found = STEPS.get(verb)
    if found is None or not may(me, found[0], Sheet.objects.all(), pk=pk):
        raise NotFound("没有这一步，请回到结算单页面。")
    _, act, done = found
    seen = number_in(request.POST.get("version", ""))
    act(sheet=sheet, seen=-1 if seen is None else seen, by=me, at=now())
    messages.success(request, done)
    return redirect("rewards:desk_sheet", pk)


@needs(*WHO)
@require_GET
def sheet_book(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand out a sheet as a workbook."""
    sheet = _fetch(request, pk)
    content = paper.sheet_workbook(sheet, _lines(sheet))
    return file_answer(content, kind=workbook.TYPE, name=f"{sheet.number}.xlsx")


@needs(*WHO)
@require_GET
def sheet_paper(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand out a sheet on paper."""
    sheet = _fetch(request, pk)
    content = paper.sheet_pdf(sheet, _lines(sheet))
    return file_answer(content, kind="application/pdf", name=f"{sheet.number}.pdf")


def _lines(sheet: Sheet) -> list[SheetLine]:
    return list(sheet.lines.select_related("redemption__voucher__version", "redemption__shop"))


def _fetch(request: HttpRequest, pk: int) -> Sheet:
    found: Sheet = fetched(request, queries.detailed_sheets(), pk, *WHO)
    return found


@needs(*WHO)
@require_GET
def desk_vouchers(request: HttpRequest) -> HttpResponse:
    """List the vouchers that were taken within reach, with what became of them."""
    asked = asked_of(query_in(request), at=now())
    scope = reach(user_of(request), *WHO)
    found = queries.vouchers(scope, asked)
    context = {
        "page": page_of(request, found),
        "asked": asked,
        "kinds": queries.kinds(),
        "merchant": Merchant.objects.in_scope(scope).filter(pk=asked.merchant_id or 0).first(),
        "offer": Offer.objects.in_scope(scope).filter(pk=asked.offer_id or 0).first(),
    }
    return render(request, "rewards/desk_vouchers.html", context)


@needs(*WHO)
@require_GET
def desk_figures(request: HttpRequest) -> HttpResponse:
    """Show what was taken and given; each number opens its records."""
    today, chosen = local_date(now()), request.GET.get("days", "")
    days = next((one for one, _ in PERIODS if str(one) == chosen), USUAL_DAYS)
    since = today - timedelta(days=days)
    found = queries.figures(reach(user_of(request), *WHO), since=since, until=today)
    context: dict[str, Any] = {
        "total": found.total,
        "fen": yuan_text(found.total.fen),
        "tables": [("按类别", found.kinds), ("按商家", found.merchants)],
        "periods": PERIODS,
        "days": days,
        "since": since.isoformat(),
    }
    return render(request, "rewards/desk_figures.html", context)
