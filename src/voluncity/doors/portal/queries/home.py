"""What the home page shows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core.cache import cache
from django.db.models import Exists, F, OuterRef, Prefetch, QuerySet, Sum

from voluncity.city.ledger.models import Account, Unit
from voluncity.city.orgs.models import Organization
from voluncity.city.orgs.states import OrgState
from voluncity.city.people.models import Volunteer
from voluncity.doors.portal.queries.figures import of_city
from voluncity.service.projects.models import Activity, Shift
from voluncity.service.projects.states import ActivityState
from voluncity.service.signups.models import Signup
from voluncity.service.signups.states import SignupState
from voluncity.service.welfare_days import queries as welfare_days

FIGURES_SECONDS = 60
NEAREST = 5


@dataclass(frozen=True)
class Module:
    """One of the nine modules of the resident's home (seed OR, 志愿康巴什)."""

    name: str
    icon: str
    url_name: str
    note: str


MODULES = (
    Module("加入志愿者", "user-round-plus", "people:register", "实名登记成为志愿者"),
    Module("登录", "log-in", "people:login", "手机号验证码登录"),
    Module("项目发布", "flag", "projects:find", "看项目、找活动、报名"),
    Module("志愿微心愿", "sparkles", "wishes:wall", "发布和认领身边的小心愿"),
    Module("志愿动态", "newspaper", "news:list", "通知公告和新闻"),
    Module("志愿风采", "camera", "showcase:list", "人物、团队和品牌项目的故事"),
    Module("志愿微课堂", "book-open", "classes:list", "政策、经验和课程"),
    Module("志愿排行榜", "trophy", "leaderboards:show", "个人、组织、区域的服务时长"),
    Module("回馈激励", "gift", "rewards:list", "积分兑换和星级礼遇"),
)


def home(*, volunteer: Volunteer | None, at: datetime) -> dict[str, Any]:
    """Return figures, modules, what waits for the person's answer, and what comes next."""
    return {
        "modules": MODULES,
        "figures": figures(at=at),
        "offer": _offer(volunteer, at) if volunteer else None,
        "next_signup": _next_signup(volunteer, at) if volunteer else None,
        "volunteer": volunteer,
        "activities": list(_next_activities(at)),
    }


def figures(*, at: datetime) -> dict[str, Any]:
    """Return the city's figures, when they were counted, and the public-welfare day of this week.

    Kept for a minute.
    """
    kept: dict[str, Any] = cache.get_or_set(  # type: ignore[assignment]
        "portal.figures",
        lambda: _count(at) | {"welfare_day": welfare_days.coming(at=at)},
        FIGURES_SECONDS,
    )
    return kept


def _count(at: datetime) -> dict[str, Any]:
    kept = of_city()
    if kept is None:
        return _count_all(at)
    return {
        "volunteers": kept.registered,
        "organizations": Organization.objects.filter(state=OrgState.ACTIVE).count(),
        "hours": kept.minutes // 60,
        "activities": kept.open_activities,
        "at": kept.at,
    }


def _count_all(at: datetime) -> dict[str, Any]:
    """Count everything, in a city whose worker has not kept any figures yet."""
    minutes = Account.objects.filter(unit=Unit.MINUTES, keeps_balance=True).aggregate(
        total=Sum("balance")
    )
    return {
        "volunteers": Volunteer.objects.filter(closed_at=None).count(),
        "organizations": Organization.objects.filter(state=OrgState.ACTIVE).count(),
        "hours": (minutes["total"] or 0) // 60,
        "activities": _open(at).count(),
        "at": at,
    }


def _open(at: datetime) -> QuerySet[Activity]:
    live: QuerySet[Activity] = Activity.objects.of_service().filter(
        state=ActivityState.OPEN, ends_at__gt=at
    )
    return live


def _next_activities(at: datetime) -> QuerySet[Activity]:
    """Return the activities of two weeks that begin soonest and have a place; read in order."""
    free = Shift.objects.filter(starts_at__gt=at, taken__lt=F("capacity"))
    return (
        Activity.objects.of_service()
        .filter(
            Exists(free.filter(activity=OuterRef("pk"))),
            state=ActivityState.OPEN,
            starts_at__gt=at,
            starts_at__lt=at + timedelta(days=14),
        )
        .select_related("project__category", "project__organization", "region")
        .prefetch_related(Prefetch("shifts", queryset=free, to_attr="free_shifts"))
        .order_by("starts_at", "pk")[:NEAREST]
    )


def _offer(volunteer: Volunteer, at: datetime) -> Signup | None:
    """Return the place that is kept for somebody and is still theirs to take."""
    answerable = {"offered_until__gt": at, "shift__starts_at__gt": at}
    return _soonest(volunteer, state=SignupState.OFFERED, **answerable)


def _next_signup(volunteer: Volunteer, at: datetime) -> Signup | None:
    return _soonest(volunteer, state=SignupState.PLACED, shift__ends_at__gt=at)


def _soonest(volunteer: Volunteer, **asked: Any) -> Signup | None:
    return (
        Signup.objects.filter(volunteer=volunteer, **asked)
        .select_related("shift__activity")
        .order_by("shift__starts_at")
        .first()
    )
