"""What operations about wishes answer with."""

from __future__ import annotations

from datetime import date, datetime

from pydantic import Field

from voluncity.care.wishes import rules
from voluncity.care.wishes.models import Claim, Wish
from voluncity.care.wishes.rules import Contact
from voluncity.care.wishes.states import ClaimState, WishState
from voluncity.city.tokens.shapes import Shape, local


class WishShape(Shape):
    """A wish as everybody sees it: where in the city, but no address and no name."""

    id: int
    title: str
    text: str
    kind: str = Field(description="类型")
    theme: str = Field(description="节日主题；没有时为空")
    wisher: str = Field(description="许愿人的公开称呼")
    region: str = Field(description="所在社区（村）；地址不公开")
    distance: str = Field(description="离您多远，例如“约 1.2 公里”；没有给出位置时为空")
    worth_minutes: int = Field(description="实现后计入的时长（分钟）")
    wanted_on: date = Field(description="希望在这天以前实现")
    state: WishState
    state_label: str
    confirmed_at: datetime | None = Field(description="实现的时间")
    has_photo: bool = Field(description="有公开的照片：/wishes/{id}/wish.webp")

    @classmethod
    def of(cls, one: Wish, distance: str = "") -> WishShape:
        """Return a public wish as it is told."""
        return cls(
            id=one.pk,
            title=one.title,
            text=one.text,
            kind=one.kind.name,
            theme=one.theme.title if one.theme else "",
            wisher=one.shown_name,
            region=one.region.name,
            distance=distance,
            worth_minutes=one.worth_minutes or 0,
            wanted_on=one.wanted_on,
            state=WishState(one.state),
            state_label=WishState(one.state).label,
            confirmed_at=local(one.confirmed_at),
            has_photo=one.photo_id is not None and one.is_photo_public,
        )


class ClaimShape(Shape):
    """What one has claimed."""

    wish_id: int
    number: str = Field(description="心愿编号")
    title: str
    region: str
    wish_state: WishState
    wish_state_label: str
    state: ClaimState = Field(description="本次认领的状态")
    state_label: str
    claimed_at: datetime
    promised_on: date = Field(description="答应在这天以前完成")
    done_text: str = Field(description="提交的完成情况")
    done_at: datetime | None
    ended_at: datetime | None

    @classmethod
    def of(cls, one: Claim) -> ClaimShape:
        """Return a claim as the claimant sees it."""
        wish = one.wish
        return cls(
            wish_id=wish.pk,
            number=wish.number,
            title=wish.title,
            region=wish.region.name,
            wish_state=WishState(wish.state),
            wish_state_label=WishState(wish.state).label,
            state=ClaimState(one.state),
            state_label=ClaimState(one.state).label,
            claimed_at=local(one.claimed_at),
            promised_on=one.promised_on,
            done_text=one.done_text,
            done_at=local(one.done_at),
            ended_at=local(one.ended_at),
        )


class OwnWishShape(Shape):
    """What one has wished."""

    id: int
    number: str = Field(description="心愿编号")
    title: str
    text: str
    kind: str
    region: str
    wanted_on: date
    posted_at: datetime
    state: WishState
    state_label: str
    advice: str = Field(description="没有发布的原因，和可以去哪里办；其他时候为空")
    worth_minutes: int | None
    thanks: str = Field(description="说过的感谢的话")

    @classmethod
    def of(cls, one: Wish) -> OwnWishShape:
        """Return a wish as the wisher sees it."""
        return cls(
            id=one.pk,
            number=one.number,
            title=one.title,
            text=one.text,
            kind=one.kind.name,
            region=one.region.name,
            wanted_on=one.wanted_on,
            posted_at=local(one.posted_at),
            state=WishState(one.state),
            state_label=WishState(one.state).label,
            advice=rules.advice(one.reject_reason),
            worth_minutes=one.worth_minutes,
            thanks=one.thanks,
        )


class ContactShape(Shape):
    """Whom to meet; empty where it is not told."""

    name: str
    phone: str
    address: str

    @classmethod
    def of(cls, one: Contact) -> ContactShape:
        """Return how to reach somebody."""
        return cls(name=one.name, phone=one.phone, address=one.address)
