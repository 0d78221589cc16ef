"""What the office's own pages show: the journal, the rules, the roles given."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet

from voluncity.city.access import personal
from voluncity.city.access.models import Grant
from voluncity.city.access.permissions import Permission
from voluncity.city.access.queries import Person, scope_of
from voluncity.city.journal.models import Entry
from voluncity.city.people.models import User
from voluncity.city.policy import queries as policy
from voluncity.city.policy.models import PolicyNumber
from voluncity.city.policy.rules import POLICIES, Policy
from voluncity.kernel.clock import day_bounds


@dataclass(frozen=True)
class Rule:
    """One rule with the value that holds today and its history."""

    key: str
    policy: Policy
    value: int
    rows: tuple[PolicyNumber, ...]


def rules(*, on: date) -> list[Rule]:
    """Return every rule of the city with today's value."""
    rows: dict[str, list[PolicyNumber]] = {}
    for row in PolicyNumber.objects.select_related("set_by").order_by("-valid_from"):
        rows.setdefault(row.key, []).append(row)
    return [
        Rule(key, spec, policy.number(key, on=on), tuple(rows.get(key, ())))
        for key, spec in POLICIES.items()
    ]


def entries(filters: dict[str, Any]) -> QuerySet[Entry]:
    """Return the journal, newest first, narrowed by verb, subject ("project:12") and day."""
    found = Entry.objects.select_related("actor", "on_behalf_of").order_by("-pk")
    if verb := filters.get("verb"):
        found = found.filter(verb__startswith=verb)
    kind, _, number = (filters.get("subject") or "").partition(":")
    if kind:
        found = found.filter(subject_type=kind)
    if number.isascii() and number.isdigit():
        found = found.filter(subject_id=int(number[:18]))
    if day := filters.get("day"):
        start, end = day_bounds(day)
        found = found.filter(at__gte=start, at__lt=end)
    return found


def region_reach(user: Person) -> str:
    """Return the tree path within which somebody gives roles: the first of their own regions."""
    paths = scope_of(user, Permission.GRANT_MANAGE).regions
    return min(paths, key=len) if paths else "-"


def live_grants(user: Person) -> QuerySet[Grant]:
    """Return the roles given within the person's area, newest first."""
    found = Grant.objects.in_scope(scope_of(user, Permission.GRANT_MANAGE)).filter(revoked_at=None)
    return found.select_related("user", "region", "organization", "given_by").order_by(
        "-given_at", "-pk"
    )


def user_by_phone(phone: str) -> User | None:
    """Return the active person who signs in with this number."""
    index = personal.index(phone, purpose="phone")
    return User.objects.filter(phone_index=index, is_active=True).first()
