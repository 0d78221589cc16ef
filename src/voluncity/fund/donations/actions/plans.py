"""Monthly gifts: a reminder, never a standing order."""

from __future__ import annotations

from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.urls import reverse

from voluncity.city.inbox import actions as inbox
from voluncity.city.journal.actions import record
from voluncity.city.people.models import User
from voluncity.fund.donations import rules
from voluncity.fund.donations.models import Appeal, MonthlyPlan
from voluncity.fund.donations.rules.clocks import add_months
from voluncity.fund.donations.states import Mode, PlanState
from voluncity.kernel.clock import local_date
from voluncity.kernel.money import parse_yuan
from voluncity.kernel.refusals import NotFound, WrongState


@transaction.atomic
def start_plan(*, appeal: Appeal, amount: str, by: User, at: datetime) -> MonthlyPlan:
    """Ask to be reminded each month; one plan for each appeal.

    :raises BadInput: when the amount is no sum.
    :raises WrongState: when there is a plan already, or the appeal takes no gifts here.
    """
    today = local_date(at)
    if appeal.mode != Mode.OWN or not rules.accepts(appeal, today=today):
        raise WrongState("这个募捐现在不能月捐。", code="donations.not_here")
    fen = parse_yuan(amount, field="amount", most_yuan=rules.ORDER_MOST_YUAN)
    try:
        with transaction.atomic():
            plan = MonthlyPlan.objects.create(
                appeal=appeal, user=by, amount_fen=fen, next_on=add_months(today, 1), made_at=at
            )
    except IntegrityError as error:
        raise WrongState(
            "您已经有这个募捐的月捐，可以先停止再重新设定。", code="donations.plan_twice"
        ) from error
    record("donations.start_plan", plan, by=by, at=at, appeal=appeal.pk, fen=fen)
    return plan


@transaction.atomic
def end_plan(*, plan_id: int, by: User, at: datetime) -> None:
    """Stop a monthly gift; as easy as beginning one.

    :raises NotFound: when it is somebody else's, or stopped already.
    """
    mine = MonthlyPlan.objects.filter(pk=plan_id, user=by, state=PlanState.ACTIVE)
    if not mine.update(state=PlanState.ENDED, ended_at=at):
        raise NotFound("没有找到这个月捐，或者已经停止了。")
    record("donations.end_plan", ("monthlyplan", plan_id), by=by, at=at)


@transaction.atomic
def remind_givers(*, today: date, at: datetime) -> int:
    """Remind everybody whose month is over, once for each month; return how many.

    While a foundation's license is being renewed nobody is reminded, and no plan ends.
    """
    due = MonthlyPlan.objects.filter(state=PlanState.ACTIVE, next_on__lte=today)
    count = 0
    for plan in due.select_related("appeal__fund").order_by("pk"):
        this = plan.next_on
        if not rules.is_licensed(plan.appeal, today=today):
            continue
        is_open = rules.accepts(plan.appeal, today=today)
        changes = (
            {"next_on": _next(plan, today)}
            if is_open
            else {"state": PlanState.ENDED, "ended_at": at}
        )
        if not due.filter(pk=plan.pk, next_on=this).update(**changes):
            continue
        _remind(plan, this, is_open=is_open, at=at)
        count += is_open
    return count


def _next(plan: MonthlyPlan, today: date) -> date:
    months = 1
    while (day := add_months(plan.next_on, months)) <= today:
        months += 1
    return day


def _remind(plan: MonthlyPlan, this: date, *, is_open: bool, at: datetime) -> None:
    name, target = plan.appeal.title, "donations:give" if is_open else "donations:appeal"
    title, body = "月捐已经停止", f"“{name}”已经结束，不再提醒。谢谢您的坚持。"
    if is_open:
        title = "这个月的捐赠"
        body = f"您约定每月为“{name}”捐赠 {plan.amount_text}。不会自动扣款，点开确认后支付。"
    page = reverse(target, args=[plan.appeal_id])
    inbox.send(
        user_id=plan.user_id, key=f"donations:plan:{plan.pk}:{this:%Y%m%d}", title=title,
        body=body, url=f"{page}?plan={plan.pk}" if is_open else page, at=at,
    )  # fmt: skip
