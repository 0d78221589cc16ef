"""Operations of the API: one's points, and what came and went."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Literal

from django.http import HttpRequest
from django.utils.timezone import now
from ninja import Query, Router
from pydantic import Field

from voluncity.city.access.marks import SIGNED_IN
from voluncity.city.people import queries as people
from voluncity.city.people.asking import user_of
from voluncity.city.tokens.operations import operation
from voluncity.city.tokens.shapes import Asked, Id, Page, PageAsked, Shape, local, rows_of
from voluncity.city.tokens.states import TokenScope
from voluncity.honor.points import queries
from voluncity.honor.points.queries.statement import Line
from voluncity.kernel.clock import local_date

router = Router(tags=["积分"])

READ = TokenScope.VOLUNTEER_READ
SOON = timedelta(days=60)


class Expiring(Shape):
    """Points that are lost soon."""

    last_day: date = Field(description="最后能用的一天")
    points: int


class MyPoints(Shape):
    """What somebody has."""

    balance: int = Field(description="可用积分")
    owed: int = Field(description="欠分：时长被冲销而积分已经用掉；以后得到的先抵扣")
    expiring: list[Expiring] = Field(description="60 天内到期的，先到期的在前")


class PointsAsked(Asked):
    """Whose points."""

    volunteer_id: Id | None = Field(None, description="监护人看孩子的；不填为本人")


class StatementAsked(PageAsked):
    """Which part of whose statement."""

    volunteer_id: Id | None = Field(None, description="监护人看孩子的；不填为本人")

    show: Literal["", "in", "out"] = Field("", description="全部、得到、用出")


class StatementLine(Shape):
    """Something that came or went."""

    at: datetime
    points: int = Field(description="得到为正，用出为负")
    title: str = Field(description="事由")
    hint: str = Field(description="说明")
    source: str = Field(description="来源，例如 record:12（时长记录）、reward:3（兑换）")


@operation(
    router, "GET", "me/points", summary="我的积分", answer=MyPoints, access=SIGNED_IN, scope=READ
)
def my_points(request: HttpRequest, asked: Query[PointsAsked]) -> MyPoints:
    """积分和时长分开记：用掉积分，时长和星级不变。监护人也能看孩子的。"""
    today = local_date(now())
    pk = people.record_for(user_of(request), asked.volunteer_id, on=today).pk
    soon = queries.expiring(pk, until=today + SOON)
    return MyPoints(
        balance=queries.balance(pk),
        owed=queries.owed(pk),
        expiring=[Expiring(last_day=day, points=points) for day, points in soon],
    )


@operation(
    router, "GET", "me/points/statement", summary="我的积分明细", answer=Page[StatementLine],
    access=SIGNED_IN, scope=READ,
)  # fmt: skip
def points_statement(request: HttpRequest, asked: Query[StatementAsked]) -> Page[StatementLine]:
    """新的在前。监护人也能看孩子的。"""
    pk = people.record_for(user_of(request), asked.volunteer_id, on=local_date(now())).pk
    rows, place = rows_of(queries.moves(pk, show=asked.show), asked)
    lines = [_line(one) for one in queries.lines(rows)]
    return Page[StatementLine](items=lines, **place)


def _line(one: Line) -> StatementLine:
    return StatementLine(
        at=local(one.at),
        points=one.sign * one.points,
        title=one.title,
        hint=one.hint,
        source=one.source,
    )
