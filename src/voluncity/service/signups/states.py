"""The life of a sign-up, and the ways of proving presence."""

from __future__ import annotations

from django.db import models

from voluncity.kernel.flow import Flow, Step


class SignupState(models.TextChoices):
    """Where a sign-up stands."""

    PLACED = "placed", "已报名"
    WAITING = "waiting", "候补中"
    OFFERED = "offered", "待答复"
    CANCELLED = "cancelled", "已取消"
    DROPPED = "dropped", "活动已取消"


S = SignupState
SIGNUP_FLOW = Flow(
    [
        Step("place", (S.WAITING,), S.PLACED, "候补转正"),
        Step("offer", (S.WAITING,), S.OFFERED, "轮到候补"),
        Step("accept", (S.OFFERED,), S.PLACED, "接受名额"),
        Step("decline", (S.OFFERED,), S.CANCELLED, "让给下一位"),
        Step("stay", (S.OFFERED,), S.WAITING, "让给下一位并继续候补"),
        Step("expire", (S.OFFERED,), S.CANCELLED, "过时未答复"),
        Step("cancel", (S.PLACED, S.OFFERED, S.WAITING), S.CANCELLED, "取消报名"),
        Step("drop", (S.PLACED, S.OFFERED, S.WAITING), S.DROPPED, "活动取消"),
        Step("return", (S.CANCELLED,), S.PLACED, "重新报名"),
        Step("queue", (S.CANCELLED,), S.WAITING, "重新候补"),
    ],
    dict(SignupState.choices),
)


# A volunteer who is in one of these is in the list; one row can come back from "cancelled".
LIVE = frozenset({SignupState.PLACED, SignupState.OFFERED, SignupState.WAITING})
# These hold one of the shift's places: `taken` counts them, and their time is not free.
HOLDING = frozenset({SignupState.PLACED, SignupState.OFFERED})


class Method(models.TextChoices):
    """How presence was proven (RULES.md §1.5)."""

    VENUE_CODE = "venue_code", "扫活动现场码"
    LEADER_SCAN = "leader_scan", "领队扫志愿者码"
    LIST = "list", "领队点名"
    OFFLINE_SCAN = "offline_scan", "领队离线扫志愿者码"
    LATE_SCAN = "late_scan", "领队离线扫码，迟交"
    KIOSK_SCAN = "kiosk_scan", "签到台扫志愿者码"
    KIOSK_TYPED = "kiosk_typed", "签到台输入号码"


# A scan by either side proves presence; a tick on the list is the leader's word, and what was
# typed at the kiosk somebody else may have typed. A code that the leader's device kept proves
# as much as one that was sent at once, unless it was kept for too long.
PROVEN = frozenset({Method.VENUE_CODE, Method.LEADER_SCAN, Method.OFFLINE_SCAN, Method.KIOSK_SCAN})


class FlagKind(models.TextChoices):
    """What was strange about a scan: it stands in nobody's way, and can be looked at later."""

    FAR = "far", "离活动地点远"
    SAME_DEVICE = "same_device", "一台设备为多人签到"
    CLOCK = "clock", "设备时钟不准"
    OFFLINE = "offline", "离线签到，后来上传"
    LATE = "late", "上传太迟"


class Direction(models.TextChoices):
    """Which way through the door."""

    IN = "in", "签到"
    OUT = "out", "签退"
