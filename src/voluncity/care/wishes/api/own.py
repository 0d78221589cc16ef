"""Operations of the API: what one has claimed, and what one has wished."""

from __future__ import annotations

from typing import Literal

from django.http import HttpRequest
from django.utils.timezone import now
from ninja import Query, Router
from pydantic import Field

from voluncity.care.wishes import actions, queries, rules
from voluncity.care.wishes.api.shapes import ClaimShape, ContactShape, OwnWishShape
from voluncity.care.wishes.models import Wish
from voluncity.city.access.marks import SIGNED_IN, VOLUNTEER
from voluncity.city.people.asking import user_of
from voluncity.city.people.models import User
from voluncity.city.tokens.operations import operation
from voluncity.city.tokens.shapes import Asked, Id, Page, PageAsked, Words, rows_of
from voluncity.city.tokens.states import TokenScope
from voluncity.kernel.refusals import NotFound

router = Router(tags=["微心愿"])

READ, WRITE = TokenScope.VOLUNTEER_READ, TokenScope.VOLUNTEER_WRITE


class ReleaseAsked(Asked):
    """Why a wish is given back."""

    words: Words = Field(max_length=rules.WORDS_MOST, description="放回的原因")


class FinishAsked(Asked):
    """What was done."""

    words: Words = Field(
        max_length=rules.WORDS_MOST, description="完成情况，许愿人看得到；照片请在网页上补充"
    )


class WishAnswerAsked(Asked):
    """What the wisher says."""

    answer: Literal["complete", "deny", "withdraw"] = Field(
        description="已经实现、还没有实现、撤回心愿"
    )
    words: Words = Field("", max_length=rules.WORDS_MOST, description="还没有实现时，写明还差什么")


# -- What one has claimed --------------------------------------------------------------------


@operation(
    router, "GET", "me/wish-claims", summary="我认领的心愿", answer=Page[ClaimShape],
    access=VOLUNTEER, scope=READ,
)  # fmt: skip
def wish_claims(request: HttpRequest, asked: Query[PageAsked]) -> Page[ClaimShape]:
    """进行中的在前，其余新的在前。"""
    rows, place = rows_of(queries.own_claims(user_of(request)), asked)
    return Page[ClaimShape](items=[ClaimShape.of(row) for row in rows], **place)


@operation(
    router, "GET", "me/wish-claims/{wish_id}/contact", summary="许愿人的联系方式",
    answer=ContactShape, access=VOLUNTEER, scope=WRITE,
)  # fmt: skip
def wish_contact(request: HttpRequest, wish_id: Id) -> ContactShape:
    """只在认领期间给认领人。每次查看都会留下记录，许愿人看得到；请不要保存和转告。"""
    me = user_of(request)
    wish = queries.held_wish(me, wish_id)
    return ContactShape.of(actions.see_contact(wish=wish, by=me, at=now()))


@operation(
    router, "POST", "me/wish-claims/{wish_id}/release", summary="放回心愿", answer=ClaimShape,
    access=VOLUNTEER, scope=WRITE,
)  # fmt: skip
def release_wish(request: HttpRequest, wish_id: Id, asked: ReleaseAsked) -> ClaimShape:
    """放回以后别人可以认领，联系方式立即关闭。"""
    me = user_of(request)
    wish = queries.held_wish(me, wish_id)
    actions.release_claim(wish=wish, words=asked.words, by=me, at=now())
    return _claim(me, wish)


@operation(
    router, "POST", "me/wish-claims/{wish_id}/finish", summary="提交完成情况", answer=ClaimShape,
    access=VOLUNTEER, scope=WRITE,
)  # fmt: skip
def finish_wish(request: HttpRequest, wish_id: Id, asked: FinishAsked) -> ClaimShape:
    """许愿人（或代办的工作人员）确认以后，时长入账。"""
    me = user_of(request)
    wish = queries.held_wish(me, wish_id)
    actions.finish_wish(wish=wish, words=asked.words, photo=None, by=me, at=now())
    return _claim(me, wish)


def _claim(me: User, wish: Wish) -> ClaimShape:
    """Return one's last claim on a wish, as it stands after a step."""
    found = queries.own_claims(me).filter(wish=wish).order_by("-pk").first()
    if found is None:
        raise NotFound("没有找到这个认领，请重新查询“我认领的”。")
    return ClaimShape.of(found)


# -- What one has wished ---------------------------------------------------------------------


@operation(
    router, "GET", "me/wishes", summary="我的心愿", answer=Page[OwnWishShape], access=SIGNED_IN,
    scope=READ,
)  # fmt: skip
def own_wishes(request: HttpRequest, asked: Query[PageAsked]) -> Page[OwnWishShape]:
    """新的在前。"""
    rows, place = rows_of(queries.own_wishes(user_of(request)), asked)
    return Page[OwnWishShape](items=[OwnWishShape.of(row) for row in rows], **place)


@operation(
    router, "POST", "me/wishes/{wish_id}/answer", summary="确认或撤回自己的心愿",
    answer=OwnWishShape, access=SIGNED_IN, scope=WRITE,
)  # fmt: skip
def answer_wish(request: HttpRequest, wish_id: Id, asked: WishAnswerAsked) -> OwnWishShape:
    """认领人提交完成情况后，由许愿人确认；还没有人做完时可以撤回。"""
    me, at = user_of(request), now()
    wish = queries.own_wish(me, wish_id)
    if asked.answer == "complete":
        actions.complete_wish(wish=wish, by=me, at=at)
    elif asked.answer == "deny":
        actions.deny_wish(wish=wish, words=asked.words, by=me, at=at)
    else:
        actions.withdraw_wish(wish=wish, by=me, at=at)
    return OwnWishShape.of(queries.own_wish(me, wish_id))
