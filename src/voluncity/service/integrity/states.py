"""The lives of a finding, a case, a sanction, a spot check and an absence."""

from __future__ import annotations

from django.db import models

from voluncity.kernel.flow import Flow, Step


class Rule(models.TextChoices):
    """What makes somebody look closer; never a verdict."""

    BULK = "bulk", "短时间大量补记"
    NIGHT_ENTRY = "night_entry", "深夜补记"
    NIGHT_SERVICE = "night_service", "没有夜间班次的夜间时长"
    DEVICE = "device", "一台手机为多人签到"
    PLACE = "place", "签到位置离现场太远"
    DISTANCE = "distance", "两地之间来不及"
    IDENTICAL = "identical", "整班时间完全相同"
    FAVORITES = "favorites", "确认集中于少数人"
    FAMILY = "family", "为自己监护的人确认"
    WEEK = "week", "一周时长过多"
    PUNCTUAL = "punctual", "每次都分秒不差"
    OUTSIDE = "outside", "项目期限之外的时长"
    SPOT = "spot", "抽查不属实"


class About(models.TextChoices):
    """Whom a finding and a case are about."""

    ORGANIZATION = "organization", "组织"
    ORGANIZER = "organizer", "经办人"
    VOLUNTEER = "volunteer", "志愿者"


class FindingState(models.TextChoices):
    """Where a finding stands."""

    OPEN = "open", "待查看"
    IN_CASE = "in_case", "已立案"
    SET_ASIDE = "set_aside", "不需处理"


F = FindingState
FINDING_FLOW = Flow(
    [
        Step("gather", (F.OPEN,), F.IN_CASE, "立案"),
        Step("set_aside", (F.OPEN,), F.SET_ASIDE, "不需处理"),
        Step("reopen", (F.SET_ASIDE,), F.OPEN, "重新查看"),
    ],
    dict(F.choices),
)


class CaseState(models.TextChoices):
    """Where a case stands."""

    OPENED = "opened", "已立案"
    ASKED = "asked", "待说明"
    ANSWERED = "answered", "已说明"
    UNFOUNDED = "unfounded", "查无问题"
    FOUNDED = "founded", "已认定"
    APPEALED = "appealed", "申诉中"
    CONFIRMED = "confirmed", "维持认定"
    LIFTED = "lifted", "申诉成立"


C = CaseState
CASE_FLOW = Flow(
    [
        Step("ask", (C.OPENED,), C.ASKED, "请对方说明"),
        Step("answer", (C.ASKED,), C.ANSWERED, "提交说明"),
        Step("clear", (C.OPENED, C.ASKED, C.ANSWERED), C.UNFOUNDED, "认定没有问题"),
        Step("find", (C.ASKED, C.ANSWERED), C.FOUNDED, "认定问题"),
        Step("appeal", (C.FOUNDED,), C.APPEALED, "申诉"),
        Step("settle", (C.FOUNDED,), C.CONFIRMED, "申诉期满"),
        Step("confirm", (C.APPEALED,), C.CONFIRMED, "维持认定"),
        Step("lift", (C.APPEALED,), C.LIFTED, "撤销认定"),
    ],
    dict(C.choices),
)
# A case in one of these is not over; a subject has one such case at a time.
RUNNING = (C.OPENED, C.ASKED, C.ANSWERED, C.FOUNDED, C.APPEALED)
OVER = (C.UNFOUNDED, C.CONFIRMED, C.LIFTED)


class SanctionKind(models.TextChoices):
    """What follows from a founded case."""

    WARNING = "warning", "警告"
    CANCEL = "cancel", "取消有关时长"
    STOP_ENTRY = "stop_entry", "暂停补记时长"
    STOP_CONFIRM = "stop_confirm", "暂停确认时长"


class SpotState(models.TextChoices):
    """What a spot check showed."""

    OPEN = "open", "待抽查"
    RIGHT = "right", "属实"
    WRONG = "wrong", "不属实"
    UNCLEAR = "unclear", "无法核实"


class Way(models.TextChoices):
    """How a spot check was made."""

    VOLUNTEER = "volunteer", "询问志愿者"
    BENEFICIARY = "beneficiary", "询问服务对象"
    PHOTOS = "photos", "查看照片"
    VISIT = "visit", "现场走访"


SPOT_FLOW = Flow(
    [
        Step("right", (SpotState.OPEN,), SpotState.RIGHT, "属实"),
        Step("wrong", (SpotState.OPEN,), SpotState.WRONG, "不属实"),
        Step("unclear", (SpotState.OPEN,), SpotState.UNCLEAR, "无法核实"),
    ],
    dict(SpotState.choices),
)


class AbsenceKind(models.TextChoices):
    """How somebody did not come who had a place."""

    NO_SHOW = "no_show", "未到场"
    LATE_CANCEL = "late_cancel", "临近取消"


class AbsenceState(models.TextChoices):
    """Where an absence stands."""

    RAISED = "raised", "待核实"
    CONFIRMED = "confirmed", "已确认"
    EXCUSED = "excused", "已谅解"
    APPEALED = "appealed", "申诉中"
    UPHELD = "upheld", "维持"
    LIFTED = "lifted", "已撤销"


A = AbsenceState
ABSENCE_FLOW = Flow(
    [
        Step("confirm", (A.RAISED,), A.CONFIRMED, "确认缺席"),
        Step("excuse", (A.RAISED,), A.EXCUSED, "谅解"),
        Step("appeal", (A.CONFIRMED,), A.APPEALED, "申诉"),
        Step("uphold", (A.APPEALED,), A.UPHELD, "维持"),
        Step("lift", (A.APPEALED,), A.LIFTED, "撤销"),
    ],
    dict(A.choices),
)
# These count towards a warning.
ABSENT = (A.CONFIRMED, A.APPEALED, A.UPHELD)
