"""Offices that looked at the numbers of the volunteers of the login page, with their reasons."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from voluncity.city.people import actions as people
from voluncity.city.people.states import RevealReason

if TYPE_CHECKING:
    from voluncity.doors.portal.demo.cast import Cast

_LOOKS = (
    ("demo-county-office", RevealReason.IDENTITY, 62),
    ("demo-city-office", RevealReason.INSURANCE, 33),
    ("demo-county-office", RevealReason.CONTACT, 6),
)


def look_at_people(cast: Cast, *, at: datetime) -> None:
    """Let both offices look, so that the privacy center has something to show."""
    for volunteer in cast.volunteers[:2]:
        for handle, reason, days in _LOOKS:
            people.reveal_numbers(
                volunteer=volunteer,
                reason=reason,
                by=cast.staff[handle],
                at=at - timedelta(days=days),
            )
