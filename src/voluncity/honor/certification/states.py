"""What is certified, and the lives of a batch, a candidate, an honor's doubt and a pack."""

from __future__ import annotations

from django.db import models

from voluncity.kernel.flow import Flow, Step


class HonorKind(models.TextChoices):
    """What an office certifies."""

    STARS = "stars", "星级志愿者"
    MEDALS = "medals", "志愿服务奖章"


NAMES: dict[str, tuple[str, ...]] = {
    HonorKind.STARS: ("一星级", "二星级", "三星级", "四星级", "五星级"),
    HonorKind.MEDALS: ("铜奖章", "银奖章", "金奖章"),
}
MOST_GRADES = 5


def grade_name(kind: str, grade: int) -> str:
    """Return the name of a grade, '未达到' for none."""
    return NAMES[kind][grade - 1] if 1 <= grade <= len(NAMES[kind]) else "未达到"


def honor_name(kind: str, grade: int) -> str:
    """Return what somebody is once it is certified: 五星级志愿者, 金奖章."""
    return f"{grade_name(kind, grade)}{'志愿者' if kind == HonorKind.STARS else ''}"


class BatchState(models.TextChoices):
    """Where a batch stands."""

    COUNTING = "counting", "计算中"
    OPEN = "open", "审核中"
    SHOWN = "shown", "公示中"
    CERTIFIED = "certified", "已认定"
    CANCELLED = "cancelled", "已取消"


B = BatchState
RUNNING = (B.COUNTING, B.OPEN, B.SHOWN)
BATCH_TONES = {
    B.COUNTING: "info", B.OPEN: "warn", B.SHOWN: "info", B.CERTIFIED: "good",
    B.CANCELLED: "neutral",
}  # fmt: skip
BATCH_FLOW = Flow(
    [
        Step("count", (B.COUNTING,), B.OPEN, "计算完成"),
        Step("recount", (B.OPEN,), B.COUNTING, "重新计算"),
        Step("decide", (B.OPEN,), B.OPEN, "审核人选"),
        Step("nominate", (B.OPEN,), B.OPEN, "推荐人选"),
        Step("decline", (B.OPEN,), B.OPEN, "放弃认定"),
        Step("decline", (B.SHOWN,), B.SHOWN, "放弃认定"),
        Step("show", (B.OPEN,), B.SHOWN, "公示"),
        Step("certify", (B.SHOWN,), B.CERTIFIED, "公示结束认定"),
        Step("overturn", (B.SHOWN,), B.OPEN, "异议成立退回审核"),
        Step("cancel", (B.COUNTING, B.OPEN), B.CANCELLED, "取消"),
    ],
    dict(BatchState.choices),
)


class CandidateState(models.TextChoices):
    """Where a candidate stands."""

    SHORT = "short", "差一点"
    WAITING = "waiting", "待审核"
    ACCEPTED = "accepted", "拟认定"
    REJECTED = "rejected", "不予认定"
    DECLINED = "declined", "本人放弃"
    REMOVED = "removed", "异议成立移出"
    SKIPPED = "skipped", "认定时已不符合"
    CERTIFIED = "certified", "已认定"


C = CandidateState
CANDIDATE_TONES = {
    C.SHORT: "neutral", C.WAITING: "warn", C.ACCEPTED: "info", C.REJECTED: "bad",
    C.DECLINED: "neutral", C.REMOVED: "bad", C.SKIPPED: "neutral", C.CERTIFIED: "good",
}  # fmt: skip
CANDIDATE_FLOW = Flow(
    [
        Step("nominate", (C.SHORT,), C.WAITING, "推荐"),
        Step("accept", (C.WAITING, C.REJECTED), C.ACCEPTED, "同意认定"),
        Step("reject", (C.WAITING, C.ACCEPTED), C.REJECTED, "不予认定"),
        Step("decline", (C.WAITING, C.ACCEPTED), C.DECLINED, "放弃认定"),
        Step("remove", (C.ACCEPTED,), C.REMOVED, "移出名单"),
        Step("skip", (C.ACCEPTED,), C.SKIPPED, "不再符合"),
        Step("certify", (C.ACCEPTED,), C.CERTIFIED, "认定"),
    ],
    dict(CandidateState.choices),
)


class Doubt(models.TextChoices):
    """Whether hours behind an honor were taken back since."""

    NONE = "none", "无"
    MARKED = "marked", "待复算"
    SHORT = "short", "待复核"


class PackState(models.TextChoices):
    """Where the certificates of a batch as one file stand."""

    WAITING = "waiting", "生成中"
    READY = "ready", "可下载"
    FAILED = "failed", "没有生成"


PACK_FLOW = Flow(
    [
        Step("finish", (PackState.WAITING,), PackState.READY, "生成"),
        Step("fail", (PackState.WAITING,), PackState.FAILED, "放弃"),
    ],
    dict(PackState.choices),
)
