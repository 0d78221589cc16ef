"""The life of a case of hardship, and the fixed choices."""

from __future__ import annotations

from django.db import models

from voluncity.kernel.flow import Flow, Step


class Need(models.TextChoices):
    """What kind of hardship it is."""

    ILLNESS = "illness", "重病"
    DISABILITY = "disability", "残疾"
    POVERTY = "poverty", "生活困难"
    DISASTER = "disaster", "突发灾害或事故"
    AGE = "age", "高龄独居"
    FAMILY = "family", "家庭变故"
    OTHER = "other", "其他困难"


class CaseState(models.TextChoices):
    """Where a case stands."""

    OPEN = "open", "帮扶中"
    ENDED = "ended", "已结束"
    VOID = "void", "已作废"


CASE_FLOW = Flow(
    [
        Step("end", (CaseState.OPEN,), CaseState.ENDED, "结束帮扶"),
        Step("void", (CaseState.OPEN,), CaseState.VOID, "作废登记"),
    ],
    dict(CaseState.choices),
)


class EndReason(models.TextChoices):
    """Why a case is no longer open."""

    EASED = "eased", "困难已经缓解"
    MOVED = "moved", "已迁出本地"
    DIED = "died", "本人已去世"
    DECLINED = "declined", "本人不再需要"
    WRONG_PERSON = "wrong_person", "登记错了人"
    WRONG_FACTS = "wrong_facts", "登记的内容有误"
    CLOSED = "closed", "本人注销了账号"
    MERGED = "merged", "已并入同一人的另一份登记"


# Said by staff; an account is closed by its owner, and a merge says so itself.
SAID = tuple(one for one in EndReason if one not in (EndReason.CLOSED, EndReason.MERGED))
# These say that it never was so.
VOIDING = (EndReason.WRONG_PERSON, EndReason.WRONG_FACTS)


class Occasion(models.TextChoices):
    """On which occasion something was given."""

    SPRING = "spring", "春节"
    MARCH = "march", "学雷锋纪念日（3 月 5 日）"
    DUANWU = "duanwu", "端午节"
    MID_AUTUMN = "mid_autumn", "中秋节"
    DOUBLE_NINTH = "double_ninth", "重阳节"
    VOLUNTEER_DAY = "volunteer_day", "国际志愿者日（12 月 5 日）"
    ILLNESS = "illness", "生病住院"
    EMERGENCY = "emergency", "突发困难"
    VISIT = "visit", "日常走访"
    OTHER = "other", "其他"


class ReversalReason(models.TextChoices):
    """Why a gift on record does not count."""

    NOT_GIVEN = "not_given", "没有实际送达"
    WRONG_PERSON = "wrong_person", "登记错了人"
    WRONG_VALUE = "wrong_value", "物品或金额有误"
    TWICE = "twice", "重复登记"
