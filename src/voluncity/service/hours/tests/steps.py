"""Who acts in the stories about hours, and what they do again and again."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import unescape

from voluncity.city.orgs.models import Organization
from voluncity.city.people.models import User
from voluncity.service.hours import actions
from voluncity.service.hours.models import ServiceRecord
from voluncity.testing.make_hours import ELEVEN, EVENING, NINE, make_past_shift, make_place


@dataclass
class Cast:
    """A federation with one team, and who works there."""

    federation: Organization
    team: Organization
    leader: User  # confirms for the team
    admin: User  # confirms, approves and corrects for the team
    parent: User  # the same for the federation
    officer: User  # of the county


def state_of(record: ServiceRecord) -> str:
    """Return where the record stands now."""
    return ServiceRecord.objects.values_list("state", flat=True).get(pk=record.pk)


def confirm(record: ServiceRecord, by: User) -> None:
    """Confirm one record."""
    actions.confirm(record_ids=[record.pk], by=by, at=EVENING)


def approve(record: ServiceRecord, by: User) -> None:
    """Take the second look at one record."""
    actions.approve(record_ids=[record.pk], by=by, at=EVENING)


def enter(people: Cast, *, by: User | None = None) -> ServiceRecord:
    """Return a record that somebody entered by hand."""
    return actions.enter(
        signup_id=make_place(make_past_shift(people.team)).pk,
        starts_at=NINE,
        ends_at=ELEVEN,
        reason="现场码打不开",
        by=by or people.leader,
        at=EVENING,
    )


def words(response: object) -> str:
    """Return the visible words of a page, blanks collapsed."""
    html = response.content.decode()  # type: ignore[attr-defined]
    html = re.sub(r"<(script|svg|head)\b.*?</\1>", " ", html, flags=re.DOTALL)
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", html)))
