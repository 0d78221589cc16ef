"""Operations of the API: the leaderboard, and one's own place."""

from __future__ import annotations

from typing import Literal

from django.http import HttpRequest
from django.utils.timezone import now
from ninja import Query, Router
from pydantic import Field

from voluncity.city.access.marks import PUBLIC, VOLUNTEER
from voluncity.city.orgs.models import Organization
from voluncity.city.orgs.states import PUBLIC as PUBLIC_STATES
from voluncity.city.people.asking import user_of
from voluncity.city.regions.models import Region
from voluncity.city.tokens.operations import operation
from voluncity.city.tokens.shapes import Asked as Parameters
from voluncity.city.tokens.shapes import Shape
from voluncity.city.tokens.states import TokenScope
from voluncity.honor.leaderboards import queries
from voluncity.honor.leaderboards.queries import Asked
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import NotFound

router = Router(tags=["荣誉"])


class BoardAsked(Parameters):
    """Which board."""

    month: str = Field(
        "",
        pattern=r"^(20[0-9]{2}(-(0[1-9]|1[0-2]))?)?$",
        description="月份或年份，例如 2026-11 或 2026；不填为累计",
    )
    hours: Literal["proven", "all"] = Field(
        "proven", description="proven：信用时长（签到签退）；all：全部时长"
    )
    region_id: int | None = Field(None, ge=1, description="区划；不填为全市")
    organization_id: int | None = Field(
        None, ge=1, description="组织：只算它（含下级）记录的时长；填了组织就不看区划"
    )

    def board(self) -> Asked:
        """Return the board that is meant.

        :raises NotFound: when there is no such area or organization.
        """
        organization = region = None
        if self.organization_id is not None:
            organization = Organization.objects.filter(
                pk=self.organization_id, state__in=PUBLIC_STATES
            ).first()
        elif self.region_id is not None:
            region = Region.objects.filter(pk=self.region_id).first()
        if (self.organization_id and not organization) or (
            self.region_id and not (region or organization)
        ):
            raise NotFound("没有找到这个区划或组织，请核对编号。", code="leaderboards.no_scope")
        return Asked(
            period=self.month,
            today=local_date(now()),
            is_proven=self.hours == "proven",
            region=region,
            organization=organization,
        )


class PlaceShape(Shape):
    """One line of the leaderboard, masked."""

    rank: int
    name: str = Field(description="姓名（脱敏）")
    region: str
    minutes: int
    stars: int


class Leaderboard(Shape):
    """The first places; only people who agreed are shown."""

    month: str
    places: list[PlaceShape]


class MyPlace(Shape):
    """Where one stands oneself."""

    month: str
    rank: int
    minutes: int
    is_shown: bool = Field(description="本人是否同意公开")


@operation(router, "GET", "leaderboard", summary="志愿排行榜", answer=Leaderboard, access=PUBLIC)
def leaderboard(request: HttpRequest, asked: Query[BoardAsked]) -> Leaderboard:
    """只列同意公开的成年志愿者，姓名脱敏；时长相同名次相同。"""
    places = queries.leaderboard(asked.board(), viewer=None)
    return Leaderboard(
        month=asked.month,
        places=[
            PlaceShape(
                rank=one.rank,
                name=one.name,
                region=one.region,
                minutes=one.minutes,
                stars=one.stars,
            )
            for one in places
        ],
    )


@operation(
    router, "GET", "me/place", summary="我的名次", answer=MyPlace, access=VOLUNTEER,
    scope=TokenScope.VOLUNTEER_READ,
)  # fmt: skip
def my_place(request: HttpRequest, asked: Query[BoardAsked]) -> MyPlace:
    """不公开的人也能看到自己的名次；不登记在这个区划的人没有名次。"""
    me = user_of(request).volunteer
    mine = queries.my_place(me, asked.board())
    if mine is None:
        raise NotFound("您没有登记在这个区划，这里没有您的名次。", code="leaderboards.elsewhere")
    return MyPlace(month=asked.month, rank=mine.rank, minutes=mine.minutes, is_shown=mine.is_shown)
