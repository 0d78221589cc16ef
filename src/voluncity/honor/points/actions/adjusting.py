"""Change points by hand, and hand them out of the pool: with reason and two people."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Sum

from voluncity.city.journal.actions import record
from voluncity.city.people import queries as people
from voluncity.city.people.models import User, Volunteer
from voluncity.city.policy.queries import number
from voluncity.honor.points import queries
from voluncity.honor.points.actions.books import (
    Fact,
    account_of,
    bring,
    check_amount,
    city_account,
    hold,
    take,
)
from voluncity.honor.points.actions.earning import take_or_owe
from voluncity.honor.points.actions.giving import hand_on
from voluncity.honor.points.models import Adjustment
from voluncity.honor.points.rules import ISSUED
from voluncity.honor.points.states import (
    ADJUSTMENT_FLOW,
    AdjustmentKind,
    AdjustmentState,
    Kind,
    Origin,
)
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import BadInput, NotAllowed, NotFound, Refusal, WrongState
from voluncity.kernel.text import clean

REASON_MOST = 200
ALONE_DAYS = 30


@transaction.atomic
def ask_adjustment(
    *, kind: AdjustmentKind, volunteer_id: int, amount: int, reason: str, by: User, at: datetime
) -> Adjustment:
    """Ask to change somebody's points; another officer decides. A small grant is done at once.

    :raises BadInput: without a reason, or when the amount is no sensible one.
    :raises NotAllowed: when it is one's own record.
    :raises Refusal: when the pool has too little.
    """
    check_amount(amount)
    why = clean(reason, max_length=REASON_MOST, field="reason", label="事由")
    if not why:
        raise BadInput("请写明事由，本人和复核人都会看到。", field="reason")
    _refuse_own(volunteer_id, by)
    hold([volunteer_id])
    asked = Adjustment.objects.create(
        kind=kind, volunteer_id=volunteer_id, amount=amount, reason=why, asked_by=by, asked_at=at
    )
    record(
        "points.ask_adjustment", asked, by=by, at=at, volunteer=volunteer_id, points=amount,
        kind=str(kind),
    )  # fmt: skip
    if kind == AdjustmentKind.GRANT and _may_alone(asked, on=local_date(at)):
        _step(asked, "approve", by=None, answer="", at=at)
        _apply(asked, by=by, at=at)
    return asked


def _may_alone(asked: Adjustment, *, on: date) -> bool:
    """Return whether what one officer alone has given this person lately stays within the limit."""
    alone = Adjustment.objects.filter(
        kind=AdjustmentKind.GRANT,
        state=AdjustmentState.DONE,
        decided_by=None,
        volunteer=asked.volunteer_id,
        asked_at__gt=asked.asked_at - timedelta(days=ALONE_DAYS),
    )
    given = alone.aggregate(sum=Sum("amount"))["sum"] or 0
    return bool(given + asked.amount <= number("points.grant_alone_most", on=on))


def _refuse_own(volunteer_id: int, by: User) -> None:
    family = people.records_of(people.living_record(volunteer_id))
    if Volunteer.objects.filter(pk__in=family, user=by).exists():
        raise NotAllowed("不能调整自己的积分，请由同事办理。", code="points.own_case")


@transaction.atomic
def decide_adjustment(
    *, adjustment_id: int, is_approved: bool, answer: str, by: User, at: datetime
) -> Adjustment:
    """Let a second officer carry an adjustment out, or refuse it with a reason.

    :raises BadInput: when it is refused without a reason.
    :raises NotAllowed: for who asked for it, or whose points they are.
    :raises Refusal: when the pool has too little.
    :raises WrongState: when it was decided before.
    """
    asked = _waiting(adjustment_id)
    if asked.asked_by_id == by.pk:
        raise NotAllowed("提出的人不能自己复核，请由另一位同事办理。", code="points.same_person")
    _refuse_own(asked.volunteer_id, by)
    words = clean(answer, max_length=REASON_MOST, field="answer", label="说明")
    if not is_approved and not words:
        raise BadInput("不通过请写明原因。", field="answer")
    _step(asked, "approve" if is_approved else "refuse", by=by, answer=words, at=at)
    if is_approved:
        _apply(asked, by=by, at=at)
    return asked


@transaction.atomic
def withdraw_adjustment(*, adjustment_id: int, by: User, at: datetime) -> Adjustment:
    """Take one's own request back.

    :raises NotAllowed: when somebody else asked.
    :raises WrongState: when it was decided before.
    """
    asked = _waiting(adjustment_id)
    if asked.asked_by_id != by.pk:
        raise NotAllowed("只有提出的人可以撤回。", code="points.not_the_asker")
    _step(asked, "withdraw", by=None, answer="", at=at)
    record("points.withdraw_adjustment", asked, by=by, at=at, volunteer=asked.volunteer_id)
    return asked


def _waiting(adjustment_id: int) -> Adjustment:
    asked: Adjustment | None = Adjustment.objects.filter(pk=adjustment_id).first()
    if asked is None:
        raise NotFound("没有找到这项调整，请回到列表。")
    return asked


def _step(asked: Adjustment, verb: str, *, by: User | None, answer: str, at: datetime) -> None:
    """Take the step; one conditional update decides who was first."""
    target = ADJUSTMENT_FLOW.after(verb, asked.state)
    mine = Adjustment.objects.filter(pk=asked.pk, state=asked.state)
    if not mine.update(state=target, decided_by=by, decided_at=at, answer=answer):
        raise WrongState("这项调整刚刚已经办结，请刷新页面。", code=f"wrong_state.{verb}")
    asked.refresh_from_db()
    if by is not None:
        record(
            f"points.{verb}_adjustment", asked, by=by, at=at, volunteer=asked.volunteer_id,
            points=asked.amount,
        )  # fmt: skip


def _apply(asked: Adjustment, *, by: User, at: datetime) -> None:
    living = _living(asked.volunteer_id)
    source = f"adjustment:{asked.pk}"
    fact = Fact(source, source, asked.get_kind_display(), by, at)
    if asked.kind == AdjustmentKind.LOWER:
        take_or_owe(living, asked.amount, Kind.LOWERED, fact)
    elif asked.kind == AdjustmentKind.RAISE:
        bring(
            volunteer_id=living, amount=asked.amount, out_of=city_account(ISSUED),
            origin=Origin.RAISE, expires_on=_last_day(at), fact=fact,
        )  # fmt: skip
    else:
        _grant(living, asked.amount, fact)
    record(
        "points.adjust", asked, by=by, at=at, volunteer=living, points=asked.amount,
        kind=str(asked.kind),
    )  # fmt: skip


def _living(volunteer_id: int) -> int:
    """Return the living record, held, and open.

    :raises Refusal: when the account is closed.
    """
    while True:
        living = people.living_record(volunteer_id)
        hold([living])
        if people.living_record(volunteer_id) == living:
            break
    if not Volunteer.objects.filter(pk=living, closed_at=None).exists():
        raise Refusal("这位志愿者已经注销，不能再调整积分。", code="points.closed")
    return living


def _grant(living: int, amount: int, fact: Fact) -> None:
    """Move points from the pool; they expire like points that are earned today."""
    try:
        movement, _ = take(
            volunteer_id=None, amount=amount, to=account_of(living), kind=Kind.GRANT, fact=fact
        )
    except Refusal as refusal:
        if refusal.code != "points.too_little":
            raise
        raise Refusal(
            f"爱心积分池只剩 {queries.pool_balance()} 分，请减少或等有人赠送后再办。",
            code="points.pool_empty",
            field="amount",
        ) from refusal
    hand_on(
        movement, movement.transfer, to=living, origin=Origin.GRANT, at=fact.at,
        expires_on=_last_day(fact.at),
    )  # fmt: skip


def _last_day(at: datetime) -> date | None:
    on = local_date(at)
    book = queries.book_today(on)
    return book.last_day(came_on=on) if book else None
