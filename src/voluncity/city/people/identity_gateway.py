"""The authority that knows names and identity numbers (VOLUNCITY_IDENTITY).

`manual`: there is none, people at desks decide. `fake`: the authority of the demo city answers.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings

from voluncity.city.people.states import IdType, RejectReason

MANUAL, FAKE = "manual", "fake"
# The demo authority knows everybody by the name they give, except people of this surname.
FAKE_STRANGER = "贾"


@dataclass(frozen=True)
class Answer:
    """What the authority says; None leaves the case to people."""

    is_match: bool | None
    reason: str = ""


def exists() -> bool:
    """Return whether an authority can be asked; the fake one answers in demo mode only."""
    return bool(settings.VOLUNCITY_IDENTITY == FAKE and settings.VOLUNCITY_DEMO)


def ask(*, name: str, id_type: str, number: str) -> Answer:
    """Ask whether name and number belong together. Call it outside a transaction."""
    if not exists() or id_type != IdType.RESIDENT or not number:
        return Answer(None)
    if name.startswith(FAKE_STRANGER):
        return Answer(is_match=False, reason=RejectReason.NAME)
    return Answer(is_match=True)
