"""The life of a certificate."""

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
