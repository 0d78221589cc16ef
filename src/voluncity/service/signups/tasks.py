"""Recurring work: no place stays empty while somebody waits for it."""

from __future__ import annotations

from django.utils.timezone import now

from voluncity.service.signups import actions, queries


def fill_places() -> int:
    """Give free places to those who could not have them before; return how many got one.

    A cancellation and a larger shift move people up at once. This finds those who became able
    to come since: real name confirmed, course passed, guardian's consent given.
    """
    at = now()
    return sum(
        len(actions.fill_shift(shift_id=shift_id, at=at))
        for shift_id in queries.shifts_to_fill(at=at)
    )
