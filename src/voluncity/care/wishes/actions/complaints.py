"""Somebody finds a published wish wrong; the office looks and answers."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction

from voluncity.care.wishes import rules
from voluncity.care.wishes.actions.reviewing import refuse_own
from voluncity.care.wishes.actions.steps import said
from voluncity.care.wishes.models import Complaint, Wish
from voluncity.care.wishes.states import SHOWN, ComplaintReason
from voluncity.city.journal.actions import record
from voluncity.city.people.models import User
from voluncity.kernel.refusals import BadInput, WrongState
from voluncity.kernel.text import clean


@transaction.atomic
def complain(*, wish: Wish, reason: str, words: str, by: User, at: datetime) -> Complaint:
    """Tell the office what is wrong with a wish; each person once while it is looked at.

    :raises BadInput: without a reason from the list.
    :raises WrongState: when it is not public, or one has complained already.
    """
    if reason not in ComplaintReason.values:
        raise BadInput("请选择哪里有问题。", field="reason")
    if wish.state not in SHOWN:
        raise WrongState("这个心愿已经不公开了。", code="wishes.not_public")
    text = clean(words, max_length=rules.WORDS_MOST, field="words", label="说明")
    if reason == ComplaintReason.OTHER:
        text = said(text, "说明")
    complaint = Complaint(wish=wish, by=by, reason=reason, words=text, made_at=at)
    try:
        with transaction.atomic():
            complaint.save(force_insert=True)
    except IntegrityError:
        raise WrongState("您已经反映过，工作人员正在核实。", code="wishes.complained") from None
    record("wishes.complain", wish, by=by, at=at, region=wish.region_id)
    return complaint


@transaction.atomic
def settle_complaints(*, wish: Wish, words: str, by: User, at: datetime) -> int:
    """Answer everything that was said against a wish; return how many complaints it was.

    :raises BadInput: without an answer.
    :raises NotAllowed: when it is one's own wish.
    :raises WrongState: when there is nothing to answer.
    """
    refuse_own(wish, by=by)
    answer = said(words, "处理结果")
    number = wish.complaints.filter(settled_at=None).update(
        settled_at=at, settled_by=by, answer=answer
    )
    if not number:
        raise WrongState("没有等待处理的举报，请刷新页面。", code="wishes.no_complaint")
    record("wishes.settle", wish, by=by, at=at, number=number)
    return int(number)
