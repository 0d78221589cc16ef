"""Accounts, volunteers, their consents, guardians, free times and real-name checks."""

from __future__ import annotations

from typing import ClassVar, Self

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q

from voluncity.city.access.scopes import ScopedQuerySet
from voluncity.city.people.states import (
    BatchState,
    Channel,
    CodePurpose,
    DayPart,
    IdentityState,
    IdType,
    Purpose,
    RejectReason,
    Relation,
    Sex,
)


class User(AbstractBaseUser):
    """Someone who can sign in; known by a random handle, found by the blind index of the phone."""

    handle = models.CharField(max_length=20, unique=True)
    display_name = models.CharField("姓名", max_length=40)
    phone_cipher = models.CharField(max_length=200, blank=True)
    # NULL for somebody without a phone: many may be without, no two share one.
    phone_index = models.CharField(max_length=64, null=True, blank=True, unique=True)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField("创建时间")

    USERNAME_FIELD = "handle"
    objects: ClassVar[BaseUserManager[Self]] = BaseUserManager()

    def __str__(self) -> str:
        return self.display_name

    @property
    def volunteer_or_none(self) -> Volunteer | None:
        """Return this person's record as a volunteer, if there is one."""
        return getattr(self, "volunteer", None)


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
    closed_at = models.DateTimeField("注销时间", null=True, blank=True)

    objects = VolunteerQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["region", "identity_state"], name="people_by_region"),
            models.Index(fields=["-registered_at"], name="people_newest"),
            models.Index(fields=["phone_index"], name="people_by_phone"),
            # The pattern class serves "begins with" on PostgreSQL, and "is" as well.
            models.Index(fields=["name"], opclasses=["varchar_pattern_ops"], name="people_by_name"),
        ]
        constraints = [
            models.UniqueConstraint(name="people_volunteer_number_once", fields=["number"]),
            models.UniqueConstraint(name="people_one_volunteer_per_paper", fields=["id_index"]),
            models.CheckConstraint(
                name="people_rejected_with_a_reason",
                condition=~Q(identity_state=IdentityState.REJECTED) | ~Q(identity_reason=""),
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
    """The adult who agrees that a minor serves; proven by a code sent to the guardian's phone."""

    volunteer = models.ForeignKey(Volunteer, on_delete=models.PROTECT, related_name="guardians")
    name = models.CharField("监护人姓名", max_length=40)
    relation = models.CharField("关系", max_length=20, choices=Relation.choices)
    phone_cipher = models.CharField(max_length=200)
    phone_index = models.CharField(max_length=64)
    consented_at = models.DateTimeField("同意时间")
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="people_guardian_once",
                fields=["volunteer", "phone_index"],
                condition=Q(withdrawn_at=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.volunteer_id} {self.relation}"


class IdentityCheck(models.Model):
    """One real-name check of a volunteer, and who decided it."""

    volunteer = models.ForeignKey(
        Volunteer, on_delete=models.PROTECT, related_name="identity_checks"
    )
    submitted_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    source = models.CharField(max_length=10, choices=[("staff", "人工"), ("gateway", "接口")])
    is_match = models.BooleanField(null=True, blank=True)
    reason = models.CharField(max_length=12, choices=RejectReason.choices, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="people_one_open_identity_check",
                fields=["volunteer"],
                condition=Q(decided_at=None),
            ),
            models.CheckConstraint(
                name="people_decided_at_and_result_together",
                condition=Q(decided_at=None, is_match=None)
                | Q(decided_at__isnull=False, is_match__isnull=False),
            ),
        ]
        indexes = [
            models.Index(
                fields=["submitted_at"],
                condition=Q(decided_at=None),
                name="people_checks_waiting",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.volunteer_id} {self.is_match}"


class LoginCode(models.Model):
    """The last one-time code for a phone and a purpose; only its digest is kept.

    One row per phone and purpose: a new code takes the place of the older one.
    """

    phone_index = models.CharField(max_length=64)
    purpose = models.CharField(max_length=10, choices=CodePurpose.choices)
    digest = models.CharField(max_length=64)
    sent_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    wrong_tries = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="people_one_code_per_phone_and_purpose", fields=["phone_index", "purpose"]
            ),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} {self.sent_at}"


class LoginTry(models.Model):
    """One use of something that is limited per phone, account or address, to slow guessing."""

    scope = models.CharField(max_length=80)  # "password:<digest>"
    at = models.DateTimeField(db_index=True)

    class Meta:
        indexes = [models.Index(fields=["scope", "at"], name="people_tries_by_scope")]

    def __str__(self) -> str:
        return f"{self.scope[:20]} {self.at}"


class ImportBatch(models.Model):
    """One list of volunteers that comes in by file: by whom, how far, with which result.

    The list itself is not kept. `position` counts the records that were read, with empty ones,
    so that the same file goes on there after an interruption.
    """

    file_name = models.CharField("文件名", max_length=200)
    digest = models.CharField(max_length=64, unique=True)  # SHA-256 of the file
    state = models.CharField(
        "状态", max_length=10, choices=BatchState.choices, default=BatchState.RUNNING
    )
    started_at = models.DateTimeField("开始时间")
    started_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    finished_at = models.DateTimeField("完成时间", null=True, blank=True)
    position = models.PositiveIntegerField("已读行数", default=0)
    imported = models.PositiveIntegerField("已导入", default=0)
    known = models.PositiveIntegerField("已登记过", default=0)
    refused = models.PositiveIntegerField("未导入", default=0)
    report_path = models.CharField("结果文件", max_length=500)
    report_bytes = models.PositiveBigIntegerField(default=0)  # as much of it as is committed

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="people_batch_finished_with_a_time",
                condition=Q(state=BatchState.RUNNING, finished_at=None)
                | Q(state=BatchState.FINISHED, finished_at__isnull=False),
            ),
            models.CheckConstraint(
                name="people_batch_results_within_position",
                condition=Q(
                    position__gte=models.F("imported") + models.F("known") + models.F("refused")
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.file_name} {self.state}"
