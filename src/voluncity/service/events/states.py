"""The life of a large event, and of somebody's application to help in it."""

from __future__ import annotations

from django.db import models

from voluncity.kernel.flow import Flow, Step


class EventState(models.TextChoices):
    """Where an event stands."""

    DRAFT = "draft", "筹备中"
    OPEN = "open", "已公布"
    CLOSED = "closed", "已结束"
    CANCELLED = "cancelled", "已取消"


E = EventState
EVENT_FLOW = Flow(
    [
        Step("open", (E.DRAFT,), E.OPEN, "公布招募"),
        Step("close", (E.OPEN,), E.CLOSED, "结束并汇总"),
        Step("cancel", (E.DRAFT, E.OPEN), E.CANCELLED, "取消赛会"),
    ],
    dict(EventState.choices),
)
PUBLIC_EVENTS = (E.OPEN, E.CLOSED)
LIVE_EVENTS = (E.DRAFT, E.OPEN)


class ApplicationState(models.TextChoices):
    """Where an application stands; whether somebody is assigned follows from the places held."""

    APPLIED = "applied", "待审核"
    SCREENED = "screened", "资格通过"
    INTERVIEW = "interview", "面试"
    SELECTED = "selected", "已录用，待确认"
    RESERVE = "reserve", "备选"
    REJECTED = "rejected", "未录用"
    CONFIRMED = "confirmed", "已确认"
    DECLINED = "declined", "已放弃"
    WITHDRAWN = "withdrawn", "已退出"


A = ApplicationState
CHANGEABLE = (A.APPLIED, A.SCREENED, A.INTERVIEW)
IN_PLAY = (A.APPLIED, A.SCREENED, A.INTERVIEW, A.RESERVE, A.SELECTED, A.CONFIRMED)
APPLICATION_FLOW = Flow(
    [
        Step("screen", (A.APPLIED,), A.SCREENED, "资格通过"),
        Step("invite", (A.SCREENED, A.INTERVIEW), A.INTERVIEW, "约面试"),
        Step("select", (A.SCREENED, A.INTERVIEW, A.RESERVE), A.SELECTED, "录用"),
        Step("reserve", (A.SCREENED, A.INTERVIEW), A.RESERVE, "列为备选"),
        Step("reject", (A.APPLIED, A.SCREENED, A.INTERVIEW, A.RESERVE), A.REJECTED, "不录用"),
        Step("confirm", (A.SELECTED,), A.CONFIRMED, "确认参加"),
        Step("decline", (A.SELECTED,), A.DECLINED, "放弃名额"),
        Step("lapse", (A.SELECTED,), A.DECLINED, "逾期未答复"),
        Step("step_in", (A.RESERVE,), A.CONFIRMED, "备选递补"),
        Step("withdraw", IN_PLAY, A.WITHDRAWN, "退出"),
        Step("return", (A.WITHDRAWN,), A.APPLIED, "重新报名"),
    ],
    dict(ApplicationState.choices),
)
TONES: dict[str, str] = {
    A.APPLIED: "info",
    A.SCREENED: "info",
    A.INTERVIEW: "warn",
    A.SELECTED: "brand",
    A.RESERVE: "warn",
    A.CONFIRMED: "good",
}


class Size(models.TextChoices):
    """Size of clothing."""

    XS = "XS", "XS（155）"
    S = "S", "S（160）"
    M = "M", "M（165）"
    L = "L", "L（170）"
    XL = "XL", "XL（175）"
    XXL = "XXL", "XXL（180）"
    XXXL = "XXXL", "XXXL（185）"


class ItemKind(models.TextChoices):
    """What is handed out."""

    MEAL = "meal", "餐食"
    CLOTHING = "clothing", "服装"
    EQUIPMENT = "equipment", "器材"
