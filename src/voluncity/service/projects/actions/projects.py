"""Plan, change, submit, publish, run and summarize a project: the steps of its own organization."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Max, Q, QuerySet

from voluncity.city.catalog.models import Category, Skill
from voluncity.city.journal.actions import record
from voluncity.city.orgs.models import Organization
from voluncity.city.people.models import User
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import BadInput, NotFound, Refusal, WrongState
from voluncity.kernel.text import LAST_NUMBER, words
from voluncity.service.projects.actions.activities import cancel_open_activities, index_activities
from voluncity.service.projects.actions.steps import (
    check_active,
    overtaken,
    project_of,
    reason_of,
    step_project,
)
from voluncity.service.projects.models import Activity, Line, Project
from voluncity.service.projects.rules import (
    HARMLESS_FIELDS,
    WANTED_FIELDS,
    ProjectPlan,
    checked_project,
    edition_of,
    plan_of,
)
from voluncity.service.projects.states import (
    EDITABLE_STATES,
    HELD_STATES,
    OVER_STATES,
    SETTLED_STATES,
    ActivityState,
)
from voluncity.service.training.models import Course


@transaction.atomic
def create_project(*, organization_id: int, plan: ProjectPlan, by: User, at: datetime) -> Project:
    """Keep a new project as a draft of the organization.

    :raises BadInput: at a field that breaks a rule.
    :raises Refusal: when the organization may not act now.
    """
    organization = Organization.objects.filter(pk=organization_id).first()
    if organization is None:
        raise NotFound("没有找到这个组织。", field="organization")
    check_active(organization)
    plan = _checked(plan)
    project = Project.objects.create(
        organization=organization, created_at=at, created_by=by, **_columns(plan)
    )
    project.skills.set(plan.skill_ids)
    record("projects.create", project, by=by, at=at, organization=organization.pk)
    return project


@transaction.atomic
def plan_next_stage(*, project_id: int, by: User, at: datetime) -> Project:
    """Keep a draft with the plan of a project that is over; it takes as long and begins after it.

    :raises WrongState: while the project goes on.
    """
    old = project_of(project_id)
    if old.state not in OVER_STATES:
        raise WrongState(
            "项目结束后才能编制下一期，请先提交总结。", code="wrong_state.plan_next_stage"
        )
    starts_on = max(old.ends_on + timedelta(days=1), local_date(at))
    plan = replace(
        plan_of(old), starts_on=starts_on, ends_on=starts_on + (old.ends_on - old.starts_on)
    )
    return create_project(organization_id=old.organization_id, plan=plan, by=by, at=at)


@transaction.atomic
def change_project(
    *, project_id: int, plan: ProjectPlan, by: User, at: datetime, seen: str = ""
) -> Project:
    """Write the plan anew; once approved, only its harmless fields may differ.

    `seen` is the edition (`rules.edition_of`) that the writer began from: what somebody else has
    written meanwhile is never lost.

    :raises BadInput: at a field that breaks a rule.
    :raises WrongState: while it is under review, after its end, or when it is another edition.
    """
    project = project_of(project_id)
    known = plan_of(project)
    if seen and seen != edition_of(known):
        raise WrongState(
            "您打开以后，别人修改过这个项目。请先在新窗口核对，确定用您写的内容，再保存一次。",
            code="projects.other_edition",
        )
    plan = _checked(plan, line_id=project.line_id)
    columns = _columns(plan)
    if project.state in SETTLED_STATES:
        columns = _harmless(project, plan)
    elif project.state not in EDITABLE_STATES:
        raise WrongState(
            f"现在是“{project.get_state_display()}”状态，不能修改内容。", code="wrong_state.change"
        )
    # All that was read is asked for again: of two who write at once, the second is told.
    same = Project.objects.filter(pk=project.pk, state=project.state, **_columns(known))
    if not same.update(**columns):
        raise overtaken("change")
    if project.state in EDITABLE_STATES:
        project.skills.set(plan.skill_ids)
        index_activities(project.pk)
    project.refresh_from_db()
    record("projects.change", project, by=by, at=at, organization=project.organization_id)
    return project


@transaction.atomic
def submit(*, project_id: int, by: User, at: datetime) -> Project:
    """Give the plan to the reviewer.

    :raises BadInput: when something is still missing, or its last day is past.
    :raises WrongState: unless it is a draft or was sent back.
    """
    project = project_of(project_id)
    check_active(project.organization)
    for field, label in WANTED_FIELDS.items():
        if not getattr(project, field):
            raise BadInput(f"还没有填写“{label}”，请补充后再提交。", field=field)
    if project.ends_on < local_date(at):
        raise BadInput("结束日期已经过去，请修改日期后再提交。", field="ends_on")
    return step_project(
        project, "submit", by=by, at=at,
        submitted_at=at, submitted_by=by, state_reason="", reviewed_at=None, reviewed_by=None,
    )  # fmt: skip


@transaction.atomic
def publish(*, project_id: int, by: User, at: datetime) -> Project:
    """Show an approved project to everybody.

    :raises WrongState: unless it is approved.
    """
    project = project_of(project_id)
    check_active(project.organization)
    return step_project(project, "publish", by=by, at=at)


@transaction.atomic
def start(*, project_id: int, by: User, at: datetime) -> Project:
    """Say that a published project is being carried out.

    :raises WrongState: unless it is published.
    """
    return step_project(project_of(project_id), "start", by=by, at=at)


@transaction.atomic
def summarize(*, project_id: int, summary: str, by: User, at: datetime) -> Project:
    """Hand in what the project has done, once all its activities are over.

    :raises Refusal: while an activity is still to come.
    :raises WrongState: unless it is running.
    """
    project = project_of(project_id)
    text = words(summary, "summary", "项目总结", 4000, long=True)
    coming = Activity.objects.filter(
        project=project, state__in=[ActivityState.DRAFT, *HELD_STATES], ends_at__gt=at
    ).count()
    if coming:
        raise Refusal(
            f"还有 {coming} 场活动没有结束，请等活动结束或取消活动后再提交总结。",
            code="projects.activities_to_come",
        )
    return step_project(project, "summarize", by=by, at=at, summary=text)


@transaction.atomic
def cancel(*, project_id: int, reason: str, by: User, at: datetime) -> Project:
    """Give the project up and cancel every activity that is not over.

    :raises BadInput: without a reason.
    :raises WrongState: when it is over or cancelled already.
    """
    project = project_of(project_id)
    text = reason_of(reason)
    step_project(project, "cancel", by=by, at=at, state_reason=text)
    cancel_open_activities(project, reason=text, by=by, at=at)
    return project


def _checked(plan: ProjectPlan, *, line_id: int | None = None) -> ProjectPlan:
    """Return the plan as it is stored; a project may stay in its line when that has ended."""
    plan = checked_project(plan)
    wanted: tuple[tuple[str, QuerySet[Any], tuple[int | None, ...]], ...] = (
        ("category", Category.objects.all(), (plan.category_id,)),
        ("line", Line.objects.filter(Q(until=None) | Q(pk=line_id)), (plan.line_id,)),
        ("course", Course.objects.all(), (plan.course_id,)),
        ("skills", Skill.objects.all(), plan.skill_ids),
    )
    for field, rows, sent in wanted:
        keys = {key for key in sent if key is not None}
        real = {key for key in keys if 0 < key <= LAST_NUMBER}
        if keys and rows.filter(pk__in=real).count() != len(keys):
            raise BadInput("请从列表中选择。", field=field)
    return plan


def _columns(plan: ProjectPlan) -> dict[str, Any]:
    columns = dict(vars(replace(plan)))
    columns.pop("skill_ids")
    return columns


def _harmless(project: Project, plan: ProjectPlan) -> dict[str, Any]:
    """Return the harmless fields; the last day may not cut off an activity.

    :raises BadInput: when the plan is incomplete, or ends before an activity does.
    """
    last = project.activities.exclude(state=ActivityState.CANCELLED).aggregate(Max("ends_at"))
    if last["ends_at__max"] and plan.ends_on < local_date(last["ends_at__max"]):
        raise BadInput("结束日期不能早于已安排的活动，请修改。", field="ends_on")
    if not plan.funding:
        raise BadInput("请填写项目资金保障。", field="funding")
    return {name: getattr(plan, name) for name in HARMLESS_FIELDS}
