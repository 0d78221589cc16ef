"""People who come to the site: their browsers with a live session, their programs with a key."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from importlib import import_module
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth import login
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest
from django.middleware.csrf import get_token

from bench.plan import BROWSER, HOST, Request
from voluncity.city.people.models import User, Volunteer
from voluncity.city.people.states import IdentityState
from voluncity.city.tokens import actions as tokens
from voluncity.city.tokens import rules
from voluncity.city.tokens.states import TokenScope
from voluncity.kernel.clock import local_date
from voluncity.service.signups.models import Signup
from voluncity.service.signups.states import LIVE

PROGRAM = {**BROWSER, "User-Agent": "city-app/1.0", "Accept": "application/json"}
ADULT, RETIRED = timedelta(days=21 * 366), timedelta(days=55 * 365)
NEAR = timedelta(hours=5)


@dataclass(frozen=True)
class Browser:
    """A volunteer's browser after logging in."""

    volunteer_id: int
    user_id: int
    headers: Mapping[str, str]
    token: str

    def get(self, path: str, *, label: str = "", words: str = "") -> Request:
        """Return the request for a page, which must hold the words."""
        return Request(path, headers=self.headers, label=label, expect={200: words})

    def post(
        self, path: str, fields: Sequence[tuple[str, object]], *, expect: Mapping[int, str]
    ) -> Request:
        """Return the request of a form on one of our pages."""
        body = urlencode([("csrfmiddlewaretoken", self.token), *fields])
        headers = {**self.headers, "Content-Type": "application/x-www-form-urlencoded"}
        return Request(path, method="POST", headers=headers, body=body, expect=expect)

    def post_part(
        self, path: str, fields: Sequence[tuple[str, object]], *, expect: Mapping[int, str]
    ) -> Request:
        """Return the request of a form that htmx sends from the page of the same address."""
        plain = self.post(path, fields, expect=expect)
        asks = {"HX-Request": "true", "HX-Current-URL": path, "X-CSRFToken": self.token}
        return replace(plain, headers={**plain.headers, **asks})


def volunteers(count: int, *, at: datetime, is_free: bool = False) -> list[Volunteer]:
    """Return grown-up, verified volunteers with an account; `is_free`: with nothing to do now."""
    today = local_date(at)
    found = Volunteer.objects.filter(
        identity_state=IdentityState.VERIFIED,
        closed_at=None,
        user__is_active=True,
        born_on__range=(today - RETIRED, today - ADULT),
    )
    if is_free:
        found = found.filter(~Exists(_planned(at)))
    people = list(found.select_related("user").order_by("pk")[:count])
    if not people:
        raise SystemExit("The city is too small: nobody in it can do this.")
    return people


def _planned(at: datetime) -> QuerySet[Signup]:
    return Signup.objects.filter(
        volunteer=OuterRef("pk"),
        state__in=LIVE,
        shift__ends_at__gt=at - NEAR,
        shift__starts_at__lt=at + NEAR,
    )


@transaction.atomic
def browsers(people: Sequence[Volunteer], *, port: int) -> list[Browser]:
    """Log volunteers in as the login page does, with a session of their own."""
    return [log_in(user_of(one), port=port, volunteer_id=one.pk) for one in people]


def user_of(volunteer: Volunteer) -> User:
    """Return the account of a volunteer who was chosen because there is one."""
    user = volunteer.user
    if user is None:
        raise LookupError(f"volunteer {volunteer.pk} has no account")
    return user


def log_in(user: User, *, port: int, volunteer_id: int = 0) -> Browser:
    """Start a session and return the browser that holds its cookies."""
    request = HttpRequest()
    request.session = _store()()
    login(request, user, backend=settings.AUTHENTICATION_BACKENDS[0])
    token = get_token(request)
    request.session.save()
    cookies = {
        settings.SESSION_COOKIE_NAME: request.session.session_key,
        settings.CSRF_COOKIE_NAME: request.META["CSRF_COOKIE"],
    }
    headers = {
        **BROWSER,
        "Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items()),
        "Origin": f"https://{HOST}:{port}",
    }
    return Browser(volunteer_id, user.pk, headers, token)


def _store() -> Any:
    return import_module(settings.SESSION_ENGINE).SessionStore


def programs(people: Sequence[Volunteer], *, at: datetime) -> list[dict[str, str]]:
    """Make a key for each volunteer; return the headers of a program that holds it."""
    made = []
    for one in people:
        user = user_of(one)
        _, secret = tokens.create_token(
            user=user,
            name="bench",
            scopes=[TokenScope.VOLUNTEER_READ],
            days=rules.DAYS[0],
            by=user,
            at=at,
        )
        made.append({**PROGRAM, "Authorization": f"Bearer {secret}"})
    return made
