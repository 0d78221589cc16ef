"""Operations of the API: find something to do, and read about a project."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from django.http import HttpRequest
from django.utils.timezone import now
from ninja import Query, Router
from pydantic import Field

from voluncity.city.access.marks import PUBLIC
from voluncity.city.people.states import DayPart
from voluncity.city.regions import queries as regions
from voluncity.city.tokens.operations import operation
from voluncity.city.tokens.shapes import (
    Id,
    Latitude,
    Longitude,
    Page,
    PageAsked,
    Shape,
    Words,
    local,
    rows_of,
)
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import BadInput, NotFound
from voluncity.service.projects import queries
from voluncity.service.projects.api.shapes import ProjectShape
from voluncity.service.projects.queries import Card

router = Router(tags=["查找活动"])


class FindAsked(PageAsked):
    """What somebody looks for; what is left out asks for nothing."""

    q: Words = Field("", max_length=100, description="搜索活动、地点、组织")
    when: Literal["", "today", "tomorrow", "weekend", "week"] = ""
    day: date | None = Field(None, description="指定日期，优先于 when")
    part: DayPart | None = Field(None, description="时段")
    skill_id: Id | None = None
    category_id: Id | None = None
    region_id: Id | None = Field(None, description="区划编号，包含它下面的全部")
    within_km: int | None = Field(None, ge=1, le=100, description="距离，需要 lat 和 lng")
    lat: Latitude | None = None
    lng: Longitude | None = None
    free_only: bool = Field(default=False, description="只要有名额的")
    sort: Literal["", "soon", "near"] = Field("", description="空：最适合您的在前")


class FoundActivity(Shape):
    """An activity as it is found: the shift that suits best, and why it stands here."""

    id: int
    name: str
    organization: str
    category: str
    region: str
    address: str
    shift_id: int = Field(description="最合适的班次")
    starts_at: datetime
    ends_at: datetime
    free: int = Field(description="这个班次剩下的名额")
    other_shifts: int = Field(description="另外还有几个合适的班次")
    distance_m: int | None = Field(description="距离（米），不知道位置时为空")
    reasons: list[str] = Field(description="排在这里的理由，例如“1.2 公里”")


@operation(
    router, "GET", "activities", summary="查找活动", answer=Page[FoundActivity], access=PUBLIC
)
def find(request: HttpRequest, asked: Query[FindAsked]) -> Page[FoundActivity]:
    """与网页“找活动”相同。带密钥时按本人的空闲、专长、意愿和住处排序。"""
    found = queries.find(
        _filters(asked), viewer=getattr(request.user, "volunteer_or_none", None), at=now()
    )
    cards, place = rows_of(found, asked)
    return Page[FoundActivity](items=[_shape(card) for card in cards], **place)


def _filters(asked: FindAsked) -> queries.Filters:
    if (asked.lat is None) != (asked.lng is None):
        raise BadInput("lat 和 lng 要一起填写。", field="lat")
    return queries.Filters(
        q=asked.q,
        when=asked.day.isoformat() if asked.day else asked.when,
        part=asked.part or "",
        skill_id=asked.skill_id,
        category_id=asked.category_id,
        region_path=_path_of(asked.region_id) if asked.region_id else "",
        within_km=asked.within_km,
        lat=asked.lat,
        lng=asked.lng,
        free_only=asked.free_only,
        sort=asked.sort,
    )


def _path_of(region_id: int) -> str:
    region = regions.valid(local_date(now())).filter(pk=region_id).first()
    if region is None:
        raise BadInput("没有这个区划，请从区划列表中选择。", field="region_id")
    return region.path


def _shape(card: Card) -> FoundActivity:
    activity, shift = card.activity, card.shift
    return FoundActivity(
        id=activity.pk,
        name=activity.name,
        organization=activity.organization_name,
        category=activity.category_name,
        region=activity.region_name,
        address=activity.address,
        shift_id=shift.pk,
        starts_at=local(shift.starts_at),
        ends_at=local(shift.ends_at),
        free=card.free,
        other_shifts=card.others,
        distance_m=card.meters,
        reasons=list(card.reasons),
    )


@operation(
    router, "GET", "projects/{project_id}", summary="项目详情", answer=ProjectShape, access=PUBLIC
)
def project(request: HttpRequest, project_id: Id) -> ProjectShape:
    """已发布的项目。"""
    found = queries.public_projects().filter(pk=project_id).first()
    if found is None:
        raise NotFound("没有找到这个项目，或者它还没有发布。")
    return ProjectShape.of(found)
