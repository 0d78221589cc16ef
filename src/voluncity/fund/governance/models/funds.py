"""A fund, what it serves, and its documents."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from voluncity.city.access.scopes import ScopedQuerySet


class FundQuerySet(ScopedQuerySet):
    """A fund is looked after by the offices of its region."""

    organization_path = ""
    region_path = "region__path"


class OfFund(ScopedQuerySet):
    """What belongs to a fund lies where the fund lies."""

    organization_path = ""
    region_path = "fund__region__path"


class Fund(models.Model):
    """A special fund: no legal person, no account; everything stands under its foundation.

    民发〔2015〕241号: its name begins with the foundation's, in full.
    """

    name = models.CharField("基金名称", max_length=40)
    foundation_name = models.CharField("基金会全称", max_length=60)
    foundation_code = models.CharField("统一社会信用代码", max_length=18)
    # 慈善法第二十二条: only who holds it may raise money from the public.
    license_number = models.CharField("公开募捐资格证书编号", max_length=40, blank=True)
    license_until = models.DateField("证书有效期至", null=True, blank=True)
    region = models.ForeignKey("regions.Region", on_delete=models.PROTECT, related_name="+")
    aim = models.CharField("宗旨", max_length=300)
    address = models.CharField("办公地址", max_length=120)
    phone = models.CharField("联系电话", max_length=30)
    founded_on = models.DateField("设立日期")
    ended_on = models.DateField("终止日期", null=True, blank=True)
    ended_by = models.ForeignKey(
        "Resolution", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )

    objects = FundQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["foundation_code", "name"], name="governance_one_fund_of_a_name"
            ),
            models.CheckConstraint(
                name="governance_license_number_with_its_validity",
                condition=Q(license_number="", license_until=None)
                | (~Q(license_number="") & Q(license_until__isnull=False)),
            ),
            models.CheckConstraint(
                name="governance_foundation_has_name_and_code",
                condition=~Q(foundation_name="") & ~Q(foundation_code=""),
            ),
            models.CheckConstraint(
                name="governance_fund_ends_by_a_resolution",
                condition=Q(ended_on=None, ended_by=None)
                | Q(ended_on__isnull=False, ended_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.full_name

    @property
    def full_name(self) -> str:
        """Return the name as it stands on every page: the foundation's first."""
        return f"{self.foundation_name}{self.name}"


class Purpose(models.Model):
    """One thing that a fund serves; gifts may be bound to it."""

    fund = models.ForeignKey(Fund, on_delete=models.PROTECT, related_name="purposes")
    name = models.CharField("资助方向", max_length=30)
    what = models.CharField("说明", max_length=200, blank=True)
    position = models.PositiveSmallIntegerField("次序", default=0)
    ended_at = models.DateTimeField("停用时间", null=True, blank=True)

    objects = OfFund.as_manager()

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["fund", "name"], name="governance_one_purpose_of_a_name"
            )
        ]

    def __str__(self) -> str:
        return self.name


class Document(models.Model):
    """A paper of a fund, or of one of its meetings; the bytes lie with the files."""

    fund = models.ForeignKey(Fund, on_delete=models.PROTECT, related_name="documents")
    meeting = models.ForeignKey(
        "Meeting", null=True, blank=True, on_delete=models.PROTECT, related_name="papers"
    )
    title = models.CharField("文件名称", max_length=80)
    file = models.OneToOneField("files.StoredFile", on_delete=models.PROTECT, related_name="+")
    is_public = models.BooleanField("向社会公开", default=False)
    added_at = models.DateTimeField("上传时间")
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    withdrawn_at = models.DateTimeField("撤下时间", null=True, blank=True)

    objects = OfFund.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(name="governance_document_has_a_title", condition=~Q(title=""))
        ]

    def __str__(self) -> str:
        return self.title
