"""Takers: take on a part, follow it, take it back; claim a whole project for a unit."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from voluncity.city.access.marks import signed_in
from voluncity.city.people.asking import user_of
from voluncity.kernel.refusals import NotFound
from voluncity.service.pledges import actions, paper, queries, rules
from voluncity.service.pledges.forms import AdoptForm, TakeForm, WithdrawForm
from voluncity.service.pledges.models import Adoption, Need, Pledge
from voluncity.service.pledges.states import LIVE, PledgeState
from voluncity.service.projects import queries as projects
from voluncity.web.forms import refusals_in
from voluncity.web.paging import LongPaginator

ON_A_PAGE = 20
UNPROCESSABLE = 422


@signed_in
@require_http_methods(["GET", "POST"])
def take(request: HttpRequest, pk: int) -> HttpResponse:
    """Take on a part of a need."""
    need, user, at = _need(pk), user_of(request), now()
    form = TakeForm(
        request.POST if request.method == "POST" else None,
        need=need,
        volunteer=user.volunteer_or_none,
        units=queries.units_of(user),
        initial={"promised_on": need.due_on, "contact_name": user.display_name},
    )
    if form.is_bound and form.is_valid():
        taker, said = form.said()
        with refusals_in(form):
            pledge = actions.take_need(need=need, taker=taker, said=said, by=user, at=at)
        if not form.errors:
            messages.success(request, "认领成功，谢谢您！组织者会尽快联系您。")
            return redirect("pledges:one", pledge.pk)
    context = {"need": need, "form": form, "may": bool(form.fields["taker"].choices)}  # type: ignore[attr-defined]
    status = UNPROCESSABLE if form.errors else 200
    return render(request, "pledges/take.html", context, status=status)


@signed_in
@require_http_methods(["GET", "POST"])
def adopt(request: HttpRequest, pk: int) -> HttpResponse:
    """Claim a whole project for a unit."""
    user = user_of(request)
    project = projects.public_projects().filter(pk=pk).first()
    if project is None:
        raise NotFound("没有找到这个项目，或者它还没有发布。")
    form = AdoptForm(
        request.POST if request.method == "POST" else None, units=queries.units_of(user)
    )
    if form.is_bound and form.is_valid():
        with refusals_in(form):
            actions.ask_adoption(
                project=project, unit=form.chosen(), words=form.cleaned_data["words"],
                by=user, at=now(),
            )  # fmt: skip
        if not form.errors:
            messages.success(request, "已提交，项目的组织者会尽快答复。")
            return redirect("pledges:mine")
    context = {"project": project, "form": form, "may": bool(form.units)}
    status = UNPROCESSABLE if form.errors else 200
    return render(request, "pledges/adopt.html", context, status=status)


@signed_in
@require_GET
def mine(request: HttpRequest) -> HttpResponse:
    """List what one promised, oneself or for one's units."""
    user = user_of(request)
    page = LongPaginator(queries.mine(user), ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "adoptions": list(queries.adoptions_of(user)[:ON_A_PAGE]),
    }
    return render(request, "pledges/mine.html", context)


@signed_in
@require_GET
def one(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one's promise and what happened to it."""
    return _page(request, _fetch(request, pk))


@signed_in
@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a promise back."""
    pledge, form = _fetch(request, pk), WithdrawForm(request.POST)
    if form.is_valid():
        with refusals_in(form):
            actions.withdraw_pledge(
                pledge=pledge, words=form.cleaned_data["words"], by=user_of(request), at=now()
            )
    if form.errors:
        return _page(request, _fetch(request, pk), form)
    messages.success(request, "已撤回，名额重新开放给别人。")
    return redirect("pledges:one", pk)


@signed_in
@require_POST
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """Let one's name be shown on the wall of thanks, or not."""
    is_shown = request.POST.get("shows_name") == "1"
    actions.set_shown(
        pledge=_fetch(request, pk), shows_name=is_shown, by=user_of(request), at=now()
    )
    messages.success(request, "已公开您的名称。" if is_shown else "您的名称不再公开。")
    return redirect("pledges:one", pk)


@signed_in
@require_GET
def letter(request: HttpRequest, pk: int) -> HttpResponse:
    """Print the letter of thanks."""
    pledge = _fetch(request, pk)
    if pledge.state != PledgeState.THANKED:
        raise NotFound("还没有感谢状，请等组织者致谢。")
    response = HttpResponse(paper.letter_pdf(pledge), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{pledge.number}.pdf"'
    response["Cache-Control"] = "private, no-store"
    return response


@signed_in
@require_POST
def adoption_step(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Take the claim of a whole project back, or end it."""
    adoption: Adoption | None = queries.adoptions_of(user_of(request)).filter(pk=pk).first()
    if adoption is None or verb not in {"withdraw", "end"}:
        raise NotFound("没有找到这项认领，请回到“我的认领”看看。")
    if verb == "withdraw":
        actions.withdraw_adoption(adoption=adoption, by=user_of(request), at=now())
        messages.success(request, "已撤回。")
        return redirect("pledges:mine")
    words = request.POST.get("words", "")
    actions.end_adoption(adoption=adoption, words=words, by=user_of(request), at=now())
    messages.success(request, "已结束认领，谢谢贵单位的支持。")
    return redirect("pledges:mine")


def _page(request: HttpRequest, pledge: Pledge, form: WithdrawForm | None = None) -> HttpResponse:
    context = {
        "pledge": pledge,
        "need": pledge.need,
        "moves": moves_of(pledge),
        "phone": queries.phone_of(pledge),
        "form": (form or WithdrawForm()) if pledge.state in LIVE else None,
    }
    status = UNPROCESSABLE if form is not None else 200
    return render(request, "pledges/one.html", context, status=status)


def moves_of(pledge: Pledge) -> list[dict[str, object]]:
    """Return the history in words."""
    found = pledge.moves.select_related("by")
    return [
        {"label": rules.LABELS[move.verb], "at": move.at, "words": move.words, "by": move.by}
        for move in found
    ]


def _need(pk: int) -> Need:
    found = queries.public_needs().filter(pk=pk).first()
    if found is None:
        raise NotFound("没有找到这项需求，或者它的项目还没有发布。")
    return found


def _fetch(request: HttpRequest, pk: int) -> Pledge:
    found = queries.mine(user_of(request)).filter(pk=pk).first()
    if found is None:
        raise NotFound("没有找到这项认领，请回到“我的认领”看看。")
    return found
