"""Why somebody cannot take an offer: the same words, whichever way it was found out."""

from __future__ import annotations

from datetime import date

from voluncity.honor.rewards.rules.offers import limit_text
from voluncity.kernel.refusals import NotAllowed, NotFound, Refusal, TooMany, WrongState

SOLD_OUT, DAY_SOLD_OUT = "rewards.sold_out", "rewards.day_sold_out"


def refuse_person(*, is_verified: bool, has_left: bool, stars: int, needed: int) -> None:
    """Let nobody take what is not for them.

    :raises NotAllowed: when they are not verified, or have too few stars.
    """
    if has_left or not is_verified:
        raise NotAllowed("兑换前要先完成实名认证，请到“我的”里提交。", code="rewards.not_verified")
    if stars < needed:
        raise NotAllowed(
            f"这个项目要 {needed} 星以上的志愿者才能兑换，请看看其他项目。", code="rewards.stars"
        )


def refuse_outside(today: date, first: date, last: date) -> None:
    """Let nothing be taken before or after its time.

    :raises WrongState: when it is too early or too late.
    """
    if today < first:
        begins = f"{first:%Y年%m月%d日}"
        raise WrongState(f"{begins} 才开始兑换，请到时再来。", code="rewards.too_early")
    if today > last:
        raise WrongState("兑换时间已经结束，请看看其他项目。", code="rewards.over")


def gone(*, is_open: bool, is_current: bool) -> Refusal:
    """Return why no piece could be had: it is closed, its terms changed, or none is left."""
    if not is_open:
        return WrongState("这个项目现在不能兑换，请看看其他项目。", code="rewards.not_open")
    if not is_current:
        return WrongState(
            "兑换条件刚刚有变化，请刷新页面看清楚再兑换。", code="rewards.terms_changed"
        )
    return Refusal("已经兑完了，请看看其他项目。", code=SOLD_OUT)


def day_gone() -> Refusal:
    """Return why no piece could be had on this day."""
    return Refusal("今天的份数已经兑完，请明天再来。", code=DAY_SOLD_OUT)


def had_enough(per_person: int, limit_period: str) -> TooMany:
    """Return why somebody cannot have another one."""
    words = limit_text(per_person, limit_period)
    return TooMany(f"{words}，已经兑过了，请看看其他项目。", code="rewards.limit")


def not_found() -> NotFound:
    """Return that there is no such offer."""
    return NotFound("没有找到这个兑换项目，请回到列表看看。")
