"""The volunteer's side: wishes in three taps, one's turns, substitutes, one's calendar."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from voluncity.city.access.marks import public, volunteer_only
from voluncity.city.people.asking import user_of
from voluncity.city.people.models import User, Volunteer
from voluncity.service.rosters.actions import covers, feeds, wishes
from voluncity.service.rosters.forms.mine import OfferForm, TakeForm, WishForm
from voluncity.service.rosters.models import Feed, Wish
from voluncity.service.rosters.queries import feeds as feed_queries
from voluncity.service.rosters.queries import mine as queries
from voluncity.service.rosters.rules.calendars import calendar
from voluncity.web.forms import refusals_in

UNPROCESSABLE = 422


def _me(request: HttpRequest) -> tuple[User, Volunteer]:
    user = user_of(request)
    return user, user.volunteer


@volunteer_only
@require_GET
def mine(request: HttpRequest) -> HttpResponse:
    """Show one's turns, what others offer, and where one can take part."""
    _, volunteer = _me(request)
    feed = feed_queries.feed_of(volunteer)
    asked, asking = queries.swaps_of(volunteer, at=now())
    context = {
        "asked": asked,
        "asking": asking,
        "turns": queries.my_turns(volunteer, at=now()),
        "offers": queries.offers_for(volunteer, at=now()),
        "plans": queries.plans_to_join(volunteer),
        "feed_url": _feed_url(feed) if feed else "",
        "at": now(),
    }
    return render(request, "rosters/mine.html", context)


def _feed_url(feed: Feed) -> str:
    path = reverse("rosters:feed", args=[feed_queries.token_of(feed)])
    return f"{settings.VOLUNCITY_PUBLIC_URL}{path}"


@volunteer_only
@require_http_methods(["GET", "POST"])
def wish(request: HttpRequest, pk: int) -> HttpResponse:
    """Say when, how often and where; what is likely is ticked already."""
    user, volunteer = _me(request)
    plan = queries.active_plan(pk)
    rows = queries.time_rows(plan, at=now())
    own = Wish.objects.filter(plan=plan, volunteer=volunteer, left_at=None).first()
    form = WishForm(
        request.POST or None, plan=plan, wish=own,
        times=[box for row in rows for box in row.boxes],
        initial={"times": queries.likely_times(volunteer, rows)},
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            wishes.save_wish(
                plan_id=pk, volunteer=volunteer, wish=form.wish(),
                risks_read=form.cleaned_data["risks_read"], by=user, at=now(),
            )  # fmt: skip
            messages.success(request, "已保存。排班出来后，会发消息告诉您。")
            return redirect("rosters:mine")
    ticked = set(form["times"].value() or [])
    context = {
        "plan": plan,
        "form": form,
        "own": own,
        "rows": [
            (row.slot, [(value, label, value in ticked) for value, label in row.boxes])
            for row in rows
        ],
    }
    status = UNPROCESSABLE if form.errors else 200
    return render(request, "rosters/wish.html", context, status=status)


@volunteer_only
@require_POST
def leave(request: HttpRequest, pk: int) -> HttpResponse:
    """Take part no longer."""
    user, volunteer = _me(request)
    wishes.leave_plan(plan_id=pk, volunteer=volunteer, by=user, at=now())
    messages.success(request, "已退出这个排班。已经排上的班次仍是您的，来不了的请找人接替。")
    return redirect("rosters:mine")


@volunteer_only
@require_http_methods(["GET", "POST"])
def offer(request: HttpRequest, pk: int) -> HttpResponse:
    """Look for a substitute for one of one's turns."""
    user, volunteer = _me(request)
    signup = queries.my_turn(volunteer, pk)
    form = OfferForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            covers.offer_turn(signup_id=pk, **form.cleaned_data, by=user, at=now())
            messages.success(request, "已发给同一排班的人。有人接替前，这一班仍是您的。")
            return redirect("rosters:mine")
    context = {"signup": signup, "turn": signup.shift.roster_turn, "form": form}
    status = UNPROCESSABLE if form.errors else 200
    return render(request, "rosters/offer.html", context, status=status)


@volunteer_only
@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep one's turn after all."""
    user, volunteer = _me(request)
    queries.own_offer(volunteer, pk)
    covers.withdraw_offer(offer_id=pk, by=user, at=now())
    messages.success(request, "已撤回，请按时到岗。")
    return redirect("rosters:mine")


@volunteer_only
@require_http_methods(["GET", "POST"])
def take(request: HttpRequest, pk: int) -> HttpResponse:
    """Take somebody's turn."""
    user, volunteer = _me(request)
    found = queries.offer_to_take(volunteer, pk)
    form = TakeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            covers.take_offer(
                offer_id=pk, volunteer_id=volunteer.pk, **form.cleaned_data, by=user, at=now()
            )
            messages.success(request, "谢谢您！这一班现在是您的，请按时到岗。")
            return redirect("rosters:mine")
    context = {"offer": found, "turn": found.turn, "form": form}
    status = UNPROCESSABLE if form.errors else 200
    return render(request, "rosters/take.html", context, status=status)


@volunteer_only
@require_POST
def feed_step(request: HttpRequest, verb: str) -> HttpResponse:
    """Make the address of one's calendar, or end it."""
    user, volunteer = _me(request)
    if verb == "revoke":
        feeds.revoke_feed(volunteer=volunteer, by=user, at=now())
        messages.success(request, "日历地址已失效。需要时可以重新生成一个新的。")
    elif verb == "make":
        feeds.make_feed(volunteer=volunteer, by=user, at=now())
    return redirect(f"{reverse('rosters:mine')}#feed")


@public
@require_GET
def feed(_request: HttpRequest, token: str) -> HttpResponse:
    """Give the calendar that stands at a secret address (RFC 5545)."""
    volunteer = feed_queries.volunteer_of(token)
    text = calendar("我的志愿服务", feed_queries.events_of(volunteer, at=now()), at=now())
    response = HttpResponse(text, content_type="text/calendar; charset=utf-8")
    response["Cache-Control"] = "private, no-store"
    response["Referrer-Policy"] = "no-referrer"
    return response
