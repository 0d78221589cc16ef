"""The life of a real-name check, and the fixed choices about people."""

from __future__ import annotations

from django.db import models

from voluncity.kernel.flow import Flow, Step


class IdentityState(models.TextChoices):
    """Where a volunteer's real-name check stands."""

    UNVERIFIED = "unverified", "未实名"
    PENDING = "pending", "审核中"
    VERIFIED = "verified", "已实名"
    REJECTED = "rejected", "未通过"


IDENTITY_FLOW = Flow(
    [
        Step(
            "submit",
            (IdentityState.UNVERIFIED, IdentityState.REJECTED),
            IdentityState.PENDING,
            "提交实名信息",
        ),
        Step("verify", (IdentityState.PENDING,), IdentityState.VERIFIED, "通过实名"),
        Step("reject", (IdentityState.PENDING,), IdentityState.REJECTED, "退回实名"),
        Step(
            "reopen",
            (IdentityState.UNVERIFIED, IdentityState.REJECTED, IdentityState.VERIFIED),
            IdentityState.PENDING,
            "重新核验实名",
        ),
    ],
    dict(IdentityState.choices),
)


class BatchState(models.TextChoices):
    """Where the import of a list stands."""

    RUNNING = "running", "导入中"
    FINISHED = "finished", "已完成"


BATCH_FLOW = Flow(
    [Step("finish", (BatchState.RUNNING,), BatchState.FINISHED, "导入完成")],
    dict(BatchState.choices),
)


class IdType(models.TextChoices):
    """Kinds of identity papers."""

    RESIDENT = "resident", "居民身份证（含港澳台居民居住证）"
    HK_MACAO = "hk_macao", "港澳居民来往内地通行证"
    TAIWAN = "taiwan", "台湾居民来往大陆通行证"
    FOREIGNER = "foreigner", "外国人永久居留身份证"
    PASSPORT = "passport", "护照"


class Sex(models.TextChoices):
    """As on the identity paper."""

    MALE = "M", "男"
    FEMALE = "F", "女"


class Channel(models.TextChoices):
    """By which of the five ways somebody was recruited (seed OR, MISSION A1)."""

    ORGANIZATION = "organization", "组织招募"
    PUBLIC = "public", "社会招募"
    INTERNET = "internet", "互联网招募"
    PHONE = "phone", "电话报名"
    PAPER = "paper", "表格登记"


class Purpose(models.TextChoices):
    """What a consent is for; each is asked separately (PIPL art. 14, 25, 28–31)."""

    TERMS = "terms", "志愿者注册与个人信息处理"
    LOCATION = "location", "签到时使用位置"
    PHOTOS = "photos", "在风采展示中使用照片"
    RANKING = "ranking", "在排行榜中展示（脱敏）"


class DayPart(models.TextChoices):
    """Parts of a day in which somebody is free."""

    MORNING = "morning", "上午"
    AFTERNOON = "afternoon", "下午"
    EVENING = "evening", "晚上"


class RejectReason(models.TextChoices):
    """Why a real-name check ended with no."""

    NAME = "name", "姓名与证件号码不一致"
    NUMBER = "number", "证件号码查无此人"
    EXPIRED = "expired", "证件已过有效期"
    INCOMPLETE = "incomplete", "登记的信息不完整，无法核对"


class RevealReason(models.TextChoices):
    """Why somebody at a desk looks at protected data; journaled with the reading."""

    CONTACT = "contact", "联系本人"
    IDENTITY = "identity", "核对身份"
    INSURANCE = "insurance", "办理保险或理赔"
    REQUEST = "request", "本人或监护人要求"
    INQUIRY = "inquiry", "核查投诉或异议"


class Relation(models.TextChoices):
    """Who the guardian of a minor is (Civil Code art. 27)."""

    FATHER = "父亲", "父亲"
    MOTHER = "母亲", "母亲"
    GRANDPARENT = "祖父母", "祖父母、外祖父母"
    OTHER = "其他监护人", "其他监护人"


class CodePurpose(models.TextChoices):
    """What a one-time code proves; a code for one purpose is worth nothing for another."""

    LOGIN = "login", "登录"
    GUARDIAN = "guardian", "监护人同意"
    PHONE = "phone", "更换手机号"
