"""The desk: policies, who is covered, dangerous categories."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localdate, now
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from voluncity.city.access.marks import needs
from voluncity.city.access.permissions import Permission
from voluncity.city.access.queries import grants_of, has, scope_of
from voluncity.city.access.scopes import Scope
from voluncity.city.orgs.models import Organization
from voluncity.city.people import queries as people
from voluncity.city.people.asking import user_of
from voluncity.city.people.models import User
from voluncity.city.regions.models import Region
from voluncity.city.registers.listing import listed, query_in
from voluncity.honor.insurance import actions, queries
from voluncity.honor.insurance.forms import PolicyForm, ReasonForm, RiskForm, SearchForm
from voluncity.honor.insurance.models import Insured, Policy
from voluncity.honor.insurance.registers import INSURED, STANDINGS
from voluncity.honor.insurance.states import PolicyState
from voluncity.honor.insurance.views.papers import attachment
from voluncity.kernel.masks import mask_name
from voluncity.kernel.refusals import NotAllowed, NotFound
from voluncity.web.forms import refusals_in

P = Permission
PER_PAGE = 30
UNPROCESSABLE = 422
SEEING = (P.INSURANCE_SEE, P.INSURANCE_EDIT)


def own_regions(user: User) -> list[Region]:
    """Return the regions for which somebody may register policies."""
    scope = scope_of(user, P.INSURANCE_EDIT)
    granted = {grant.region.path: grant.region for grant in grants_of(user) if grant.region}
    return [region for path, region in granted.items() if path in scope.regions]


@needs(*SEEING)
@never_cache
@require_safe
def desk_list(request: HttpRequest) -> HttpResponse:
    """List the policies that one may read, find who is covered today, show what waits."""
    scope = scope_of(request.user, P.INSURANCE_SEE)
    form = SearchForm(request.GET)
    words = form.cleaned_data["q"] if form.is_valid() else ""
    page = Paginator(queries.policies(scope), PER_PAGE).get_page(request.GET.get("page"))
    counts = queries.counts_of(page.object_list)
    context = {
        "page": page,
        "rows": [(one, counts.get(one.pk, 0)) for one in page],
        "form": form,
        "words": words,
        "found": _covered(scope, words),
        "figures": queries.figures(scope, at=now()),
        "may_edit": has(request.user, P.INSURANCE_EDIT),
        "today": localdate(),
    }
    return render(request, "insurance/desk_list.html", context)


def _covered(scope: Scope, words: str) -> list[tuple[object, str, list[queries.CoveredBy]]]:
    found = queries.people_found(scope, words)
    families = people.families([one.pk for one in found])
    records = {one.pk: families.get(one.pk, [one.pk]) for one in found}
    covers = queries.covered_by(records, on=localdate())
    adult = people.adult_age(on=localdate())
    return [
        (
            one,
            one.name if people.age(one, localdate()) >= adult else mask_name(one.name),
            covers.get(one.pk, []),
        )
        for one in found
    ]


@needs(P.INSURANCE_EDIT)
@require_http_methods(["GET", "HEAD", "POST"])
def desk_new(request: HttpRequest) -> HttpResponse:
    """Register a policy that an insurer has issued."""
    is_sent = request.method == "POST"
    near = Organization.objects.in_scope(scope_of(request.user, P.INSURANCE_EDIT))
    form = PolicyForm(
        request.POST if is_sent else None,
        request.FILES if is_sent else None,
        regions=own_regions(user_of(request)),
        near=near,
        url=f"{reverse('orgs:pick')}?may={P.INSURANCE_EDIT}&field=organization",
    )
    if form.is_bound and form.is_valid():
        with refusals_in(form):
            policy = actions.add_policy(plan=form.plan(), by=user_of(request), at=now())
        if not form.errors:
            messages.success(request, "已登记，可以为活动选择这份保单了。")
            return redirect("insurance:desk_policy", policy.pk)
    status = UNPROCESSABLE if form.errors else 200
    return render(request, "insurance/desk_new.html", {"form": form}, status=status)


def fetch_policy(request: HttpRequest, pk: int) -> Policy:
    """Return one policy that one may read."""
    scope = scope_of(request.user, P.INSURANCE_SEE)
    found = queries.policies(scope).filter(pk=pk).first()
    if found is None:
        raise NotFound("没有找到这份保单，或者它不在您的管理范围内。")
    return found


@needs(*SEEING)
@never_cache
@require_safe
def desk_policy(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one policy: sums, days, lists, activities."""
    return _policy_page(request, fetch_policy(request, pk), ReasonForm())


def _policy_page(request: HttpRequest, policy: Policy, form: ReasonForm) -> HttpResponse:
    scope = scope_of(request.user, P.INSURANCE_SEE)
    own = _may_change(request, policy)
    people_here = Insured.objects.in_scope(scope).counted().filter(policy=policy)
    enrollment = getattr(policy, "enrollment", None)
    context = {
        "policy": policy,
        "may_edit": own and policy.state != PolicyState.CANCELLED and enrollment is None,
        "enrollment": enrollment if own else None,
        "people": people_here.count(),
        "covers": policy.activity_covers.in_scope(scope)
        .select_related("activity")
        .order_by("-activity__starts_at")[:50],
        "has_ended": policy.until_on < localdate(),
        "form": form,
        "may_see_paper": own and policy.paper_id is not None,
    }
    status = UNPROCESSABLE if form.errors else 200
    return render(request, "insurance/desk_policy.html", context, status=status)


def _may_change(request: HttpRequest, policy: Policy) -> bool:
    scope = scope_of(request.user, P.INSURANCE_EDIT)
    return Policy.objects.in_scope(scope).filter(pk=policy.pk).exists()


@needs(P.INSURANCE_EDIT)
@require_POST
def desk_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """End a policy before its day."""
    policy = fetch_policy(request, pk)
    if not _may_change(request, policy):
        raise NotAllowed("这份保单由上级管理，您可以查看，不能终止。")
    form = ReasonForm(request.POST)
    if form.is_valid():
        with refusals_in(form):
            actions.cancel_policy(
                policy_id=pk, reason=form.cleaned_data["reason"], by=user_of(request), at=now()
            )
    if form.errors:
        return _policy_page(request, policy, form)
    messages.success(request, "保单已终止。")
    return redirect("insurance:desk_policy", pk)


@needs(P.INSURANCE_EDIT)
@require_safe
def desk_paper(request: HttpRequest, pk: int) -> FileResponse:
    """Hand over the scan of a policy."""
    policy = fetch_policy(request, pk)
    if policy.paper is None or not _may_change(request, policy):
        raise NotFound("这份保单没有扫描件。")
    return attachment(policy.paper)


@needs(P.INSURANCE_SEE)
@never_cache
@require_safe
def desk_people(request: HttpRequest) -> HttpResponse:
    """List the people on the lists of policies; the export is what the insurer gets."""
    query = query_in(request)
    found = INSURED.found(scope_of(request.user, P.INSURANCE_SEE), query, now())
    said = dict(query)
    context = {
        **listed(request, INSURED, found),
        "standings": STANDINGS,
        "may_edit": has(request.user, P.INSURANCE_EDIT),
        "said": said,
    }
    return render(request, "insurance/desk_people.html", context)


@needs(P.INSURANCE_EDIT)
@require_safe
def desk_risks(request: HttpRequest) -> HttpResponse:
    """Show which categories of service are dangerous; the city's office decides for everybody."""
    return _risks_page(request, RiskForm())


def _risks_page(request: HttpRequest, form: RiskForm) -> HttpResponse:
    context = {
        "risks": queries.risky_categories(),
        "form": form,
        "may_decide": has(request.user, P.POLICY_EDIT),
    }
    status = UNPROCESSABLE if form.errors else 200
    return render(request, "insurance/desk_risks.html", context, status=status)


@needs(P.POLICY_EDIT)
@require_POST
def desk_set_risk(request: HttpRequest) -> HttpResponse:
    """Let a category count as dangerous from now on."""
    form = RiskForm(request.POST)
    if form.is_valid():
        said = form.cleaned_data
        with refusals_in(form):
            actions.set_risk(
                category_id=said["category"].pk, basis=said["basis"], by=user_of(request), at=now()
            )
    if form.errors:
        return _risks_page(request, form)
    messages.success(request, "已加入，以后开放这类活动要先有保险。")
    return redirect("insurance:desk_risks")


@needs(P.POLICY_EDIT)
@require_POST
def desk_end_risk(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a category count as dangerous no more."""
    actions.end_risk(risk_id=pk, by=user_of(request), at=now())
    messages.success(request, "已取消。")
    return redirect("insurance:desk_risks")
