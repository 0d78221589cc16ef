"""Register and end policies, say which categories are dangerous, remind of ends."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

from django.db import IntegrityError, transaction

from voluncity.city.catalog.models import Category
from voluncity.city.files import actions as files
from voluncity.city.journal.actions import record
from voluncity.city.orgs.models import Organization
from voluncity.city.people.models import User
from voluncity.honor.insurance import queries, rules
from voluncity.honor.insurance.models import ActivityCover, Enrollment, Policy, RiskyCategory
from voluncity.honor.insurance.rules import PolicyPlan
from voluncity.honor.insurance.states import POLICY_FLOW, RUNNING, PolicyState
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import BadInput, Refusal, WrongState
from voluncity.kernel.text import words
from voluncity.service.projects.states import HELD_STATES

_FILE = Path(__file__).parents[1] / "data" / "risks.json"


@transaction.atomic
def add_policy(*, plan: PolicyPlan, by: User, at: datetime) -> Policy:
    """Register a policy that an insurer has issued.

    :raises BadInput: at the field that is wrong, or when the number is registered already.
    """
    if not plan.number.strip():
        raise BadInput("请填写保单号；还没有承保的，从“投保名单”办理。", field="number")
    policy = draft_policy(plan, by=by, at=at)
    activate(policy, number=policy.number, by=by, at=at)
    return policy


def draft_policy(plan: PolicyPlan, *, by: User, at: datetime) -> Policy:
    """Write a policy that waits for its number.

    :raises BadInput: at the field that is wrong.
    """
    columns = rules.policy_columns(plan)
    if plan.organization_id is not None:
        holder = Organization.objects.select_related("region").get(pk=plan.organization_id)
        columns["region_id"] = holder.region_id
    policy = Policy.objects.create(made_at=at, made_by=by, **columns)
    if plan.paper is not None:
        policy.paper = files.store(plan.paper, subject=f"policy:{policy.pk}", by=by, at=at)
        policy.save(update_fields=["paper"])
    record("insurance.add_policy", policy, by=by, at=at, kind=policy.kind, covers=policy.covers)
    return policy


def activate(policy: Policy, *, number: str, by: User, at: datetime) -> None:
    """Let a policy hold under its number.

    :raises BadInput: when there is none, or another policy of the insurer has it.
    :raises WrongState: when it holds already or has ended.
    """
    said = words(number, "number", "保单号", 40)
    target = POLICY_FLOW.after("activate", policy.state)
    drafts = Policy.objects.filter(pk=policy.pk, state=PolicyState.DRAFT)
    try:
        with transaction.atomic():
            is_mine = drafts.update(state=target, number=said)
    except IntegrityError as error:
        raise BadInput("这个保单号已经登记过，请核对。", field="number") from error
    if not is_mine:
        raise _overtaken()
    policy.refresh_from_db()
    record("insurance.activate", policy, by=by, at=at)


@transaction.atomic
def cancel_policy(*, policy_id: int, reason: str, by: User, at: datetime) -> Policy:
    """End a policy before its day, or a draft.

    :raises BadInput: without a reason.
    :raises Refusal: while a dangerous activity that is open relies on it, or a list is under way.
    """
    said = words(reason, "reason", "终止原因", rules.REASON_MOST)
    policy = Policy.objects.get(pk=policy_id)
    target = POLICY_FLOW.after("cancel", policy.state)
    if not Policy.objects.filter(pk=policy_id, state=policy.state).update(
        state=target, state_reason=said
    ):
        raise _overtaken()
    _refuse_reliance(policy, at)
    record("insurance.cancel_policy", policy, by=by, at=at)
    policy.refresh_from_db()
    return policy


def _refuse_reliance(policy: Policy, at: datetime) -> None:
    relying = ActivityCover.objects.filter(
        policy=policy, activity__ends_at__gt=at, activity__state__in=HELD_STATES
    ).select_related("activity")
    for cover in relying.order_by("activity__starts_at")[:1]:
        raise Refusal(
            f"已经开放的活动“{cover.activity.name}”在用这份保单，请先为它换一份保单，或取消活动。",
            code="insurance.relied_on",
        )
    if Enrollment.objects.filter(policy=policy, state__in=RUNNING).exists():
        raise Refusal("投保名单正在办理，请先取消名单。", code="insurance.list_running")


def _overtaken() -> WrongState:
    return WrongState("这份保单刚刚有人办理过，请刷新页面。", code="insurance.was_faster")


@transaction.atomic
def remind_ending(*, at: datetime) -> int:
    """Journal once for each policy that it ends soon; a reader tells the offices."""
    today = local_date(at)
    count = 0
    for policy in list(queries.ending_soon(on=today)):
        if Policy.objects.filter(pk=policy.pk, reminded_on=None).update(reminded_on=today):
            record("insurance.remind", policy, by=None, at=at)
            count += 1
    return count


@transaction.atomic
def load_risks() -> int:
    """Load the dangerous categories where the city never had any; return how many are new."""
    if RiskyCategory.objects.exists():
        return 0
    by_key = {one.key: one for one in Category.objects.all()}
    rows = [
        RiskyCategory(category=by_key[one["category"]], basis=one["basis"])
        for one in json.loads(_FILE.read_text(encoding="utf-8"))
        if one["category"] in by_key
    ]
    return len(RiskyCategory.objects.bulk_create(rows))


@transaction.atomic
def set_risk(*, category_id: int, basis: str, by: User, at: datetime) -> RiskyCategory:
    """Let a category count as dangerous from now on; what is open stays open, and is listed.

    :raises BadInput: without a reason, or when it is dangerous already.
    """
    said = words(basis, "basis", "理由", rules.REASON_MOST)
    risk = RiskyCategory(category_id=category_id, basis=said, set_at=at, set_by=by)
    try:
        with transaction.atomic():
            risk.save(force_insert=True)
    except IntegrityError as error:
        raise BadInput("这个类别已经在名单里。", field="category") from error
    record("insurance.set_risk", risk, by=by, at=at, category=category_id)
    return risk


@transaction.atomic
def end_risk(*, risk_id: int, by: User, at: datetime) -> None:
    """Let a category count as dangerous no more.

    :raises WrongState: when somebody was faster.
    """
    live = RiskyCategory.objects.filter(pk=risk_id, ended_at=None)
    if not live.update(ended_at=at, ended_by=by):
        raise WrongState("这个类别刚刚已经取消，请刷新页面。", code="insurance.was_faster")
    record("insurance.end_risk", ("riskycategory", risk_id), by=by, at=at)
