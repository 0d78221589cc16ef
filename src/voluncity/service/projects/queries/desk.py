"""Projects as the desk sees them: lists, counts, what may be done next, what happened."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q, QuerySet, Sum

from voluncity.city.access.permissions import Permission
from voluncity.city.access.queries import may, people_with, scope_of
from voluncity.city.access.scopes import Scope, ScopedQuerySet
from voluncity.city.journal import queries as journal
from voluncity.city.orgs.models import Organization
from voluncity.city.people.models import User
from voluncity.city.stations.models import Station
from voluncity.kernel.flow import Step
from voluncity.service.projects.models import Activity, Project
from voluncity.service.projects.states import PROJECT_FLOW, ProjectState

EDITOR_VERBS = frozenset({"submit", "publish", "start", "summarize", "cancel"})
REVIEWER_VERBS = frozenset({"send_back", "approve", "reopen", "close"})
LISTED = 100
# What the journal's verbs are called where no step of the flow names them.
_LABELS = {"create": "创建项目", "change": "修改内容"}


@dataclass(frozen=True)
class DeskFilters:
    """What a desk list is narrowed to; empty values ask for nothing."""

    state: str = ""
    organization_id: int | None = None
    line_id: int | None = None
    q: str = ""


@dataclass(frozen=True)
class Happening:
    """One thing that happened to a project."""

    label: str
    at: datetime
    who: str


def projects_for_desk(scope: Scope, filters: DeskFilters) -> ScopedQuerySet:
    """Return the projects within a scope that fit, newest first."""
    found = _narrowed(scope, filters)
    if filters.state:
        found = found.filter(state=filters.state)
    return found.select_related("organization", "line", "category").order_by("-created_at", "-pk")


def counts_by_state(scope: Scope, filters: DeskFilters) -> dict[str, int]:
    """Return how many projects stand in each state, under the other filters."""
    rows = _narrowed(scope, filters).order_by().values("state").annotate(n=Count("pk"))
    return {row["state"]: row["n"] for row in rows}


def _narrowed(scope: Scope, filters: DeskFilters) -> ScopedQuerySet:
    found: ScopedQuerySet = Project.objects.of_service().in_scope(scope)
    if filters.organization_id:
        found = found.filter(organization_id=filters.organization_id)
    if filters.line_id:
        found = found.filter(line_id=filters.line_id)
    if filters.q:
        found = found.filter(
            Q(name__icontains=filters.q) | Q(organization__name__icontains=filters.q)
        )
    return found


def waiting_for_review(user: User) -> QuerySet[Project]:
    """Return the submitted projects that this person may decide on, longest waiting first."""
    return (
        Project.objects.reviewable(scope_of(user, Permission.PROJECT_REVIEW))
        .filter(state=ProjectState.SUBMITTED)
        .exclude(Q(created_by=user) | Q(submitted_by=user))
        .select_related("organization", "line")
        .order_by("submitted_at", "pk")
    )


def is_own(project: Project, user: User) -> bool:
    """Return whether the person wrote or submitted the project."""
    return user.pk in {project.created_by_id, project.submitted_by_id}


def may_review(project: Project, user: User) -> bool:
    """Return whether the person reviews for somebody above the project's organization."""
    scope = scope_of(user, Permission.PROJECT_REVIEW)
    return Project.objects.reviewable(scope).filter(pk=project.pk).exists()


def may_edit(project: Project, user: User) -> bool:
    """Return whether the person plans projects for the organization."""
    return may(user, Permission.PROJECT_EDIT, Project.objects.all(), pk=project.pk)


def may_plan_activities(project: Project, user: User) -> bool:
    """Return whether the person arranges activities for the organization."""
    return may(user, Permission.ACTIVITY_EDIT, Project.objects.all(), pk=project.pk)


def activities_for_desk(project: Project) -> QuerySet[Activity]:
    """Return all activities of a project with their places, the newest first."""
    found: QuerySet[Activity] = (
        project.activities.select_related("leader", "region")
        .annotate(places=Sum("shifts__capacity"), taken=Sum("shifts__taken"))
        .order_by("-starts_at", "-pk")
    )
    return found[:LISTED]


def stations_near(organization: Organization) -> QuerySet[Station]:
    """Return the open stations of the organization's tree and of its region."""
    near = Q(organization__path__startswith=organization.path) | Q(
        region__path__startswith=organization.region.path
    )
    return Station.objects.filter(near, closed_at=None).order_by("name", "pk")


def steps_for(project: Project, user: User) -> list[Step]:
    """Return the steps that the person may take the project on now."""
    verbs: frozenset[str] = frozenset()
    if may_edit(project, user):
        verbs |= EDITOR_VERBS
    if may_review(project, user) and not is_own(project, user):
        verbs |= REVIEWER_VERBS
    return [step for step in PROJECT_FLOW.verbs(project.state) if step.verb in verbs]


def possible_leaders(organization: Organization) -> list[User]:
    """Return who may record attendance for the organization, by name."""
    grants = people_with(
        Permission.ATTENDANCE_RECORD,
        organization_path=organization.path,
        region_path=organization.region.path,
    )
    people = {grant.user_id: grant.user for grant in grants}
    return sorted(people.values(), key=lambda user: (user.display_name, user.pk))


def timeline(project: Project) -> list[Happening]:
    """Return what happened to the project, oldest first, with the words of the flow.

    Changes of one person in a row are one: a draft saves itself every few seconds.
    """
    labels = _LABELS | {step.verb: step.label for step in PROJECT_FLOW.steps}
    told: list[Happening] = []
    for entry in journal.history("project", project.pk):
        slice_, _, verb = entry.verb.partition(".")
        if slice_ != "projects":
            continue
        who = entry.actor.display_name if entry.actor else "系统"
        happening = Happening(labels.get(verb, entry.verb), entry.at, who)
        is_same = bool(told) and (told[-1].label, told[-1].who) == (happening.label, who)
        if is_same and verb == "change":
            told.pop()
        told.append(happening)
    return told
