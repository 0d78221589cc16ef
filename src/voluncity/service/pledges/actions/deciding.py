"""What organizers do with a promise: accept, decline, note what came, thank, release."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import F

from voluncity.city.access.permissions import Permission
from voluncity.city.files import actions as files
from voluncity.city.files.models import StoredFile
from voluncity.city.files.rules import Checked
from voluncity.city.people.models import User
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import BadInput, WrongState
from voluncity.service.pledges import rules
from voluncity.service.pledges.actions.steps import give_back, refuse_own, step
from voluncity.service.pledges.models import Need, Pledge
from voluncity.service.pledges.rules import Delivery
from voluncity.service.pledges.states import NeedKind


@transaction.atomic
def accept_pledge(*, pledge: Pledge, words: str, by: User, at: datetime) -> Pledge:
    """Say that the promise is welcome, and how to go on.

    :raises NotAllowed: when it is one's own.
    :raises WrongState: when it was decided already.
    """
    refuse_own(pledge, by)
    said = rules.words(words, label="联系情况", field="words", needed=False)
    return step(pledge, "accept", by=by, at=at, words=said)


@transaction.atomic
def decline_pledge(*, pledge: Pledge, words: str, by: User, at: datetime) -> Pledge:
    """Say that the promise cannot be used, and why; others may take on what it held.

    :raises BadInput: without a reason.
    :raises WrongState: when it was decided already.
    """
    refuse_own(pledge, by)
    why = rules.words(words, label="婉拒的原因", field="words")
    step(pledge, "decline", by=by, at=at, words=why, reason=why, ended_at=at)
    give_back(pledge)
    return pledge


@transaction.atomic
def deliver_pledge(
    *, pledge: Pledge, said: Delivery, paper: Checked | None, by: User, at: datetime
) -> Pledge:
    """Note what really came; if it was less, the rest may be taken on by others.

    Goods are noted with a photo or a paper. Money is noted by an office only, with the number of
    the foundation's receipt (RULES §2: the platform holds no donation).

    :raises BadInput: at the field that is wrong, or when more came than is wanted.
    :raises NotAllowed: when it is one's own promise.
    :raises WrongState: when it is not awaited.
    """
    refuse_own(pledge, by)
    got = rules.amount(pledge.kind, said.amount, field="amount")
    if not local_date(pledge.pledged_at) <= said.received_on <= local_date(at):
        raise BadInput("收到日期应在认领之后、今天以前，请核对。", field="received_on")
    if pledge.kind == NeedKind.GOODS and paper is None:
        raise BadInput("请拍一张物品或签收单的照片。", field="paper")
    words = rules.words(said.words, label="说明", field="words", needed=False)
    try:
        with transaction.atomic():
            step(
                pledge, "deliver", by=by, at=at, words=words,
                delivered_amount=got, delivered_on=said.received_on, delivered_at=at,
                delivered_by=by, receipt_number=_receipt(pledge, said),
                paper=_stored(pledge, paper, by=by, at=at),
            )  # fmt: skip
    except IntegrityError:
        raise BadInput("这个票据号已经登记过，请核对。", field="receipt_number") from None
    more = got - pledge.amount
    here = Need.objects.filter(pk=pledge.need_id, taken__lte=F("wanted") - more)
    if not here.update(taken=F("taken") + more, delivered=F("delivered") + got):
        raise BadInput("收到的比还需要的多，请核对数量，或先把需要的数量改大。", field="amount")
    return pledge


def _receipt(pledge: Pledge, said: Delivery) -> str:
    if pledge.kind != NeedKind.MONEY:
        return ""
    number = rules.words(
        said.receipt_number, label="基金会票据号", field="receipt_number", most=rules.RECEIPT_MOST
    )
    return number.upper().replace(" ", "")


def _stored(pledge: Pledge, paper: Checked | None, *, by: User, at: datetime) -> StoredFile | None:
    if paper is None:
        return None
    return files.store(
        paper, subject=f"pledge:{pledge.pk}", by=by, at=at,
        organization_id=pledge.need.project.organization_id, seen_with=Permission.PROJECT_SEE,
    )  # fmt: skip


@transaction.atomic
def thank_pledge(*, pledge: Pledge, words: str, by: User, at: datetime) -> Pledge:
    """Thank for what came; the letter can be printed from now on.

    :raises BadInput: without a word.
    :raises WrongState: when nothing has come yet.
    """
    refuse_own(pledge, by)
    said = rules.words(words, label="感谢的话", field="words")
    return step(pledge, "thank", by=by, at=at, words=said, thanks=said, thanked_at=at, ended_at=at)


@transaction.atomic
def release_pledge(*, pledge: Pledge, by: User | None, at: datetime, words: str = "") -> Pledge:
    """Let others take on what a promise held that was not kept.

    :raises WrongState: before its day, or when it has come.
    """
    if by is not None:
        refuse_own(pledge, by)
        if pledge.promised_on >= local_date(at):
            raise WrongState("还没有过承诺的日期，请再等一等。", code="pledges.not_late")
    why = rules.words(words, label="说明", field="words", needed=False)
    step(pledge, "lapse", by=by, at=at, words=why, reason=why, ended_at=at)
    give_back(pledge)
    return pledge
