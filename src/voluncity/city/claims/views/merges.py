"""The desk: records that may be one person's, what a merge would do, and taking one back."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from voluncity.city.access import actions as access
from voluncity.city.access.marks import needs
from voluncity.city.access.permissions import Permission
from voluncity.city.claims import actions, queries
from voluncity.city.claims.forms import MergeForm, PairForm
from voluncity.city.claims.models import Merge
from voluncity.city.people import queries as people
from voluncity.city.people.asking import user_of
from voluncity.city.people.models import Volunteer
from voluncity.city.regions import queries as regions
from voluncity.kernel.clock import local_date
from voluncity.kernel.masks import mask_id, mask_phone
from voluncity.kernel.merging import Pair
from voluncity.kernel.refusals import NotFound, Refusal
from voluncity.web.forms import refusals_in

PER_PAGE = 30


@needs(Permission.RECORD_MERGE)
@never_cache
@require_safe
def desk_merges(request: HttpRequest) -> HttpResponse:
    """List pairs of my area that look like one person, or the merges that were made."""
    is_done = request.GET.get("tab") == "done"
    counties = [(region.path, region.name) for region in regions.counties(on=local_date(now()))]
    path = request.GET.get("region", "")
    chosen = path if path in dict(counties) else ""
    found: Any = (
        queries.merges(user_of(request))
        if is_done
        else queries.suspects(user_of(request), region_path=chosen)
    )
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    context: dict[str, Any] = {
        "is_done": is_done,
        "page": page,
        "counties": counties,
        "chosen": chosen,
        "form": PairForm(),
    }
    if is_done:
        context["rows"] = [(one, queries.undo_until(one)) for one in page]
    else:
        context["rows"] = [(one, _masked(one.first), _masked(one.second)) for one in page]
    return render(request, "claims/desk_merges.html", context)


def _masked(volunteer: Volunteer) -> dict[str, str]:
    return {
        "id_number": mask_id(people.id_number_of(volunteer)),
        "phone": mask_phone(people.phone_of(volunteer)),
    }


@needs(Permission.RECORD_MERGE)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def preview(request: HttpRequest) -> HttpResponse:
    """Show what a merge of two records would do; do it when it was confirmed."""
    asked = PairForm(request.GET)
    if not asked.is_valid():
        return render(request, "claims/desk_pair.html", {"form": asked}, status=422)
    loser = _volunteer(request, asked.cleaned_data["loser"])
    winner = _volunteer(request, asked.cleaned_data["winner"])
    has_two = loser.user_id is not None and winner.user_id is not None
    form = MergeForm(request.POST if request.method == "POST" else None, has_two_accounts=has_two)
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            done = actions.merge(
                loser_id=loser.pk, winner_id=winner.pk, reason=form.cleaned_data["reason"],
                keeps_loser_account=form.keeps_loser_account, by=user_of(request), at=now(),
            )  # fmt: skip
            messages.success(request, "已合并，可以在期限内撤销。")
            return redirect("claims:desk_merge", done.pk)
    pair = Pair(loser.pk, winner.pk, user_of(request).pk, now())
    context: dict[str, Any] = {
        "loser": loser,
        "winner": winner,
        "sides": [_side("并入的登记", loser), _side("保留的登记", winner)],
        "sections": queries.preview(loser, winner, viewer=user_of(request), at=now()),
        "hindrances": queries.hindrances(pair),
        "is_possible": loser.closed_at is None and winner.closed_at is None,
        "form": form,
    }
    return render(request, "claims/desk_preview.html", context, status=422 if form.errors else 200)


def _volunteer(request: HttpRequest, number: str) -> Volunteer:
    reach = Volunteer.objects.select_related("region", "user")
    try:
        found = access.fetch(
            user_of(request), Permission.RECORD_MERGE, reach, at=now(), number=number
        )
    except NotFound as refusal:
        raise NotFound(
            f"没有找到编号 {number} 的登记，或者它不在您的管理范围内。"
            "两份登记都在您的范围内才能合并，请核对编号，或请上级文明办办理。"
        ) from refusal
    return cast(Volunteer, found)


def _side(title: str, volunteer: Volunteer) -> dict[str, Any]:
    return {
        "title": title,
        "volunteer": volunteer,
        "minutes": people.minutes_of(volunteer.pk),
        "consents": len(people.live_consents(volunteer)),
        **_masked(volunteer),
    }


@needs(Permission.RECORD_MERGE)
@never_cache
@require_safe
def desk_merge(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one merge, and until when it can be taken back."""
    return _merge_page(request, _merge(request, pk))


def _merge(request: HttpRequest, pk: int) -> Merge:
    related = Merge.objects.select_related(
        "loser__region", "winner__region", "merged_by", "undone_by"
    )
    found = access.fetch(user_of(request), Permission.RECORD_MERGE, related, at=now(), pk=pk)
    return cast(Merge, found)


def _merge_page(request: HttpRequest, merge: Merge, refusal: str = "") -> HttpResponse:
    until = queries.undo_until(merge)
    context = {
        "merge": merge,
        "until": until,
        "may_undo": merge.undone_at is None and now() < until,
        "refusal": refusal,
    }
    return render(request, "claims/desk_merge.html", context, status=409 if refusal else 200)


@needs(Permission.RECORD_MERGE)
@require_POST
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a merge back."""
    merge = _merge(request, pk)
    try:
        left = actions.undo(merge_id=merge.pk, by=user_of(request), at=now())
    except Refusal as refusal:
        return _merge_page(request, merge, refusal.sentence)
    messages.success(request, "已撤销，两份登记恢复为合并前的样子。")
    for said in left:
        messages.warning(request, said)
    return redirect("claims:desk_merge", pk)


@needs(Permission.RECORD_MERGE)
@require_POST
def not_double(request: HttpRequest) -> HttpResponse:
    """Write down that two records are of two people."""
    first = _volunteer(request, request.POST.get("first", "")[:14])
    second = _volunteer(request, request.POST.get("second", "")[:14])
    actions.say_not_double(first_id=first.pk, second_id=second.pk, by=user_of(request), at=now())
    messages.success(request, "已记下：这两份登记不是同一个人，不再提示。")
    return redirect("claims:desk_merges")
