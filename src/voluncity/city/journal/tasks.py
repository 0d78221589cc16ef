"""Recurring work on the journal: seal, then feed every reader."""

from __future__ import annotations

from django.utils.timezone import now

from voluncity.city.journal import actions

# What is there, and once more what the readers wrote about it. "Until nothing is left" would go
# round after round in a rush for the few entries of the last moment: 40 % of a core, measured.
ROUNDS = 2


def keep_up() -> int:
    """Let the journal catch up with what is there now; return how many entries were read."""
    return actions.catch_up(at=now(), rounds=ROUNDS)


def catch_up() -> int:
    """Let the journal catch up until nothing is left; return how many entries were read."""
    return actions.catch_up(at=now())
