"""The lives of a certificate and of a job that prints many."""

from __future__ import annotations

from django.db import models

from voluncity.kernel.flow import Flow, Step


class CertificateState(models.TextChoices):
    """What a check of a certificate says."""

    VALID = "valid", "有效"
    CORRECTED = "corrected", "已更正"
    REVOKED = "revoked", "已撤销"


CERTIFICATE_FLOW = Flow(
    [
        Step("correct", (CertificateState.VALID,), CertificateState.CORRECTED, "更正"),
        Step(
            "revoke",
            (CertificateState.VALID, CertificateState.CORRECTED),
            CertificateState.REVOKED,
            "撤销",
        ),
    ],
    dict(CertificateState.choices),
)


class CertificateKind(models.TextChoices):
    """What a certificate tells of."""

    LIFETIME = "lifetime", "全部服务"
    PERIOD = "period", "一段时间"
    ACTIVITY = "activity", "单次活动"


class PrintState(models.TextChoices):
    """Where a job that prints certificates stands."""

    WAITING = "waiting", "生成中"
    READY = "ready", "可下载"
    FAILED = "failed", "没有成功"
    REMOVED = "removed", "文件已删除"


class PrintForm(models.TextChoices):
    """How many certificates come together."""

    ZIP = "zip", "压缩包，每人一个 PDF"
    PDF = "pdf", "合成一个 PDF，便于打印"


K = PrintState
PRINT_FLOW = Flow(
    [
        Step("finish", (K.WAITING,), K.READY, "完成"),
        Step("fail", (K.WAITING,), K.FAILED, "失败"),
        Step("remove", (K.READY,), K.REMOVED, "删除文件"),
    ],
    dict(PrintState.choices),
)
