"""Decide on a project: the steps of an organization above it, or of the office."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from voluncity.city.people.models import User
from voluncity.kernel.refusals import NotAllowed
from voluncity.service.projects import queries
from voluncity.service.projects.actions.steps import project_of, reason_of, step_project
from voluncity.service.projects.models import Project


@transaction.atomic
def approve(*, project_id: int, by: User, at: datetime) -> Project:
    """Approve a submitted project.

    :raises NotAllowed: unless `by` reviews for somebody above, and it is not their own project.
    :raises WrongState: unless it is submitted.
    """
    project = _to_decide(project_id, by)
    return step_project(project, "approve", by=by, at=at, reviewed_at=at, reviewed_by=by)


@transaction.atomic
def send_back(*, project_id: int, reason: str, by: User, at: datetime) -> Project:
    """Return a submitted project to be mended, with the reason.

    :raises BadInput: without a reason.
    :raises NotAllowed: unless `by` reviews for somebody above, and it is not their own project.
    :raises WrongState: unless it is submitted.
    """
    project = _to_decide(project_id, by)
    return step_project(
        project, "send_back", by=by, at=at,
        state_reason=reason_of(reason), reviewed_at=at, reviewed_by=by,
    )  # fmt: skip


@transaction.atomic
def close(*, project_id: int, by: User, at: datetime) -> Project:
    """Close a project whose summary was handed in.

    :raises NotAllowed: unless `by` reviews for somebody above, and it is not their own project.
    :raises WrongState: unless it is summarized.
    """
    return step_project(_to_decide(project_id, by), "close", by=by, at=at)


@transaction.atomic
def reopen(*, project_id: int, reason: str, by: User, at: datetime) -> Project:
    """Return the summary of a project with the reason: it runs again until a new one comes.

    :raises BadInput: without a reason.
    :raises NotAllowed: unless `by` reviews for somebody above, and it is not their own project.
    :raises WrongState: unless it is summarized.
    """
    project = _to_decide(project_id, by)
    return step_project(project, "reopen", by=by, at=at, state_reason=reason_of(reason))


def _to_decide(project_id: int, by: User) -> Project:
    project = project_of(project_id)
    if queries.is_own(project, by):
        raise NotAllowed(
            "不能审核自己编制或提交的项目，请由另一位审核人办理。", code="projects.own_review"
        )
    if not queries.may_review(project, by):
        raise NotAllowed(
            "项目要由上级组织或文明办审核，请等待他们办理。", code="projects.not_reviewer"
        )
    return project
