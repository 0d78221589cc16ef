"""Write, publish and end an appeal; tell about it; hold an event."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F

from voluncity.city.journal.actions import record
from voluncity.city.people.models import User
from voluncity.city.policy import queries as policy
from voluncity.fund.donations import rules
from voluncity.fund.donations.actions.steps import refuse_own, step
from voluncity.fund.donations.models import Appeal, Disclosure, GivingEvent
from voluncity.fund.donations.rules import AppealPlan, DisclosurePlan, EventPlan, Limits
from voluncity.fund.donations.states import APPEAL_FLOW, SHOWN, AppealState, DisclosureKind
from voluncity.fund.governance import actions as governance
from voluncity.fund.governance.models import Fund
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import BadInput, Refusal, WrongState


@transaction.atomic
def write_appeal(*, fund: Fund, plan: AppealPlan, by: User, at: datetime) -> Appeal:
    """Begin an appeal of a fund. Its foundation raises, and nobody else (Charity Law, art. 22).

    :raises BadInput: at the field that is wrong.
    :raises Refusal: when the foundation may not raise from the public.
    :raises WrongState: when the fund has ended.
    """
    governance.hold_running(fund, what=_APPEAL)
    appeal = Appeal(fund=fund, made_at=at, made_by=by, **_columns(fund, plan, today=local_date(at)))
    try:
        with transaction.atomic():
            appeal.save(force_insert=True)
    except IntegrityError as error:
        raise BadInput(_SAME_FILING, field="filing_no") from error
    record("donations.write", appeal, by=by, at=at, fund=fund.pk)
    return appeal


@transaction.atomic
def change_appeal(*, appeal: Appeal, plan: AppealPlan, seen: int, by: User, at: datetime) -> Appeal:
    """Change an appeal that nobody sees yet; what is published was filed and stays.

    :raises BadInput: at the field that is wrong.
    :raises WrongState: when it is submitted or published, or somebody else wrote meanwhile.
    """
    columns = _columns(appeal.fund, plan, today=local_date(at))
    drafts = Appeal.objects.filter(pk=appeal.pk, state=AppealState.DRAFT, edition=seen)
    try:
        with transaction.atomic():
            is_changed = drafts.update(**columns, edition=F("edition") + 1)
    except IntegrityError as error:
        raise BadInput(_SAME_FILING, field="filing_no") from error
    if not is_changed:
        raise WrongState(
            "这份募捐已经提交，或者刚刚有同事改过。请打开最新的一份再修改。",
            code="donations.changed_meanwhile",
        )
    appeal.refresh_from_db()
    record("donations.change", appeal, by=by, at=at, edition=appeal.edition)
    return appeal


_APPEAL = "发起募捐"
_SAME_FILING = "这个备案编号已经用于另一个募捐。一个募捐方案一个编号，请核对。"


def _columns(fund: Fund, plan: AppealPlan, *, today: date) -> dict[str, Any]:
    if not fund.license_number:
        raise Refusal(
            f"“{fund.foundation_name}”没有登记公开募捐资格证书，不能发起募捐。请先在基金资料里登记。",
            code="donations.no_license",
        )
    plan = plan.checked(_limits(today))
    if plan.purpose_id and not fund.purposes.filter(pk=plan.purpose_id, ended_at=None).exists():
        raise BadInput("请选择这个基金的资助方向。", field="purpose")
    columns = {name: value for name, value in asdict(plan).items() if name != "goal"}
    return columns | {
        "goal_fen": plan.goal_fen, "raiser_name": fund.foundation_name,
        "raiser_code": fund.foundation_code, "license_no": fund.license_number,
        "license_until": fund.license_until,
    }  # fmt: skip


def _limits(today: date) -> Limits:
    numbers = policy.numbers(
        ("donations.window_years", "donations.emergency_years", "donations.filing_days",
         "donations.emergency_filing_days"),
        on=today,
    )  # fmt: skip
    return Limits(
        today=today,
        years=numbers["donations.window_years"],
        emergency_years=numbers["donations.emergency_years"],
        filing_days=numbers["donations.filing_days"],
        emergency_filing_days=numbers["donations.emergency_filing_days"],
    )


@transaction.atomic
def submit_appeal(*, appeal: Appeal, declares: bool, by: User, at: datetime) -> Appeal:
    """Hand an appeal in, with the word that it names no single person and assigns no quotas.

    :raises BadInput: without that word (Charity Law, art. 24, 27, 32, 124).
    :raises WrongState: when the fund has ended, or it is not said when the plan was filed.
    """
    governance.hold_running(appeal.fund, what=_APPEAL)
    if appeal.filed_on is None:
        raise WrongState(
            "请先修改这份募捐，填写报送备案日期，再提交。", code="donations.filing_unknown"
        )
    if not declares:
        raise BadInput("请先确认下面的承诺，再提交。", field="declares")
    step(appeal, APPEAL_FLOW, "submit", submitted_at=at, submitted_by=by, words="")
    record("donations.submit", appeal, by=by, at=at)
    return appeal


@transaction.atomic
def send_back_appeal(*, appeal: Appeal, words: str, by: User, at: datetime) -> Appeal:
    """Ask for a better appeal.

    :raises BadInput: without a reason.
    """
    refuse_own(appeal.submitted_by_id, by, _OWN)
    reason = rules.said(words, "要改什么")
    step(appeal, APPEAL_FLOW, "send_back", words=reason, submitted_at=None, submitted_by=None)
    record("donations.send_back", appeal, by=by, at=at)
    return appeal


@transaction.atomic
def publish_appeal(*, appeal: Appeal, merchant_no: str, by: User, at: datetime) -> Appeal:
    """Show an appeal to everybody; another person than who submitted it.

    `merchant_no` is what this site is paid with.

    :raises NotAllowed: when it is one's own.
    :raises Refusal: when the license has run out, the window is over, or the merchant is another.
    :raises WrongState: when the fund has ended.
    """
    governance.hold_running(appeal.fund, what=_APPEAL)
    refuse_own(appeal.submitted_by_id, by, _OWN)
    rules.refuse_unless_publishable(appeal, today=local_date(at), merchant_no=merchant_no)
    step(appeal, APPEAL_FLOW, "publish", published_at=at, published_by=by)
    record("donations.publish", appeal, by=by, at=at)
    return appeal


_OWN = "这份募捐是您提交的，请由另一位工作人员审核。"


@transaction.atomic
def end_appeal(*, appeal: Appeal, words: str, by: User, at: datetime) -> Appeal:
    """End an appeal before its time; the report is due from now on.

    :raises BadInput: without a reason.
    """
    reason, today = rules.said(words, "提前结束的原因"), local_date(at)
    step(appeal, APPEAL_FLOW, "end", words=reason, ended_on=min(today, appeal.until_on))
    record("donations.end", appeal, by=by, at=at)
    return appeal


@transaction.atomic
def tell(
    *, appeal: Appeal, plan: DisclosurePlan, corrects: Disclosure | None, by: User, at: datetime
) -> Disclosure:
    """Tell something about an appeal for everybody to read; it is never changed again.

    The same words again return what was told first: a button pressed twice tells once.

    :raises BadInput: at the field that is wrong, or when a correction corrects nothing.
    :raises WrongState: when nobody sees the appeal.
    """
    plan = plan.checked()
    if appeal.state not in SHOWN:
        raise WrongState("这个募捐还没有发布，不能公开信息。", code="donations.not_shown")
    if (plan.kind == DisclosureKind.CORRECTION) != (corrects is not None):
        raise BadInput("更正要说明更正哪一条；其他类别不要选。", field="corrects")
    if corrects is not None and corrects.appeal_id != appeal.pk:
        raise BadInput("请选择这个募捐的一条公开信息。", field="corrects")
    if plan.kind == DisclosureKind.FINAL and local_date(at) <= (appeal.ended_on or appeal.until_on):
        raise BadInput("募捐还没有结束，总结报告要在结束以后公开。", field="kind")
    _hold(appeal)
    words = {"kind": plan.kind, "title": plan.title, "text": plan.text, "corrects": corrects}
    if first := Disclosure.objects.filter(appeal=appeal, **words).first():
        return first
    told = Disclosure.objects.create(appeal=appeal, at=at, by=by, **words)
    record("donations.tell", told, by=by, at=at, appeal=appeal.pk)
    return told


def _hold(appeal: Appeal) -> None:
    """Hold the row: whoever presses a second time waits, and then finds what the first made."""
    Appeal.objects.filter(pk=appeal.pk).update(edition=F("edition"))


@transaction.atomic
def hold_event(*, appeal: Appeal, plan: EventPlan, by: User, at: datetime) -> GivingEvent:
    """Open the entry desk and the screen of an event; the same facts again return the first one.

    :raises BadInput: at the field that is wrong.
    :raises WrongState: unless the appeal is open on that day.
    """
    plan = plan.checked()
    if appeal.state != AppealState.OPEN:
        raise WrongState("募捐发布以后才能开设现场，请先发布。", code="donations.not_open")
    if not appeal.from_on <= plan.on <= appeal.until_on:
        raise BadInput("现场的日期要在募捐期限内。", field="on")
    _hold(appeal)
    first: GivingEvent | None = GivingEvent.objects.filter(appeal=appeal, **asdict(plan)).first()
    if first is not None:
        return first
    event = GivingEvent.objects.create(appeal=appeal, made_at=at, made_by=by, **asdict(plan))
    record("donations.hold_event", event, by=by, at=at, appeal=appeal.pk)
    return event
