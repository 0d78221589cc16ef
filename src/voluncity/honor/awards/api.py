"""Operations of the API: selections that run, who takes part, and the vote."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.timezone import now
from ninja import Query, Router
from pydantic import Field

from voluncity.city.access import personal
from voluncity.city.access.marks import PUBLIC, VOLUNTEER
from voluncity.city.people.asking import user_of
from voluncity.city.people.models import Volunteer
from voluncity.city.tokens.operations import CREATED, operation
from voluncity.city.tokens.shapes import Asked, BodyId, Id, Page, PageAsked, Shape, rows_of
from voluncity.city.tokens.states import TokenScope
from voluncity.honor.awards import actions, queries
from voluncity.honor.awards.models import Category, Nomination, Selection
from voluncity.honor.awards.states import NomineeKind, Phase, SelectionState
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import NotFound
from voluncity.web.addresses import address_of

router = Router(tags=["评选表彰"])


class AwardCategoryShape(Shape):
    """One honor of a selection."""

    id: int
    title: str = Field(description="荣誉称号")
    kind: NomineeKind
    kind_label: str = Field(description="志愿者、组织、项目或社区")
    quota: int = Field(description="表彰名额")
    choices_most: int = Field(description="每人最多投几个")
    has_voted: bool = Field(description="本人已在这一类投过票；没有密钥时总是 false")


class SelectionLine(Shape):
    """A selection in the list."""

    id: int
    title: str
    year: int
    region: str
    issuer: str = Field(description="表彰单位")
    state: SelectionState
    state_label: str
    phase: Phase = Field(description="今天处在哪一步；结果公示和表彰以后只看 state")
    phase_label: str
    vote_from: date
    vote_until: date
    is_voting: bool = Field(description="今天可以投票")


class SelectionShape(SelectionLine):
    """A selection with its honors."""

    intro: str
    categories: list[AwardCategoryShape]


class NomineeLine(Shape):
    """Somebody who takes part."""

    id: int
    category_id: int
    number: int = Field(description="编号")
    name: str = Field(description="公开的名称；没有同意公开全名的，姓名脱敏")
    headline: str = Field(description="一句话事迹")
    home: str = Field(description="所在地区")
    photo: str = Field(description="照片的网址；没有时为空")


class NomineeShape(NomineeLine):
    """Somebody who takes part, with the story."""

    summary: str
    story: str
    nominator: str = Field(description="推荐单位")


class NomineesAsked(PageAsked):
    """Which of them."""

    category_id: Id | None = Field(None, description="只看一类")


class VoteAsked(Asked):
    """Whom somebody supports."""

    chosen: list[BodyId] = Field(min_length=1, max_length=100, description="所支持对象的 id")
    device: str = Field(
        "", max_length=64, pattern=r"^[0-9A-Za-z_-]*$",
        description="应用安装时生成的随机串，一直不变；只保存它的摘要，用来发现一台手机投很多票",
    )  # fmt: skip


@operation(
    router, "GET", "selections", summary="正在进行的评选", answer=Page[SelectionLine], access=PUBLIC
)
def list_selections(request: HttpRequest, asked: Query[PageAsked]) -> Page[SelectionLine]:
    """投票先结束的在前。"""
    today = local_date(now())
    rows, place = rows_of(queries.public_selections(), asked)
    return Page[SelectionLine](items=[SelectionLine(**_line(row, today)) for row in rows], **place)


@operation(
    router, "GET", "selections/{selection_id}", summary="一项评选", answer=SelectionShape,
    access=PUBLIC,
)  # fmt: skip
def one_selection(request: HttpRequest, selection_id: Id) -> SelectionShape:
    """评选说明、日程和各个类别。"""
    return _selection(request, queries.public_selection(selection_id))


@operation(
    router, "GET", "selections/{selection_id}/nominees", summary="入围对象",
    answer=Page[NomineeLine], access=PUBLIC,
)  # fmt: skip
def nominees(
    request: HttpRequest, selection_id: Id, asked: Query[NomineesAsked]
) -> Page[NomineeLine]:
    """推荐结束、审核通过以后公开；按类别和编号排列。"""
    selection = queries.public_selection(selection_id)
    found = _nominees(selection, asked.category_id)
    rows, place = rows_of(found, asked)
    return Page[NomineeLine](items=[NomineeLine(**_nominee(row)) for row in rows], **place)


def _nominees(selection: Selection, category_id: int | None) -> list[Nomination]:
    if not queries.shows_nominees(selection, on=local_date(now())):
        return []
    of = queries.open_nominees(selection)
    wanted = [category_id] if category_id else [one.pk for one in queries.categories_of(selection)]
    return [one for pk in wanted for one in of.get(pk, [])]


@operation(
    router, "GET", "nominees/{nominee_id}", summary="一个入围对象", answer=NomineeShape,
    access=PUBLIC,
)  # fmt: skip
def one_nominee(request: HttpRequest, nominee_id: Id) -> NomineeShape:
    """事迹和照片；本人撤回同意后不再公开。"""
    found: Nomination | None = queries.detailed().filter(pk=nominee_id).first()
    today = local_date(now())
    if (
        found is None
        or not found.is_open
        or not queries.shows_nominees(found.category.selection, on=today)
    ):
        raise NotFound("没有找到这个对象，或者现在没有公开。")
    return NomineeShape(
        **_nominee(found), summary=found.summary, story=found.story, nominator=found.nominator
    )


@operation(
    router, "POST", "award-categories/{category_id}/vote", summary="投票", answer=SelectionShape,
    access=VOLUNTEER, scope=TokenScope.VOLUNTEER_WRITE, status=CREATED, keeps_answer=False,
)  # fmt: skip
def cast_vote(request: HttpRequest, category_id: Id, asked: VoteAsked) -> SelectionShape:
    """每人每类一票，投出后不能改，重发时答复已投过。选票不记名：这里不保存请求和答复。"""
    category = Category.objects.filter(pk=category_id).select_related("selection__region").first()
    if category is None:
        raise NotFound("没有找到这个评选类别，请重新查询评选。")
    selection = queries.public_selection(category.selection_id)
    place = actions.Place(
        device=personal.index(asked.device, purpose="award_device")[:32] if asked.device else "",
        address=personal.index(address_of(request), purpose="award_address"),
    )
    me = user_of(request)
    actions.vote(category=category, chosen=asked.chosen, voter=me.volunteer, place=place, at=now())
    return _selection(request, selection)


def _selection(request: HttpRequest, selection: Selection) -> SelectionShape:
    me: Volunteer | None = getattr(request.user, "volunteer_or_none", None)
    voted = queries.voted_categories(me, selection.pk) if me is not None else set()
    return SelectionShape(
        **_line(selection, local_date(now())),
        intro=selection.intro,
        categories=[_category(one, voted) for one in queries.categories_of(selection)],
    )


def _line(one: Selection, today: date) -> dict[str, Any]:
    phase = one.phase(today)
    return {
        "id": one.pk,
        "title": one.title,
        "year": one.year,
        "region": one.region.name,
        "issuer": one.issuer,
        "state": SelectionState(one.state),
        "state_label": SelectionState(one.state).label,
        "phase": phase,
        "phase_label": phase.label,
        "vote_from": one.vote_from,
        "vote_until": one.vote_until,
        "is_voting": one.state == SelectionState.PUBLISHED and phase == Phase.VOTING,
    }


def _category(one: Category, voted: Collection[int]) -> AwardCategoryShape:
    return AwardCategoryShape(
        id=one.pk,
        title=one.title,
        kind=NomineeKind(one.kind),
        kind_label=NomineeKind(one.kind).label,
        quota=one.quota,
        choices_most=one.choices_most,
        has_voted=one.pk in voted,
    )


def _nominee(one: Nomination) -> dict[str, Any]:
    return {
        "id": one.pk,
        "category_id": one.category_id,
        "number": one.number or 0,
        "name": one.shown_name,
        "headline": one.headline,
        "home": one.home.name,
        "photo": reverse("awards:photo", args=[one.pk]) if one.photo_id else "",
    }
