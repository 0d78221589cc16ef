"""What the actions of the slice share: fetch a row, and hold a plan."""

from __future__ import annotations

from django.db.models import F

from voluncity.kernel.refusals import NotFound, WrongState
from voluncity.service.rosters.models import Plan, Run


def plan_of(plan_id: int) -> Plan:
    """Return the plan with its project.

    :raises NotFound: when there is none.
    """
    found = Plan.objects.select_related("project__organization", "region", "leader")
    plan: Plan | None = found.filter(pk=plan_id).first()
    if plan is None:
        raise NotFound("没有找到这个排班方案。")
    return plan


def held_plan(plan_id: int) -> Plan:
    """Return the plan, held so that others who change it wait until this transaction ends."""
    Plan.objects.filter(pk=plan_id).update(state=F("state"))
    return plan_of(plan_id)


def run_of(run_id: int) -> Run:
    """Return the draft with its plan.

    :raises NotFound: when there is none.
    """
    run: Run | None = Run.objects.select_related("plan__project").filter(pk=run_id).first()
    if run is None:
        raise NotFound("没有找到这份排班。")
    return run


def overtaken(verb: str) -> WrongState:
    """Return the refusal for somebody who came second."""
    return WrongState(
        "刚刚有人处理过，情况已经变化，请刷新页面后再看。", code=f"wrong_state.{verb}"
    )
