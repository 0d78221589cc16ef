"""One step along a flow, taken by one person only."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from voluncity.city.journal.actions import record
from voluncity.city.orgs.models import Organization
from voluncity.city.orgs.states import OrgState
from voluncity.city.people.models import User
from voluncity.kernel.flow import Flow
from voluncity.kernel.refusals import NotFound, Refusal, WrongState
from voluncity.kernel.text import words
from voluncity.service.projects.models import Activity, Project
from voluncity.service.projects.states import ACTIVITY_FLOW, PROJECT_FLOW


def project_of(project_id: int) -> Project:
    """Return the project.

    :raises NotFound: when there is none.
    """
    project: Project | None = (
        Project.objects.select_related("organization").filter(pk=project_id).first()
    )
    if project is None:
        raise NotFound("没有找到这个项目。")
    return project


def activity_of(activity_id: int) -> Activity:
    """Return the activity with its project and organization.

    :raises NotFound: when there is none.
    """
    found = Activity.objects.select_related(
        "region", "project__category", "project__organization__region"
    )
    activity: Activity | None = found.filter(pk=activity_id).first()
    if activity is None:
        raise NotFound("没有找到这场活动。")
    return activity


def check_active(organization: Organization) -> None:
    """Check that the organization may act, and hold its row so that it cannot end meanwhile.

    :raises Refusal: while it is under review, suspended or dissolved.
    """
    held = Organization.objects.select_for_update(no_key=True).filter(pk=organization.pk)
    if held.values_list("state", flat=True).first() != OrgState.ACTIVE:
        raise Refusal(
            f"“{organization.name}”现在不是正常状态，不能办理项目。请联系文明办恢复后再试。",
            code="projects.organization_not_active",
        )


def reason_of(value: str) -> str:
    """Return a reason as it is stored.

    :raises BadInput: when it is missing or too long.
    """
    return words(value, "reason", "原因", 300)


def step_project(project: Project, verb: str, *, by: User, at: datetime, **changes: Any) -> Project:
    """Take the project one step on, write `changes` with it, and journal it.

    :raises WrongState: when the step is not possible, or somebody else was quicker.
    """
    _step(Project, project, PROJECT_FLOW, verb, changes)
    record(f"projects.{verb}", project, by=by, at=at, organization=project.organization_id)
    return project


def step_activity(
    activity: Activity, verb: str, *, by: User, at: datetime, **changes: Any
) -> Activity:
    """Take the activity one step on, write `changes` with it, and journal it.

    :raises WrongState: when the step is not possible, or somebody else was quicker.
    """
    _step(Activity, activity, ACTIVITY_FLOW, verb, changes)
    record(f"projects.{verb}_activity", activity, by=by, at=at, project=activity.project_id)
    return activity


def overtaken(verb: str) -> WrongState:
    """Return the refusal for somebody who came second."""
    return WrongState(
        "刚刚有人处理过，情况已经变化，请刷新页面后再看。", code=f"wrong_state.{verb}"
    )


def _step(model: Any, row: Any, flow: Flow, verb: str, changes: dict[str, Any]) -> None:
    target = flow.after(verb, row.state)
    # The state is asked for again in the statement that changes it: of two, one comes second.
    if not model.objects.filter(pk=row.pk, state=row.state).update(state=target, **changes):
        raise WrongState(
            "刚刚有人处理过，情况已经变化，请刷新页面后再看。", code=f"wrong_state.{verb}"
        )
    row.state = target
    for name, value in changes.items():
        setattr(row, name, value)
