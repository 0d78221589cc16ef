"""Who looked at a person's protected data: out of the journal, and out of what was exported."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from voluncity.city.access.models import Grant
from voluncity.city.journal.models import Entry
from voluncity.city.people import queries as people
from voluncity.city.people.models import Volunteer
from voluncity.city.people.states import RevealReason
from voluncity.city.privacy.rules import EXPORTED, EXPORTED_FULLY, LOOKS, PEERS
from voluncity.city.registers import queries as registers
from voluncity.city.registers.models import Export

_REASONS = dict(RevealReason.choices)
OWN = "本人"
UNKNOWN = "工作人员"


@dataclass(frozen=True)
class Look:
    """One time that somebody saw, or took along, what is protected."""

    at: datetime
    what: str
    who: str  # by office and role: the law asks for the handler, not for the clerk's name
    reason: str


@dataclass(frozen=True)
class _Found:
    at: datetime
    what: str
    actor_id: int | None
    reason: str
    peer: str = ""


def looks_at(volunteer: Volunteer) -> list[Look]:
    """Return every look at a person's record, newest first (RULES.md §3.4)."""
    ids = people.records_of(volunteer)
    found = [
        *(_of_entry(entry) for entry in _entries(ids)),
        *(_of_export(export) for export in registers.exports_with(ids)),
    ]
    grants = _grants(one.actor_id for one in found)
    found.sort(key=lambda one: one.at, reverse=True)
    return [
        Look(one.at, one.what, _who(one, grants, own_id=volunteer.user_id), one.reason)
        for one in found
    ]


def _entries(ids: list[int]) -> Iterable[Entry]:
    """Return the entries about a person that are looks.

    Not ordered by the key: in a journal of millions a database might walk along it backwards
    for ever, instead of taking the few entries about this person.
    """
    about = Entry.objects.filter(subject_type="volunteer", subject_id__in=ids)
    return about.filter(verb__in=LOOKS).order_by("-at")


def _of_entry(entry: Entry) -> _Found:
    said = str(entry.data.get("reason") or "")
    why, peer = str(_REASONS.get(said, said)), PEERS.get(entry.verb, "")
    return _Found(entry.at, LOOKS[entry.verb], entry.actor_id, why, peer)


def _of_export(export: Export) -> _Found:
    what = EXPORTED_FULLY if export.is_full else EXPORTED
    reason = f"{export.get_reason_display()}：{export.words}"
    return _Found(export.made_at or export.asked_at, what, export.owner_id, reason)


def _grants(users: Iterable[int | None]) -> list[Grant]:
    wanted = {pk for pk in users if pk is not None}
    found = Grant.objects.filter(user__in=wanted).select_related("region", "organization")
    return list(found.order_by("pk"))


def _who(one: _Found, grants: list[Grant], *, own_id: int | None) -> str:
    if one.actor_id is None:
        return "系统"
    if one.actor_id == own_id:
        return OWN
    if one.peer:
        return one.peer
    held = [
        f"{grant.region or grant.organization} · {grant.get_role_display()}"
        for grant in grants
        if grant.user_id == one.actor_id and _held_then(grant, one.at)
    ]
    return "、".join(held) or UNKNOWN


def _held_then(grant: Grant, at: datetime) -> bool:
    return grant.given_at <= at and (grant.revoked_at is None or grant.revoked_at > at)
