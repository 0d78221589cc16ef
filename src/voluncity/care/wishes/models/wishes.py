"""What a resident asks for."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from voluncity.care.wishes.models.reference import Theme, WishKind
from voluncity.care.wishes.states import (
    HELD,
    LIVE,
    REACHED,
    VALUED,
    ForWhom,
    RejectReason,
    WishState,
)
from voluncity.city.access.scopes import ScopedQuerySet

S = WishState


class WishQuerySet(ScopedQuerySet):
    """A wish is reached where the wisher lives."""

    organization_path = ""
    region_path = "region__path"


class Wish(models.Model):
    """One small thing a resident asks for, worth a number of minutes once it is approved.

    `title` and `text` are what everybody reads; `said_*` is what the resident wrote. The person
    to meet is sealed, bound to `handle`, and forgotten some time after the wish has ended.
    """

    PERSONAL = ("name_cipher", "phone_cipher", "address_cipher")

    # The browser's own mark: a form that is sent twice stays one wish; the seal is bound to it.
    handle = models.CharField(max_length=36, unique=True)
    user = models.ForeignKey(  # empty for somebody without an account, for whom a desk writes
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="wishes",
    )
    posted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    posted_at = models.DateTimeField("提交时间")
    # Whose limit it counts against: a blind index; `slot` while it lives, `turn` of the month.
    owner_key = models.CharField(max_length=64)
    slot = models.PositiveSmallIntegerField(null=True, blank=True)
    month = models.CharField(max_length=7)
    turn = models.PositiveSmallIntegerField("当月第几个")

    kind = models.ForeignKey(WishKind, on_delete=models.PROTECT, related_name="wishes")
    theme = models.ForeignKey(
        Theme, null=True, blank=True, on_delete=models.PROTECT, related_name="wishes"
    )
    for_whom = models.CharField("为谁", max_length=8, choices=ForWhom.choices)
    title = models.CharField("心愿", max_length=30)
    text = models.CharField("说明", max_length=200, blank=True)
    said_title = models.CharField("原话", max_length=30)
    said_text = models.CharField("原来的说明", max_length=200, blank=True)
    shown_name = models.CharField("公开称呼", max_length=40)
    region = models.ForeignKey("regions.Region", on_delete=models.PROTECT, related_name="+")
    name_cipher = models.CharField(max_length=300, blank=True)
    phone_cipher = models.CharField(max_length=200, blank=True)
    address_cipher = models.CharField(max_length=500, blank=True)
    text_version = models.CharField("同意的文本", max_length=20)
    photo = models.ForeignKey(
        "files.StoredFile", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    is_photo_public = models.BooleanField("公开照片", default=False)
    wanted_on = models.DateField("希望在这天以前")

    state = models.CharField("状态", max_length=10, choices=S.choices, default=S.POSTED)
    # Every step writes the next number: who read an older one was too slow.
    version = models.PositiveIntegerField(default=0)
    review_due_on = models.DateField("审核期限")
    nudged_at = models.DateTimeField("催办时间", null=True, blank=True)
    reviewed_at = models.DateTimeField("审核时间", null=True, blank=True)
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    worth_minutes = models.PositiveSmallIntegerField("时长（分钟）", null=True, blank=True)
    reject_reason = models.CharField(
        "未通过原因", max_length=10, choices=RejectReason.choices, blank=True
    )
    claimed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="claimed_wishes",
    )
    asked_office_at = models.DateTimeField("请工作人员确认", null=True, blank=True)
    confirmed_at = models.DateTimeField("确认时间", null=True, blank=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    transfer = models.OneToOneField(
        "ledger.Transfer", null=True, blank=True, on_delete=models.PROTECT, related_name="wish"
    )
    ended_at = models.DateTimeField("结束时间", null=True, blank=True)
    thanks = models.CharField("感谢的话", max_length=200, blank=True)
    is_thanks_public = models.BooleanField("公开感谢", default=False)
    thanks_hidden_at = models.DateTimeField("不公开感谢", null=True, blank=True)

    objects = WishQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["owner_key", "slot"], name="wishes_slots_of_a_person",
                condition=Q(slot__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["owner_key", "month", "turn"], name="wishes_turns_of_a_month"
            ),
            models.CheckConstraint(
                name="wishes_slot_while_it_lives",
                condition=Q(state__in=LIVE, slot__isnull=False, ended_at=None)
                | (~Q(state__in=LIVE) & Q(slot=None, ended_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="wishes_no_photo_of_a_child",
                condition=~Q(for_whom=ForWhom.CHILD) | Q(is_photo_public=False),
            ),
            models.CheckConstraint(
                name="wishes_reviewed_at_and_by_together",
                condition=Q(reviewed_at=None, reviewed_by=None)
                | Q(reviewed_at__isnull=False, reviewed_by__isnull=False),
            ),
            models.CheckConstraint(
                name="wishes_valued_before_it_is_shown",
                condition=~Q(state__in=VALUED)
                | Q(worth_minutes__gte=1, reviewed_by__isnull=False),
            ),
            models.CheckConstraint(
                name="wishes_nobody_reviews_their_own",
                condition=Q(reviewed_by=None) | Q(user=None) | ~Q(reviewed_by=F("user")),
            ),
            models.CheckConstraint(
                name="wishes_rejected_with_a_reason",
                condition=~Q(state=S.REJECTED) | ~Q(reject_reason=""),
            ),
            models.CheckConstraint(
                name="wishes_claimed_by_somebody",
                condition=Q(state__in=[*HELD, *REACHED], claimed_by__isnull=False)
                | (~Q(state__in=[*HELD, *REACHED]) & Q(claimed_by=None)),
            ),
            models.CheckConstraint(
                name="wishes_nobody_claims_their_own",
                condition=Q(claimed_by=None) | Q(user=None) | ~Q(claimed_by=F("user")),
            ),
            models.CheckConstraint(
                name="wishes_nobody_claims_what_they_valued",
                condition=Q(claimed_by=None) | ~Q(claimed_by=F("reviewed_by")),
            ),
            models.CheckConstraint(
                name="wishes_confirmed_with_its_minutes",
                condition=Q(
                    state__in=REACHED, confirmed_at__isnull=False, confirmed_by__isnull=False,
                    transfer__isnull=False,
                )
                | (
                    ~Q(state__in=REACHED)
                    & Q(confirmed_at=None, confirmed_by=None, transfer=None)
                ),
            ),
            models.CheckConstraint(
                name="wishes_claimant_never_confirms",
                condition=Q(confirmed_by=None) | ~Q(confirmed_by=F("claimed_by")),
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["state", "wanted_on"], name="wishes_by_state"),
            models.Index(fields=["state", "-confirmed_at"], name="wishes_come_true"),
            models.Index(fields=["region", "state"], name="wishes_by_region"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """Return the number that people are told."""
        return f"XY{self.pk:06d}"

    @property
    def source(self) -> str:
        """Return how the ledger names it."""
        return f"wish:{self.pk}"

    @property
    def was_edited(self) -> bool:
        """Return whether the office changed what everybody reads."""
        return (self.title, self.text) != (self.said_title, self.said_text)
