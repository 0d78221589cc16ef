"""Recurring work of the portal."""

from __future__ import annotations

from django.utils.timezone import now

from voluncity.doors.portal import actions


def keep_figures() -> None:
    """Count the figures of the desk and the home page anew; the pages say when it was."""
    actions.keep_figures(at=now())


def keep_line_figures() -> None:
    """Count the figures of the 26 lines anew; seldom, because every record is read for them."""
    actions.keep_line_figures(at=now())
