"""What projects need, who takes on how much of it, and which units stand behind a whole project."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from voluncity.city.access.scopes import ScopedQuerySet
from voluncity.kernel.money import yuan_text
from voluncity.service.pledges.states import (
    LIVE,
    RECEIVED,
    TONES,
    AdoptionState,
    NeedKind,
    NeedState,
    PledgeState,
)
from voluncity.service.projects.models import Leading

S = PledgeState
PERSON = settings.AUTH_USER_MODEL


def amount_text(kind: str, amount: int, unit: str) -> str:
    """Return an amount as people read it: 12 人, 20 箱, 1,200 元 (money is kept in fen)."""
    return yuan_text(amount) if kind == NeedKind.MONEY else f"{amount:,} {unit}"


class NeedQuerySet(ScopedQuerySet):
    """A need belongs to its project's organization."""

    organization_path = "project__organization__path"
    region_path = "project__organization__region__path"

    def led(self, lead_units: tuple[int, ...]) -> Q:
        """Return the needs of projects in the lines of these units."""
        return Q(project__line__in=Leading.objects.lines_of(lead_units))


class Need(models.Model):
    """One thing that a project lacks; `taken` is promised or here, `delivered` is here.

    Amounts are whole numbers of `unit`, money is fen. The database never lets more be taken than
    is wanted.
    """

    project = models.ForeignKey("projects.Project", on_delete=models.PROTECT, related_name="needs")
    kind = models.CharField("类别", max_length=8, choices=NeedKind.choices)
    name = models.CharField("需要什么", max_length=40)
    skill = models.ForeignKey(
        "catalog.Skill", null=True, blank=True, on_delete=models.PROTECT, related_name="+",
        verbose_name="专长",
    )  # fmt: skip
    unit = models.CharField("单位", max_length=6, blank=True)
    wanted = models.PositiveIntegerField("需要数量")
    taken = models.PositiveIntegerField("已认领", default=0)
    delivered = models.PositiveIntegerField("已收到", default=0)
    details = models.CharField("要求或用途", max_length=300, blank=True)
    place = models.CharField("送到哪里", max_length=80, blank=True)
    due_on = models.DateField("截止日期")
    state = models.CharField(max_length=8, choices=NeedState.choices, default=NeedState.OPEN)
    made_at = models.DateTimeField("发布时间")
    made_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")

    objects = NeedQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "pk"]
        constraints = [
            models.CheckConstraint(name="pledges_something_wanted", condition=Q(wanted__gt=0)),
            models.CheckConstraint(
                name="pledges_never_more_than_wanted", condition=Q(taken__lte=F("wanted"))
            ),
            models.CheckConstraint(
                name="pledges_delivered_was_taken", condition=Q(delivered__lte=F("taken"))
            ),
            models.CheckConstraint(
                name="pledges_counted_in_a_unit",
                condition=Q(kind=NeedKind.MONEY, unit="") | (~Q(kind=NeedKind.MONEY) & ~Q(unit="")),
            ),
        ]
        indexes = [models.Index(fields=["state", "due_on"], name="pledges_open_needs")]

    def __str__(self) -> str:
        return self.name

    @property
    def rest(self) -> int:
        """Return how much nobody has taken on yet."""
        return self.wanted - self.taken

    @property
    def wanted_text(self) -> str:
        """Return how much is wanted, in words."""
        return amount_text(self.kind, self.wanted, self.unit)

    @property
    def rest_text(self) -> str:
        """Return how much is still wanted, in words."""
        return amount_text(self.kind, self.rest, self.unit)

    @property
    def taken_text(self) -> str:
        """Return how much is promised or here, in words."""
        return amount_text(self.kind, self.taken, self.unit)

    @property
    def delivered_text(self) -> str:
        """Return how much has come, in words."""
        return amount_text(self.kind, self.delivered, self.unit)

    @property
    def progress_text(self) -> str:
        """Return how much is taken on of how much, in words."""
        return f"{self.taken_text} / {self.wanted_text}"

    @property
    def is_money(self) -> bool:
        """Return whether only an intent can be noted here: the platform takes no money."""
        return self.kind == NeedKind.MONEY


class PledgeQuerySet(ScopedQuerySet):
    """A pledge is seen where its need is."""

    organization_path = "need__project__organization__path"
    region_path = "need__project__organization__region__path"

    def led(self, lead_units: tuple[int, ...]) -> Q:
        """Return the pledges for projects in the lines of these units."""
        return Q(need__project__line__in=Leading.objects.lines_of(lead_units))


class Pledge(models.Model):
    """A person or a unit promises a part of a need; then it comes, or does not."""

    need = models.ForeignKey(Need, on_delete=models.PROTECT, related_name="pledges")
    kind = models.CharField("类别", max_length=8, choices=NeedKind.choices)  # the need's own
    volunteer = models.ForeignKey(
        "people.Volunteer", null=True, blank=True, on_delete=models.PROTECT, related_name="pledges"
    )
    unit = models.ForeignKey(
        "orgs.Organization", null=True, blank=True, on_delete=models.PROTECT,
        related_name="pledges", verbose_name="认领单位",
    )  # fmt: skip
    key = models.CharField(max_length=16, unique=True)  # what the sealed phone is bound to
    amount = models.PositiveIntegerField("认领数量")
    promised_on = models.DateField("承诺日期")
    contact_name = models.CharField("联系人", max_length=40, blank=True)
    contact_phone_cipher = models.CharField(max_length=200, blank=True)
    note = models.CharField("留言", max_length=200, blank=True)
    shows_name = models.BooleanField("公开名称", default=False)
    state = models.CharField("状态", max_length=10, choices=S.choices, default=S.PLEDGED)
    pledged_at = models.DateTimeField("认领时间")
    pledged_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField("说明", max_length=200, blank=True)
    delivered_amount = models.PositiveIntegerField("收到数量", null=True, blank=True)
    delivered_on = models.DateField("收到日期", null=True, blank=True)
    delivered_at = models.DateTimeField("登记时间", null=True, blank=True)
    delivered_by = models.ForeignKey(
        PERSON, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    receipt_number = models.CharField("基金会票据号", max_length=40, blank=True)
    paper = models.ForeignKey(
        "files.StoredFile", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    thanks = models.CharField("感谢的话", max_length=200, blank=True)
    thanked_at = models.DateTimeField("致谢时间", null=True, blank=True)
    reminded_at = models.DateTimeField("提醒时间", null=True, blank=True)
    overdue_at = models.DateTimeField("逾期提醒时间", null=True, blank=True)
    ended_at = models.DateTimeField("结束时间", null=True, blank=True)

    objects = PledgeQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                name="pledges_by_a_person_or_a_unit",
                condition=Q(volunteer__isnull=False, unit=None)
                | Q(volunteer=None, unit__isnull=False),
            ),
            models.CheckConstraint(name="pledges_of_something", condition=Q(amount__gt=0)),
            models.UniqueConstraint(
                name="pledges_one_live_of_a_person",
                fields=["need", "volunteer"],
                condition=Q(state__in=[S.PLEDGED, S.ACCEPTED]),
            ),
            models.UniqueConstraint(
                name="pledges_one_live_of_a_unit",
                fields=["need", "unit"],
                condition=Q(state__in=[S.PLEDGED, S.ACCEPTED]),
            ),
            models.CheckConstraint(
                name="pledges_received_with_date_and_name",
                condition=Q(
                    state__in=[S.DELIVERED, S.THANKED], delivered_amount__gt=0,
                    delivered_on__isnull=False, delivered_at__isnull=False,
                    delivered_by__isnull=False,
                )
                | (
                    ~Q(state__in=[S.DELIVERED, S.THANKED])
                    & Q(
                        delivered_amount=None, delivered_on=None, delivered_at=None,
                        delivered_by=None,
                    )
                ),
            ),
            models.CheckConstraint(
                name="pledges_money_with_the_foundations_receipt",
                condition=~Q(kind=NeedKind.MONEY)
                | ~Q(state__in=[S.DELIVERED, S.THANKED])
                | ~Q(receipt_number=""),
            ),
            models.UniqueConstraint(
                name="pledges_receipt_once",
                fields=["receipt_number"],
                condition=~Q(receipt_number=""),
            ),
            models.CheckConstraint(
                name="pledges_declined_with_a_reason",
                condition=~Q(state=S.DECLINED) | ~Q(reason=""),
            ),
            models.CheckConstraint(
                name="pledges_thanked_at_a_time",
                condition=Q(state=S.THANKED, thanked_at__isnull=False)
                | (~Q(state=S.THANKED) & Q(thanked_at=None)),
            ),
        ]  # fmt: skip
        indexes = [models.Index(fields=["state", "promised_on"], name="pledges_due")]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """Return the number that people are told; also that of receipt and letter."""
        return f"RL{self.pk:06d}"

    @property
    def is_received(self) -> bool:
        """Return whether it has come."""
        return self.state in RECEIVED

    @property
    def amount_text(self) -> str:
        """Return the promised amount in words."""
        return amount_text(self.kind, self.amount, self.need.unit)

    @property
    def delivered_text(self) -> str:
        """Return the received amount in words; empty before."""
        got = self.delivered_amount
        return "" if got is None else amount_text(self.kind, got, self.need.unit)

    @property
    def taker_name(self) -> str:
        """Return who promised it, for those who may know."""
        return self.unit.name if self.unit else self.volunteer.name if self.volunteer else ""

    @property
    def public_name(self) -> str:
        """Return the name for everybody: only with consent."""
        return self.taker_name if self.shows_name else "爱心人士（匿名）"

    @property
    def tone(self) -> str:
        """Return how the state looks."""
        return TONES.get(S(self.state), "neutral")

    def is_late(self, today: date) -> bool:
        """Return whether it should have come before a day."""
        return self.state in LIVE and self.promised_on < today


class Move(models.Model):
    """One thing that happened to a pledge, with the words that were said."""

    pledge = models.ForeignKey(Pledge, on_delete=models.PROTECT, related_name="moves")
    verb = models.CharField(max_length=10)
    at = models.DateTimeField("时间")
    by = models.ForeignKey(
        PERSON, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    words = models.CharField("说明", max_length=200, blank=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.pledge_id} {self.verb}"


class AdoptionQuerySet(ScopedQuerySet):
    """A claim of a project is seen where the project is."""

    organization_path = "project__organization__path"
    region_path = "project__organization__region__path"

    def led(self, lead_units: tuple[int, ...]) -> Q:
        """Return the claims of projects in the lines of these units."""
        return Q(project__line__in=Leading.objects.lines_of(lead_units))


class Adoption(models.Model):
    """A unit stands behind a whole project (seed T18, 项目合作: 认领项目)."""

    project = models.ForeignKey(
        "projects.Project", on_delete=models.PROTECT, related_name="adoptions"
    )
    unit = models.ForeignKey(
        "orgs.Organization", on_delete=models.PROTECT, related_name="adoptions"
    )
    words = models.CharField("怎样支持", max_length=200)
    state = models.CharField(
        "状态", max_length=10, choices=AdoptionState.choices, default=AdoptionState.ASKED
    )
    asked_at = models.DateTimeField("申请时间")
    asked_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField("答复时间", null=True, blank=True)
    decided_by = models.ForeignKey(
        PERSON, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    reason = models.CharField("说明", max_length=200, blank=True)

    objects = AdoptionQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                name="pledges_unit_claims_a_project_once",
                fields=["project", "unit"],
                condition=Q(state__in=["asked", "active"]),
            ),
            models.CheckConstraint(
                name="pledges_claim_decided_at_and_by_together",
                condition=Q(decided_at=None, decided_by=None)
                | Q(decided_at__isnull=False, decided_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit_id} → {self.project_id}"
