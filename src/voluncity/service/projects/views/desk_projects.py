"""Projects on the desk: list, plan, change, and the steps of the flow."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localtime, now
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from voluncity.city.access import actions as access
from voluncity.city.access.marks import needs
from voluncity.city.access.permissions import Permission
from voluncity.city.access.queries import scope_of
from voluncity.city.orgs.models import Organization
from voluncity.city.orgs.states import OrgState
from voluncity.city.people.asking import user_of
from voluncity.city.people.models import User
from voluncity.city.registers.listing import listed
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import NotFound
from voluncity.service.projects import actions, queries, rules
from voluncity.service.projects.forms import DeskForm, ProjectForm, ReasonForm
from voluncity.service.projects.models import Project
from voluncity.service.projects.registers import PROJECTS
from voluncity.service.projects.states import (
    CHANGEABLE_STATES,
    OVER_STATES,
    PROJECT_FLOW,
    PUBLIC_STATES,
    ProjectState,
)
from voluncity.web.forms import refusals_in

PER_PAGE = 20
UNPROCESSABLE = 422
CONFLICT = 409

# The summary has a page of its own (slice progress), with the figures beside it.
_STEPS: dict[str, Callable[..., Project]] = {
    "submit": actions.submit,
    "send_back": actions.send_back,
    "approve": actions.approve,
    "publish": actions.publish,
    "start": actions.start,
    "cancel": actions.cancel,
}
_WITH_REASON = frozenset({"send_back", "cancel"})
_REVIEWS = frozenset({"send_back", "approve"})
_DONE = {
    "submit": "已提交审核，审核人会尽快办理。",
    "send_back": "已退回修改。",
    "approve": "已审核通过。",
    "publish": "已发布，居民现在可以看到这个项目。",
    "start": "项目已开始执行。",
    "cancel": "项目已取消，报名的志愿者会收到通知。",
}
# The road of a project as the page draws it.
_ROAD = (
    ProjectState.DRAFT,
    ProjectState.SUBMITTED,
    ProjectState.APPROVED,
    ProjectState.PUBLISHED,
    ProjectState.RUNNING,
    ProjectState.SUMMARIZED,
    ProjectState.CLOSED,
)


@needs(Permission.PROJECT_SEE, Permission.PROJECT_EDIT)
@require_GET
def desk_list(request: HttpRequest) -> HttpResponse:
    """List the projects within reach, with counts per state and what waits for a decision."""
    user = user_of(request)
    form = DeskForm(request.GET, organizations=_organizations(user, Permission.PROJECT_SEE))
    filters = form.filters()
    scope = scope_of(user, Permission.PROJECT_SEE)
    counts = queries.counts_by_state(scope, filters)
    found = queries.projects_for_desk(scope, filters)
    context = {
        "form": form,
        **listed(request, PROJECTS, found, size=PER_PAGE),
        "tabs": _tabs(counts, filters.state),
        "waiting": [
            (project, _since(project, today=local_date(now())))
            for project in queries.waiting_for_review(user)[:PER_PAGE]
        ],
        "may_create": bool(_organizations(user, Permission.PROJECT_EDIT)[:1]),
    }
    status = UNPROCESSABLE if form.errors else 200
    return render(request, "projects/desk_list.html", context, status=status)


@needs(Permission.PROJECT_EDIT)
@require_http_methods(["GET", "POST"])
def desk_new(request: HttpRequest) -> HttpResponse:
    """Plan a new project; keep it as a draft, or submit it at once."""
    user = user_of(request)
    wants_review = "submit" in request.POST
    form = ProjectForm(
        request.POST or None,
        organizations=_organizations(user, Permission.PROJECT_EDIT).filter(state=OrgState.ACTIVE),
        is_draft=not wants_review,
        initial={"line": queries.line_led_by(user)},
    )
    if request.method == "POST" and form.is_valid():
        with refusals_in(form), transaction.atomic():
            project = actions.create_project(
                organization_id=form.cleaned_data["organization"].pk,
                plan=form.plan(),
                by=user,
                at=now(),
            )
            return _saved(request, project, wants_review=wants_review)
    return _form_page(request, form, None)


@needs(Permission.PROJECT_EDIT)
@require_http_methods(["GET", "POST"])
def desk_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a project's plan; submit it as well if asked."""
    user = user_of(request)
    project = access.fetch(user, Permission.PROJECT_EDIT, Project.objects.all(), at=now(), pk=pk)
    wants_review = "submit" in request.POST
    form = ProjectForm(request.POST or None, project=project, is_draft=not wants_review)
    if request.method == "POST" and form.is_valid():
        with refusals_in(form), transaction.atomic():
            actions.change_project(
                project_id=pk, plan=form.plan(), by=user, at=now(),
                seen=request.POST.get("seen", ""),
            )  # fmt: skip
            return _saved(request, project, wants_review=wants_review)
    return _form_page(request, form, project)


@needs(Permission.PROJECT_SEE)
@require_GET
def desk_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one project: its plan, its activities, what happened, what can be done next."""
    project = access.fetch(request.user, Permission.PROJECT_SEE, _whole_projects(), at=now(), pk=pk)
    return _detail_page(request, project)


@needs(Permission.PROJECT_EDIT, Permission.PROJECT_REVIEW)
@require_POST
def desk_step(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Take a project one step on."""
    if verb not in _STEPS:
        raise NotFound("没有这个步骤。")
    user = user_of(request)
    permission = Permission.PROJECT_REVIEW if verb in _REVIEWS else Permission.PROJECT_EDIT
    project = access.fetch(user, permission, _whole_projects(), at=now(), pk=pk)
    form = ReasonForm(request.POST) if verb in _WITH_REASON else None
    if form is not None and not form.is_valid():
        return _detail_page(request, project, verb=verb, form=form)
    words = form.cleaned_data if form else {}
    _STEPS[verb](project_id=pk, by=user, at=now(), **words)
    messages.success(request, f"“{project.name}”{_DONE[verb]}")
    return redirect("projects:desk_detail", pk=pk)


@needs(Permission.PROJECT_SEE)
@require_GET
def desk_preview(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a project as residents will see it once it is published."""
    project = access.fetch(request.user, Permission.PROJECT_SEE, _whole_projects(), at=now(), pk=pk)
    context = {
        "project": project,
        "activities": queries.coming_activities(project, at=now()),
        "ages": queries.ages_text(project),
        "skills": list(project.skills.all()),
        "is_preview": True,
    }
    return render(request, "projects/detail.html", context)


def _saved(request: HttpRequest, project: Project, *, wants_review: bool) -> HttpResponse:
    if _is_autosave(request):
        project.refresh_from_db()
        seen = rules.edition_of(rules.plan_of(project))
        url = reverse("projects:desk_edit", args=[project.pk])
        said = f"已自动保存 {localtime(now()):%H:%M}"
        return JsonResponse({"seen": seen, "url": url, "said": said})
    if wants_review:
        actions.submit(project_id=project.pk, by=user_of(request), at=now())
        messages.success(request, f"“{project.name}”{_DONE['submit']}")
    else:
        messages.success(request, "已保存。")
    return redirect("projects:desk_detail", pk=project.pk)


def _is_autosave(request: HttpRequest) -> bool:
    """Return whether the page has sent the draft by itself (static/projects/autosave.js)."""
    return "autosave" in request.POST


def _form_page(request: HttpRequest, form: ProjectForm, project: Project | None) -> HttpResponse:
    if _is_autosave(request):
        whole = [str(sentence) for sentence in form.non_field_errors()]
        said = whole[0] if whole else "还有没填好的地方，填好后会自动保存。"
        return JsonResponse({"said": said}, status=CONFLICT if whole else UNPROCESSABLE)
    # Of another edition one is told once: who saves again then means it.
    is_newest = project is not None and (not form.is_bound or form.non_field_errors())
    newest = rules.edition_of(rules.plan_of(project)) if project and is_newest else ""
    context = {
        "form": form,
        "seen": newest or request.POST.get("seen", "")[:16],
        "project": project,
        "may_submit": project is None
        or any(step.verb == "submit" for step in PROJECT_FLOW.verbs(project.state)),
    }
    status = UNPROCESSABLE if form.errors else 200
    return render(request, "projects/desk_form.html", context, status=status)


def _detail_page(
    request: HttpRequest, project: Project, *, verb: str = "", form: ReasonForm | None = None
) -> HttpResponse:
    user = user_of(request)
    steps = [
        {
            "verb": step.verb,
            "label": step.label,
            "form": (form if step.verb == verb else ReasonForm())
            if step.verb in _WITH_REASON
            else None,
            "is_open": step.verb == verb,
        }
        for step in queries.steps_for(project, user)
        if step.verb in _STEPS
    ]
    # What goes on comes first; what asks for a reason is unfolded below.
    steps.sort(key=lambda step: step["form"] is not None)
    context: dict[str, Any] = {
        "project": project,
        "at": now(),
        "steps": steps,
        "road": [state.label for state in _ROAD],
        "road_place": _road_place(project),
        "may_change": project.state in CHANGEABLE_STATES and queries.may_edit(project, user),
        "may_plan": project.state not in OVER_STATES and queries.may_plan_activities(project, user),
        "may_go_on": project.state in OVER_STATES and queries.may_edit(project, user),
        "is_public": project.state in PUBLIC_STATES,
        "activities": list(queries.activities_for_desk(project)),
        "ages": queries.ages_text(project),
        "skills": list(project.skills.all()),
        "timeline": queries.timeline(project),
    }
    status = UNPROCESSABLE if form is not None else 200
    return render(request, "projects/desk_detail.html", context, status=status)


def _road_place(project: Project) -> int:
    state = ProjectState(project.state)
    if state == ProjectState.SENT_BACK:
        state = ProjectState.DRAFT
    return _ROAD.index(state) + 1 if state in _ROAD else 0


def _whole_projects() -> QuerySet[Project]:
    return Project.objects.select_related(
        "organization__region", "line", "category", "course", "created_by", "reviewed_by"
    )


def _organizations(user: User, permission: Permission) -> QuerySet[Organization]:
    return Organization.objects.in_scope(scope_of(user, permission)).order_by("name", "pk")


def _since(project: Project, *, today: date) -> str:
    """Return how long a project has been waiting for its reviewer."""
    days = (today - local_date(project.submitted_at)).days if project.submitted_at else 0
    return f"{days} 天" if days else "今天"


def _tabs(counts: dict[str, int], state: str) -> list[dict[str, Any]]:
    tabs = [{"value": "", "label": "全部", "count": sum(counts.values()), "on": not state}]
    return tabs + [
        {"value": value, "label": label, "count": counts[value], "on": state == value}
        for value, label in ProjectState.choices
        if counts.get(value) or state == value
    ]
