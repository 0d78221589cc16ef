"""Draft a version of the charter, and let it hold by a resolution."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F, Max

from voluncity.city.files import actions as files
from voluncity.city.files.rules import Checked
from voluncity.city.journal.actions import record
from voluncity.city.people.models import User
from voluncity.fund.governance import rules
from voluncity.fund.governance.actions.seats import refuse_other_fund
from voluncity.fund.governance.models import Charter, Fund, Resolution
from voluncity.fund.governance.states import CHARTER_FLOW, CharterState, Share
from voluncity.kernel.refusals import BadInput, Refusal, WrongState
from voluncity.kernel.text import words
from voluncity.web import richtext

TOO_SLOW = "章程草案刚刚被别人改过，请刷新后把您的修改合并进去。"


@dataclass(frozen=True)
class CharterPlan:
    """What a version says; `paper` is the signed original, when there is one."""

    body: str
    change: str
    quorum: str
    majority: str
    important_majority: str
    paper: Checked | None = None


@transaction.atomic
def draft_charter(*, fund: Fund, plan: CharterPlan, by: User, at: datetime) -> Charter:
    """Begin the next version.

    :raises BadInput: at the field that is wrong.
    :raises Refusal: when a version is being drafted already.
    """
    last = fund.charters.aggregate(last=Max("number"))["last"] or 0
    charter = Charter(
        fund=fund, number=last + 1, written_at=at, written_by=by, **_said(plan, fund, by, at)
    )
    try:
        with transaction.atomic():
            charter.save(force_insert=True)
    except IntegrityError as error:
        raise Refusal("已经有一份章程草案，请先办完它。", code="governance.draft_waits") from error
    record("governance.draft_charter", charter, by=by, at=at, fund=fund.pk)
    return charter


def _said(plan: CharterPlan, fund: Fund, by: User, at: datetime) -> dict[str, Any]:
    shares = {name: getattr(plan, name) for name in ("quorum", "majority", "important_majority")}
    for name, share in shares.items():
        if share not in Share.values:
            raise BadInput("请从列表中选择。", field=name)
    body = richtext.clean(plan.body)
    if len(richtext.plain(body)) > rules.BODY_MOST:
        raise BadInput(f"章程正文最多 {rules.BODY_MOST} 个字。", field="body")
    said: dict[str, Any] = {
        "body": body,
        "change": words(
            plan.change, "change", "修订说明", rules.CHANGE_MOST, wanted=False, long=True
        ),
        **shares,
    }
    if plan.paper is not None:
        said["paper"] = files.store(plan.paper, subject=f"fund:{fund.pk}", by=by, at=at)
    return said


@transaction.atomic
def save_charter(
    *, charter: Charter, plan: CharterPlan, seen: int, by: User, at: datetime
) -> Charter:
    """Change a draft, if it is still the one that was read.

    :raises BadInput: at the field that is wrong.
    :raises WrongState: when somebody was faster, or it is no draft any more.
    """
    CHARTER_FLOW.after("save", charter.state)
    said = _said(plan, charter.fund, by, at)
    same = Charter.objects.filter(pk=charter.pk, state=CharterState.DRAFT, edition=seen)
    if not same.update(edition=F("edition") + 1, written_by=by, written_at=at, **said):
        raise WrongState(TOO_SLOW, code="governance.was_faster")
    charter.refresh_from_db()
    record("governance.save_charter", charter, by=by, at=at, fund=charter.fund_id)
    return charter


@transaction.atomic
def adopt_charter(
    *, charter: Charter, resolution: Resolution, valid_from: date, seen: int, by: User,
    at: datetime,
) -> Charter:  # fmt: skip
    """Let a version hold from a day on, as the meeting resolved.

    :raises BadInput: when it says nothing, or the day lies before the resolution or the version
        before it.
    :raises WrongState: when somebody changed it meanwhile.
    """
    CHARTER_FLOW.after("adopt", charter.state)
    refuse_other_fund(charter.fund, resolution)
    if richtext.is_empty(charter.body) and charter.paper_id is None:
        raise BadInput("章程还没有内容，请填写正文或上传文件。", field="resolution")
    if valid_from < resolution.decided_on:
        raise BadInput("施行日期不能早于决议日期。", field="valid_from")
    rules.day(valid_from, "valid_from")
    adopted = charter.fund.charters.filter(state=CharterState.ADOPTED)
    if adopted.filter(valid_from__gte=valid_from).exists():
        raise BadInput("施行日期应晚于上一版的施行日期。", field="valid_from")
    same = Charter.objects.filter(pk=charter.pk, state=CharterState.DRAFT, edition=seen)
    if not same.update(
        state=CharterState.ADOPTED, resolution=resolution, valid_from=valid_from, adopted_at=at,
        adopted_by=by,
    ):  # fmt: skip
        raise WrongState(TOO_SLOW, code="governance.was_faster")
    charter.refresh_from_db()
    record(
        "governance.adopt_charter", charter, by=by, at=at, fund=charter.fund_id,
        resolution=resolution.pk, valid_from=str(valid_from),
    )  # fmt: skip
    return charter


@transaction.atomic
def discard_charter(*, charter: Charter, by: User, at: datetime) -> Charter:
    """Give a draft up.

    :raises WrongState: when it is no draft any more.
    """
    CHARTER_FLOW.after("discard", charter.state)
    if not Charter.objects.filter(pk=charter.pk, state=CharterState.DRAFT).update(
        state=CharterState.DISCARDED
    ):
        raise WrongState(TOO_SLOW, code="governance.was_faster")
    charter.refresh_from_db()
    record("governance.discard_charter", charter, by=by, at=at, fund=charter.fund_id)
    return charter
