"""Whether an activity is dangerous, under which policy it may take place, and its roster."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse

from voluncity.city.access.scopes import Scope
from voluncity.city.orgs.models import Organization
from voluncity.honor.insurance.models import (
    ActivityCover,
    Insured,
    Policy,
    RiskMark,
    RiskyCategory,
)
from voluncity.honor.insurance.rules import DANGER
from voluncity.honor.insurance.states import Covers, PolicyKind, PolicyState
from voluncity.kernel.clock import local_date
from voluncity.kernel.own_data import Hindrance
from voluncity.service.projects.models import Activity
from voluncity.service.projects.states import HELD_STATES, ActivityState, ProjectState
from voluncity.service.signups.models import Signup
from voluncity.service.signups.states import SignupState

LATE_FOR = timedelta(days=1)  # so long after the end somebody may still be put on the roster


def is_risky(activity: Activity) -> bool:
    """Return whether an activity needs cover: by the word about it, else by its category."""
    mark = RiskMark.objects.filter(activity=activity.pk).first()
    if mark is not None:
        return mark.is_risky
    return _is_risky_by_category(activity)


def _is_risky_by_category(activity: Activity) -> bool:
    project = activity.project
    if project.state == ProjectState.TEACHING:  # people sit and learn, unless somebody says else
        return False
    return RiskyCategory.objects.filter(category=project.category_id, ended_at=None).exists()


def hindrances_to_open(activity: Activity, *, at: datetime) -> list[Hindrance]:
    """Say what keeps a dangerous activity from being open (settings.VOLUNCITY_OPENING).

    志愿服务条例第十七条: accident insurance comes before the activity. Asked in the transaction
    that opens it: the cover cannot be taken away meanwhile.
    """
    del at  # a policy must hold on the days of the activity, whenever it is asked
    if not is_risky(activity):
        return []
    held = ActivityCover.objects.select_for_update(of=("self",)).filter(activity=activity.pk)
    cover = held.select_related("policy").first()
    url = reverse("insurance:desk_activity", args=[activity.pk])
    if cover is None:
        return [Hindrance(DANGER, url)]
    why = why_not(cover.policy, activity)
    return [Hindrance(f"{why}请打开活动的“保险”，换一份保单。", url)] if why else []


def why_not(policy: Policy, activity: Activity) -> str:
    """Return why an activity cannot take place under this policy; nothing when it can."""
    first, last = local_date(activity.starts_at), local_date(activity.ends_at)
    project = activity.project
    if policy.state != PolicyState.ACTIVE:
        return f"保单“{policy}”现在是“{policy.get_state_display()}”，不能使用。"
    if not policy.from_on <= first <= last <= policy.until_on:
        return (
            f"保单“{policy}”的保险期间是 {policy.from_on} 至 {policy.until_on}，"
            "没有包含这场活动的全部日期。"
        )
    if (policy.least_age or 0) > project.min_age:
        return (
            f"保单“{policy}”保 {policy.ages}，项目允许 {project.min_age} 周岁报名，"
            "年龄小的人没有保障。"
        )
    oldest = policy.most_age
    if oldest is not None and (project.max_age is None or project.max_age > oldest):
        return f"保单“{policy}”保 {policy.ages}，项目没有限制同样的最高年龄，年长的人没有保障。"
    return ""


def attachable(activity: Activity) -> QuerySet[Policy]:
    """Return the policies under which an activity may take place.

    Of its own organization or one above, or of its area or one above; accident insurance only.
    """
    home = activity.project.organization
    first, last = local_date(activity.starts_at), local_date(activity.ends_at)
    whose = Q(organization__in=_above(home.path)) | Q(
        organization=None, region__path__in=prefixes(home.region.path)
    )
    whom = Q(covers=Covers.JOINING)
    if activity.project.members_only:
        whom |= Q(covers=Covers.MEMBERS)
    held = Policy.objects.holding(first, last).filter(whose, whom)
    found = held.exclude(kind=PolicyKind.LIABILITY).select_related("organization", "region")
    fit = [policy.pk for policy in found if not why_not(policy, activity)]
    return Policy.objects.filter(pk__in=fit)


def prefixes(path: str) -> list[str]:
    """Return the tree paths of a node and of all above it: /a/b/ → /a/, /a/b/."""
    parts = [part for part in path.split("/") if part]
    return [f"/{'/'.join(parts[: place + 1])}/" for place in range(len(parts))]


def _above(path: str) -> list[int]:
    return list(Organization.objects.filter(path__in=prefixes(path)).values_list("pk", flat=True))


@dataclass(frozen=True)
class ActivityStanding:
    """What the page of an activity's insurance shows."""

    activity: Activity
    mark: RiskMark | None
    by_category: bool
    cover: ActivityCover | None
    problem: str

    @property
    def is_risky(self) -> bool:
        """Return whether the activity needs cover."""
        return self.mark.is_risky if self.mark else self.by_category


def standing_of(activity: Activity) -> ActivityStanding:
    """Return how an activity stands: dangerous or not, and its cover."""
    mark = RiskMark.objects.select_related("set_by").filter(activity=activity.pk).first()
    cover = (
        ActivityCover.objects.select_related("policy", "attached_by")
        .filter(activity=activity.pk)
        .first()
    )
    problem = why_not(cover.policy, activity) if cover else ""
    return ActivityStanding(activity, mark, _is_risky_by_category(activity), cover, problem)


def roster_of(cover: ActivityCover) -> QuerySet[Insured]:
    """Return who was on the frozen roster, those who came later last."""
    found = Insured.objects.filter(cover=cover).select_related("volunteer__region")
    return found.order_by("is_late", "listed_at", "pk")


def covers_to_freeze(*, at: datetime) -> QuerySet[ActivityCover]:
    """Return the covers of activities that have begun and whose roster is still open."""
    begun = ActivityCover.objects.filter(
        frozen_at=None, activity__starts_at__lte=at, activity__state__in=HELD_STATES
    )
    return begun.select_related("activity").order_by("activity__starts_at", "pk")


def frozen_lately(*, at: datetime) -> QuerySet[ActivityCover]:
    """Return the frozen covers whose roster lacks somebody who came while it was still time."""
    found = ActivityCover.objects.filter(
        frozen_at__isnull=False, activity__ends_at__gt=at - LATE_FOR
    )
    lacking = _unlisted(OuterRef(OuterRef("pk"))).filter(shift__activity=OuterRef("activity"))
    return found.filter(Exists(lacking)).select_related("activity").order_by("pk")


def on_roster(cover: ActivityCover) -> QuerySet[Signup]:
    """Return the sign-ups that belong on the roster as it was at the start.

    Who cancelled after the start was on it.
    """
    begun = cover.activity.starts_at
    of_it = Signup.objects.filter(shift__activity=cover.activity_id)
    found = of_it.filter(
        Q(state=SignupState.PLACED, signed_up_at__lte=begun)
        | Q(state=SignupState.CANCELLED, signed_up_at__lte=begun, cancelled_at__gt=begun)
    )
    return found.order_by("signed_up_at", "pk")


def late_on_roster(cover: ActivityCover) -> QuerySet[Signup]:
    """Return the sign-ups of people who are in the activity and not on its roster."""
    late = _unlisted(cover.pk).filter(shift__activity=cover.activity_id)
    return late.order_by("signed_up_at", "pk")


def _unlisted(cover: Any) -> QuerySet[Signup]:
    """Return who has a place anywhere and is not on one roster."""
    listed = Insured.objects.filter(cover=cover, volunteer=OuterRef("volunteer"))
    return Signup.objects.filter(~Exists(listed), state=SignupState.PLACED)


def coming_risky(scope: Scope, *, at: datetime) -> QuerySet[Activity]:
    """Return the dangerous activities to come within reach, the next one first."""
    near = Activity.objects.in_scope(scope).filter(
        ends_at__gt=at, state__in=[ActivityState.DRAFT, *HELD_STATES]
    )
    categories = RiskyCategory.objects.filter(ended_at=None).values("category")
    by_category = Q(risk_mark=None, project__category__in=categories) & ~Q(
        project__state=ProjectState.TEACHING
    )
    found = near.filter(Q(risk_mark__is_risky=True) | by_category)
    return found.select_related("project__organization", "cover__policy").order_by(
        "starts_at", "pk"
    )
