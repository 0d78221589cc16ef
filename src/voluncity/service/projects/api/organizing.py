"""Operations of the API: plan, review and publish projects; plan, open and cancel activities."""

from __future__ import annotations

from typing import Literal, cast

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.timezone import now
from ninja import Query, Router
from pydantic import Field

from voluncity.city.access import actions as access
from voluncity.city.access.marks import Access
from voluncity.city.access.permissions import Permission
from voluncity.city.access.queries import scope_of
from voluncity.city.orgs.models import Organization
from voluncity.city.people.asking import user_of
from voluncity.city.tokens.operations import CREATED, operation
from voluncity.city.tokens.shapes import Asked, Id, Page, PageAsked, Words, rows_of
from voluncity.city.tokens.states import TokenScope
from voluncity.service.projects import actions, queries
from voluncity.service.projects.api.shapes import (
    ActivityAsked,
    ActivityShape,
    NewProjectAsked,
    ProjectAsked,
    ProjectShape,
)
from voluncity.service.projects.models import Activity, Project
from voluncity.service.projects.states import ProjectState

router = Router(tags=["项目与活动（组织）"])

READ, WRITE = TokenScope.ORGANIZER_READ, TokenScope.ORGANIZER_WRITE


def _needs(*permissions: Permission) -> Access:
    return Access("permission", permissions)


SEE = _needs(Permission.PROJECT_SEE)
EDIT = _needs(Permission.PROJECT_EDIT)
PLAN = _needs(Permission.ACTIVITY_EDIT)

_REVIEWS = frozenset({"approve", "send_back", "reopen", "close"})


class ProjectsAsked(PageAsked):
    """Which projects."""

    state: ProjectState | None = None
    organization_id: Id | None = None
    q: Words = Field("", max_length=60, description="项目或组织的名称")


class StepAsked(Asked):
    """Which step, with its words."""

    verb: Literal[
        "submit",
        "send_back",
        "approve",
        "publish",
        "start",
        "summarize",
        "reopen",
        "close",
        "cancel",
    ]
    reason: Words = Field("", max_length=10_000, description="退回、取消时必填")
    summary: Words = Field("", max_length=10_000, description="提交总结时必填")


class ReasonAsked(Asked):
    """Why."""

    reason: Words = Field(max_length=10_000)


@operation(
    router, "GET", "organizer/projects", summary="我管理的项目", answer=Page[ProjectShape],
    access=SEE, scope=READ,
)  # fmt: skip
def managed_projects(request: HttpRequest, asked: Query[ProjectsAsked]) -> Page[ProjectShape]:
    """管理范围内的项目，新的在前。"""
    filters = queries.DeskFilters(
        state=asked.state or "", organization_id=asked.organization_id, q=asked.q
    )
    found = queries.projects_for_desk(scope_of(user_of(request), Permission.PROJECT_SEE), filters)
    rows, place = rows_of(found.select_related("course").prefetch_related("skills"), asked)
    return Page[ProjectShape](items=[ProjectShape.of(row) for row in rows], **place)


@operation(
    router, "POST", "organizer/projects", summary="新建项目（草稿）", answer=ProjectShape,
    access=EDIT, scope=WRITE, status=CREATED,
)  # fmt: skip
def create_project(request: HttpRequest, asked: NewProjectAsked) -> ProjectShape:
    """先保存为草稿，再用 steps 提交审核。"""
    access.fetch(
        user_of(request), Permission.PROJECT_EDIT, Organization.objects.all(), at=now(),
        pk=asked.organization_id,
    )  # fmt: skip
    made = actions.create_project(
        organization_id=asked.organization_id, plan=asked.plan(), by=user_of(request), at=now()
    )
    return _told(made.pk)


@operation(
    router, "GET", "organizer/projects/{project_id}", summary="一个项目", answer=ProjectShape,
    access=SEE, scope=READ,
)  # fmt: skip
def managed_project(request: HttpRequest, project_id: Id) -> ProjectShape:
    """管理范围内的一个项目，包括草稿。"""
    return ProjectShape.of(_project(request, Permission.PROJECT_SEE, project_id))


@operation(
    router, "PUT", "organizer/projects/{project_id}", summary="修改项目", answer=ProjectShape,
    access=EDIT, scope=WRITE,
)  # fmt: skip
def change_project(request: HttpRequest, project_id: Id, asked: ProjectAsked) -> ProjectShape:
    """写明全部内容；审核通过后只能改不影响已报名者的内容。"""
    _project(request, Permission.PROJECT_EDIT, project_id)
    actions.change_project(project_id=project_id, plan=asked.plan(), by=user_of(request), at=now())
    return _told(project_id)


@operation(
    router, "POST", "organizer/projects/{project_id}/steps", summary="办理项目的下一步",
    answer=ProjectShape, access=_needs(Permission.PROJECT_EDIT, Permission.PROJECT_REVIEW),
    scope=WRITE,
)  # fmt: skip
def step_project(request: HttpRequest, project_id: Id, asked: StepAsked) -> ProjectShape:
    """提交审核、退回、通过、发布、开始、总结、退回总结、结项、取消。"""
    permission = Permission.PROJECT_REVIEW if asked.verb in _REVIEWS else Permission.PROJECT_EDIT
    _project(request, permission, project_id)
    words = {
        "send_back": {"reason": asked.reason},
        "reopen": {"reason": asked.reason},
        "cancel": {"reason": asked.reason},
        "summarize": {"summary": asked.summary},
    }.get(asked.verb, {})
    getattr(actions, asked.verb)(project_id=project_id, by=user_of(request), at=now(), **words)
    return _told(project_id)


@operation(
    router, "POST", "organizer/projects/{project_id}/activities", summary="安排活动（草稿）",
    answer=ActivityShape, access=PLAN, scope=WRITE, status=CREATED,
)  # fmt: skip
def create_activity(request: HttpRequest, project_id: Id, asked: ActivityAsked) -> ActivityShape:
    """先保存为草稿，核对后开放报名。"""
    _project(request, Permission.ACTIVITY_EDIT, project_id)
    made = actions.create_activity(
        project_id=project_id,
        plan=asked.plan(),
        shifts=asked.slots(),
        by=user_of(request),
        at=now(),
    )
    return _shown(made.pk)


@operation(
    router, "GET", "organizer/activities/{activity_id}", summary="一场活动",
    answer=ActivityShape, access=SEE, scope=READ,
)  # fmt: skip
def managed_activity(request: HttpRequest, activity_id: Id) -> ActivityShape:
    """管理范围内的一场活动，包括草稿。"""
    return ActivityShape.of(_activity(request, Permission.PROJECT_SEE, activity_id))


@operation(
    router, "PUT", "organizer/activities/{activity_id}", summary="修改活动",
    answer=ActivityShape, access=PLAN, scope=WRITE,
)  # fmt: skip
def change_activity(request: HttpRequest, activity_id: Id, asked: ActivityAsked) -> ActivityShape:
    """写明全部内容。已有人报名的班次要带上它的 id。"""
    _activity(request, Permission.ACTIVITY_EDIT, activity_id)
    actions.change_activity(
        activity_id=activity_id,
        plan=asked.plan(),
        shifts=asked.slots(),
        by=user_of(request),
        at=now(),
    )
    return _shown(activity_id)


@operation(
    router, "POST", "organizer/activities/{activity_id}/open", summary="开放报名",
    answer=ActivityShape, access=PLAN, scope=WRITE,
)  # fmt: skip
def open_activity(request: HttpRequest, activity_id: Id) -> ActivityShape:
    """项目发布后，活动草稿才能开放报名。"""
    _activity(request, Permission.ACTIVITY_EDIT, activity_id)
    actions.open_activity(activity_id=activity_id, by=user_of(request), at=now())
    return _shown(activity_id)


@operation(
    router, "POST", "organizer/activities/{activity_id}/cancel", summary="取消活动",
    answer=ActivityShape, access=PLAN, scope=WRITE,
)  # fmt: skip
def cancel_activity(request: HttpRequest, activity_id: Id, asked: ReasonAsked) -> ActivityShape:
    """写明原因；已报名的志愿者会收到通知。"""
    _activity(request, Permission.ACTIVITY_EDIT, activity_id)
    actions.cancel_activity(
        activity_id=activity_id, reason=asked.reason, by=user_of(request), at=now()
    )
    return _shown(activity_id)


def _projects() -> QuerySet[Project]:
    return Project.objects.select_related("organization", "line", "category", "course")


def _activities() -> QuerySet[Activity]:
    return Activity.objects.select_related("region")


def _project(request: HttpRequest, permission: Permission, project_id: int) -> Project:
    found = access.fetch(user_of(request), permission, _projects(), at=now(), pk=project_id)
    return cast(Project, found)


def _activity(request: HttpRequest, permission: Permission, activity_id: int) -> Activity:
    found = access.fetch(user_of(request), permission, _activities(), at=now(), pk=activity_id)
    return cast(Activity, found)


def _told(project_id: int) -> ProjectShape:
    return ProjectShape.of(_projects().get(pk=project_id))


def _shown(activity_id: int) -> ActivityShape:
    return ActivityShape.of(_activities().get(pk=activity_id))
