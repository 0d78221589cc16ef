"""One project: its stages, its sessions, its partners, its summary and its article."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Q, QuerySet, Sum
from django.db.models.functions import TruncDate

from voluncity.city.access.permissions import Permission
from voluncity.city.access.queries import Person, has, scope_of
from voluncity.kernel.clock import CITY_TZ
from voluncity.service.hours.models import LIVE, ServiceRecord
from voluncity.service.hours.states import RecordState, Trust
from voluncity.service.progress.models import Article, Cooperation, Stage
from voluncity.service.progress.queries.counting import PROJECT, attended_shifts, figures_of
from voluncity.service.progress.rules import Figures
from voluncity.service.progress.states import ArticleState, CooperationState
from voluncity.service.projects.models import Activity, Leading, Project
from voluncity.service.projects.states import PUBLIC_STATES, ActivityState


@dataclass(frozen=True)
class Link:
    """One project of a chain of stages, with what it has done."""

    project: Project
    number: int
    figures: Figures
    is_this: bool


@dataclass(frozen=True)
class Session:
    """One day of one activity, with who was there and what counts."""

    activity: Activity
    day: date
    people: int
    proven_minutes: int
    entered_minutes: int
    open_records: int


def chain_of(project: Project, *, at: datetime, is_public: bool = False) -> list[Link]:
    """Return the stages of a project in their order; none where it stands alone."""
    own = Stage.objects.filter(project=project).first()
    first = own.first_id if own else project.pk
    stages = list(
        Stage.objects.filter(first=first).select_related("project", "first").order_by("number")
    )
    if not stages:
        return []
    numbered = [(1, stages[0].first), *((one.number, one.project) for one in stages)]
    seen = [
        (number, one) for number, one in numbered if not is_public or one.state in PUBLIC_STATES
    ]
    figures = figures_of([one.pk for _, one in seen], at=at)
    return [Link(one, number, figures[one.pk], one.pk == project.pk) for number, one in seen]


def total_of(chain: list[Link]) -> Figures:
    """Return what all stages have done together; people are counted once in each stage."""
    return sum((link.figures for link in chain), Figures())


def sessions_of(project: Project, *, at: datetime) -> list[Session]:
    """Return each day of each activity at which somebody was, newest first."""
    days = (
        attended_shifts([project.pk], at=at)
        .order_by()
        .annotate(day=TruncDate("starts_at", tzinfo=CITY_TZ))
        .values_list("activity", "day")
        .distinct()
    )
    held = sorted(days, key=lambda one: (one[1], one[0]), reverse=True)
    activities = Activity.objects.in_bulk({activity for activity, _ in held})
    counted = _by_day(project)
    return [
        Session(activities[activity], day, **counted.get((activity, day), _NOTHING))
        for activity, day in held
    ]


_NOTHING = {"people": 0, "proven_minutes": 0, "entered_minutes": 0, "open_records": 0}


def _by_day(project: Project) -> dict[tuple[int, date], dict[str, int]]:
    posted, activity = Q(state=RecordState.POSTED), "signup__shift__activity"
    rows = (
        ServiceRecord.objects.filter(**{PROJECT: project}, state__in=LIVE)
        .order_by()
        .annotate(day=TruncDate("signup__shift__starts_at", tzinfo=CITY_TZ))
        .values(activity, "day")
        .annotate(
            people=Count("volunteer", distinct=True),
            proven_minutes=Sum("minutes", filter=posted & Q(trust=Trust.PROVEN), default=0),
            entered_minutes=Sum("minutes", filter=posted & Q(trust=Trust.ENTERED), default=0),
            open_records=Count("pk", filter=~posted),
        )
    )
    return {(row.pop(activity), row.pop("day")): row for row in rows}


def partners_of(project: Project) -> QuerySet[Cooperation]:
    """Return the units that cooperate in a project now."""
    live = project.cooperations.filter(state=CooperationState.ACCEPTED)
    return live.select_related("organization").order_by("pk")


def cooperations_of(project: Project) -> QuerySet[Cooperation]:
    """Return all invitations and cooperations of a project, the live ones first."""
    return project.cooperations.select_related(
        "organization", "invited_by", "answered_by", "ended_by"
    ).order_by("ended_at", "pk")


@dataclass(frozen=True)
class OwnPart:
    """What came of the activities that one unit arranged; numbers alone."""

    planned: int  # activities, without those that were called off
    sessions: int
    attendances: int
    minutes: int


def own_part(found: Cooperation, *, at: datetime) -> OwnPart:
    """Return what a cooperating unit has brought into a project."""
    arranged = set(
        found.activities.exclude(activity__state=ActivityState.CANCELLED).values_list(
            "activity_id", flat=True
        )
    )
    held = [one for one in sessions_of(found.project, at=at) if one.activity.pk in arranged]
    return OwnPart(
        planned=len(arranged),
        sessions=len(held),
        attendances=sum(one.people for one in held),
        minutes=sum(one.proven_minutes + one.entered_minutes for one in held),
    )


def my_cooperations(user: Person, permission: Permission) -> QuerySet[Cooperation]:
    """Return the invitations and cooperations of the units that a person looks after."""
    near: QuerySet[Cooperation] = Cooperation.objects.in_scope(scope_of(user, permission))
    return near.select_related("project__organization", "organization").order_by("-pk")


def article_of(project: Project) -> Article | None:
    """Return the article about a project as the desk knows it: written, waiting or published."""
    found: Article | None = project.articles.exclude(state=ArticleState.WITHDRAWN).first()
    return found


def public_article_of(project: Project) -> Article | None:
    """Return the article about a project that everybody may read."""
    return public_articles().filter(project=project).first()


def public_articles() -> QuerySet[Article]:
    """Return the articles that everybody may read, newest first."""
    return (
        Article.objects.exclude(published=None)
        .exclude(state=ArticleState.WITHDRAWN)
        .select_related("published", "project__organization", "project__line")
        .order_by("-published_at", "-pk")
    )


def may_review_articles_of(project: Project, user: Person) -> bool:
    """Return whether somebody reviews articles about a project: from above, or by its line.

    A lead unit does not decide about what it did itself.
    """
    if not has(user, Permission.PROJECT_REVIEW):
        return False
    scope = scope_of(user, Permission.PROJECT_REVIEW)
    if Project.objects.reviewable(scope).filter(pk=project.pk).exists():
        return True
    leading = scope_of(user, Permission.PROJECT_SEE).leading
    leads = Leading.objects.filter(line=project.line_id, organization__in=leading, until=None)
    return (
        project.line_id is not None and leads.exclude(organization=project.organization_id).exists()
    )


def articles_for(user: Person) -> QuerySet[Article]:
    """Return the articles that a person may see at the desk, what waits for review first."""
    near: QuerySet[Article] = Article.objects.in_scope(scope_of(user, Permission.PROJECT_SEE))
    waiting = Q(state=ArticleState.SUBMITTED)
    return (
        near.select_related("project__organization", "project__line", "published")
        .annotate(waits=Count("pk", filter=waiting))
        .order_by("-waits", "-written_at", "-pk")
    )
