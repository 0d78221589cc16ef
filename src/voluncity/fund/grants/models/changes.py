"""Change requests: what an organization wants to be otherwise, and what became of it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from voluncity.fund.grants.models.fundings import Funding, OfFunding
from voluncity.fund.grants.states import CHANGE_TONES, ChangeState

USER = settings.AUTH_USER_MODEL
S = ChangeState


class Change(models.Model):
    """One request; `before` and `after` hold both versions whole, as `rules.changes` reads them."""

    # The browser's own mark: a form that is sent twice is one request.
    handle = models.CharField(max_length=36, unique=True)
    funding = models.ForeignKey(Funding, on_delete=models.PROTECT, related_name="changes")
    number = models.PositiveSmallIntegerField("第几次变更")
    reason = models.CharField("变更理由", max_length=500)
    before = models.JSONField()
    after = models.JSONField()
    state = models.CharField(max_length=10, choices=S.choices, default=S.ASKED)
    edition = models.PositiveIntegerField(default=1)
    asked_at = models.DateTimeField("申请时间")
    asked_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField("办理时间", null=True, blank=True)
    decided_by = models.ForeignKey(
        USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    remark = models.CharField("办理意见", max_length=500, blank=True)

    objects = OfFunding.as_manager()

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(
                name="grants_one_change_of_a_number", fields=["funding", "number"]
            ),
            models.UniqueConstraint(
                name="grants_one_change_waits", fields=["funding"], condition=Q(state=S.ASKED)
            ),
            models.CheckConstraint(name="grants_change_has_a_reason", condition=~Q(reason="")),
            models.CheckConstraint(
                name="grants_declined_change_has_a_remark",
                condition=~Q(state=S.DECLINED) | ~Q(remark=""),
            ),
            models.CheckConstraint(
                name="grants_settled_change_says_by_whom",
                condition=Q(state=S.ASKED, decided_at=None, decided_by=None)
                | (~Q(state=S.ASKED) & Q(decided_at__isnull=False, decided_by__isnull=False)),
            ),
            models.CheckConstraint(
                name="grants_nobody_approves_their_own_change",
                condition=~Q(state__in=[S.APPROVED, S.DECLINED])
                | ~Q(decided_by=models.F("asked_by")),
            ),
        ]

    def __str__(self) -> str:
        return f"第 {self.number} 次变更"

    @property
    def tone(self) -> str:
        """Return how its state looks."""
        return CHANGE_TONES.get(S(self.state), "neutral")
