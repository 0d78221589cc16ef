"""Exchange a turn for somebody else's: choose, ask, and answer."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.views.decorators.http import require_http_methods, require_POST

from voluncity.city.access.marks import volunteer_only
from voluncity.city.people.asking import user_of
from voluncity.service.rosters.actions import swaps
from voluncity.service.rosters.forms.mine import SwapForm, TakeForm
from voluncity.service.rosters.queries import mine as queries
from voluncity.service.rosters.states import SwapState
from voluncity.web.forms import refusals_in

UNPROCESSABLE = 422


@volunteer_only
@require_http_methods(["GET", "POST"])
def ask(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose somebody's turn, and ask them to exchange it."""
    user = user_of(request)
    signup = queries.my_turn(user.volunteer, pk)
    form = SwapForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            swaps.ask_swap(
                signup_id=pk, other_id=form.cleaned_data["other"],
                risks_read=form.cleaned_data["risks_read"], by=user, at=now(),
            )  # fmt: skip
            messages.success(request, "已问对方。对方同意之前，两个班次都不变。")
            return redirect("rosters:mine")
    turn = signup.shift.roster_turn
    context = {
        "signup": signup, "turn": turn, "form": form, "plan": turn.post.plan,
        "chosen": str(form.data.get("other", "")),
        "choices": queries.turns_to_swap(signup, at=now()),
    }  # fmt: skip
    status = UNPROCESSABLE if form.errors else 200
    return render(request, "rosters/swap_ask.html", context, status=status)


@volunteer_only
@require_http_methods(["GET", "POST"])
def swap(request: HttpRequest, pk: int) -> HttpResponse:
    """Show both turns; whoever is asked says yes."""
    user = user_of(request)
    found = queries.own_swap(user.volunteer, pk)
    is_asked = found.other.volunteer_id == user.volunteer.pk
    form = TakeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and is_asked and form.is_valid():
        with refusals_in(form):
            swaps.agree_to_swap(swap_id=pk, **form.cleaned_data, by=user, at=now())
            messages.success(request, "换好了，请按新的班次到岗。")
            return redirect("rosters:mine")
    context = {
        "swap": found, "form": form, "is_asked": is_asked,
        "is_open": found.state == SwapState.OPEN,
        "gives": found.other if is_asked else found.own,
        "gets": found.own if is_asked else found.other,
        "plan": found.own.shift.roster_turn.post.plan,
    }  # fmt: skip
    status = UNPROCESSABLE if form.errors else 200
    return render(request, "rosters/swap.html", context, status=status)


@volunteer_only
@require_POST
def end_swap(request: HttpRequest, pk: int) -> HttpResponse:
    """Say no, or ask no more: each of the two has one way to end it."""
    user = user_of(request)
    found = queries.own_swap(user.volunteer, pk)
    verb = "decline" if found.other.volunteer_id == user.volunteer.pk else "withdraw"
    swaps.end_swap(swap_id=pk, verb=verb, by=user, at=now())
    messages.success(request, "已答复，两个班次都不变。" if verb == "decline" else "已撤回。")
    return redirect("rosters:mine")
