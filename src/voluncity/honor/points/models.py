"""Points: dated rules, what earned them, the portions people hold, and where each went.

A portion (`Lot`) is what came by one movement of the ledger and expires on one day. Whatever leaves
(`Movement`) says from which portions it was taken (`Use`): so each point can be followed from where
it came to where it went. Whoever changes portions holds the ledger account of their owner first.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from voluncity.city.access.scopes import ScopedQuerySet
from voluncity.honor.points.states import (
    AdjustmentKind,
    AdjustmentState,
    GiftState,
    Ground,
    Kind,
    Origin,
)


class RuleSet(models.Model):
    """What earns how many points, from a day on until the next set; never changed afterwards."""

    valid_from = models.DateField("生效日期", unique=True)
    hour_points = models.PositiveSmallIntegerField("每小时积分")
    entered_percent = models.PositiveSmallIntegerField("荣誉时长按百分之几计分", default=0)
    day_most = models.PositiveIntegerField("每天最多", default=0)  # 0: as many as there are
    month_most = models.PositiveIntegerField("每月最多", default=0)
    # Points expire at the end of the year in which they came, plus so many; none: they never do.
    expiry_years = models.PositiveSmallIntegerField("有效期", null=True, blank=True)
    basis = models.CharField("依据", max_length=200, blank=True)
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    set_at = models.DateTimeField("设定时间")

    class Meta:
        ordering = ["-valid_from"]
        constraints = [
            models.CheckConstraint(
                name="points_at_most_wholly", condition=Q(entered_percent__lte=100)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.valid_from}"


class Rate(models.Model):
    """Points for an hour of one kind of service, or for one deed."""

    rule_set = models.ForeignKey(RuleSet, on_delete=models.CASCADE, related_name="rates")
    ground = models.CharField("缘由", max_length=10, choices=Ground.choices)
    category = models.ForeignKey(
        "catalog.Category", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    points = models.PositiveSmallIntegerField("积分")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["rule_set", "ground"], condition=Q(category=None), name="points_deed_once"
            ),
            models.UniqueConstraint(
                fields=["rule_set", "category"],
                condition=Q(category__isnull=False),
                name="points_category_once",
            ),
            models.CheckConstraint(
                name="points_hours_by_category",
                condition=Q(ground=Ground.HOURS, category__isnull=False)
                | (~Q(ground=Ground.HOURS) & Q(category=None)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ground} {self.category_id or ''} {self.points}"


class EarningQuerySet(ScopedQuerySet):
    """What somebody earned is reached through their region."""

    organization_path = ""
    region_path = "volunteer__region__path"


class Earning(models.Model):
    """One reason to have points by rule: a record of service, or a deed.

    `worth` is what the rule gives, `points` what it gave after the caps and is still given; of what
    is taken back, `lapsed` had expired before and is owed by nobody.
    """

    source = models.CharField("来源", max_length=60, unique=True)  # "record:12", "wish:3"
    ground = models.CharField("缘由", max_length=10, choices=Ground.choices)
    volunteer = models.ForeignKey(
        "people.Volunteer", on_delete=models.PROTECT, related_name="earnings"
    )
    # To whom it happened; the record in which it stands, where that was not merged.
    done_by = models.ForeignKey("people.Volunteer", on_delete=models.PROTECT, related_name="+")
    earned_on = models.DateField("日期")
    minutes = models.PositiveIntegerField("时长（分钟）", default=0)
    rule_set = models.ForeignKey(RuleSet, on_delete=models.PROTECT, related_name="earnings")
    worth = models.PositiveIntegerField("应得")
    points = models.PositiveIntegerField("得到", default=0)
    lapsed = models.PositiveIntegerField(default=0)
    is_live = models.BooleanField(default=True)

    objects = EarningQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="points_never_above_worth", condition=Q(points__lte=F("worth"))
            ),
            models.CheckConstraint(
                name="points_ended_gives_nothing", condition=Q(is_live=True) | Q(worth=0)
            ),
        ]
        indexes = [models.Index(fields=["volunteer", "earned_on"], name="points_earned_by_day")]

    def __str__(self) -> str:
        return f"{self.source} {self.points}"


class LotQuerySet(ScopedQuerySet):
    """Points are reached through the region of who holds them."""

    organization_path = ""
    region_path = "volunteer__region__path"


class Lot(models.Model):
    """A portion of points that came at once and expires at once; without volunteer: the pool's."""

    volunteer = models.ForeignKey(
        "people.Volunteer", null=True, blank=True, on_delete=models.PROTECT,
        related_name="point_lots",
    )  # fmt: skip
    origin = models.CharField("来历", max_length=10, choices=Origin.choices)
    earning = models.ForeignKey(
        Earning, null=True, blank=True, on_delete=models.PROTECT, related_name="lots"
    )
    # The portion of which it was a part before it was given on.
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="parts",
        db_index=False,  # nobody asks by it
    )  # fmt: skip
    source = models.CharField("来源", max_length=60)  # "record:12", "gift:3", "adjustment:5"
    transfer = models.ForeignKey(
        "ledger.Transfer", on_delete=models.PROTECT, related_name="point_lots"
    )
    amount = models.PositiveIntegerField("积分")
    left = models.PositiveIntegerField("剩余")
    got_at = models.DateTimeField("时间")
    expires_on = models.DateField("有效期至", null=True, blank=True)  # the last good day

    objects = LotQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(name="points_lot_not_empty", condition=Q(amount__gt=0)),
            models.CheckConstraint(
                name="points_left_at_most_all", condition=Q(left__gte=0, left__lte=F("amount"))
            ),
            models.CheckConstraint(
                name="points_earned_by_something",
                condition=Q(origin="earned", earning__isnull=False)
                | (~Q(origin="earned") & Q(earning=None)),
            ),
        ]
        indexes = [
            models.Index(
                fields=["volunteer", "expires_on"], condition=Q(left__gt=0), name="points_held"
            ),
            models.Index(fields=["expires_on"], condition=Q(left__gt=0), name="points_expiring"),
            models.Index(fields=["got_at"], name="points_got_at"),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.left}/{self.amount}"


class Debt(models.Model):
    """Points that were taken back after they were spent; whatever comes in pays it first."""

    volunteer = models.ForeignKey(
        "people.Volunteer", on_delete=models.PROTECT, related_name="point_debts"
    )
    source = models.CharField("来源", max_length=60)
    amount = models.PositiveIntegerField("欠分")
    left = models.PositiveIntegerField("未抵")
    at = models.DateTimeField("时间")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="points_debt_at_most_all", condition=Q(left__gte=0, left__lte=F("amount"))
            ),
        ]
        indexes = [models.Index(fields=["volunteer"], condition=Q(left__gt=0), name="points_owed")]

    def __str__(self) -> str:
        return f"{self.source} {self.left}/{self.amount}"


class MovementQuerySet(ScopedQuerySet):
    """What left is reached through the region of who held it."""

    organization_path = ""
    region_path = "volunteer__region__path"


class Movement(models.Model):
    """Points that left somebody at once: one transfer, taken from one or more portions."""

    volunteer = models.ForeignKey(  # found by an index below
        "people.Volunteer", null=True, blank=True, on_delete=models.PROTECT,
        related_name="point_movements", db_index=False,
    )  # fmt: skip
    kind = models.CharField("去向", max_length=10, choices=Kind.choices)
    amount = models.PositiveIntegerField("积分")
    key = models.CharField(max_length=90, unique=True)
    transfer = models.OneToOneField(
        "ledger.Transfer", on_delete=models.PROTECT, related_name="point_movement"
    )
    source = models.CharField("来源", max_length=60)
    reason = models.CharField("事由", max_length=200)
    debt = models.ForeignKey(
        Debt, null=True, blank=True, on_delete=models.PROTECT, related_name="payments"
    )
    at = models.DateTimeField("时间")
    by = models.ForeignKey(  # nobody asks by it
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT,
        related_name="+", db_index=False,
    )  # fmt: skip
    returned_at = models.DateTimeField("退回时间", null=True, blank=True)
    lots = models.ManyToManyField(Lot, through="Use", related_name="movements")

    objects = MovementQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(name="points_movement_not_empty", condition=Q(amount__gt=0)),
            models.CheckConstraint(
                name="points_payment_names_its_debt",
                condition=Q(kind="repaid", debt__isnull=False) | (~Q(kind="repaid") & Q(debt=None)),
            ),
            models.CheckConstraint(
                name="points_only_some_come_back",
                condition=Q(returned_at=None) | Q(kind__in=["spent", "gift"]),
            ),
        ]
        indexes = [
            models.Index(fields=["volunteer", "-at"], name="points_went_by_person"),
            models.Index(fields=["at"], name="points_went_at"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.amount} {self.key}"


class Use(models.Model):
    """How much of a portion left with a movement."""

    movement = models.ForeignKey(  # found by the constraint below
        Movement, on_delete=models.PROTECT, related_name="uses", db_index=False
    )
    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, related_name="uses")
    amount = models.PositiveIntegerField("积分")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["movement", "lot"], name="points_use_once"),
            models.CheckConstraint(name="points_use_not_empty", condition=Q(amount__gt=0)),
        ]

    def __str__(self) -> str:
        return f"{self.movement_id} {self.lot_id} {self.amount}"


class Gift(models.Model):
    """Points that a volunteer gives to another one or to the pool; the giver may think again."""

    giver = models.ForeignKey(
        "people.Volunteer", on_delete=models.PROTECT, related_name="point_gifts"
    )
    receiver = models.ForeignKey(
        "people.Volunteer", null=True, blank=True, on_delete=models.PROTECT,
        related_name="received_points",
    )  # fmt: skip
    amount = models.PositiveIntegerField("积分")
    state = models.CharField(max_length=10, choices=GiftState.choices, default=GiftState.HELD)
    movement = models.OneToOneField(Movement, on_delete=models.PROTECT, related_name="gift")
    given_at = models.DateTimeField("赠送时间")
    final_at = models.DateTimeField("何时送达")
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="points_gift_to_another",
                condition=Q(receiver=None) | ~Q(receiver=F("giver")),
            ),
            models.CheckConstraint(
                name="points_gift_ended_once",
                condition=Q(state="held", ended_at=None)
                | (~Q(state="held") & Q(ended_at__isnull=False)),
            ),
        ]
        indexes = [
            models.Index(fields=["final_at"], condition=Q(state="held"), name="points_gifts_due")
        ]

    def __str__(self) -> str:
        return f"{self.giver_id} {self.amount}"


class AdjustmentQuerySet(ScopedQuerySet):
    """An adjustment is reached through the volunteer's region."""

    organization_path = ""
    region_path = "volunteer__region__path"


class Adjustment(models.Model):
    """What the office does to somebody's points by hand: asked by one, decided by another."""

    kind = models.CharField("类别", max_length=10, choices=AdjustmentKind.choices)
    volunteer = models.ForeignKey(
        "people.Volunteer", on_delete=models.PROTECT, related_name="point_adjustments"
    )
    amount = models.PositiveIntegerField("积分")
    reason = models.CharField("事由", max_length=200)
    state = models.CharField(
        max_length=10, choices=AdjustmentState.choices, default=AdjustmentState.WAITING
    )
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    asked_at = models.DateTimeField("提出时间")
    # Nobody where one person may do it alone: a small grant.
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField("复核时间", null=True, blank=True)
    answer = models.CharField("说明", max_length=200, blank=True)

    objects = AdjustmentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(name="points_adjusts_something", condition=Q(amount__gt=0)),
            models.CheckConstraint(
                name="points_second_person",
                condition=Q(decided_by=None) | ~Q(decided_by=F("asked_by")),
            ),
            models.CheckConstraint(
                name="points_corrected_by_two",
                condition=~Q(state="done") | Q(kind="grant") | Q(decided_by__isnull=False),
            ),
            models.CheckConstraint(
                name="points_decided_at_its_end",
                condition=Q(state="waiting", decided_at=None)
                | (~Q(state="waiting") & Q(decided_at__isnull=False)),
            ),
        ]
        indexes = [
            models.Index(fields=["asked_at"], condition=Q(state="waiting"), name="points_adjusting")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.amount}"
