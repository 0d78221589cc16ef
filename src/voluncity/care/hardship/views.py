"""The desk's pages of volunteers in need; nothing of it is public."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from voluncity.care.hardship import actions, queries
from voluncity.care.hardship.forms import (
    CaseForm,
    EndForm,
    ExtendForm,
    GiftForm,
    ReverseForm,
)
from voluncity.care.hardship.models import Gift, Hardship
from voluncity.care.hardship.queries import Filters
from voluncity.care.hardship.registers import CASES, GIFTS, case_form, gift_form, names_of
from voluncity.care.hardship.states import CaseState
from voluncity.city.access import actions as access
from voluncity.city.access.marks import needs
from voluncity.city.access.permissions import Permission
from voluncity.city.access.queries import has, may, scope_of
from voluncity.city.people.asking import user_of
from voluncity.city.people.models import Volunteer
from voluncity.city.registers.listing import listed, query_in
from voluncity.kernel.clock import local_date
from voluncity.kernel.money import yuan_text
from voluncity.kernel.refusals import NotFound
from voluncity.web.forms import refusals_in

UNPROCESSABLE = 422


@needs(Permission.HARDSHIP_SEE)
@never_cache
@require_safe
def case_list(request: HttpRequest) -> HttpResponse:
    """List the volunteers in need of one's area, and this year's gifts in figures."""
    today = local_date(now())
    scope = scope_of(request.user, Permission.HARDSHIP_SEE)
    form = case_form(scope, query_in(request), now())
    totals = queries.totals(queries.gifts(scope, Filters(year=today.year)))
    context = {
        "form": form,
        "year": today.year,
        "totals": totals,
        "worth": yuan_text(totals.fen),
        "may_edit": has(request.user, Permission.HARDSHIP_EDIT),
        **listed(request, CASES, queries.cases(scope, form.filters())),
    }
    status = UNPROCESSABLE if form.is_bound and form.errors else 200
    return render(request, "hardship/desk_list.html", context, status=status)


def _name(volunteer: Volunteer) -> str:
    """Return the name that a page may show: a minor's is masked."""
    return names_of([volunteer], local_date(now()))[volunteer.pk]


@needs(Permission.HARDSHIP_SEE)
@never_cache
@require_safe
def gift_list(request: HttpRequest) -> HttpResponse:
    """List what was given in a year: what, to whom, when, by whom."""
    scope = scope_of(request.user, Permission.HARDSHIP_SEE)
    form = gift_form(scope, query_in(request), now())
    filters = form.filters()
    found = queries.gifts(scope, filters)
    totals = queries.totals(found)
    context = {
        "form": form,
        "year": filters.year,
        "totals": totals,
        "worth": yuan_text(totals.fen),
        **listed(request, GIFTS, found),
    }
    status = UNPROCESSABLE if form.is_bound and form.errors else 200
    return render(request, "hardship/desk_gifts.html", context, status=status)


def _worth(gift: Gift) -> str:
    return yuan_text(gift.value_fen) if gift.value_fen else ""


@needs(Permission.HARDSHIP_EDIT)
@require_http_methods(["GET", "HEAD", "POST"])
def new_case(request: HttpRequest) -> HttpResponse:
    """Enter a volunteer in need."""
    form = CaseForm(
        request.POST if request.method == "POST" else None,
        initial={"number": request.GET.get("number", "")[:30]},
    )
    if form.is_bound and form.is_valid():
        with refusals_in(form):
            case = actions.open_case(
                volunteer=_volunteer(request, form.cleaned_data["number"]),
                plan=form.plan(),
                by=user_of(request),
                at=now(),
            )
    if not form.is_bound or form.errors:
        status = UNPROCESSABLE if form.errors else 200
        return render(request, "hardship/desk_new.html", {"form": form}, status=status)
    messages.success(request, "已登记。送去慰问后，在这里记下来。")
    return redirect("hardship:desk_detail", case.pk)


def _volunteer(request: HttpRequest, number: str) -> Volunteer:
    try:
        found = access.fetch(
            user_of(request),
            Permission.HARDSHIP_EDIT,
            Volunteer.objects.all(),
            at=now(),
            number=number,
        )
    except NotFound as refusal:
        raise NotFound("您的管理范围内没有这个编号，请到名册里核对。", field="number") from refusal
    return cast("Volunteer", found)


def _fetched(request: HttpRequest, permission: Permission, pk: int) -> Hardship:
    cases = Hardship.objects.select_related("volunteer__region", "entered_by", "ended_by")
    return cast("Hardship", access.fetch(user_of(request), permission, cases, at=now(), pk=pk))


@needs(Permission.HARDSHIP_SEE)
@never_cache
@require_safe
def case(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one case; the reading is journaled."""
    return _page(request, _fetched(request, Permission.HARDSHIP_SEE, pk))


def _page(request: HttpRequest, found: Hardship, **more: Any) -> HttpResponse:
    today = local_date(now())
    reading = actions.read_case(case=found, by=user_of(request), at=now())
    is_own = found.volunteer.user_id == user_of(request).pk
    reach = may(user_of(request), Permission.HARDSHIP_EDIT, Hardship.objects.all(), pk=found.pk)
    context: dict[str, Any] = {
        "case": found,
        "name": _name(found.volunteer),
        "reason": reading.reason,
        "gifts": [(gift, note, _worth(gift)) for gift, note in reading.gifts],
        "is_due": bool(found.until and found.until < today and found.state == CaseState.OPEN),
        "may_edit": reach and not is_own,
        "is_open": found.state == CaseState.OPEN,
        "gift": GiftForm(initial={"given_on": today}),
        "end": EndForm(),
        "extend": ExtendForm(initial={"until": found.until}),
        **more,
    }
    is_bad = any(context[name].errors for name in ("gift", "end", "extend"))
    status = UNPROCESSABLE if is_bad else 200
    return render(request, "hardship/desk_detail.html", context, status=status)


@needs(Permission.HARDSHIP_EDIT)
@require_POST
def give(request: HttpRequest, pk: int) -> HttpResponse:
    """Enter a gift."""
    found, form = _fetched(request, Permission.HARDSHIP_EDIT, pk), GiftForm(request.POST)
    if form.is_valid():
        with refusals_in(form):
            actions.give(case=found, plan=form.plan(), by=user_of(request), at=now())
    if form.errors:
        return _page(request, found, gift=form)
    messages.success(request, "慰问已登记。")
    return redirect("hardship:desk_detail", pk)


@needs(Permission.HARDSHIP_EDIT)
@require_POST
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """End a case, or void it."""
    found, form = _fetched(request, Permission.HARDSHIP_EDIT, pk), EndForm(request.POST)
    if form.is_valid():
        with refusals_in(form):
            actions.end_case(
                case=found, reason=form.cleaned_data["reason"], by=user_of(request), at=now()
            )
    if form.errors:
        return _page(request, found, end=form)
    messages.success(request, "已办理，登记和慰问记录都保留着。")
    return redirect("hardship:desk_detail", pk)


@needs(Permission.HARDSHIP_EDIT)
@require_POST
def extend(request: HttpRequest, pk: int) -> HttpResponse:
    """Move the day until which help is expected to be needed."""
    found, form = _fetched(request, Permission.HARDSHIP_EDIT, pk), ExtendForm(request.POST)
    if form.is_valid():
        with refusals_in(form):
            actions.extend_case(
                case=found, until=form.cleaned_data["until"], by=user_of(request), at=now()
            )
    if form.errors:
        return _page(request, found, extend=form)
    messages.success(request, "预计日期已更新。")
    return redirect("hardship:desk_detail", pk)


@needs(Permission.HARDSHIP_EDIT)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def reverse_gift(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask why a gift does not count, and reverse it."""
    gifts = Gift.objects.select_related("hardship__volunteer__region")
    gift: Gift = access.fetch(user_of(request), Permission.HARDSHIP_EDIT, gifts, at=now(), pk=pk)
    form = ReverseForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        with refusals_in(form):
            actions.reverse_gift(
                gift=gift, reason=form.cleaned_data["reason"], by=user_of(request), at=now()
            )
    if not form.is_bound or form.errors:
        name = _name(gift.hardship.volunteer)
        context = {"form": form, "gift": gift, "worth": _worth(gift), "name": name}
        status = UNPROCESSABLE if form.errors else 200
        return render(request, "hardship/desk_reverse.html", context, status=status)
    messages.success(request, "已冲正，这条慰问不再计入合计。")
    return redirect("hardship:desk_detail", gift.hardship_id)
