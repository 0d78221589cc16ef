"""Operations of the API: the wall of wishes, one wish, and claiming it."""

from __future__ import annotations

from typing import Any, Literal

from django.http import HttpRequest
from django.utils.timezone import now
from ninja import Query, Router
from pydantic import Field

from voluncity.care.wishes import actions, queries
from voluncity.care.wishes.api.shapes import ClaimShape, WishShape
from voluncity.care.wishes.models import Theme, WishKind
from voluncity.care.wishes.queries.finding import Filters
from voluncity.care.wishes.states import WishState
from voluncity.city.access.marks import PUBLIC, VOLUNTEER
from voluncity.city.orgs.models import Organization
from voluncity.city.people.asking import user_of
from voluncity.city.people.models import User
from voluncity.city.regions.models import Region
from voluncity.city.tokens.operations import CREATED, operation
from voluncity.city.tokens.shapes import (
    Asked,
    BodyId,
    Day,
    Id,
    Latitude,
    Longitude,
    Page,
    PageAsked,
    Words,
    YesNo,
    rows_of,
)
from voluncity.city.tokens.states import TokenScope
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import BadInput, NotFound

router = Router(tags=["微心愿"])


class WallAsked(PageAsked):
    """What somebody looks for; what is left out asks for nothing."""

    state: Literal["open", "claimed", "completed"] = Field(
        "open", description="等人认领、正在实现、已经实现"
    )
    kind: Words = Field("", max_length=24, description="类型的代号")
    theme_id: Id | None = Field(None, description="节日主题")
    region_id: Id | None = Field(None, description="区划，包含它下面的全部")
    lat: Latitude | None = Field(None, description="您的位置；近的社区在前")
    lng: Longitude | None = None


class ClaimAsked(Asked):
    """A promise to make a wish come true."""

    promised_on: Day = Field(description="答应在这天以前完成")
    organization_id: BodyId | None = Field(None, description="以所带领的组织的名义；不填为个人")
    is_named: YesNo = Field(default=False, description="许愿人道谢时，可以公开我的姓氏")


@operation(router, "GET", "wishes", summary="心愿墙", answer=Page[WishShape], access=PUBLIC)
def list_wishes(request: HttpRequest, asked: Query[WallAsked]) -> Page[WishShape]:
    """快到期的在前；给出位置时近的在前；带密钥时本社区、本街道的在前。距离只算到社区，不含地址。"""
    if (asked.lat is None) != (asked.lng is None):
        raise BadInput("lat 和 lng 要一起填写。", field="lat")
    found = queries.wall(_filters(asked))
    if asked.lat is not None and asked.lng is not None:
        near, place = rows_of(queries.by_distance(found, (asked.lat, asked.lng)), asked)
        rows = found.in_bulk([pk for pk, _ in near])
        listed = [(rows[pk], distance) for pk, distance in near if pk in rows]
    else:
        home = _home(request)
        sorted_ = queries.near_home(found, home) if home and asked.state == "open" else found
        plain, place = rows_of(sorted_, asked)
        listed = [(one, "") for one in plain]
    return Page[WishShape](items=[WishShape.of(*one) for one in listed], **place)


def _filters(asked: WallAsked) -> Filters:
    if asked.kind and not WishKind.objects.filter(pk=asked.kind).exists():
        raise BadInput("没有这个类型，请核对代号。", field="kind")
    theme = region = None
    if asked.theme_id is not None:
        theme = Theme.objects.filter(pk=asked.theme_id).first()
        if theme is None:
            raise BadInput("没有这个节日主题，请核对编号。", field="theme_id")
    if asked.region_id is not None:
        region = queries.region_named(str(asked.region_id), at_day=local_date(now()))
        if region is None:
            raise BadInput("没有这个区划，请从区划列表中选择。", field="region_id")
    state = WishState(asked.state)
    return Filters(kind=asked.kind, theme=theme, region=region, state=state)


def _home(request: HttpRequest) -> Region | None:
    volunteer: Any = getattr(request.user, "volunteer_or_none", None)
    return volunteer.region if volunteer is not None else None


@operation(router, "GET", "wishes/{wish_id}", summary="一个心愿", answer=WishShape, access=PUBLIC)
def one_wish(request: HttpRequest, wish_id: Id) -> WishShape:
    """已公开的心愿；姓名、电话和地址不公开。"""
    return WishShape.of(queries.shown(wish_id))


@operation(
    router, "POST", "wishes/{wish_id}/claim", summary="认领心愿", answer=ClaimShape,
    access=VOLUNTEER, scope=TokenScope.VOLUNTEER_WRITE, status=CREATED,
)  # fmt: skip
def claim_wish(request: HttpRequest, wish_id: Id, asked: ClaimAsked) -> ClaimShape:
    """一个心愿只有一位认领人。认领期间可以看到许愿人的联系方式，每次查看都留下记录。"""
    me = user_of(request)
    claim = actions.claim_wish(
        wish_id=wish_id, volunteer=me.volunteer, promised_on=asked.promised_on,
        organization=_organization(me, asked.organization_id), is_named=asked.is_named,
        by=me, at=now(),
    )  # fmt: skip
    return ClaimShape.of(claim)


def _organization(me: User, pk: int | None) -> Organization | None:
    if pk is None:
        return None
    for one in queries.led_organizations(me):
        if one.pk == pk:
            return one
    raise NotFound("这不是您带领的组织，请核对编号。", field="organization_id")
