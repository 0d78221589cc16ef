"""One's own wishes and claims: post, follow, withdraw, confirm, thank; call, give back, finish."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from voluncity.care.wishes import actions, queries, rules
from voluncity.care.wishes.forms import FinishForm, NothingForm, ThanksForm, WishForm, WordsForm
from voluncity.care.wishes.models import Wish
from voluncity.care.wishes.rules import Contact
from voluncity.care.wishes.states import REACHED, TONES, WISH_FLOW, WishState
from voluncity.care.wishes.views.common import UNPROCESSABLE, moves_of
from voluncity.city.access.marks import signed_in, volunteer_only
from voluncity.city.people import queries as people
from voluncity.city.people.asking import user_of
from voluncity.city.people.models import User
from voluncity.city.policy import queries as policy
from voluncity.city.regions.forms import half_filled
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import NotFound
from voluncity.web.forms import refusals_in

ON_A_PAGE = 20
S = WishState
VERBS = {step.verb for step in WISH_FLOW.steps}


@signed_in
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Post a wish in one screen."""
    me, at = user_of(request), now()
    form = wish_form(request, at=at, initial=_known_of(me, at=at))
    if form.is_bound and form.is_valid():
        with refusals_in(form):
            wish = actions.post_wish(asked=form.asked(), user=me, by=me, at=at)
        if not form.errors:
            messages.success(request, "心愿已提交，审核以后会公开。")
            return redirect("wishes:own", wish.pk)
    context = {
        "form": form,
        "workdays": policy.number("wishes.review_workdays", on=local_date(at)),
        "days": policy.number("wishes.contact_days", on=local_date(at)),
    }
    return render(request, "wishes/new.html", context, status=UNPROCESSABLE if form.errors else 200)


def wish_form(
    request: HttpRequest, *, at: datetime, initial: dict[str, Any], is_desk: bool = False
) -> WishForm:
    """Return the form as it was sent, or to be filled in; half of it while regions are chosen."""
    today = local_date(at)
    is_half = "next_level" in request.POST
    is_sent = request.method == "POST" and not is_half
    known = half_filled(WishForm, request.POST) if is_half else initial
    return WishForm(
        *((request.POST, request.FILES) if is_sent else ()),
        today=today,
        themes=queries.themes(on=today),
        is_desk=is_desk,
        initial=known | {"handle": str(uuid4())},
    )


def _known_of(me: User, *, at: datetime) -> dict[str, Any]:
    """Return what a volunteer has told already."""
    volunteer = me.volunteer_or_none
    if volunteer is None:
        return {}
    phone = people.contact_phone(volunteer, on=local_date(at))
    return {"name": volunteer.name, "phone": phone, "region": volunteer.region}


@signed_in
@require_GET
def mine(request: HttpRequest) -> HttpResponse:
    """List what one wished and what one has claimed."""
    me = user_of(request)
    wishes = Paginator(queries.own_wishes(me), ON_A_PAGE).get_page(request.GET.get("page"))
    claims = Paginator(queries.own_claims(me), ON_A_PAGE).get_page(request.GET.get("claims"))
    context = {"page": wishes, "claims": claims, "tones": TONES}
    return render(request, "wishes/mine.html", context)


# -- One's own wish ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Handling:
    """One thing that may be done on one's own page."""

    label: str
    form: Callable[..., forms.Form]
    act: Callable[[Wish, dict[str, Any], User, datetime], object]
    done: str


def _words(label: str) -> Callable[..., forms.Form]:
    return lambda *sent: WordsForm(*sent, label=label)


OWN = {
    "complete": Handling(
        "已经实现", NothingForm,
        lambda wish, _said, by, at: actions.complete_wish(wish=wish, by=by, at=at),
        "太好了！要不要向志愿者道声谢？",
    ),
    "deny": Handling(
        "还没有实现", _words("还差什么"),
        lambda wish, said, by, at: actions.deny_wish(wish=wish, by=by, at=at, **said),
        "已请志愿者再看看。",
    ),
    "withdraw": Handling(
        "撤回心愿", NothingForm,
        lambda wish, _said, by, at: actions.withdraw_wish(wish=wish, by=by, at=at),
        "心愿已撤回。",
    ),
    "thank": Handling(
        "道谢", ThanksForm,
        lambda wish, said, by, at: actions.thank(wish=wish, by=by, at=at, **said),
        "您的感谢已转达。",
    ),
}  # fmt: skip


@signed_in
@never_cache
@require_GET
def own(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one's wish: who is at it, who saw the contact, what happened."""
    return _own(request, queries.own_wish(user_of(request), pk))


@signed_in
@never_cache
@require_POST
def own_step(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Do one thing about one's wish; a form with errors is drawn again."""
    me, wish = user_of(request), queries.own_wish(user_of(request), pk)
    if verb == "contact":
        return _own(request, wish, contact=actions.see_claimant(wish=wish, by=me, at=now()))
    handling = OWN.get(verb)
    if handling is None:
        raise NotFound("没有这一步，请回到心愿页面。")
    if verb in VERBS:
        WISH_FLOW.after(verb, wish.state)
    form = handling.form(request.POST, request.FILES)
    if form.is_valid():
        with refusals_in(form):
            handling.act(wish, form.cleaned_data, me, now())
    if form.errors:
        return _own(request, queries.own_wish(me, pk), bound={verb: form})
    messages.success(request, handling.done)
    return redirect("wishes:own", pk)


def _own(
    request: HttpRequest,
    wish: Wish,
    *,
    bound: dict[str, forms.Form] | None = None,
    contact: Contact | None = None,
) -> HttpResponse:
    possible = {step.verb for step in WISH_FLOW.verbs(wish.state)}
    if wish.state in REACHED and not wish.thanks:
        possible.add("thank")
    context = {
        "wish": wish,
        "tone": TONES.get(WishState(wish.state), "neutral"),
        "forms": {
            verb: (bound or {}).get(verb) or one.form()
            for verb, one in OWN.items()
            if verb in possible or verb in (bound or {})
        },
        "claim": queries.current_claim(wish),
        "contact": contact,
        "looks": queries.looks_at(wish),
        "moves": moves_of(wish),
        "advice": rules.advice(wish.reject_reason),
        "can_thank": "thank" in possible or "thank" in (bound or {}),
    }
    status = UNPROCESSABLE if bound else 200
    return render(request, "wishes/own.html", context, status=status)


# -- What one has claimed ------------------------------------------------------------------------

HELD = {
    "release": Handling(
        "放回心愿", _words("放回的原因"),
        lambda wish, said, by, at: actions.release_claim(wish=wish, by=by, at=at, **said),
        "心愿已放回，别的志愿者可以认领了。",
    ),
    "finish": Handling(
        "做好了", FinishForm,
        lambda wish, said, by, at: actions.finish_wish(wish=wish, by=by, at=at, **said),
        "辛苦了！等许愿人确认。",
    ),
}  # fmt: skip


@volunteer_only
@never_cache
@require_GET
def held(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a wish that one has claimed."""
    return _held(request, queries.held_wish(user_of(request), pk))


@volunteer_only
@never_cache
@require_POST
def held_step(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Do one thing about a claimed wish; a form with errors is drawn again."""
    me, wish = user_of(request), queries.held_wish(user_of(request), pk)
    if verb == "contact":
        return _held(request, wish, contact=actions.see_contact(wish=wish, by=me, at=now()))
    handling = HELD.get(verb)
    if handling is None:
        raise NotFound("没有这一步，请回到心愿页面。")
    WISH_FLOW.after(verb, wish.state)
    form = handling.form(request.POST, request.FILES)
    if form.is_valid():
        with refusals_in(form):
            handling.act(wish, form.cleaned_data, me, now())
    if form.errors:
        return _held(request, queries.held_wish(me, pk), bound={verb: form})
    messages.success(request, handling.done)
    return redirect("wishes:mine") if verb == "release" else redirect("wishes:held", pk)


def _held(
    request: HttpRequest,
    wish: Wish,
    *,
    bound: dict[str, forms.Form] | None = None,
    contact: Contact | None = None,
) -> HttpResponse:
    possible = {step.verb for step in WISH_FLOW.verbs(wish.state)}
    context = {
        "wish": wish,
        "tone": TONES.get(WishState(wish.state), "neutral"),
        "claim": queries.current_claim(wish),
        "contact": contact,
        "forms": {
            verb: (bound or {}).get(verb) or one.form()
            for verb, one in HELD.items()
            if verb in possible
        },
        "can_call": wish.state in {S.CLAIMED, S.DONE},
        "moves": moves_of(wish),
        "today": local_date(now()),
    }
    status = UNPROCESSABLE if bound else 200
    return render(request, "wishes/held.html", context, status=status)
