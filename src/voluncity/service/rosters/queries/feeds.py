"""The secret address of somebody's calendar, and what it shows."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.urls import reverse

from voluncity.city.people.models import Volunteer
from voluncity.kernel import tokens
from voluncity.kernel.refusals import NotFound, Refusal
from voluncity.service.rosters.models import Feed
from voluncity.service.rosters.rules.calendars import Event
from voluncity.service.signups.models import Signup
from voluncity.service.signups.states import SignupState

SHOWN_AFTER = timedelta(days=60)
_MOST = 500
_PURPOSE = "rosters.feed"


def token_of(feed: Feed) -> str:
    """Return the secret part of the address; nobody can guess it, a new serial ends it."""
    return tokens.sign(f"{feed.pk}:{feed.serial}", key=_key(), purpose=_PURPOSE)


def feed_of(volunteer: Volunteer) -> Feed | None:
    """Return somebody's calendar address if it holds."""
    return Feed.objects.filter(volunteer=volunteer, revoked_at=None).first()


def volunteer_of(token: str) -> Volunteer:
    """Return whose calendar stands at an address.

    :raises NotFound: when the address never held, or holds no longer.
    """
    try:
        pk, _, serial = tokens.verify(token, key=_key(), purpose=_PURPOSE).partition(":")
    except Refusal as refusal:
        raise _gone() from refusal
    found = Feed.objects.select_related("volunteer").filter(
        pk=int(pk), serial=int(serial), revoked_at=None, volunteer__closed_at=None
    )
    feed = found.first()
    if feed is None:
        raise _gone()
    volunteer: Volunteer = feed.volunteer
    return volunteer


def events_of(volunteer: Volunteer, *, at: datetime) -> list[Event]:
    """Return somebody's places, those of the last weeks too, also the ones called off."""
    found = Signup.objects.filter(volunteer=volunteer, shift__ends_at__gt=at - SHOWN_AFTER).exclude(
        state__in=[SignupState.WAITING, SignupState.OFFERED]
    )
    rows = found.select_related("shift__activity__region").order_by("shift__starts_at", "pk")
    return [_event(signup) for signup in rows[:_MOST]]


def _event(signup: Signup) -> Event:
    shift, activity = signup.shift, signup.shift.activity
    path = reverse("signups:one", args=[signup.pk])
    return Event(
        uid=f"signup-{signup.pk}@{settings.VOLUNCITY_CITY_CODE}.voluncity",
        starts_at=shift.starts_at,
        ends_at=shift.ends_at,
        summary=f"{activity.name}（{shift.name}）",
        location=f"{activity.region.name} {activity.address}",
        url=f"{settings.VOLUNCITY_PUBLIC_URL}{path}",
        is_cancelled=signup.state != SignupState.PLACED,
    )


def _key() -> bytes:
    return settings.SECRET_KEY.encode()


def _gone() -> NotFound:
    return NotFound("这个日历地址已经失效，请到“我的排班”里重新获取。")
