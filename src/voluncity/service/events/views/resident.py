"""Residents: which events there are, apply, answer, read what one must know."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import now
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from voluncity.city.access.marks import public, volunteer_only
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import NotFound
from voluncity.service.events import papers
from voluncity.service.events.actions import applying, deciding
from voluncity.service.events.forms.resident import ApplyForm, LeaveForm, PhotoForm
from voluncity.service.events.models import Application, Badge
from voluncity.service.events.queries import public as queries
from voluncity.service.events.states import (
    CHANGEABLE,
    IN_PLAY,
    LIVE_EVENTS,
    TONES,
    ApplicationState,
)
from voluncity.service.events.views.asking import (
    me,
    own_application,
    status_of,
    volunteer_of,
)
from voluncity.web.forms import refusals_in

A = ApplicationState


@public
@require_GET
def event_list(request: HttpRequest) -> HttpResponse:
    """List the events to which one can apply, and those that were."""
    at = now()
    shown = [(event, queries.window(event, at=at)) for event in queries.shown_events(at=at)]
    return render(request, "events/list.html", {"events": shown})


@public
@require_GET
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show everything a resident wants to know about an event."""
    at = now()
    event = get_object_or_404(queries.public_events(), pk=pk)
    own = queries.own_for(volunteer_of(request), event)
    context = {
        "event": event,
        "window": queries.window(event, at=at),
        "groups": queries.groups_of(event),
        "own": own,
        "tone": TONES.get(own.state, "neutral") if own else "",
        "may_apply": own is None or own.state == A.WITHDRAWN,
        "share_url": papers.event_url(event),
    }
    return render(request, "events/detail.html", context)


@public
@require_GET
def poster(request: HttpRequest, pk: int) -> HttpResponse:
    """Return the poster to print or to share."""
    event = get_object_or_404(queries.public_events(), pk=pk)
    response = HttpResponse(papers.poster_pdf(event), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="event-{event.pk}.pdf"'
    return response


@volunteer_only
@require_http_methods(["GET", "POST"])
def apply(request: HttpRequest, pk: int) -> HttpResponse:
    """Apply once; who has applied changes days and wishes here."""
    at = now()
    event = get_object_or_404(queries.public_events(), pk=pk)
    volunteer = me(request).volunteer
    known = queries.own_for(volunteer, event)
    changing = known if known is not None and known.state in CHANGEABLE else None
    if known is not None and changing is None and known.state != A.WITHDRAWN:
        return redirect("events:one", known.pk)
    form = ApplyForm(request.POST or None, request.FILES or None, event=event, application=changing)
    if not form.is_bound:
        applying.require_window(event, at=at)
        if changing is None:
            applying.require_fit(event, volunteer)
    if form.is_bound and form.is_valid():
        with refusals_in(form):
            kept = _kept(request, form, event.pk, changing)
            messages.success(
                request, "已修改。" if changing else "报名成功，审核结果会发消息告诉您。"
            )
            return redirect("events:one", kept.pk)
    context = {"event": event, "form": form, "changing": changing}
    return render(request, "events/apply.html", context, status=status_of(form))


def _kept(
    request: HttpRequest, form: ApplyForm, event_id: int, changing: Application | None
) -> Application:
    if changing is not None:
        return applying.change_application(
            application_id=changing.pk, wish=form.wish(), by=me(request), at=now()
        )
    return applying.apply_for(
        event_id=event_id, volunteer=me(request).volunteer, wish=form.wish(),
        risks_read=form.cleaned_data["risks_read"], by=me(request), at=now(),
    )  # fmt: skip


@volunteer_only
@require_GET
def mine(request: HttpRequest) -> HttpResponse:
    """List one's own applications."""
    found = [(one, TONES.get(one.state, "neutral")) for one in queries.own(me(request).volunteer)]
    return render(request, "events/mine.html", {"applications": found})


@volunteer_only
@never_cache
@require_GET
def one(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one's application: where it stands, what to do now, post, briefing, badge."""
    return _page(request, own_application(request, pk))


def _page(request: HttpRequest, application: Application, **more: Any) -> HttpResponse:
    at, event = now(), application.event
    is_live = event.state in LIVE_EVENTS
    badge: Badge | None = application.badges.filter(revoked_at=None).first()
    context = {
        "application": application,
        "event": event,
        "tone": TONES.get(application.state, "neutral"),
        "held": getattr(application, "held", []),
        "may_answer": application.state == A.SELECTED
        and is_live
        and application.reply_by is not None
        and at < application.reply_by,
        "may_leave": application.state in IN_PLAY and event.ends_on >= local_date(at),
        "may_change": application.state in CHANGEABLE and queries.window(event, at=at) == "open",
        "in_play": application.state in IN_PLAY and is_live and event.ends_on >= local_date(at),
        "has_briefing": bool(event.briefing_text or event.briefing_file_id or event.briefing_at),
        "badge": badge,
        "badge_url": papers.badge_url(badge) if badge else "",
        "leave_form": LeaveForm(),
        "photo_form": PhotoForm(),
        **more,
    }
    bound = [form for form in more.values() if getattr(form, "errors", None)]
    return render(request, "events/one.html", context, status=422 if bound else 200)


def _answer(request: HttpRequest, application: Application, *, accepts: bool) -> str:
    deciding.answer(application_id=application.pk, accepts=accepts, by=me(request), at=now())
    return "已确认，谢谢您！岗位安排好后会发消息告诉您。" if accepts else "已放弃，谢谢您告诉我们。"


def _read(request: HttpRequest, application: Application) -> str:
    deciding.read_briefing(application_id=application.pk, by=me(request), at=now())
    return "已记下您读过了。"


_STEPS: dict[str, Callable[[HttpRequest, Application], str]] = {
    "confirm": lambda request, application: _answer(request, application, accepts=True),
    "decline": lambda request, application: _answer(request, application, accepts=False),
    "read": _read,
}


@volunteer_only
@require_POST
def step(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Answer, read, leave, or hand in a photo."""
    application = own_application(request, pk)
    if verb in _STEPS:
        messages.success(request, _STEPS[verb](request, application))
        return redirect("events:one", pk)
    if verb == "withdraw":
        return _leave(request, application)
    if verb == "photo":
        return _photo(request, application)
    raise NotFound("没有这一步，请回到“我的赛会”。")


def _leave(request: HttpRequest, application: Application) -> HttpResponse:
    form = LeaveForm(request.POST)
    if form.is_valid():
        with refusals_in(form):
            applying.withdraw(
                application_id=application.pk, reason=form.cleaned_data["reason"],
                by=me(request), at=now(),
            )  # fmt: skip
            messages.success(request, "已退出，谢谢您告诉我们。")
            return redirect("events:one", application.pk)
    return _page(request, application, leave_form=form)


def _photo(request: HttpRequest, application: Application) -> HttpResponse:
    form = PhotoForm(request.POST, request.FILES)
    if form.is_valid():
        with refusals_in(form):
            applying.set_photo(
                application_id=application.pk, photo=form.cleaned_data["photo"],
                by=me(request), at=now(),
            )  # fmt: skip
            messages.success(request, "照片已收到。")
            return redirect("events:one", application.pk)
    return _page(request, application, photo_form=form)
