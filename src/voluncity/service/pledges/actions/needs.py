"""Say what a project lacks, change it, and stop or reopen the claiming."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from voluncity.city.journal.actions import record
from voluncity.city.people.models import User
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import BadInput, WrongState
from voluncity.service.pledges import rules
from voluncity.service.pledges.models import Need, Pledge
from voluncity.service.pledges.rules import NeedPlan
from voluncity.service.pledges.states import NEED_FLOW, NeedKind, NeedState
from voluncity.service.projects.models import Project
from voluncity.service.projects.states import RECRUITING_STATES


@transaction.atomic
def add_need(*, project: Project, plan: NeedPlan, by: User, at: datetime) -> Need:
    """Say that a published or running project lacks something (seed T18, 项目合作).

    :raises BadInput: at the field that is wrong.
    :raises WrongState: when the project is not published or over.
    """
    _refuse_closed(project)
    if plan.kind not in NeedKind.values:
        raise BadInput("请选择需要的类别。", field="kind")
    need = Need.objects.create(
        project=project, kind=plan.kind, made_at=at, made_by=by, **_checked(plan, project, at=at)
    )
    record("pledges.add_need", need, by=by, at=at, wanted=need.wanted)
    return need


@transaction.atomic
def change_need(*, need: Need, plan: NeedPlan, by: User, at: datetime) -> Need:
    """Change a need; never below what is promised or here, never its kind.

    :raises BadInput: at the field that is wrong.
    :raises WrongState: when the project is over.
    """
    _refuse_closed(need.project)
    changes = _checked(plan, need.project, at=at, kind=need.kind)
    unpromised = Q(taken=0) & ~Exists(Pledge.objects.filter(need=OuterRef("pk")))
    same = Need.objects.filter(pk=need.pk, taken__lte=changes["wanted"])
    if not same.filter(Q(unit=changes["unit"]) | unpromised).update(**changes):
        raise BadInput(
            "已经有人认领：数量不能少于已认领的，单位也不能再改，请核对。", field="wanted"
        )
    record("pledges.change_need", need, by=by, at=at, wanted=changes["wanted"])
    need.refresh_from_db()
    return need


@transaction.atomic
def close_need(*, need: Need, by: User, at: datetime) -> None:
    """Let nobody take on more of a need; what is promised goes on.

    :raises WrongState: when it is closed already.
    """
    _turn(need, "close", by=by, at=at)


@transaction.atomic
def reopen_need(*, need: Need, by: User, at: datetime) -> None:
    """Let people take on parts of a need again.

    :raises WrongState: when it is open, or the project is over.
    """
    _refuse_closed(need.project)
    _turn(need, "reopen", by=by, at=at)


def _turn(need: Need, verb: str, *, by: User, at: datetime) -> None:
    target = NEED_FLOW.after(verb, need.state)
    if not Need.objects.filter(pk=need.pk, state=need.state).update(state=target):
        raise WrongState("这项需求刚刚改过，请刷新页面。", code="pledges.need_changed")
    record(f"pledges.{verb}_need", need, by=by, at=at)
    need.state = NeedState(target)


def _refuse_closed(project: Project) -> None:
    if project.state not in RECRUITING_STATES:
        raise WrongState(
            "只有已发布或进行中的项目可以发布需求，请先发布项目。", code="pledges.project_closed"
        )


def _checked(plan: NeedPlan, project: Project, *, at: datetime, kind: str = "") -> dict[str, Any]:
    kind = kind or plan.kind
    if plan.due_on < local_date(at):
        raise BadInput("截止日期已经过了，请选择今天或以后的日期。", field="due_on")
    if plan.due_on > project.ends_on:
        raise BadInput("截止日期不能晚于项目的结束日期，请核对。", field="due_on")
    is_placed = kind in {NeedKind.GOODS, NeedKind.PEOPLE}
    return {
        "name": rules.words(
            plan.name, label="需要什么", field="name", most=rules.NAME_MOST
        ),
        "wanted": rules.amount(kind, plan.wanted, field="wanted"),
        "unit": _unit(kind, plan.unit),
        "details": rules.words(
            plan.details, label="要求或用途", field="details", most=rules.DETAILS_MOST,
            needed=kind == NeedKind.MONEY,
        ),
        "place": rules.words(
            plan.place, label="送到哪里", field="place", most=rules.PLACE_MOST, needed=is_placed
        ),
        "due_on": plan.due_on,
        "skill_id": plan.skill_id if kind == NeedKind.PEOPLE else None,
    }  # fmt: skip


def _unit(kind: str, said: str) -> str:
    if kind == NeedKind.MONEY:
        return ""
    cleaned = rules.words(said, label="单位", field="unit", most=rules.UNIT_MOST, needed=False)
    unit = cleaned or rules.USUAL_UNITS.get(NeedKind(kind), "")
    if not unit:
        raise BadInput("请填写单位，例如箱、件、套。", field="unit")
    return unit
