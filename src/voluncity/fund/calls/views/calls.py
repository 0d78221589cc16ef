"""The office: calls, their window, more time."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from voluncity.city.access import actions as access
from voluncity.city.access.marks import needs
from voluncity.city.access.permissions import Permission
from voluncity.city.access.queries import scope_of
from voluncity.city.orgs.models import Organization
from voluncity.city.orgs.states import OrgState
from voluncity.city.people.asking import user_of
from voluncity.city.regions import queries as regions
from voluncity.city.regions.models import Region
from voluncity.fund.calls import actions, queries
from voluncity.fund.calls.forms import CallForm, ExtendForm, NothingForm, PostponeForm
from voluncity.fund.calls.models import Call
from voluncity.fund.calls.states import PHASE_TONES, CallState
from voluncity.fund.calls.views.common import ON_A_PAGE, UNPROCESSABLE, fetch_call
from voluncity.fund.governance.models import Fund
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import NotFound, Refusal
from voluncity.kernel.text import number_in
from voluncity.web.forms import refusals_in
from voluncity.web.paging import LongPaginator
from voluncity.web.sent import seen_in

P = Permission
# Two forms of one page ask for a day: each has ids of its own.
_LATER, _MORE = "later_%s", "more_%s"


@needs(P.GRANT_REVIEW)
@never_cache
@require_GET
def desk_calls(request: HttpRequest) -> HttpResponse:
    """List the calls of the funds within reach."""
    at, scope = now(), scope_of(request.user, P.GRANT_REVIEW)
    page = LongPaginator(queries.calls_at_desk(scope), ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": [(one, one.phase(at), PHASE_TONES.get(one.phase(at), "neutral")) for one in page],
        "funds": queries.funds(scope),
    }
    return render(request, "calls/desk_calls.html", context)


@needs(P.GRANT_REVIEW)
@never_cache
@require_http_methods(["GET", "POST"])
def desk_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Begin a call of one fund."""
    fund: Fund = access.fetch(request.user, P.GRANT_REVIEW, Fund.objects, at=now(), pk=pk)
    return _call_form(request, fund, None)


@needs(P.GRANT_REVIEW)
@never_cache
@require_http_methods(["GET", "POST"])
def desk_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a call that is not out."""
    call = fetch_call(request, pk)
    if call.state != CallState.DRAFT:
        messages.warning(request, "通知已经发布，不能修改；需要更多时间可以推迟截止时间。")
        return redirect("calls:desk_call", pk)
    return _call_form(request, call.fund, call)


def _call_form(request: HttpRequest, fund: Fund, call: Call | None) -> HttpResponse:
    today = local_date(now())
    counties = regions.valid(today).filter(pk__in=_near(fund))
    form = CallForm(
        *((request.POST,) if request.method == "POST" else ()), fund=fund, counties=counties,
        initial=CallForm.kept(call) if call else None,
    )  # fmt: skip
    if form.is_bound and form.is_valid():
        with refusals_in(form):
            me, at = user_of(request), now()
            saved = (
                actions.write_call(fund=fund, plan=form.plan(), by=me, at=at)
                if call is None
                else actions.change_call(
                    call=call, plan=form.plan(), seen=seen_in(request), by=me, at=at
                )
            )
            messages.success(request, "已保存。接下来请编制申报表，再发布。")
            return redirect("calls:desk_call", saved.pk)
    context = {"form": form, "fund": fund, "call": call}
    status = UNPROCESSABLE if form.errors else 200
    return render(request, "calls/desk_call_form.html", context, status=status)


def _near(fund: Fund) -> list[int]:
    """Return the fund's region and what lies right below it."""
    below = Region.objects.filter(parent=fund.region_id).values_list("pk", flat=True)
    return [fund.region_id, *below]


@needs(P.GRANT_REVIEW)
@never_cache
@require_GET
def desk_call(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one call with its forms, its window and who has more time."""
    return _page(request, fetch_call(request, pk))


def _page(
    request: HttpRequest,
    call: Call,
    *,
    publishing: NothingForm | None = None,
    postponing: PostponeForm | None = None,
    extending: ExtendForm | None = None,
) -> HttpResponse:
    at = now()
    wrong = any(one is not None for one in (publishing, postponing, extending))
    context = {
        "call": call,
        "phase": call.phase(at),
        "tone": PHASE_TONES.get(call.phase(at), "neutral"),
        "regions": queries.regions_of(call),
        "line_kinds": call.line_kinds.all(),
        "forms": call.forms.select_related("changed_by"),
        "building": queries.form_being_built(call),
        "extensions": call.extensions.select_related("organization", "given_by"),
        "publishing": publishing,
        "postponing": postponing or PostponeForm(auto_id=_LATER),
        "extends": "extend" in request.GET,
        "extending": extending
        or ExtendForm(
            near=_organizations(request, call),
            auto_id=_MORE,
            initial={"organization": number_in(request.GET.get("extend"))},
        ),
    }
    return render(request, "calls/desk_call.html", context, status=UNPROCESSABLE if wrong else 200)


def _organizations(request: HttpRequest, call: Call) -> QuerySet[Organization]:
    """Return those of one's area, and those from elsewhere that have applied."""
    scope = scope_of(request.user, P.GRANT_REVIEW)
    near = Organization.objects.in_scope(scope).values("pk")
    applied = call.applications.filter(number__isnull=False).values("organization")
    found: QuerySet[Organization] = Organization.objects.filter(Q(pk__in=near) | Q(pk__in=applied))
    return found.filter(state=OrgState.ACTIVE)


@needs(P.GRANT_REVIEW)
@never_cache
@require_POST
def desk_call_step(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Publish a call, move its end, give one organization more time, begin a new form."""
    steps = {"publish": _publish, "postpone": _postpone, "extend": _extend, "form": _begin_form}
    if verb not in steps:
        raise NotFound("没有这一步，请回到通知页面。")
    return steps[verb](request, fetch_call(request, pk))


def _publish(request: HttpRequest, call: Call) -> HttpResponse:
    form = NothingForm(request.POST)
    form.is_valid()
    with refusals_in(form):
        actions.publish_call(call=call, seen=seen_in(request), by=user_of(request), at=now())
        messages.success(request, "通知已发布，申报表已启用。")
        return redirect("calls:desk_call", call.pk)
    return _page(request, fetch_call(request, call.pk), publishing=form)


def _postpone(request: HttpRequest, call: Call) -> HttpResponse:
    form = PostponeForm(request.POST, auto_id=_LATER)
    if form.is_valid():
        with refusals_in(form):
            actions.postpone_end(
                call=call, ends_at=form.ends_at(), reason=form.cleaned_data["reason"],
                by=user_of(request), at=now(),
            )  # fmt: skip
            messages.success(request, "截止时间已推迟。")
            return redirect("calls:desk_call", call.pk)
    return _page(request, fetch_call(request, call.pk), postponing=form)


def _extend(request: HttpRequest, call: Call) -> HttpResponse:
    form = ExtendForm(request.POST, near=_organizations(request, call), auto_id=_MORE)
    if form.is_valid():
        with refusals_in(form):
            actions.extend(
                call=call, organization=form.cleaned_data["organization"], ends_at=form.ends_at(),
                reason=form.cleaned_data["reason"], by=user_of(request), at=now(),
            )  # fmt: skip
            messages.success(request, "已延期，这个组织会收到通知。")
            return redirect("calls:desk_call", call.pk)
    return _page(request, fetch_call(request, call.pk), extending=form)


def _begin_form(request: HttpRequest, call: Call) -> HttpResponse:
    try:
        begun = actions.begin_form(call=call, by=user_of(request), at=now())
    except Refusal as refusal:
        messages.warning(request, refusal.sentence)
        return redirect("calls:desk_call", call.pk)
    return redirect("calls:desk_form", begun.pk)
