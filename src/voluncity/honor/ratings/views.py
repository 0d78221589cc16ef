"""Ratings of organizations: for everybody, and for the offices that certify them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, cast

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from voluncity.city.access import actions as access
from voluncity.city.access.marks import needs, public
from voluncity.city.access.permissions import Permission
from voluncity.city.access.queries import has, scope_of
from voluncity.city.orgs.models import Organization
from voluncity.city.orgs.states import PUBLIC
from voluncity.city.people.asking import user_of
from voluncity.city.regions.models import Level, Region
from voluncity.honor.ratings import actions, queries, rules, tasks
from voluncity.honor.ratings.forms import AdjustForm, BatchForm, LadderForm
from voluncity.honor.ratings.models import Batch, Proposal
from voluncity.honor.ratings.states import BatchState
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import NotFound
from voluncity.kernel.text import clean
from voluncity.web.forms import refusals_in

PER_PAGE = 30
YEARS_BACK = 5
WORDS_MOST = 60
ADJUSTED = "1"


@public
@require_GET
def certified(request: HttpRequest) -> HttpResponse:
    """List the certified organizations of a year, most stars first."""
    years = queries.years()
    asked, stars = request.GET.get("year", ""), request.GET.get("stars", "")
    year = next((one for one in years if str(one) == asked), years[0] if years else None)
    found = queries.certified(year, stars)
    context = {
        "page": Paginator(found, PER_PAGE).get_page(request.GET.get("page")),
        "years": years,
        "year": year,
        "stars": stars,
        "choices": [(str(n), rules.STAR_WORDS[n]) for n in range(rules.MOST_STARS, 0, -1)],
    }
    return render(request, "ratings/certified.html", context)


@public
@require_GET
def of_organization(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the stars of one organization, year by year."""
    organization = Organization.objects.filter(pk=pk, state__in=PUBLIC).first()
    if organization is None:
        raise NotFound("没有找到这个组织，请从组织列表重新查找。")
    context = {"organization": organization, "ratings": queries.history(pk)}
    return render(request, "ratings/of_organization.html", context)


@public
@require_GET
def standards(request: HttpRequest) -> HttpResponse:
    """Show what each star asks today."""
    context = {"ladder": queries.ladder(local_date(now())), "measures": rules.MEASURES}
    return render(request, "ratings/standards.html", _drawn(context))


def _drawn(context: dict[str, Any]) -> dict[str, Any]:
    ladder = cast(list[rules.Rung], context["ladder"])
    rows = [
        (
            rung.stars,
            rules.STAR_WORDS[rung.stars],
            [m.words(rung.least[m.key]) for m in rules.MEASURES],
        )
        for rung in ladder
    ]
    return context | {"rows": rows}


@needs(Permission.RATING_EDIT)
@require_GET
def desk_list(request: HttpRequest) -> HttpResponse:
    """List the batches of one's area."""
    found = queries.batches(scope_of(request.user, Permission.RATING_EDIT))
    context = {
        "page": Paginator(found, PER_PAGE).get_page(request.GET.get("page")),
        "may_set": has(request.user, Permission.POLICY_EDIT),
    }
    return render(request, "ratings/desk_list.html", context)


@needs(Permission.RATING_EDIT)
@require_http_methods(["GET", "POST"])
def desk_new(request: HttpRequest) -> HttpResponse:
    """Start a batch."""
    this_year = local_date(now()).year
    made: dict[str, Any] = {
        "regions": _regions(request),
        "years": range(this_year, this_year - YEARS_BACK, -1),
    }
    if request.method == "POST":
        form = BatchForm(request.POST, **made)
    else:
        form = BatchForm(initial={"kinds": [str(kind) for kind in rules.USUAL_KINDS]}, **made)
    if form.is_bound and form.is_valid():
        with refusals_in(form):
            batch = actions.start_batch(plan=form.plan(), by=user_of(request), at=now())
        if not form.errors:
            tasks.count_batch.enqueue(batch.pk)
            messages.success(request, "已启动，正在按标准统计，完成后请逐个审定。")
            return redirect("ratings:desk_batch", batch.pk)
    return render(
        request, "ratings/desk_new.html", {"form": form}, status=422 if form.errors else 200
    )


def _regions(request: HttpRequest) -> QuerySet[Region]:
    """Return the city or the counties that somebody rates."""
    scope = scope_of(request.user, Permission.RATING_EDIT)
    reach = Q(pk__in=[])
    for path in scope.regions:
        reach |= Q(path__startswith=path)
    levels = (Level.CITY, Level.COUNTY)
    return Region.objects.filter(reach, level__in=levels, valid_to=None).order_by("path")


@needs(Permission.RATING_EDIT)
@require_GET
def desk_batch(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the proposals of a batch with their numbers, or how far counting is."""
    batch = _fetch(request, pk)
    if batch.state == BatchState.COUNTING:
        context = {"batch": batch, "parts": queries.PARTS}
        return render(request, "ratings/desk_counting.html", context)
    if request.htmx:  # type: ignore[attr-defined]  # the page of before waits for the numbers
        return HttpResponse(headers={"HX-Refresh": "true"})
    asked = request.GET
    stars, words = asked.get("stars", ""), clean(asked.get("q", "")[:WORDS_MOST])
    is_adjusted = asked.get("adjusted") == ADJUSTED
    found = queries.proposals(batch, stars=stars, words=words, is_adjusted=is_adjusted)
    counted = queries.by_stars(batch)
    context = {
        "batch": batch,
        "page": Paginator(found, PER_PAGE).get_page(asked.get("page")),
        "counts": [(str(n), rules.STAR_WORDS[n], counted.get(n, 0)) for n in range(5, -1, -1)],
        "stars": stars,
        "q": words,
        "is_adjusted": is_adjusted,
        "is_open": batch.state == BatchState.OPEN,
        "rated": sum(number for n, number in counted.items() if n),
    }
    return render(request, "ratings/desk_batch.html", context)


@needs(Permission.RATING_EDIT)
@require_http_methods(["GET", "POST"])
def desk_proposal(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one proposal with its reasons, and let it be adjusted."""
    proposal = access.fetch(
        request.user,
        Permission.RATING_EDIT,
        Proposal.objects.select_related("batch__region", "organization__region", "adjusted_by"),
        at=now(),
        pk=pk,
    )
    form = AdjustForm(
        request.POST if request.method == "POST" else None, initial={"stars": proposal.final}
    )
    if form.is_bound and form.is_valid():
        with refusals_in(form):
            actions.adjust(proposal_id=pk, **form.cleaned_data, by=user_of(request), at=now())
        if not form.errors:
            messages.success(request, "已调整，规则算出的星级同时保留。")
            return redirect("ratings:desk_batch", proposal.batch_id)
    context = {
        "proposal": proposal,
        "batch": proposal.batch,
        "reasons": queries.explained(proposal, today=local_date(now())),
        "by_rule": rules.STAR_WORDS[proposal.stars],
        "final": rules.STAR_WORDS[proposal.final],
        "form": form,
        "is_open": proposal.batch.state == BatchState.OPEN,
    }
    return render(
        request, "ratings/desk_proposal.html", context, status=422 if form.errors else 200
    )


@needs(Permission.RATING_EDIT)
@require_POST
def desk_recount(request: HttpRequest, pk: int) -> HttpResponse:
    """Count a batch anew."""
    _fetch(request, pk)
    actions.recount(batch_id=pk, by=user_of(request), at=now())
    tasks.count_batch.enqueue(pk)
    messages.success(request, "正在按最新记录重新计算，手工调整的保留。")
    return redirect("ratings:desk_batch", pk)


@needs(Permission.RATING_EDIT)
@require_POST
def desk_show(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a batch to the public."""
    _fetch(request, pk)
    actions.show_batch(batch_id=pk, by=user_of(request), at=now())
    messages.success(request, "已开始公示，公示结束没有异议就认定。")
    return redirect("ratings:desk_batch", pk)


@needs(Permission.RATING_EDIT)
@require_POST
def desk_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a batch up."""
    _fetch(request, pk)
    actions.cancel_batch(batch_id=pk, by=user_of(request), at=now())
    messages.success(request, "这个批次已取消。")
    return redirect("ratings:desk_list")


@needs(Permission.POLICY_EDIT)
@require_http_methods(["GET", "POST"])
def desk_ladder(request: HttpRequest) -> HttpResponse:
    """Set what each star asks from a day on."""
    today = local_date(now())
    initial = {
        **LadderForm.said(queries.ladder(today)),
        "valid_from": today + timedelta(days=1),
    }
    form = LadderForm(request.POST) if request.method == "POST" else LadderForm(initial=initial)
    if form.is_bound and form.is_valid():
        with refusals_in(form):
            actions.set_ladder(
                rungs=form.rungs(),
                valid_from=form.cleaned_data["valid_from"],
                basis=form.cleaned_data["basis"],
                by=user_of(request),
                at=now(),
            )
        if not form.errors:
            messages.success(request, "已保存，从执行日期起按新标准计算。")
            return redirect("ratings:desk_list")
    return render(
        request, "ratings/desk_ladder.html", {"form": form}, status=422 if form.errors else 200
    )


def _fetch(request: HttpRequest, pk: int) -> Batch:
    found: Batch = access.fetch(
        request.user,
        Permission.RATING_EDIT,
        Batch.objects.select_related("region", "started_by"),
        at=now(),
        pk=pk,
    )
    return found
