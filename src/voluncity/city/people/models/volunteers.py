"""Volunteers, their consents, guardians and free times."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from voluncity.city.access.scopes import ScopedQuerySet
from voluncity.city.people.states import (
    Channel,
    DayPart,
    IdentityState,
    IdType,
    Purpose,
    RejectReason,
    Relation,
    Sex,
)


class VolunteerQuerySet(ScopedQuerySet):
    """Volunteers lie in a region."""

    organization_path = ""
    region_path = "region__path"


class Volunteer(models.Model):
    """A registered resident who serves; kept for ten years after the account is closed."""

    # Personal fields and how long they are kept (RULES.md §1.2, §3.4).
    PERSONAL = ("name", "sex", "born_on", "id_cipher", "phone_cipher", "address_cipher")

    # No `unique=True` here: it keeps a second index on PostgreSQL, for LIKE, which nobody asks.
    number = models.CharField("志愿者编号", max_length=14)
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="volunteer",
    )
    name = models.CharField("姓名", max_length=40)
    sex = models.CharField("性别", max_length=1, choices=Sex.choices)
    born_on = models.DateField("出生日期")
    id_type = models.CharField("证件类型", max_length=10, choices=IdType.choices)
    id_cipher = models.CharField(max_length=200)
    id_index = models.CharField(max_length=64)
    phone_cipher = models.CharField(max_length=200, blank=True)
    phone_index = models.CharField(max_length=64, blank=True)
    # Of the last four digits (`personal.tail_index`): what a desk is told first.
    phone_tail_index = models.CharField(max_length=16, blank=True, db_default="")
    address_cipher = models.CharField(max_length=400, blank=True)
    region = models.ForeignKey(  # "people_by_region" is its index
        "regions.Region", on_delete=models.PROTECT, related_name="volunteers", db_index=False
    )
    is_party_member = models.BooleanField("党员", default=False)
    skills = models.ManyToManyField("catalog.Skill", blank=True, related_name="volunteers")
    intentions = models.ManyToManyField("catalog.Category", blank=True, related_name="volunteers")
    identity_state = models.CharField(
        "实名状态", max_length=12, choices=IdentityState.choices, default=IdentityState.UNVERIFIED
    )
    identity_reason = models.CharField(
        "未通过原因", max_length=12, choices=RejectReason.choices, blank=True
    )
    channel = models.CharField("招募渠道", max_length=12, choices=Channel.choices)
    registered_at = models.DateTimeField("登记时间")
    registered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    # Whose poster or link brought this person, beside the channel.
    recruited_by = models.ForeignKey(
        "orgs.Organization",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="recruits",
        db_index=False,
    )
    # Counted on the poster's page.
    poster = models.ForeignKey(
        "people.Poster",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="volunteers",
        db_index=False,
    )
    closed_at = models.DateTimeField("注销时间", null=True, blank=True)
    # The other record of the same person, in which everything goes on.
    merged_into = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="merged",
        db_index=False,
    )

    objects = VolunteerQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["region", "identity_state"], name="people_by_region"),
            # Filters of the register are decided in it, without a look at the wide rows.
            models.Index(
                fields=[
                    "-registered_at",
                    "region",
                    "identity_state",
                    "channel",
                    "sex",
                    "born_on",
                    "is_party_member",
                    "id",
                ],
                condition=Q(closed_at=None),
                name="people_live",
            ),
            models.Index(
                fields=["born_on", "id"], condition=Q(closed_at=None), name="people_by_age"
            ),
            models.Index(
                fields=["closed_at"], condition=Q(closed_at__isnull=False), name="people_closed"
            ),
            models.Index(fields=["phone_index"], name="people_by_phone"),
            models.Index(fields=["phone_tail_index"], name="people_by_phone_tail"),
            # The pattern class serves "begins with" on PostgreSQL, and "is" as well; thousands
            # share a surname and are counted here, without a look at the wide rows.
            models.Index(
                fields=["name", "region", "closed_at"],
                opclasses=["varchar_pattern_ops", "int8_ops", "timestamptz_ops"],
                name="people_by_name",
            ),
            models.Index(
                fields=["recruited_by"],
                condition=Q(recruited_by__isnull=False),
                name="people_by_recruiter",
            ),
            models.Index(
                fields=["poster"], condition=Q(poster__isnull=False), name="people_by_poster"
            ),
            models.Index(
                fields=["merged_into"], condition=Q(merged_into__isnull=False), name="people_merged"
            ),
        ]
        constraints = [
            models.UniqueConstraint(name="people_volunteer_number_once", fields=["number"]),
            models.UniqueConstraint(name="people_one_volunteer_per_paper", fields=["id_index"]),
            models.CheckConstraint(
                name="people_rejected_with_a_reason",
                condition=~Q(identity_state=IdentityState.REJECTED) | ~Q(identity_reason=""),
            ),
            models.CheckConstraint(
                name="people_merged_is_closed",
                condition=Q(merged_into=None) | Q(closed_at__isnull=False, user=None),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class FreeTime(models.Model):
    """A part of a weekday (Monday is 0) in which a volunteer can serve."""

    volunteer = models.ForeignKey(Volunteer, on_delete=models.CASCADE, related_name="free_times")
    weekday = models.PositiveSmallIntegerField()
    part = models.CharField(max_length=10, choices=DayPart.choices)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["volunteer", "weekday", "part"], name="people_free_time_once"
            ),
            models.CheckConstraint(name="people_weekday_0_to_6", condition=Q(weekday__lte=6)),
        ]

    def __str__(self) -> str:
        return f"{self.weekday} {self.part}"


class Consent(models.Model):
    """A yes to one purpose, under one version of the text, until it is withdrawn (PIPL art. 14)."""

    volunteer = models.ForeignKey(Volunteer, on_delete=models.PROTECT, related_name="consents")
    purpose = models.CharField(max_length=12, choices=Purpose.choices)
    text_version = models.CharField(max_length=20)
    given_at = models.DateTimeField()
    given_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="people_one_live_consent_per_purpose",
                fields=["volunteer", "purpose"],
                condition=Q(withdrawn_at=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.volunteer_id} {self.purpose}"


class Guardian(models.Model):
    """The adult who agrees that a minor serves; proven by a code sent to the guardian's phone.

    Under 14 only a guardian with an account holds the record (PIPL art. 31): `is_holder`.
    """

    volunteer = models.ForeignKey(Volunteer, on_delete=models.PROTECT, related_name="guardians")
    name = models.CharField("监护人姓名", max_length=40)
    relation = models.CharField("关系", max_length=20, choices=Relation.choices)
    phone_cipher = models.CharField(max_length=200)
    phone_index = models.CharField(max_length=64)
    # The guardian's own account, from which the family is seen.
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="wards",
    )
    is_holder = models.BooleanField(default=False)
    consented_at = models.DateTimeField("同意时间")
    # Where a desk wrote the consent down: the number of the signed paper, and its wording.
    paper_number = models.CharField("同意书编号", max_length=40, blank=True, db_default="")
    text_version = models.CharField("文本版本", max_length=20, blank=True, db_default="")
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="people_guardian_once",
                fields=["volunteer", "phone_index"],
                condition=Q(withdrawn_at=None),
            ),
            models.CheckConstraint(
                name="people_holder_has_an_account",
                condition=Q(is_holder=False) | Q(user__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.volunteer_id} {self.relation}"
