"""From the first proof to the session: at once, or by a second step in a browser half let in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast

from django.contrib import messages
from django.contrib.auth import login as start_session
from django.contrib.auth import logout as end_session
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.crypto import constant_time_compare
from django.utils.timezone import now

from voluncity.city.access.permissions import Permission
from voluncity.city.access.queries import has
from voluncity.city.people import actions, queries
from voluncity.city.people.devices import device_words
from voluncity.city.people.models import User
from voluncity.city.people.sessions import SessionStore
from voluncity.city.people.states import SecondStep
from voluncity.city.people.views.requests import safe_next
from voluncity.kernel.clock import local_date
from voluncity.web.templatetags.ui import maybe_url

BACKEND = "django.contrib.auth.backends.ModelBackend"
OFFER = "建议开启动态口令：别人知道密码也进不来。请到“我的 · 账号安全”里设置，大约两分钟。"
_HALF = "half_login"
_BY_PHONE = "phone_proven_until"
# A forgotten password may be replaced so long after the phone was proven.
PHONE_PROOF_LIFE = timedelta(minutes=15)
# Somebody may first have to install the app with which the second factor is set up.
HALF_LIFE = {SecondStep.ASK: timedelta(minutes=5), SecondStep.SET_UP: timedelta(minutes=20)}


@dataclass(frozen=True)
class Half:
    """Somebody who has proven password or phone, and nothing more: it opens no page."""

    user: User
    way: str
    step: SecondStep
    target: str


def enter(request: HttpRequest, user: User, *, way: str) -> HttpResponse:
    """Start the session, or lead to the second step."""
    at, target = now(), safe_next(request)
    step = queries.second_step(user, on=local_date(at))
    if step == SecondStep.NONE:
        if queries.is_limited(user):
            messages.info(request, OFFER)
        return open_door(request, user, way=way, target=target)
    end_session(request)  # whoever was logged in here before; the key is a new one, too
    request.session[_HALF] = {
        "user": user.pk,
        "way": way,
        "step": str(step),
        "target": target,
        "proof": user.get_session_auth_hash(),
        "until": (at + HALF_LIFE[step]).timestamp(),
    }
    return redirect("people:second_step")


def half_of(request: HttpRequest, *, at: datetime) -> Half | None:
    """Return who is half let in here; a changed password or a stopped account ends it."""
    kept = request.session.get(_HALF)
    if kept is None or at.timestamp() >= kept["until"]:
        return None
    user = User.objects.filter(pk=kept["user"], is_active=True).first()
    if user is None or not constant_time_compare(kept["proof"], user.get_session_auth_hash()):
        return None
    return Half(user, kept["way"], SecondStep(kept["step"]), kept["target"])


def start(request: HttpRequest, user: User, *, way: str) -> None:
    """Start the session; its key changes, so a key planted before is worth nothing."""
    at = now()
    request.session.pop(_HALF, None)
    start_session(request, user, backend=BACKEND)
    session = cast(SessionStore, request.session)
    session.device = device_words(request.headers.get("User-Agent", ""))
    if way.startswith("code"):
        session[_BY_PHONE] = (at + PHONE_PROOF_LIFE).timestamp()
    session.save()  # so that it is one of those that are counted
    actions.begin_session(user=user, at=at)


def open_door(request: HttpRequest, user: User, *, way: str, target: str) -> HttpResponse:
    """Start the session and go to the page that was wanted, or to a new password."""
    start(request, user, way=way)
    if queries.password_is_old(user, at=now()):
        messages.warning(request, "您的密码已经用了很久，请现在换一个新的。")
        return redirect("people:password")
    return redirect(target or first_page(user))


def phone_is_proven(request: HttpRequest, *, at: datetime) -> bool:
    """Return whether this browser logged in by a code to the phone a moment ago."""
    return at.timestamp() < float(request.session.get(_BY_PHONE, 0))


def first_page(user: User) -> str:
    """Return where somebody goes after logging in: desk, own page, or registration."""
    if has(user, Permission.DESK_SEE) and (desk := maybe_url("portal:desk")):
        return desk
    return reverse("people:me" if user.volunteer_or_none else "people:register")
