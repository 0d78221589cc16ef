"""Inspections, what they find, and model stations: what may happen next."""

from __future__ import annotations

from django.db import models

from voluncity.kernel.flow import Flow, Step


class InspectionKind(models.TextChoices):
    """Who looks: the station's own people, or somebody from outside."""

    SELF_CHECK = "self_check", "自查"
    VISIT = "visit", "检查"


class Verdict(models.TextChoices):
    """What was found at one item; empty while nobody has looked."""

    PASSED = "passed", "合格"
    FAILED = "failed", "不合格"
    NOT_APPLICABLE = "not_applicable", "不适用"


class FindingState(models.TextChoices):
    """Where the mending of what failed stands."""

    OPEN = "open", "待整改"
    FIXED = "fixed", "待复查"
    CLOSED = "closed", "已整改"


FINDING_FLOW = Flow(
    [
        Step("fix", (FindingState.OPEN,), FindingState.FIXED, "提交整改"),
        Step("mend", (FindingState.OPEN,), FindingState.CLOSED, "登记整改"),
        Step("accept", (FindingState.FIXED,), FindingState.CLOSED, "复查合格"),
        Step("reject", (FindingState.FIXED,), FindingState.OPEN, "退回整改"),
    ],
    dict(FindingState.choices),
)


class DemonstrationState(models.TextChoices):
    """Where the naming of a model station stands."""

    PROPOSED = "proposed", "待审核"
    SHOWN = "shown", "公示中"
    EFFECTIVE = "effective", "示范站"
    DECLINED = "declined", "未通过"
    OVERTURNED = "overturned", "异议成立"
    WITHDRAWN = "withdrawn", "已撤销"


D = DemonstrationState
DEMONSTRATION_FLOW = Flow(
    [
        Step("show", (D.PROPOSED,), D.SHOWN, "公示"),
        Step("decline", (D.PROPOSED,), D.DECLINED, "不予通过"),
        Step("publish", (D.SHOWN,), D.EFFECTIVE, "公示结束生效"),
        Step("overturn", (D.SHOWN,), D.OVERTURNED, "异议成立"),
        Step("withdraw", (D.PROPOSED, D.EFFECTIVE), D.WITHDRAWN, "撤销"),
    ],
    dict(DemonstrationState.choices),
)
LIVE_DEMONSTRATIONS = (D.PROPOSED, D.SHOWN, D.EFFECTIVE)
