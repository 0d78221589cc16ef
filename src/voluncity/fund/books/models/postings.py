"""Movements that staff write by hand: one writes, another books."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from voluncity.fund.books.states import BY_HAND, ONLY_FREE, EntryKind, PostingState
from voluncity.fund.governance.models import OfFund

S = PostingState


class Posting(models.Model):
    """Interest, a fee, a cost, or the undoing of one; who writes it never books it."""

    # The browser's own mark: a form that is sent twice stays one posting.
    handle = models.CharField(max_length=36, unique=True)
    fund = models.ForeignKey("governance.Fund", on_delete=models.PROTECT, related_name="postings")
    kind = models.CharField("收支类别", max_length=12, choices=EntryKind.choices)
    purpose = models.ForeignKey(
        "governance.Purpose", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    amount_fen = models.BigIntegerField("金额（分）")
    on = models.DateField("发生日期")
    reason = models.CharField("事由", max_length=120)
    proof = models.OneToOneField(
        "files.StoredFile", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    undoes = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="undone_by"
    )
    state = models.CharField(max_length=10, choices=S.choices, default=S.PROPOSED)
    made_at = models.DateTimeField("登记时间")
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    checked_at = models.DateTimeField("办理时间", null=True, blank=True)
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    remark = models.CharField("退回原因", max_length=200, blank=True)
    entry = models.OneToOneField(
        "Entry", null=True, blank=True, on_delete=models.PROTECT, related_name="posting"
    )

    objects = OfFund.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                name="books_posting_is_something", condition=Q(amount_fen__gt=0)
            ),
            models.CheckConstraint(
                name="books_posting_of_a_kind_by_hand", condition=Q(kind__in=BY_HAND)
            ),
            models.CheckConstraint(
                name="books_posted_running_costs_are_free",
                condition=~Q(kind__in=ONLY_FREE) | Q(purpose=None),
            ),
            models.CheckConstraint(
                name="books_nobody_books_their_own",
                condition=~Q(state__in=[S.BOOKED, S.REJECTED])
                | (Q(checked_by__isnull=False) & ~Q(checked_by=F("made_by"))),
            ),
            models.CheckConstraint(
                name="books_booked_has_its_entry",
                condition=Q(state=S.BOOKED, entry__isnull=False, checked_at__isnull=False)
                | (~Q(state=S.BOOKED) & Q(entry=None)),
            ),
            models.CheckConstraint(
                name="books_rejected_with_a_reason",
                condition=~Q(state=S.REJECTED) | ~Q(remark=""),
            ),
            models.UniqueConstraint(
                name="books_undone_once",
                fields=["undoes"],
                condition=Q(state__in=[S.PROPOSED, S.BOOKED]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.reason}"
