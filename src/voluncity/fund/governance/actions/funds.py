"""Found a fund, say what it serves, keep its documents."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F

from voluncity.city.files import actions as files
from voluncity.city.files.rules import Checked
from voluncity.city.journal.actions import record
from voluncity.city.people.models import User
from voluncity.city.regions.models import Region
from voluncity.fund.governance import queries, rules
from voluncity.fund.governance.models import Document, Fund, Meeting, Purpose, Resolution
from voluncity.fund.governance.rules import FundPlan
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import BadInput, Refusal, WrongState
from voluncity.kernel.text import words


@transaction.atomic
def found_fund(*, plan: FundPlan, by: User, at: datetime) -> Fund:
    """Enter a special fund under its foundation.

    :raises BadInput: at the field that is wrong.
    :raises Refusal: when the foundation has a fund of this name.
    """
    fund = Fund(**_checked(plan), made_at=at, made_by=by)
    _save(fund, force_insert=True)
    record("governance.found_fund", fund, by=by, at=at, region=fund.region_id)
    return fund


@transaction.atomic
def change_fund(
    *, fund: Fund, plan: FundPlan, by: User, at: datetime, seen: str | None = None
) -> Fund:
    """Correct what is said about a fund; `seen` is the mark of what the writer has read.

    :raises BadInput: at the field that is wrong.
    :raises Refusal: when the foundation has another fund of this name.
    :raises WrongState: when somebody changed it meanwhile.
    """
    said = _checked(plan)
    Fund.objects.filter(pk=fund.pk).update(made_at=F("made_at"))  # the second one waits here
    fund.refresh_from_db()
    if seen is not None and seen != rules.mark(fund):
        raise WrongState(
            "基金资料刚刚有同事改过，请刷新页面，核对后再改。", code="governance.was_faster"
        )
    changed = sorted(name for name, value in said.items() if getattr(fund, name) != value)
    for name, value in said.items():
        setattr(fund, name, value)
    _save(fund, update_fields=[*said])
    record("governance.change_fund", fund, by=by, at=at, changed=changed)
    return fund


def _checked(plan: FundPlan) -> dict[str, object]:
    said = asdict(rules.fund_plan(plan))
    if not Region.objects.filter(pk=plan.region_id, valid_to=None).exists():
        raise BadInput("请选择基金服务的地区。", field="region")
    return said


def _save(fund: Fund, **how: Any) -> None:
    try:
        with transaction.atomic():
            fund.save(**how)
    except IntegrityError as error:
        raise Refusal(
            "这个基金会已经有同名的专项基金，请换一个名称或打开已有的基金。",
            code="governance.same_name", field="name",
        ) from error  # fmt: skip


@transaction.atomic
def end_fund(*, fund: Fund, resolution: Resolution, on: date, by: User, at: datetime) -> Fund:
    """End a fund by a resolution, when nothing is left and nothing is under way.

    民发〔2015〕241号: what is left of a special fund follows its agreement before it ends.
    :raises BadInput: when the day lies before the resolution or ahead.
    :raises Refusal: with what must be finished first.
    :raises WrongState: when it has ended.
    """
    if resolution.fund_id != fund.pk or resolution.repealed_by_id is not None:
        raise BadInput("请选择这个基金现行有效的决议。", field="resolution")
    if not resolution.decided_on <= on <= local_date(at):
        raise BadInput("终止日期应在决议之后，不晚于今天。", field="on")
    # The row is taken first: what would hinder the end (`hold_running`) waits for it, or is seen.
    ending = Fund.objects.filter(pk=fund.pk, ended_on=None)
    if not ending.update(ended_on=on, ended_by=resolution):
        raise WrongState("这个基金已经终止。")
    left = queries.open_work(fund, at=at)
    if left:
        raise Refusal(f"还不能终止：{'；'.join(left)}。", code="governance.open_work")
    fund.refresh_from_db()
    record("governance.end_fund", fund, by=by, at=at, resolution=resolution.pk)
    return fund


def hold_running(fund: Fund, *, what: str) -> None:
    """Keep a fund from ending until this transaction is over: something begins that `what` names.

    Taken before any other row; `end_fund` waits here and then sees what has begun.

    :raises WrongState: when the fund has ended.
    """
    running = Fund.objects.filter(pk=fund.pk, ended_on=None)
    if not list(running.select_for_update(no_key=True, of=("self",)).values_list("pk")):
        raise WrongState(f"这个基金已经终止，不能再{what}。", code="governance.fund_ended")


@transaction.atomic
def add_purpose(*, fund: Fund, name: str, what: str, by: User, at: datetime) -> Purpose:
    """Name one thing more that a fund serves.

    :raises BadInput: when there is no name, it is too long, or there are too many.
    :raises Refusal: when there is one of this name.
    """
    count = fund.purposes.count()
    if count >= rules.PURPOSES_MOST:
        raise BadInput(f"一个基金最多 {rules.PURPOSES_MOST} 个资助方向。", field="name")
    purpose = Purpose(
        fund=fund,
        name=words(name, "name", "资助方向", rules.PURPOSE_MOST),
        what=words(what, "what", "说明", rules.WHAT_MOST, wanted=False, long=True),
        position=count,
    )
    try:
        with transaction.atomic():
            purpose.save(force_insert=True)
    except IntegrityError as error:
        raise Refusal(
            "已经有这个资助方向了。", code="governance.same_purpose", field="name"
        ) from error
    record("governance.add_purpose", purpose, by=by, at=at, fund=fund.pk)
    return purpose


@transaction.atomic
def end_purpose(*, purpose: Purpose, by: User, at: datetime) -> Purpose:
    """Let nothing new be given for a purpose; what was given keeps serving it.

    :raises WrongState: when it has ended.
    """
    if not Purpose.objects.filter(pk=purpose.pk, ended_at=None).update(ended_at=at):
        raise WrongState("这个资助方向已经停用。")
    purpose.refresh_from_db()
    record("governance.end_purpose", purpose, by=by, at=at, fund=purpose.fund_id)
    return purpose


@transaction.atomic
def add_document(
    *,
    fund: Fund,
    title: str,
    paper: Checked,
    is_public: bool,
    by: User,
    at: datetime,
    meeting: Meeting | None = None,
) -> Document:
    """Keep a paper of a fund, or of one of its meetings.

    :raises BadInput: when it has no title, or a meeting has too many papers.
    """
    said = words(title, "title", "文件名称", rules.TITLE_MOST)
    if meeting is not None and meeting.papers.count() >= rules.PAPERS_MOST:
        raise BadInput(f"一次会议最多 {rules.PAPERS_MOST} 份材料。", field="paper")
    stored = files.store(paper, subject=f"fund:{fund.pk}", by=by, at=at)
    document: Document = Document.objects.create(
        fund=fund, meeting=meeting, title=said, file=stored, is_public=is_public, added_at=at,
        added_by=by,
    )  # fmt: skip
    record(
        "governance.add_document", ("fund_document", document.pk), by=by, at=at, fund=fund.pk,
        is_public=is_public,
    )  # fmt: skip
    return document


@transaction.atomic
def withdraw_document(*, document: Document, by: User, at: datetime) -> None:
    """Take a paper out of the lists; that it was there stays in the journal.

    :raises WrongState: when it is out already.
    """
    if not Document.objects.filter(pk=document.pk, withdrawn_at=None).update(
        withdrawn_at=at, is_public=False
    ):
        raise WrongState("这份文件已经撤下。")
    record(
        "governance.withdraw_document", ("fund_document", document.pk), by=by, at=at,
        fund=document.fund_id,
    )  # fmt: skip
