"""A volunteer's own sign-ups: what comes, one of them, giving it back, the calendar file."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.views.decorators.http import require_GET, require_http_methods

from voluncity.city.access.marks import volunteer_only
from voluncity.city.people.asking import user_of
from voluncity.city.policy import queries as policy
from voluncity.kernel.clock import local_date
from voluncity.service.signups import actions, queries, rules
from voluncity.service.signups.forms import CancelForm
from voluncity.service.signups.models import Signup
from voluncity.service.signups.states import SignupState
from voluncity.service.signups.views.posted import posted
from voluncity.web.forms import refusals_in

PAGE = 20
TABS = (("coming", "即将参加"), ("waiting", "候补中"), ("past", "以往"))


@volunteer_only
@require_GET
def mine(request: HttpRequest) -> HttpResponse:
    """List one's own sign-ups."""
    volunteer = user_of(request).volunteer
    tab = request.GET.get("tab", "coming")
    tab = tab if tab in dict(TABS) else "coming"
    found = queries.my_signups(volunteer, tab, at=now())
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    return render(request, "signups/mine.html", {"page": page, "tabs": TABS, "tab_now": tab})


@volunteer_only
@require_GET
def one(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one's own sign-up: when, where, what to do next."""
    signup = queries.my_signup(user_of(request).volunteer, pk)
    at = now()
    context = {
        "signup": signup,
        "shift": signup.shift,
        "activity": signup.shift.activity,
        "attendance": getattr(signup, "attendance", None),
        "line": _line(queries.place_in_line(signup)),
        "offer_line": _offer_line(signup),
        "is_over": at >= signup.shift.ends_at,
        "has_begun": at >= signup.shift.starts_at,
        "cancel_until": _cancel_until(signup, at),
        "forgotten": queries.forgotten(signup, at=at),
        "at": at,
    }
    return render(request, "signups/one.html", context)


def _line(ahead: int) -> str:
    if not ahead:
        return "您排在候补第一位，有人取消就轮到您。"
    return f"候补的人里，您前面还有 {ahead} 人。轮到您时，会发消息和短信告诉您。"


def _offer_line(signup: Signup) -> str:
    until = signup.offered_until
    return f"有一个名额为您留到 {rules.moment(until)}，请在此之前答复。" if until else ""


def _cancel_until(signup: Signup, at: datetime) -> datetime:
    minutes = policy.number("signups.cancel_before_minutes", on=local_date(at))
    return signup.shift.starts_at - timedelta(minutes=minutes)


@volunteer_only
@require_http_methods(["GET", "POST"])
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask why, then give the place back."""
    user = user_of(request)
    signup = queries.my_signup(user.volunteer, pk)
    if signup.state == SignupState.CANCELLED:  # pressed twice: the first request has done it
        return redirect("signups:one", pk)
    form = CancelForm(posted(request))
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            actions.cancel_signup(signup_id=pk, reason=form.text, by=user, at=now())
            messages.success(request, "已经取消，名额让给了别人。谢谢您及时告诉我们。")
            return redirect("signups:one", pk)
    context = {
        "form": form,
        "signup": signup,
        "shift": signup.shift,
        "activity": signup.shift.activity,
        "is_late": signup.state == SignupState.PLACED and now() > _cancel_until(signup, now()),
    }
    return render(request, "signups/cancel.html", context, status=422 if form.errors else 200)


@volunteer_only
@require_GET
def calendar(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the sign-up as a calendar file (RFC 5545)."""
    signup = queries.my_signup(user_of(request).volunteer, pk)
    url = settings.VOLUNCITY_PUBLIC_URL + reverse("signups:one", args=[pk])
    lines = _event(signup, url=url, at=now())
    body = "".join(f"{folded}\r\n" for line in lines for folded in _folded(line))
    response = HttpResponse(body, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="signup-{pk}.ics"'
    return response


def _event(signup: Signup, *, url: str, at: datetime) -> list[str]:
    shift, activity = signup.shift, signup.shift.activity
    return [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Voluncity//signups//ZH",
        "METHOD:PUBLISH",
        "BEGIN:VEVENT",
        f"UID:signup-{signup.pk}@{settings.VOLUNCITY_CITY_CODE}.voluncity",
        f"DTSTAMP:{_instant(at)}",
        f"DTSTART:{_instant(shift.starts_at)}",
        f"DTEND:{_instant(shift.ends_at)}",
        f"SUMMARY:{_escaped(f'{activity.name}（{shift.name}）')}",
        f"LOCATION:{_escaped(f'{activity.region.name} {activity.address}')}",
        f"DESCRIPTION:{_escaped(f'组织单位：{activity.project.organization.name}')}",
        f"URL:{url}",
        "BEGIN:VALARM",
        "ACTION:DISPLAY",
        "TRIGGER:-PT2H",
        f"DESCRIPTION:{_escaped(activity.name)}",
        "END:VALARM",
        "END:VEVENT",
        "END:VCALENDAR",
    ]


def _instant(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _escaped(text: str) -> str:
    for plain in ("\\", ";", ","):
        text = text.replace(plain, f"\\{plain}")
    return text.replace("\n", "\\n")


def _folded(line: str) -> list[str]:
    """Cut a line into pieces of at most 75 bytes; the next ones begin with a blank."""
    pieces, piece = [], ""
    for character in line:
        if len(f"{piece}{character}".encode()) > 75:  # noqa: PLR2004 -- RFC 5545, 3.1
            pieces.append(piece)
            piece = " "
        piece += character
    return [*pieces, piece]
