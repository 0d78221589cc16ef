"""What everybody sees: appeals, the wall, the big screen, a certificate's check; and notices."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.timezone import now
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from voluncity.city.access.marks import public
from voluncity.fund.donations import actions, gateway, queries, rules
from voluncity.fund.donations.models import Appeal
from voluncity.fund.donations.payment import GatewayError
from voluncity.fund.donations.queries.finding import bricks
from voluncity.fund.donations.rules import Clock
from voluncity.fund.donations.states import Mode, NoticeKind
from voluncity.kernel.clock import date_text, local_date
from voluncity.kernel.refusals import NotFound

ON_A_PAGE, ON_THE_WALL, ON_THE_APPEAL = 12, 30, 6
MOST_NOTICE_BYTES = 64 * 1024
_REFUSED = (NoticeKind.FORGED, NoticeKind.EXPIRED)


@public
@require_GET
def appeal_list(request: HttpRequest) -> HttpResponse:
    """List the appeals; those that take gifts come first."""
    today = local_date(now())
    found = queries.shown()
    is_over = request.GET.get("over") == "1"
    current = found.filter(state="open", until_on__gte=today)
    rows = found.exclude(pk__in=current) if is_over else current
    page = Paginator(rows, ON_A_PAGE).get_page(request.GET.get("page"))
    sums = queries.progress(page.object_list)
    cards = [(one, sums[one.pk], (one.until_on - today).days) for one in page]
    context = {"page": page, "cards": cards, "is_over": is_over}
    return render(request, "donations/list.html", context)


@public
@require_GET
def appeal(request: HttpRequest, pk: int) -> HttpResponse:
    """Show an appeal: goal and progress, who raises, plan, what was told and what is late."""
    found, today = queries.public_appeal(pk), local_date(now())
    clocks = queries.clocks_of(found, today=today)
    context = {
        "appeal": found,
        "progress": queries.progress_of(found),
        "ways": queries.ways_of(found),
        "is_open": rules.accepts(found, today=today),
        "is_licensed": rules.is_licensed(found, today=today),
        "days_left": (found.until_on - today).days,
        "pays_here": pays_here(found),
        "clocks": [(one, one.days_over(today)) for one in clocks],
        "late": _late(rules.overdue(clocks, today=today)),
        "disclosures": found.disclosures.select_related("corrects"),
        "bricks": bricks(list(queries.wall(found)[:ON_THE_APPEAL])),
        "events": found.events.filter(on=today),
    }
    return render(request, "donations/appeal.html", context)


def _late(clocks: list[Clock]) -> str:
    """Return in one sentence what should have been told by now; each day stands further below."""
    days = [(one.label, one.due_on) for one in clocks]
    duties = [f"{label}（应在{date_text(on)}前）" for label, on in days]
    return f"{'、'.join(duties)}还没有公开。" if duties else ""


def pays_here(found: Appeal) -> bool:
    """Tell whether this site is paid with the merchant of the appeal."""
    return found.mode == Mode.OWN and found.merchant_no == gateway.merchant_no() != ""


@public
@require_GET
def wall(request: HttpRequest, pk: int) -> HttpResponse:
    """Show who gave, as they wish to be seen."""
    found = queries.public_appeal(pk)
    page = Paginator(queries.wall(found), ON_THE_WALL).get_page(request.GET.get("page"))
    context = {"appeal": found, "page": page, "bricks": bricks(list(page))}
    return render(request, "donations/wall.html", context)


@public
@require_GET
@never_cache
def screen(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the big screen of an event; it asks for its live part again and again."""
    page = (
        "donations/screen.html#live" if getattr(request, "htmx", False) else "donations/screen.html"
    )
    found = queries.event_screen(pk)
    address = f"{settings.VOLUNCITY_PUBLIC_URL}/fund/donations/{found.event.appeal_id}/"
    return render(request, page, {"screen": found, "address": address, "at": now()})


@public
@require_GET
def check(request: HttpRequest, code: str) -> HttpResponse:
    """Say whether a certificate is genuine; only what may be known by everybody.

    :raises NotFound: when nobody made such a certificate.
    """
    gift = queries.gift_with_code(code)
    if gift is None:
        raise NotFound("没有这张捐赠证书，请核对后重新扫码；如有疑问请拨打募捐页面上的咨询电话。")
    context: dict[str, Any] = {"gift": gift, "brick": bricks([gift])[0]}
    return render(request, "donations/check.html", context)


@public
@csrf_exempt  # the payment service has no session; its signature proves who speaks
@require_POST
def notice(request: HttpRequest) -> HttpResponse:
    """Hear what the payment service says; only what is kept is acknowledged."""
    if not gateway.exists():
        return _failed("本站没有接入支付", status=409)
    body = request.read(MOST_NOTICE_BYTES + 1)
    if len(body) > MOST_NOTICE_BYTES:
        return _failed("内容太长", status=400)
    try:
        kind = actions.take_notice(headers=request.headers, body=body, at=now())
    except GatewayError:  # keys that are missing: whoever set it up wrong hears it again
        return _failed("支付没有设置好", status=503)
    if kind in _REFUSED:
        return _failed(kind.label, status=400)
    return HttpResponse(status=204)


def _failed(words: str, *, status: int) -> HttpResponse:
    return JsonResponse({"code": "FAIL", "message": words}, status=status)
