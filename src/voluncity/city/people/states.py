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

    DRAFT = "draft", "待开始"
    WAITING = "waiting", "排队中"
    RUNNING = "running", "导入中"
    STOPPED = "stopped", "已停止"
    CHECKED = "checked", "已检查"
    FINISHED = "finished", "已完成"
    REFUSED = "refused", "没有导入"  # all or nothing, and not all were right
    FAILED = "failed", "读不下去"
    DISCARDED = "discarded", "已放弃"


B = BatchState
BATCH_FLOW = Flow(
    [
        Step("start", (B.DRAFT, B.CHECKED, B.REFUSED), B.WAITING, "开始"),
        Step("take", (B.WAITING,), B.RUNNING, "读取名单"),
        Step("check", (B.RUNNING,), B.CHECKED, "检查完成"),
        Step("finish", (B.RUNNING,), B.FINISHED, "导入完成"),
        Step("refuse", (B.RUNNING,), B.REFUSED, "整批退回"),
        Step("fail", (B.WAITING, B.RUNNING), B.FAILED, "读取失败"),
        Step("stop", (B.WAITING, B.RUNNING), B.STOPPED, "停止"),
        Step("resume", (B.STOPPED,), B.WAITING, "继续"),
        Step("discard", (B.DRAFT, B.STOPPED, B.CHECKED, B.REFUSED), B.DISCARDED, "放弃"),
    ],
    dict(BatchState.choices),
)
OPEN_BATCHES = (B.DRAFT, B.WAITING, B.RUNNING, B.STOPPED)


class Origin(models.TextChoices):
    """By which way a list came in."""

    COMMAND = "command", "命令"
    DESK = "desk", "工作台"


class ImportMode(models.TextChoices):
    """What becomes of a list in which something is wrong."""

    TRIAL = "trial", "只检查，不登记任何人"
    WHOLE = "whole", "全部合格才导入（有一行不合格就都不导入）"
    SKIP = "skip", "导入合格的，跳过不合格的"


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
    CONFIRM = "confirm", "确认本人操作"


class SecondStep(models.TextChoices):
    """What stands between the first proof of a login and the session."""

    NONE = "none", "无"
    ASK = "ask", "填写动态口令"
    SET_UP = "set_up", "设置动态口令"


class StopReason(models.TextChoices):
    """Why the account of a member of staff is stopped."""

    LEFT = "left", "离职或调岗"
    ABUSED = "abused", "账号可能被他人使用"
    DUPLICATE = "duplicate", "重复的账号"
    OTHER = "other", "其他原因"


class Standing(models.TextChoices):
    """Whether a record is in use, as the register is narrowed."""

    LIVE = "live", "在册"
    CLOSED = "closed", "已注销"
    MERGED = "merged", "已合并"
    ALL = "all", "全部"


class Order(models.TextChoices):
    """How the register is sorted."""

    NEWEST = "newest", "最近登记在前"
    OLDEST = "oldest", "最早登记在前"
    YOUNG = "young", "年龄从小到大"
    OLD = "old", "年龄从大到小"
