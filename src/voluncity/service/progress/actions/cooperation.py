"""Invite units into a project, answer, grant, arrange activities together, end it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import IntegrityError, transaction

from voluncity.city.journal.actions import record
from voluncity.city.orgs.models import Organization
from voluncity.city.orgs.states import OrgState
from voluncity.city.people.models import User
from voluncity.kernel.refusals import BadInput, NotAllowed, NotFound, WrongState
from voluncity.service.progress import rules
from voluncity.service.progress.actions.steps import overtaken, project_of, take
from voluncity.service.progress.models import Cooperation, JointActivity
from voluncity.service.progress.states import (
    COOPERATION_FLOW,
    LIVE_COOPERATION,
    CooperationState,
    UnitRole,
)
from voluncity.service.projects import actions as projects
from voluncity.service.projects.models import Activity
from voluncity.service.projects.rules import ActivityPlan, ShiftPlan
from voluncity.service.projects.states import OVER_STATES, ActivityState

S = CooperationState


@transaction.atomic
def invite_unit(
    *, project_id: int, organization_id: int, role: str, task: str, may_arrange: bool,
    by: User, at: datetime,
) -> Cooperation:  # fmt: skip
    """Invite a unit to carry out a project together.

    :raises BadInput: when it is the project's own, does not work now, or is there already.
    :raises WrongState: when the project is over.
    """
    project = project_of(project_id)
    if project.state in OVER_STATES:
        raise WrongState("项目已经结束，不能再邀请单位。", code="progress.over")
    unit = Organization.objects.filter(pk=organization_id, state=OrgState.ACTIVE).first()
    if unit is None:
        raise BadInput("这个单位现在不能参加，请选择别的单位。", field="organization")
    if unit.pk == project.organization_id:
        raise BadInput("这就是项目的所属组织，请选择别的单位。", field="organization")
    if role not in UnitRole.values:
        raise BadInput("请从列表中选择合作方式。", field="role")
    try:
        with transaction.atomic():
            made = Cooperation.objects.create(
                project=project, organization=unit, role=role,
                task=rules.note(task, "task", "分工", 200), may_arrange=may_arrange,
                invited_at=at, invited_by=by,
            )  # fmt: skip
    except IntegrityError as error:
        raise BadInput(
            "这个单位已在邀请或合作中，请在列表里查看。", field="organization"
        ) from error
    record("progress.invite_unit", made, by=by, at=at, project=project.pk, unit=unit.pk)
    return made


@transaction.atomic
def answer_invitation(*, cooperation_id: int, verb: str, by: User, at: datetime) -> Cooperation:
    """Accept or decline for the invited unit.

    :raises WrongState: when it was answered or withdrawn meanwhile, or the project is over.
    """
    found = _cooperation(cooperation_id)
    if verb == "accept" and found.project.state in OVER_STATES:
        raise WrongState("项目已经结束，不用再答复。", code="progress.over")
    # The grant is the organizer's: who accepts leaves it as it stands now.
    changes = {} if verb == "accept" else {"may_arrange": False}
    take(found, COOPERATION_FLOW, verb, answered_at=at, answered_by=by, **changes)
    record(f"progress.{verb}_invitation", found, by=by, at=at, project=found.project_id)
    return found


@transaction.atomic
def end_cooperation(
    *, cooperation_id: int, reason: str, by: User | None, at: datetime
) -> Cooperation:
    """End a cooperation, or withdraw an invitation; what was done stays where it was recorded.

    :raises BadInput: without a reason.
    :raises WrongState: when it ended already.
    """
    said = rules.reason(reason, most=200)
    found = _cooperation(cooperation_id)
    take(
        found, COOPERATION_FLOW, "end", ended_at=at, ended_by=by, reason=said,
        may_arrange=False,
    )  # fmt: skip
    record("progress.end_cooperation", found, by=by, at=at, project=found.project_id)
    return found


@transaction.atomic
def grant_arranging(
    *, cooperation_id: int, may_arrange: bool, by: User, at: datetime
) -> Cooperation:
    """Let a cooperating unit arrange activities, or do so no more.

    :raises WrongState: when the cooperation has ended.
    """
    live = Cooperation.objects.filter(pk=cooperation_id, state__in=LIVE_COOPERATION)
    if not live.update(may_arrange=may_arrange):
        raise overtaken()
    found = _cooperation(cooperation_id)
    record("progress.grant_arranging", found, by=by, at=at, granted=int(may_arrange))
    return found


@transaction.atomic
def arrange_activity(
    *, cooperation_id: int, plan: ActivityPlan, shifts: Sequence[ShiftPlan], by: User, at: datetime
) -> Activity:
    """Arrange an activity of the shared project under the unit's name, as a draft.

    The organizer opens it and records attendance and hours (seed T18: who organizes answers).

    :raises BadInput: at a field that breaks a rule.
    :raises NotAllowed: unless the organizer has granted it.
    """
    _require_grant(cooperation_id)
    found = _cooperation(cooperation_id)
    activity = projects.create_activity(
        project_id=found.project_id, plan=plan, shifts=shifts, by=by, at=at
    )
    JointActivity.objects.create(
        activity=activity, cooperation=found, arranged_at=at, arranged_by=by
    )
    record("progress.arrange_activity", activity, by=by, at=at, unit=found.organization_id)
    return activity


@transaction.atomic
def change_arranged(
    *, cooperation_id: int, activity_id: int, plan: ActivityPlan, shifts: Sequence[ShiftPlan],
    by: User, at: datetime,
) -> Activity:  # fmt: skip
    """Write anew what the unit arranged, as long as the organizer has not opened it.

    :raises BadInput: at a field that breaks a rule.
    :raises NotAllowed: unless the organizer still grants it.
    :raises NotFound: when it is not the unit's.
    :raises WrongState: when it was opened: then the organizer changes it.
    """
    _require_grant(cooperation_id)
    _require_draft(cooperation_id, activity_id, "活动已经开放报名，修改请联系主办单位。")
    activity = projects.change_activity(
        activity_id=activity_id, plan=plan, shifts=shifts, by=by, at=at
    )
    record("progress.change_arranged", activity, by=by, at=at, cooperation=cooperation_id)
    return activity


@transaction.atomic
def drop_activity(*, cooperation_id: int, activity_id: int, by: User, at: datetime) -> None:
    """Call off an activity that the unit arranged and that was never opened.

    :raises NotFound: when it is not the unit's.
    :raises WrongState: when it was opened: then the organizer decides.
    """
    _require_draft(cooperation_id, activity_id, "活动已经开放报名，取消请联系主办单位。")
    projects.cancel_activity(activity_id=activity_id, reason="合作单位撤回", by=by, at=at)


def _require_grant(cooperation_id: int) -> None:
    # Written, not only read: a grant that is taken back now waits, or comes first.
    granted = Cooperation.objects.filter(pk=cooperation_id, state=S.ACCEPTED, may_arrange=True)
    if not granted.update(may_arrange=True):
        raise NotAllowed(
            "主办单位还没有授权本单位安排活动，请与他们联系。", code="progress.not_granted"
        )


def _require_draft(cooperation_id: int, activity_id: int, too_late: str) -> None:
    joint = JointActivity.objects.filter(activity=activity_id, cooperation=cooperation_id)
    if not joint.exists():
        raise NotFound("没有找到本单位安排的这场活动。")
    # Written, not only read: an opening now waits, or comes first.
    draft = Activity.objects.filter(pk=activity_id, state=ActivityState.DRAFT)
    if not draft.update(state=ActivityState.DRAFT):
        raise WrongState(too_late, code="progress.opened_already")


def follow_endings(*, organization_id: int, successor_id: int | None, at: datetime) -> None:
    """Carry the cooperations of a unit that has ended over to who took it in, or end them."""
    for found in Cooperation.objects.filter(
        organization=organization_id, state__in=LIVE_COOPERATION
    ).order_by("pk"):
        with transaction.atomic():
            end_cooperation(
                cooperation_id=found.pk, at=at, by=None,
                reason="单位已并入其他单位" if successor_id else "单位已注销",
            )  # fmt: skip
            if successor_id is not None:
                _carry_over(found, successor_id, at=at)


def _carry_over(found: Cooperation, successor_id: int, *, at: datetime) -> None:
    """Give the successor the same part, unless it is the organizer or a partner already."""
    there = Cooperation.objects.filter(
        project=found.project_id, organization=successor_id, state__in=LIVE_COOPERATION
    )
    if there.exists() or found.project.organization_id == successor_id:
        return
    made = Cooperation.objects.create(
        project_id=found.project_id, organization_id=successor_id, role=found.role,
        task=found.task, may_arrange=found.may_arrange, state=found.state,
        invited_at=found.invited_at, invited_by_id=found.invited_by_id,
        answered_at=found.answered_at, answered_by_id=found.answered_by_id,
    )  # fmt: skip
    record("progress.carry_over", made, by=None, at=at, project=made.project_id)


def _cooperation(cooperation_id: int) -> Cooperation:
    found: Cooperation | None = (
        Cooperation.objects.select_related("project", "organization")
        .filter(pk=cooperation_id)
        .first()
    )
    if found is None:
        raise NotFound("没有找到这项合作。")
    return found
