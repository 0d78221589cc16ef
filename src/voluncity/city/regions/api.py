"""Operations of the API: the tree of divisions, level by level."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest
from django.utils.timezone import now
from ninja import Query, Router
from pydantic import Field

from voluncity.city.access.marks import PUBLIC
from voluncity.city.regions import queries
from voluncity.city.regions.models import Level, Region
from voluncity.city.tokens.operations import operation
from voluncity.city.tokens.shapes import Asked, Id, Shape
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import NotFound

router = Router(tags=["基础资料"])


class RegionsAsked(Asked):
    """Below which region."""

    parent_id: Id | None = Field(None, description="上一级的编号；不填时给出本市的县（市、区）")


class RegionShape(Shape):
    """One division."""

    id: int
    code: str = Field(description="区划代码")
    name: str
    level: Level


class Regions(Shape):
    """The divisions right below one."""

    parent: RegionShape
    children: list[RegionShape]


@operation(router, "GET", "regions", summary="区划（逐级）", answer=Regions, access=PUBLIC)
def regions(request: HttpRequest, asked: Query[RegionsAsked]) -> Regions:
    """从本市开始逐级选择，到社区（村）为止。"""
    today = local_date(now())
    parent = _region(asked.parent_id, today) if asked.parent_id else queries.city()
    below = queries.children(parent.pk, on=today)
    return Regions(parent=_shape(parent), children=[_shape(region) for region in below])


def _region(region_id: int, today: date) -> Region:
    found = queries.valid(today).filter(pk=region_id).first()
    if found is None:
        raise NotFound("没有找到这个区划，请从上一级重新选择。", field="parent_id")
    return found


def _shape(region: Region) -> RegionShape:
    return RegionShape(id=region.pk, code=region.code, name=region.name, level=Level(region.level))
