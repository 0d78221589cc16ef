"""W1, W1b and W2: many sign up at once, for few places or many, and many come through the door."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from pathlib import Path

from django.utils.timezone import now

from bench import plan
from bench.prepare.events import host, open_shifts
from bench.prepare.visitors import Browser, browsers, user_of, volunteers
from voluncity.kernel.clock import CITY_TZ
from voluncity.service.projects.models import Shift
from voluncity.service.signups import actions, codes
from voluncity.service.signups.models import Attendance, Scan, Signup
from voluncity.service.signups.states import SignupState

PEOPLE = 2_000
PLACES_OF = 10  # one place for so many people
SHIFTS = 100
SOON = timedelta(minutes=20)  # people may come in half an hour before
# In the page that says no; a browser's form may be answered with either status.
FULL = {409: "可以先候补", 422: "可以先候补"}


def night(at: datetime, *, days: int) -> datetime:
    """Return three in the morning some days away, when nobody has anything else to do."""
    local = at.astimezone(CITY_TZ) + timedelta(days=days)
    return local.replace(hour=3, minute=0, second=0, microsecond=0)


def rush(folder: Path, port: int, *connections: int) -> dict[str, int]:
    """Let people go for a tenth as many places, once for each number of connections."""
    at = now()
    people = browsers(volunteers(PEOPLE, at=at), port=port)
    places = max(1, len(people) // PLACES_OF)
    leader = host(at=at)
    facts = {"people": len(people), "places": places}
    for turn, count in enumerate(connections, 1):
        [shift] = open_shifts(leader, count=1, places=places, starts_at=night(at, days=turn), at=at)
        answers = {200: "/me/signups/", **FULL}
        plan.write(folder / f"rush-{count}.jsonl", [_asks(one, shift, answers) for one in people])
        facts[f"shift_{count}"] = shift
    return facts


def _asks(one: Browser, shift: int, answers: dict[int, str]) -> plan.Request:
    fields = [("wait", ""), ("risks_read", "on")]
    return one.post_part(f"/shifts/{shift}/sign-up/", fields, expect=answers)


def rush_after(_folder: Path, _port: int, *shifts: int) -> dict[str, int]:
    """Count the places that were given, and those that were given too many."""
    found = Shift.objects.filter(pk__in=shifts)
    placed = Signup.objects.filter(shift__in=shifts, state=SignupState.PLACED).count()
    capacity = sum(found.values_list("capacity", flat=True))
    return {
        "placed": placed,
        "capacity": capacity,
        "overbooked": max(0, placed - capacity),
        "taken": sum(found.values_list("taken", flat=True)),
        "others": Signup.objects.filter(shift__in=shifts).count() - placed,
    }


def spread(folder: Path, port: int) -> dict[str, int]:
    """Let the same number of people sign up where there is room for all."""
    at = now()
    people = browsers(volunteers(PEOPLE, at=at), port=port)
    shifts = open_shifts(
        host(at=at), count=SHIFTS, places=PEOPLE // SHIFTS, starts_at=night(at, days=5), at=at
    )
    answers = {200: "/me/signups/"}
    requests = [_asks(one, shifts[at % SHIFTS], answers) for at, one in enumerate(people)]
    plan.write(folder / "spread.jsonl", requests)
    return {"people": len(people), "first": min(shifts), "last": max(shifts)}


def spread_after(_folder: Path, _port: int, first: int, last: int) -> dict[str, int]:
    """Count the places that were given."""
    found = Signup.objects.filter(shift__pk__range=(first, last), state=SignupState.PLACED)
    return {"placed": found.count()}


def door(_folder: Path, _port: int) -> dict[str, int]:
    """Sign people up for shifts that begin soon."""
    at = now()
    people = volunteers(PEOPLE, at=at, is_free=True)
    shifts = open_shifts(
        host(at=at), count=SHIFTS, places=PEOPLE // SHIFTS, starts_at=at + SOON, at=at
    )
    for number, one in enumerate(people):
        actions.sign_up(
            shift_id=shifts[number % SHIFTS],
            volunteer_id=one.pk,
            by=user_of(one),
            at=at,
            risks_read=True,
        )
    return {"people": len(people), "first": min(shifts), "last": max(shifts)}


def door_open(folder: Path, port: int, first: int, last: int) -> dict[str, int]:
    """Let everybody who signed up stand at the door, the page of the code open."""
    placed = Signup.objects.filter(shift__pk__range=(first, last), state=SignupState.PLACED)
    signups = list(placed.select_related("volunteer__user").order_by("pk"))
    visitors = browsers([one.volunteer for one in signups], port=port)
    # A pass holds for three minutes: the last thing that is made.
    opened_at = now()
    requests = [
        _enters(visitor, one.shift_id, opened_at)
        for visitor, one in zip(visitors, signups, strict=True)
    ]
    return {"requests": plan.write(folder / "door.jsonl", requests)}


def _enters(one: Browser, shift: int, opened_at: datetime) -> plan.Request:
    own_pass = codes.make_pass(shift, volunteer_id=one.volunteer_id, at=opened_at)
    fields = [("nonce", secrets.token_urlsafe(16)), ("direction", "in")]
    return one.post(f"/c/{own_pass}/", fields, expect={302: "/scan/"})


def door_after(_folder: Path, _port: int, first: int, last: int) -> dict[str, int]:
    """Count who came in."""
    inside = Attendance.objects.filter(signup__shift__pk__range=(first, last))
    scans = Scan.objects.filter(shift__pk__range=(first, last), is_accepted=True)
    return {"inside": inside.count(), "scans": scans.count()}
