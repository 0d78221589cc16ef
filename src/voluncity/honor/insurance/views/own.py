"""One's own insurance, or one's child's: what covers me, lists to answer, claims."""

from __future__ import annotations

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localdate, now
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from voluncity.city.access.marks import signed_in, volunteer_only
from voluncity.city.people import queries as people
from voluncity.city.people.asking import user_of
from voluncity.city.people.models import User, Volunteer
from voluncity.honor.insurance import actions, queries
from voluncity.honor.insurance.forms import FileForm, ReportForm, WithdrawForm
from voluncity.honor.insurance.models import Claim, Insured
from voluncity.honor.insurance.queries.covered import is_open_question
from voluncity.honor.insurance.states import CLAIM_TONES, OPEN_CLAIMS, ClaimState
from voluncity.honor.insurance.views.papers import paper
from voluncity.kernel.refusals import NotFound
from voluncity.web.forms import refusals_in

UNPROCESSABLE = 422
YES, NO = "yes", "no"


def _me(request: HttpRequest) -> Volunteer:
    return user_of(request).volunteer


def _ward(request: HttpRequest, pk: int) -> Volunteer:
    return people.ward(user_of(request), pk, on=localdate()).volunteer


@volunteer_only
@never_cache
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """Show what covers me today, lists to answer, and my claims."""
    return _covered(request, _me(request))


@signed_in
@never_cache
@require_safe
def of_ward(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a guardian what covers the child today, lists to answer, and the child's claims."""
    child = _ward(request, pk)
    return _covered(request, child, child=child)


def _covered(
    request: HttpRequest, whose: Volunteer, *, child: Volunteer | None = None
) -> HttpResponse:
    context = {
        "covers": queries.covers_of(whose, on=localdate()),
        "today": localdate(),
        "questions": [(row, is_open_question(row)) for row in queries.asked_of(whose)],
        "claims": [(one, CLAIM_TONES[ClaimState(one.state)]) for one in queries.own_claims(whose)],
        "child": child,
        "needs_guardian": child is None and not people.is_adult(whose.born_on, on=localdate()),
    }
    return render(request, "insurance/mine.html", context)


@volunteer_only
@require_safe
def card_line(request: HttpRequest) -> HttpResponse:
    """Show on the volunteer's card whether I am insured today."""
    covers = queries.covers_of(_me(request), on=localdate())
    return render(request, "insurance/card_line.html", {"covers": covers})


@signed_in
@require_POST
def answer(request: HttpRequest, pk: int, say: str) -> HttpResponse:
    """Say yes or no to being on the list of a policy; for a child the guardian does."""
    user = user_of(request)
    row: Insured | None = queries.asked_for(user, on=localdate()).filter(pk=pk).first()
    if row is None or say not in {YES, NO}:
        raise NotFound("没有找到这份名单，请回到“我的保险”。")
    actions.answer_enrollment(insured_id=pk, agrees=say == YES, by=user, at=now())
    messages.success(
        request, "已同意参加，承保后会告诉您。" if say == YES else "已记下：不参加。可以再改。"
    )
    return redirect(_home(user, row.volunteer))


def _home(user: User, whose: Volunteer) -> str:
    """Return the page of somebody's insurance: one's own, or the child's."""
    living = people.living_record(whose.pk)
    own = user.volunteer_or_none
    if own is not None and own.pk == living:
        return reverse("insurance:mine")
    return reverse("insurance:of_ward", args=[living])


@volunteer_only
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest) -> HttpResponse:
    """Report an accident."""
    return _report(request, _me(request))


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def ward_report(request: HttpRequest, pk: int) -> HttpResponse:
    """Report a child's accident."""
    return _report(request, _ward(request, pk))


def _report(request: HttpRequest, whose: Volunteer) -> HttpResponse:
    form = ReportForm(
        request.POST if request.method == "POST" else None,
        activities=queries.claim_activities(whose),
        initial={"happened_on": localdate()},
    )
    if form.is_bound and form.is_valid():
        with refusals_in(form):
            made = actions.report_claim(
                volunteer=whose, said=form.report(), by=user_of(request), at=now()
            )
        if not form.errors:
            messages.success(request, "已登记。请继续上传病历、发票等材料。")
            return redirect("insurance:claim", made.pk)
    context = {
        "form": form,
        "covers": queries.covers_of(whose, on=localdate()),
        "home": _home(user_of(request), whose),
    }
    status = UNPROCESSABLE if form.errors else 200
    return render(request, "insurance/report.html", context, status=status)


def _own(request: HttpRequest, pk: int) -> Claim:
    return queries.own_claim(user_of(request), pk, on=localdate())


@signed_in
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def claim(request: HttpRequest, pk: int) -> HttpResponse:
    """Show my claim, or my child's, and take another paper."""
    found = _own(request, pk)
    is_sent = request.method == "POST"
    form = FileForm(request.POST if is_sent else None, request.FILES if is_sent else None)
    if form.is_bound and form.is_valid():
        said = form.cleaned_data
        with refusals_in(form):
            actions.add_file(
                claim=found,
                checked=said["paper"],
                label=said["label"],
                by=user_of(request),
                at=now(),
            )
        if not form.errors:
            messages.success(request, "材料已上传。")
            return redirect("insurance:claim", pk)
    return _page(request, found, form)


def _page(request: HttpRequest, found: Claim, form: FileForm) -> HttpResponse:
    context = {
        "claim": found,
        "story": queries.story_of(found),
        "files": found.files.select_related("file").order_by("pk"),
        "moves": queries.moves_of(found),
        "is_open": found.state in OPEN_CLAIMS,
        "tone": CLAIM_TONES[ClaimState(found.state)],
        "form": form,
        "withdrawing": WithdrawForm(),
        "at": now(),
        "home": _home(user_of(request), found.volunteer),
    }
    status = UNPROCESSABLE if form.errors else 200
    return render(request, "insurance/claim.html", context, status=status)


@signed_in
@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Give my claim up."""
    found = _own(request, pk)
    form = WithdrawForm(request.POST)
    reason = form.cleaned_data["words"] if form.is_valid() else ""
    actions.withdraw_claim(claim=found, reason=reason, by=user_of(request), at=now())
    messages.success(request, "已撤回这项理赔。")
    return redirect("insurance:claim", pk)


@signed_in
@require_safe
def claim_file(request: HttpRequest, pk: int, file_pk: int) -> FileResponse:
    """Hand over a paper of my own claim, or my child's."""
    return paper(_own(request, pk), file_pk)
