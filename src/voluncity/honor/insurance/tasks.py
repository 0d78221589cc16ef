"""Recurring work: freeze rosters at the start of activities, remind of policies that end."""

from __future__ import annotations

from django.utils.timezone import now

from voluncity.honor.insurance import actions


def freeze_rosters() -> None:
    """Freeze the rosters of what has begun, and add who came late."""
    actions.freeze_rosters(at=now())


def remind_ending() -> None:
    """Remind the offices of policies that end soon."""
    actions.remind_ending(at=now())
