"""What the office does with a nomination: admit, send back, refuse."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import F, Max

from voluncity.city.people.models import User
from voluncity.honor.awards import queries
from voluncity.honor.awards.actions.reviewing import open_reviews
from voluncity.honor.awards.actions.steps import refuse_unless, step
from voluncity.honor.awards.models import Category, Nomination
from voluncity.honor.awards.rules import REMARKS_MOST
from voluncity.honor.awards.states import Phase, SelectionState
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import NotAllowed, Refusal, WrongState
from voluncity.kernel.text import words


@transaction.atomic
def admit_nomination(*, nomination: Nomination, by: User, at: datetime) -> Nomination:
    """Let a nominee take part; what the records say is frozen with it.

    :raises NotAllowed: when one wrote it, or is the nominee.
    :raises Refusal: when something that is asked is not met.
    :raises WrongState: when the vote has begun, or somebody was faster.
    """
    _refuse_own(nomination, by, at)
    today = local_date(at)
    refuse_unless(
        nomination.category.selection, Phase.NOMINATING, Phase.REVIEWING, today=today,
        doing="通过入围",
    )  # fmt: skip
    facts = queries.facts_of(nomination, on=today)
    if short := [fact.label for fact in facts if not fact.is_met]:
        raise Refusal(
            f"不符合参评条件：{'、'.join(short)}。请退回或不予通过。", code="awards.not_eligible"
        )
    number = nomination.number or _next_number(nomination.category_id)
    step(
        nomination, "admit", by=by, at=at, decided_at=at, decided_by=by, number=number, reason="",
        facts=[fact.kept() for fact in facts],
    )  # fmt: skip
    open_reviews(selection=nomination.category.selection)
    return nomination


def _next_number(category_id: int) -> int:
    """Return the next number; the category's row is held, so that no two get the same."""
    Category.objects.filter(pk=category_id).update(position=F("position"))
    last = Nomination.objects.filter(category=category_id).aggregate(last=Max("number"))["last"]
    return (last or 0) + 1


@transaction.atomic
def send_back_nomination(
    *, nomination: Nomination, remarks: str, by: User, at: datetime
) -> Nomination:
    """Ask for a better story, with remarks; also of one that takes part, before the vote.

    :raises BadInput: without remarks.
    :raises WrongState: when the vote has begun, or somebody was faster.
    """
    _refuse_own(nomination, by, at)
    refuse_unless(
        nomination.category.selection, Phase.NOMINATING, Phase.REVIEWING, today=local_date(at),
        doing="退回修改",
    )  # fmt: skip
    said = words(remarks, "remarks", "退回的意见", REMARKS_MOST, long=True)
    return step(nomination, "send_back", by=by, at=at, words=said, reason=said)


@transaction.atomic
def refuse_nomination(
    *, nomination: Nomination, remarks: str, by: User, at: datetime
) -> Nomination:
    """Say that a nominee cannot take part, and why.

    :raises BadInput: without a reason.
    :raises WrongState: when it is decided, or somebody was faster.
    """
    _refuse_own(nomination, by, at)
    if nomination.category.selection.state != SelectionState.PUBLISHED:
        raise WrongState("评选已经进入评定，不能再改。", code="awards.decided")
    said = words(remarks, "remarks", "不予通过的原因", REMARKS_MOST, long=True)
    return step(
        nomination, "refuse", by=by, at=at, words=said, reason=said, decided_at=at, decided_by=by
    )


def _refuse_own(nomination: Nomination, by: User, at: datetime) -> None:
    concerned = {
        nomination.made_by_id, nomination.consented_by_id,
        *queries.speakers(nomination, on=local_date(at)),
    }  # fmt: skip
    if by.pk in concerned:
        raise NotAllowed("这是您自己推荐的，或和您有关，请由同事审核。", code="awards.own_case")
