"""Agreements: dated templates, texts filled from the records, signed papers."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from voluncity.fund.governance.models import OfFund
from voluncity.fund.grants.models.fundings import Funding, OfFunding
from voluncity.fund.grants.states import AgreementState, ScanState

USER = settings.AUTH_USER_MODEL
T, N = AgreementState, ScanState


class Template(models.Model):
    """The text of a fund's agreements from a day on; never written over."""

    fund = models.ForeignKey("governance.Fund", on_delete=models.PROTECT, related_name="+")
    valid_from = models.DateField("启用日期")
    text = models.TextField("协议文本", max_length=8000)
    made_at = models.DateTimeField("登记时间")
    made_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")

    objects = OfFund.as_manager()

    class Meta:
        ordering = ["-valid_from"]
        constraints = [
            models.UniqueConstraint(
                name="grants_one_template_of_a_day", fields=["fund", "valid_from"]
            ),
            models.CheckConstraint(name="grants_template_has_text", condition=~Q(text="")),
        ]

    def __str__(self) -> str:
        return f"{self.valid_from:%Y年%m月%d日} 起"


class Agreement(models.Model):
    """One text to sign, frozen; a later one takes its place only before anybody signed."""

    funding = models.ForeignKey(Funding, on_delete=models.PROTECT, related_name="agreements")
    number = models.PositiveSmallIntegerField("第几稿")
    # None: the city's own standard text.
    template = models.ForeignKey(
        Template, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    text = models.TextField("协议文本")
    state = models.CharField(max_length=8, choices=T.choices, default=T.ISSUED)
    issued_at = models.DateTimeField("生成时间")
    issued_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")

    objects = OfFunding.as_manager()

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(
                name="grants_one_agreement_of_a_number", fields=["funding", "number"]
            ),
            models.UniqueConstraint(
                name="grants_one_agreement_stands",
                fields=["funding"],
                condition=~Q(state=T.VOID),
            ),
        ]

    def __str__(self) -> str:
        return f"第 {self.number} 稿"


class ScanQuerySet(OfFunding):
    """A signed paper is reached where its funded project is."""

    organization_path = "agreement__funding__organization__path"
    region_path = "agreement__funding__region__path"
    office_path = "agreement__funding__fund__region__path"


class Scan(models.Model):
    """A signed paper, and what the office said about it."""

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="scans")
    file = models.OneToOneField("files.StoredFile", on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=N.choices, default=N.SENT)
    sent_at = models.DateTimeField("上传时间")
    sent_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    remark = models.CharField("退回原因", max_length=500, blank=True)
    # The days that stand beside the two signatures.
    party_signed_on = models.DateField("受资助方签字日期", null=True, blank=True)
    fund_signed_on = models.DateField("基金签字日期", null=True, blank=True)
    checked_at = models.DateTimeField("核对时间", null=True, blank=True)
    checked_by = models.ForeignKey(
        USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = ScanQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                name="grants_one_paper_waits_or_stands",
                fields=["agreement"],
                condition=~Q(state=N.RETURNED),
            ),
            models.CheckConstraint(
                name="grants_returned_paper_has_a_reason",
                condition=~Q(state=N.RETURNED) | ~Q(remark=""),
            ),
            models.CheckConstraint(
                name="grants_confirmed_paper_has_both_days",
                condition=Q(
                    state=N.CONFIRMED,
                    party_signed_on__isnull=False,
                    fund_signed_on__isnull=False,
                )
                | (~Q(state=N.CONFIRMED) & Q(party_signed_on=None, fund_signed_on=None)),
            ),
            models.CheckConstraint(
                name="grants_checked_paper_says_by_whom",
                condition=Q(state=N.SENT, checked_at=None, checked_by=None)
                | (~Q(state=N.SENT) & Q(checked_at__isnull=False, checked_by__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agreement_id} {self.state}"
