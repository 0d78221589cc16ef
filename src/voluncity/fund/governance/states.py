"""What may happen with a fund, its charter, its people and its meetings."""

from __future__ import annotations

from django.db import models

from voluncity.kernel.flow import Flow, Step


class Share(models.TextChoices):
    """How many of those who count; the law and charters speak in these words."""

    HALF = "half", "过半数"
    TWO_THIRDS = "two_thirds", "三分之二以上"
    THREE_QUARTERS = "three_quarters", "四分之三以上"
    ALL = "all", "全体一致"


class Body(models.TextChoices):
    """In which body somebody sits; nobody sits in both."""

    LEADING = "leading", "领导小组"
    SUPERVISORS = "supervisors", "监督小组"


class Duty(models.TextChoices):
    """What somebody does there."""

    HEAD = "head", "组长"
    DEPUTY = "deputy", "副组长"
    MEMBER = "member", "成员"
    SECRETARY = "secretary", "秘书长"
    SUPERVISOR = "supervisor", "监事"


DUTIES = {
    Body.LEADING: (Duty.HEAD, Duty.DEPUTY, Duty.MEMBER, Duty.SECRETARY),
    Body.SUPERVISORS: (Duty.HEAD, Duty.SUPERVISOR),
}
ONLY_ONE = (Duty.HEAD, Duty.SECRETARY)


class MeetingState(models.TextChoices):
    """Where a meeting stands."""

    PLANNED = "planned", "待召开"
    HELD = "held", "正在表决"
    CLOSED = "closed", "已结束"
    CANCELLED = "cancelled", "已取消"


M = MeetingState
MEETING_FLOW = Flow(
    [
        Step("change", (M.PLANNED,), M.PLANNED, "修改会议"),
        Step("hold", (M.PLANNED,), M.HELD, "登记出席并开会"),
        Step("vote", (M.HELD,), M.HELD, "登记表决"),
        Step("close", (M.HELD,), M.CLOSED, "形成纪要并结束"),
        Step("cancel", (M.PLANNED, M.HELD), M.CANCELLED, "取消会议"),
    ],
    dict(M.choices),
)


class Presence(models.TextChoices):
    """Whether somebody came."""

    PRESENT = "present", "出席"
    EXCUSED = "excused", "请假"
    ABSENT = "absent", "缺席"


class Choice(models.TextChoices):
    """What somebody voted; who steps back is counted neither as present nor as a voice."""

    FOR = "for", "赞成"
    AGAINST = "against", "反对"
    ABSTAIN = "abstain", "弃权"
    RECUSED = "recused", "回避"


class Outcome(models.TextChoices):
    """What came of an item."""

    PASSED = "passed", "通过"
    REJECTED = "rejected", "未通过"
    HEARD = "heard", "已听取"


class CharterState(models.TextChoices):
    """Where a version of the charter stands."""

    DRAFT = "draft", "草案"
    ADOPTED = "adopted", "已通过"
    DISCARDED = "discarded", "已作废"


C = CharterState
CHARTER_FLOW = Flow(
    [
        Step("save", (C.DRAFT,), C.DRAFT, "修改草案"),
        Step("adopt", (C.DRAFT,), C.ADOPTED, "按决议施行"),
        Step("discard", (C.DRAFT,), C.DISCARDED, "作废草案"),
    ],
    dict(C.choices),
)
