"""The charter of a fund, version by version."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from voluncity.fund.governance.models.funds import Fund, OfFund
from voluncity.fund.governance.states import CharterState, Share

C = CharterState


class Charter(models.Model):
    """One version; an adopted one never changes and holds until the next one begins.

    The shares are the charter's own numbers. Where a fund has no charter yet, those of the
    Regulation on Foundations (2004) art. 21 hold: two thirds come, more than half agree, two
    thirds for what is important.
    """

    fund = models.ForeignKey(Fund, on_delete=models.PROTECT, related_name="charters")
    number = models.PositiveSmallIntegerField("第几版")
    body = models.TextField("章程正文", blank=True)  # as `richtext.clean` returns it
    paper = models.OneToOneField(
        "files.StoredFile", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    change = models.CharField("修订说明", max_length=300, blank=True)
    quorum = models.CharField("法定人数", max_length=16, choices=Share.choices)
    majority = models.CharField("一般事项通过", max_length=16, choices=Share.choices)
    important_majority = models.CharField("重要事项通过", max_length=16, choices=Share.choices)
    state = models.CharField(max_length=10, choices=C.choices, default=C.DRAFT)
    edition = models.PositiveIntegerField(default=1)
    valid_from = models.DateField("施行日期", null=True, blank=True)
    resolution = models.ForeignKey(
        "Resolution", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    written_at = models.DateTimeField("起草时间")
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    adopted_at = models.DateTimeField(null=True, blank=True)
    adopted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = OfFund.as_manager()

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["fund", "number"], name="governance_one_charter_of_a_number"
            ),
            models.UniqueConstraint(
                name="governance_one_draft_of_the_charter",
                fields=["fund"],
                condition=Q(state=C.DRAFT),
            ),
            models.UniqueConstraint(
                name="governance_one_charter_from_a_day",
                fields=["fund", "valid_from"],
                condition=Q(state=C.ADOPTED),
            ),
            models.CheckConstraint(
                name="governance_adopted_by_a_resolution",
                condition=(
                    Q(state=C.ADOPTED, valid_from__isnull=False, resolution__isnull=False)
                    & Q(adopted_at__isnull=False, adopted_by__isnull=False)
                )
                | (~Q(state=C.ADOPTED) & Q(valid_from=None, resolution=None, adopted_at=None)),
            ),
            models.CheckConstraint(
                name="governance_adopted_charter_has_words",
                condition=~Q(state=C.ADOPTED) | ~Q(body="") | Q(paper__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"第 {self.number} 版"
