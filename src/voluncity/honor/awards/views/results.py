"""The desk: places, the decision, awards and their end."""

from __future__ import annotations

from itertools import groupby

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from voluncity.city.access import actions as access
from voluncity.city.access.marks import needs
from voluncity.city.access.permissions import Permission
from voluncity.city.people.asking import user_of
from voluncity.city.publicity.models import Notice
from voluncity.honor.awards import actions, queries
from voluncity.honor.awards.forms import DecideForm, OfficePointsForm, ReasonForm
from voluncity.honor.awards.models import Award, Result, Selection
from voluncity.honor.awards.rules import points_text
from voluncity.honor.awards.states import AWARD_FLOW, SelectionState
from voluncity.honor.awards.views.common import UNPROCESSABLE, certificate_answer
from voluncity.honor.awards.views.desk import fetch
from voluncity.kernel.refusals import NotFound
from voluncity.web.forms import refusals_in

P = Permission
S = SelectionState


@needs(P.AWARD_EDIT)
@require_http_methods(["GET", "POST"])
def desk_results(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what the rule computed, and let it be decided."""
    selection = fetch(request, pk)
    results = list(queries.results_of(selection).select_related("office_by"))
    form = DecideForm(request.POST if request.method == "POST" else None, results=results)
    if form.is_bound and form.is_valid():
        with refusals_in(form):
            actions.decide_selection(
                selection=selection, decision=form.decision(), by=user_of(request), at=now()
            )
        if not form.errors:
            messages.success(request, "已评定，等另一位工作人员复核。")
            return redirect("awards:desk_results", pk)
    return _page(request, selection, form)


@needs(P.AWARD_EDIT)
@require_POST
def desk_office_points(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the office's own points."""
    nomination = queries.detailed().filter(pk=pk, number__isnull=False).first()
    if nomination is None:
        raise NotFound("没有找到这个对象，请刷新页面。")
    selection = fetch(request, nomination.category.selection_id)
    nomination.category.selection = selection
    form = OfficePointsForm(request.POST)
    if form.is_valid():
        with refusals_in(form):
            actions.give_office_points(
                nomination=nomination, by=user_of(request), at=now(), **form.cleaned_data
            )
    if form.errors:
        messages.error(request, " ".join(str(one) for one in form.errors.get("points", [])))
    return redirect("awards:desk_results", selection.pk)


def _page(request: HttpRequest, selection: Selection, form: DecideForm) -> HttpResponse:
    groups = [
        (category, list(rows))
        for category, rows in groupby(form.rows, key=lambda row: row[0].nomination.category)
    ]
    awards = {one.nomination_id: one for one in queries.awards_of_selection(selection)}
    context = {
        "selection": selection,
        "form": form,
        "tables": [
            (category, [(_drawn(one), *fields, awards.get(one.nomination_id))
                        for one, *fields in rows])
            for category, rows in groups
        ],
        "is_counted": selection.state == S.COUNTED,
        "is_decided": selection.state == S.DECIDED,
        "is_own": selection.decided_by_id == user_of(request).pk,
        "return_form": ReasonForm(label="退回的理由"),
    }  # fmt: skip
    status = UNPROCESSABLE if form.errors else 200
    return render(request, "awards/desk_results.html", context, status=status)


def _drawn(result: Result) -> dict[str, object]:
    """Return a result in words."""
    return {
        "pk": result.pk,
        "nomination": result.nomination,
        "place": result.place,
        "expert": points_text(result.expert_points),
        "reviews": result.reviews,
        "votes": result.votes,
        "vote_points": points_text(result.vote_points),
        "office": points_text(result.office_points),
        "office_whole": result.office_points // 100,
        "total": points_text(result.total),
        "by_rule": result.by_rule,
        "is_chosen": result.is_chosen,
        "reason": result.reason,
    }


@needs(P.AWARD_EDIT)
@require_http_methods(["GET", "POST"])
def desk_award(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one award, and let it be taken back with a reason."""
    award = _award(request, pk)
    form = ReasonForm(
        request.POST if request.method == "POST" else None, label="撤销的原因",
        hint="核验证书的人会看到。",
    )  # fmt: skip
    if form.is_bound and form.is_valid():
        with refusals_in(form):
            actions.revoke_award(
                award=award, reason=form.cleaned_data["reason"], by=user_of(request), at=now()
            )
        if not form.errors:
            messages.success(request, "已撤销，核验页面立即显示。")
            return redirect("awards:desk_award", pk)
    notice = Notice.objects.filter(subject_type="award", subject_id=pk).order_by("-pk").first()
    context = {
        "award": award,
        "form": form,
        "notice": notice,
        "may_revoke": award.state in AWARD_FLOW.sources("revoke"),
    }
    status = UNPROCESSABLE if form.errors else 200
    return render(request, "awards/desk_award.html", context, status=status)


@needs(P.AWARD_EDIT)
@require_safe
def desk_paper(request: HttpRequest, pk: int) -> HttpResponse:
    """Print the certificate of an award."""
    award = _award(request, pk)
    if not award.is_effective:
        raise NotFound("这项表彰还没有生效或已经撤销，不能打印证书。")
    return certificate_answer(award)


def _award(request: HttpRequest, pk: int) -> Award:
    found: Award = access.fetch(
        request.user, P.AWARD_EDIT,
        Award.objects.select_related("selection", "nomination__category", "nomination__volunteer",
                                     "ended_by"),
        at=now(), pk=pk,
    )  # fmt: skip
    return found
