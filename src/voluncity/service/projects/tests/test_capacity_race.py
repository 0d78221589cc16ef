"""Somebody signs up in the very moment in which the places are cut."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.db import IntegrityError, transaction
from django.db.models import F

from voluncity.city.people.models import User
from voluncity.kernel.refusals import Refusal
from voluncity.service.projects import actions
from voluncity.service.projects.actions import shifts as code
from voluncity.service.projects.models import Shift
from voluncity.service.projects.tests.cast import Cast
from voluncity.testing.make_people import NOON
from voluncity.testing.make_projects import make_shift
from voluncity.testing.rivals import rival_before


def _sign_up(shift: Shift) -> int:
    """Take a place as signups does: one conditional statement."""
    free = Shift.objects.filter(pk=shift.pk, taken__lt=F("capacity"))
    return free.update(taken=F("taken") + 1)


def _cut_while_somebody_signs_up(shift: Shift, by: User) -> None:
    with rival_before('UPDATE "projects_shift"', lambda: _sign_up(shift)):
        actions.change_capacity(shift_id=shift.pk, capacity=5, by=by, at=NOON)


def test_the_cut_is_refused_with_the_new_number(cast: Cast) -> None:
    shift = make_shift(capacity=10, taken=5)
    with pytest.raises(Refusal, match="已有 6 人报名"):
        _cut_while_somebody_signs_up(shift, cast.leader)
    shift.refresh_from_db()
    assert shift.capacity == 10


def test_saboteur_who_reads_then_writes_is_stopped_only_by_the_database(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unguarded(shift: Shift, capacity: int, *, field: str, by: User, at: datetime) -> None:
        assert shift.taken <= capacity  # what it read before
        Shift.objects.filter(pk=shift.pk).update(capacity=capacity)

    monkeypatch.setattr(code, "set_capacity", unguarded)
    shift = make_shift(capacity=10, taken=5)
    with pytest.raises(IntegrityError), transaction.atomic():
        _cut_while_somebody_signs_up(shift, cast.leader)
