"""What follows from publicity: an award counts or falls; later it may be taken back."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from voluncity.city.journal.actions import record
from voluncity.city.people.models import User
from voluncity.honor.awards import queries, rules
from voluncity.honor.awards.actions.steps import selection_step
from voluncity.honor.awards.models import Award, Selection
from voluncity.honor.awards.states import AWARD_FLOW, AwardState, SelectionState
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import NotAllowed, WrongState


@transaction.atomic
def take_effect(*, award_id: int, at: datetime) -> bool:
    """Let an award count whose publicity ended well; return whether there was anything to do."""
    return _end(award_id, "take_effect", at=at, effective_at=at)


@transaction.atomic
def overturn_award(*, award_id: int, at: datetime) -> bool:
    """Let an award fall whose publicity met an objection that holds; the others go on."""
    return _end(award_id, "overturn", at=at, ended_at=at)


def _end(award_id: int, verb: str, *, at: datetime, **changes: object) -> bool:
    shown = Award.objects.filter(pk=award_id, state__in=AWARD_FLOW.sources(verb))
    if not shown.update(state=AWARD_FLOW.after(verb, AwardState.SHOWN), **changes):
        return False
    award = Award.objects.select_related("selection").get(pk=award_id)
    record(f"awards.{verb}", award, by=None, at=at, nomination=award.nomination_id)
    _finish(award.selection, at=at)
    return True


def _finish(selection: Selection, *, at: datetime) -> None:
    """End a selection with the last of its awards."""
    if selection.state != SelectionState.SHOWN:
        return
    if not Award.objects.filter(selection=selection, state=AwardState.SHOWN).exists():
        selection_step(selection, "finish", by=None, at=at, awarded_at=at)


@transaction.atomic
def revoke_award(*, award: Award, reason: str, by: User, at: datetime) -> Award:
    """Take an award back; its certificate says so from now on, and it leaves the page of honor.

    :raises BadInput: without a reason.
    :raises NotAllowed: when it is one's own.
    :raises WrongState: when it does not count.
    """
    said = rules.reason_words(reason, label="撤销的原因")
    if queries.speaks_for(by, award.nomination, on=local_date(at)):
        raise NotAllowed("这和您本人有关，请由同事办理。", code="awards.own_case")
    target = AWARD_FLOW.after("revoke", award.state)
    counts = Award.objects.filter(pk=award.pk, state=award.state)
    if not counts.update(state=target, reason=said, ended_at=at, ended_by=by):
        raise WrongState("这项表彰刚刚有人办理过，请刷新页面。", code="awards.was_faster")
    record("awards.revoke", award, by=by, at=at, nomination=award.nomination_id)
    award.refresh_from_db()
    return award
