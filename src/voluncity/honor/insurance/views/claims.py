"""The desk: claims, seen and worked on by few; each look is journaled."""

from __future__ import annotations

from datetime import datetime
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localdate, now
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from voluncity.city.access import actions as access
from voluncity.city.access.marks import needs
from voluncity.city.access.permissions import Permission
from voluncity.city.access.queries import has, may, scope_of
from voluncity.city.people.asking import user_of
from voluncity.city.people.models import User
from voluncity.honor.insurance import actions, queries
from voluncity.honor.insurance.forms import (
    AssignForm,
    DeclineForm,
    FileForm,
    HandInForm,
    PersonForm,
    ReportForm,
    SettleForm,
)
from voluncity.honor.insurance.models import Claim
from voluncity.honor.insurance.states import CLAIM_FLOW, CLAIM_TONES, OPEN_CLAIMS, ClaimState
from voluncity.honor.insurance.views.enrolling import volunteer_near
from voluncity.honor.insurance.views.handling import Act, Handling
from voluncity.honor.insurance.views.papers import paper
from voluncity.kernel.refusals import NotFound
from voluncity.web.forms import refusals_in

P = Permission
PER_PAGE = 30
UNPROCESSABLE = 422


@needs(P.INSURANCE_SEE)
@never_cache
@require_safe
def desk_claims(request: HttpRequest) -> HttpResponse:
    """List the claims within reach, open ones first."""
    found = queries.claims(scope_of(request.user, P.INSURANCE_SEE))
    if request.GET.get("state") == "open":
        found = found.filter(state__in=OPEN_CLAIMS)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": [(one, CLAIM_TONES[ClaimState(one.state)]) for one in page],
        "is_open": request.GET.get("state") == "open",
        "may_edit": has(request.user, P.INSURANCE_EDIT),
        "at": now(),
        "today": localdate(),
    }
    return render(request, "insurance/desk_claims.html", context)


@needs(P.INSURANCE_EDIT)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def desk_report(request: HttpRequest) -> HttpResponse:
    """Report an accident for somebody of one's area who cannot do it alone."""
    number = request.GET.get("number", "")
    person = PersonForm(request.GET if number else None)
    volunteer = None
    if person.is_bound and person.is_valid():
        with refusals_in(person):
            volunteer = volunteer_near(request, person.cleaned_data["number"])
    form = None
    if volunteer is not None:
        form = ReportForm(
            request.POST if request.method == "POST" else None,
            activities=queries.claim_activities(volunteer),
            initial={"happened_on": localdate()},
        )
    if form is not None and volunteer is not None and form.is_bound and form.is_valid():
        with refusals_in(form):
            made = actions.report_claim(
                volunteer=volunteer, said=form.report(), by=user_of(request), at=now()
            )
        if not form.errors:
            messages.success(request, "已代为登记，本人也能看到。")
            return redirect("insurance:desk_claim", made.pk)
    context = {"person": person, "volunteer": volunteer, "form": form}
    is_wrong = person.errors or (form is not None and form.errors)
    status = UNPROCESSABLE if is_wrong else 200
    return render(request, "insurance/desk_report.html", context, status=status)


def _said(action: Any) -> Act:
    def act(claim: Claim, form: Any, by: User, at: datetime) -> object:
        return action(claim=claim, said=form.outcome(), by=by, at=at)

    return act


def _assign(claim: Claim, form: Any, by: User, at: datetime) -> object:
    policy = form.cleaned_data["policy"]
    return actions.assign_policy(claim=claim, policy_id=policy.pk, by=by, at=at)


HANDLINGS = {
    one.verb: one
    for one in (
        Handling("assign", "选择保单", AssignForm, _assign, "已选择保单，时限已更新。"),
        Handling(
            "hand_in", "材料已交保险公司", HandInForm, _said(actions.hand_in_claim),
            "已登记，本人会收到消息。",
        ),
        Handling(
            "settle", "登记赔付", SettleForm, _said(actions.settle_claim),
            "已登记赔付，本人会收到消息。",
        ),
        Handling(
            "decline", "登记不予赔付", DeclineForm, _said(actions.decline_claim),
            "已登记，本人会看到原因。",
        ),
    )
}  # fmt: skip


def _fetch(request: HttpRequest, pk: int, permission: Permission = P.INSURANCE_SEE) -> Claim:
    found = access.fetch(
        request.user,
        permission,
        Claim.objects.select_related(
            "volunteer__region", "policy", "activity", "organization", "reported_by"
        ),
        at=now(),
        pk=pk,
    )
    return cast(Claim, found)


@needs(P.INSURANCE_SEE)
@never_cache
@require_safe
def desk_claim(request: HttpRequest, pk: int) -> HttpResponse:
    """Open one claim; the look is journaled and the person sees it."""
    claim = _fetch(request, pk)
    actions.note_look(claim=claim, by=user_of(request), at=now())
    return _page(request, claim)


@needs(P.INSURANCE_EDIT)
@require_POST
def desk_claim_step(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Take one step of a claim; a form with errors is drawn again."""
    claim = _fetch(request, pk, P.INSURANCE_EDIT)
    handling = HANDLINGS.get(verb)
    if handling is None:
        raise NotFound("没有这一步，请回到理赔页面。")
    form = _form(handling, claim, request.POST)
    if form.is_valid():
        with refusals_in(form):
            handling.act(claim, form, user_of(request), now())
    if form.errors:
        return _page(request, _fetch(request, pk), bound={verb: form})
    messages.success(request, handling.done)
    return redirect("insurance:desk_claim", pk)


@needs(P.INSURANCE_EDIT)
@require_POST
def desk_claim_add(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep a paper that the person brought."""
    claim = _fetch(request, pk, P.INSURANCE_EDIT)
    form = FileForm(request.POST, request.FILES)
    if form.is_valid():
        said = form.cleaned_data
        with refusals_in(form):
            actions.add_file(
                claim=claim, checked=said["paper"], label=said["label"], by=user_of(request),
                at=now(),
            )  # fmt: skip
    if form.errors:
        return _page(request, claim, adding=form)
    messages.success(request, "材料已上传。")
    return redirect("insurance:desk_claim", pk)


@needs(P.INSURANCE_SEE)
@require_safe
def desk_claim_file(request: HttpRequest, pk: int, file_pk: int) -> FileResponse:
    """Hand over a paper of a claim; the look is journaled."""
    claim = _fetch(request, pk)
    answer = paper(claim, file_pk)
    actions.note_look(claim=claim, by=user_of(request), at=now())
    return answer


def _form(handling: Handling, claim: Claim, sent: Any = None) -> forms.Form:
    if handling.form is AssignForm:
        initial = {"policy": claim.policy_id}
        return AssignForm(sent, policies=queries.policies_for_claim(claim), initial=initial)
    return handling.form(sent)


def _page(
    request: HttpRequest,
    claim: Claim,
    *,
    bound: dict[str, forms.Form] | None = None,
    adding: FileForm | None = None,
) -> HttpResponse:
    may_edit = may(user_of(request), P.INSURANCE_EDIT, Claim.objects.all(), pk=claim.pk)
    possible = {step.verb for step in CLAIM_FLOW.verbs(claim.state)} if may_edit else set()
    context = {
        "claim": claim,
        "story": queries.story_of(claim),
        "files": claim.files.select_related("file").order_by("pk"),
        "moves": queries.moves_of(claim),
        "tone": CLAIM_TONES[ClaimState(claim.state)],
        "steps": [
            (one, (bound or {}).get(one.verb) or _form(one, claim))
            for one in HANDLINGS.values()
            if one.verb in possible
        ],
        "adding": adding or FileForm(),
        "may_add": may_edit and claim.state in OPEN_CLAIMS,
        "at": now(),
        "today": localdate(),
    }
    status = UNPROCESSABLE if bound or adding else 200
    return render(request, "insurance/desk_claim.html", context, status=status)
