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


def remind_check_out() -> int:
    """Remind everybody once who is still checked in after the end; return how many were told."""
    return actions.remind_check_out(at=now())


def flag_shared_devices() -> int:
    """Flag scans of the last shifts that one device made for several people."""
    return actions.flag_shared_devices(at=now())
