"""The lives of claims and of requests to correct, and the reasons for a no."""

from __future__ import annotations

from django.db import models

from voluncity.kernel.flow import Flow, Step


class ClaimState(models.TextChoices):
    """Where a claim stands."""

    ASKED = "asked", "等待审核"
    ACCEPTED = "accepted", "已认领"
    SEPARATED = "separated", "已分开"
    DECLINED = "declined", "未通过"
    WITHDRAWN = "withdrawn", "已撤回"


C = ClaimState
CLAIM_FLOW = Flow(
    [
        Step("accept", (C.ASKED,), C.ACCEPTED, "同意认领"),
        Step("separate", (C.ASKED,), C.SEPARATED, "分开登记"),
        Step("decline", (C.ASKED,), C.DECLINED, "不予认领"),
        Step("withdraw", (C.ASKED,), C.WITHDRAWN, "撤回认领"),
    ],
    dict(ClaimState.choices),
)


class Way(models.TextChoices):
    """How somebody shows that a record is theirs."""

    CODE = "code", "工作人员给的认领码"
    EVIDENCE = "evidence", "证件照片"


class DeclineReason(models.TextChoices):
    """Why a claim was not accepted."""

    UNCLEAR = "unclear", "照片看不清或不完整"
    MISMATCH = "mismatch", "证件与填写的姓名或号码不一致"
    STRANGER = "stranger", "不能确认证件是申请人本人的"
    NO_RECORD = "no_record", "没有查到用这个证件登记的志愿者"


class CorrectionState(models.TextChoices):
    """Where a request to correct stands."""

    ASKED = "asked", "等待办理"
    APPLIED = "applied", "已更正"
    REFUSED = "refused", "未更正"
    WITHDRAWN = "withdrawn", "已撤回"


K = CorrectionState
CORRECTION_FLOW = Flow(
    [
        Step("apply", (K.ASKED,), K.APPLIED, "更正"),
        Step("refuse", (K.ASKED,), K.REFUSED, "不予更正"),
        Step("withdraw", (K.ASKED,), K.WITHDRAWN, "撤回申请"),
    ],
    dict(CorrectionState.choices),
)


class RefuseReason(models.TextChoices):
    """Why something was not corrected."""

    UNCLEAR = "unclear", "照片看不清或不完整"
    MISMATCH = "mismatch", "证件与填写的内容不一致"
    TAKEN = "taken", "这个证件号码在另一份登记上，须先核对是否重复登记"
    UNNEEDED = "unneeded", "登记的信息与证件一致，不需要更正"


class MergeReason(models.TextChoices):
    """How the desk knows that two records are of one person."""

    PAPERS = "papers", "核对了本人的证件"
    CALLED = "called", "与本人电话核实"
    ASKED = "asked", "本人申请合并"
