"""What comes back by itself."""

from __future__ import annotations

from django.utils.timezone import now

from voluncity.service.events.actions import closing, deciding


def keep_terms() -> None:
    """Give up what nobody confirmed in time."""
    deciding.lapse_silent(at=now())


def tidy_up() -> None:
    """Count the hours that came in, and forget what was only needed for the days."""
    closing.refresh_figures(at=now())
    closing.forget_details(at=now())
