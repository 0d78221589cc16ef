"""Take turns at recurring work, so that any number of workers do it once."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Q

from voluncity.city.jobs.models import Turn

FAILURE_LENGTH = Turn._meta.get_field("failure").max_length  # noqa: SLF001 -- Django's documented API


def take_turn(*, work: str, every: timedelta, at: datetime) -> bool:
    """Take the next turn at `work` if it is due; return whether it is ours.

    Two workers that ask at once get one yes: the update is the decision.
    """
    due = Q(taken_at=None) | Q(taken_at__lte=at - every)
    if Turn.objects.filter(due, work=work).update(taken_at=at):
        return True
    if Turn.objects.filter(work=work).exists():
        return False
    Turn.objects.get_or_create(work=work)
    return take_turn(work=work, every=every, at=at)


def note_success(*, work: str) -> None:
    """Forget an earlier failure."""
    Turn.objects.filter(work=work, failed_at__isnull=False).update(failed_at=None, failure="")


def note_failure(*, work: str, failure: str, at: datetime) -> None:
    """Keep what went wrong, for the operator."""
    kept = failure[:FAILURE_LENGTH] or "unknown"
    Turn.objects.filter(work=work).update(failed_at=at, failure=kept)
