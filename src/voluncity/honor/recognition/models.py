"""Stars, totals for the leaderboard, and certificates."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from voluncity.city.access.scopes import ScopedQuerySet
from voluncity.city.jobs.models import Leased
from voluncity.honor.recognition.states import (
    CertificateKind,
    CertificateState,
    PrintForm,
    PrintState,
)

PERSON = settings.AUTH_USER_MODEL


class StarTier(models.Model):
    """So many minutes make so many stars, from a day on (RULES.md §1.4)."""

    valid_from = models.DateField("生效日期")
    stars = models.PositiveSmallIntegerField("星级")
    minutes = models.PositiveIntegerField("所需时长（分钟）")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["valid_from", "stars"], name="recognition_tier_once_per_ladder"
            ),
            models.CheckConstraint(
                name="recognition_stars_1_to_5", condition=Q(stars__gte=1, stars__lte=5)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.stars}★ {self.minutes}"


class StarAward(models.Model):
    """A volunteer has a star: by hours, or because an office certified it.

    Each once; withdrawn when its hours turned out wrong, or its certificate was taken back. The
    highest live one is the person's level, everywhere (decision 0049).
    """

    volunteer = models.ForeignKey(
        "people.Volunteer", on_delete=models.PROTECT, related_name="star_awards"
    )
    stars = models.PositiveSmallIntegerField("星级")
    needed_minutes = models.PositiveIntegerField("所需时长（分钟）")
    minutes = models.PositiveIntegerField("当时累计（分钟）")
    awarded_at = models.DateTimeField("授予时间")
    withdrawn_at = models.DateTimeField("撤回时间", null=True, blank=True)
    # The number of the certified honor that carries it; hours neither give it nor take it.
    certified_as = models.CharField(
        "认定证书编号", max_length=20, blank=True, default="", db_default=""
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["volunteer", "stars"],
                condition=Q(withdrawn_at=None, certified_as=""),
                name="recognition_each_star_once",
            ),
            models.UniqueConstraint(
                fields=["volunteer"],
                condition=Q(withdrawn_at=None) & ~Q(certified_as=""),
                name="recognition_one_certified_star",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.volunteer_id} {self.stars}★"


class Total(models.Model):
    """A volunteer's minutes of all time and of one month, kept by a reader of the journal."""

    volunteer = models.ForeignKey(
        "people.Volunteer", on_delete=models.PROTECT, related_name="totals"
    )
    month = models.CharField("月份", max_length=7, blank=True)  # "2026-11"; empty: all time
    proven_minutes = models.IntegerField(default=0)
    entered_minutes = models.IntegerField(default=0)
    minutes = models.IntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["volunteer", "month"], name="recognition_total_once"),
            models.CheckConstraint(
                name="recognition_total_adds_up",
                condition=Q(minutes=models.F("proven_minutes") + models.F("entered_minutes")),
            ),
        ]
        indexes = [
            models.Index(fields=["month", "-minutes"], name="recognition_leaderboard"),
        ]

    def __str__(self) -> str:
        return f"{self.volunteer_id} {self.month} {self.minutes}"


class SigningKey(models.Model):
    """An Ed25519 key (RFC 8032) of the city: its public half is for everybody, for ever.

    The private half lies sealed, or comes from the environment and is not here at all.
    """

    name = models.CharField(max_length=16, unique=True)  # the head of the public half's SHA-256
    public = models.CharField(max_length=44)  # 32 bytes as base64
    private_cipher = models.CharField(max_length=300, blank=True)
    purpose = models.CharField(max_length=12, default="certificate")
    valid_from = models.DateTimeField("启用时间")
    retired_at = models.DateTimeField("停用时间", null=True, blank=True)

    class Meta:
        ordering = ["-valid_from", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["purpose"],
                condition=Q(retired_at=None),
                name="recognition_one_signing_key_at_a_time",
            ),
            models.CheckConstraint(
                name="recognition_key_retires_after_it_began",
                condition=Q(retired_at=None) | Q(retired_at__gte=models.F("valid_from")),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class CertificateQuerySet(ScopedQuerySet):
    """A certificate is reached through the volunteer's region, or through who recorded it all."""

    region_path = "volunteer__region__path"


class Certificate(models.Model):
    """A certificate of service with its facts frozen at issue (民政部令第 67 号第十五条)."""

    serial = models.CharField("证明编号", max_length=20, unique=True)
    kind = models.CharField(
        max_length=8, choices=CertificateKind.choices, default=CertificateKind.LIFETIME
    )
    activity = models.ForeignKey(
        "projects.Activity", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    # Tells only of what this organization and those below it recorded.
    organization = models.ForeignKey(
        "orgs.Organization", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    check_code = models.CharField("校验码", max_length=12)
    volunteer = models.ForeignKey(
        "people.Volunteer", on_delete=models.PROTECT, related_name="certificates"
    )
    facts = models.JSONField("内容")  # hours per recording organization, period, contents
    digest = models.CharField(max_length=64)
    issued_at = models.DateTimeField("出具时间")
    issued_by = models.ForeignKey(
        PERSON, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    # Of the lines of `rules.statement`; older certificates have none.
    key = models.ForeignKey(
        SigningKey, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    signature = models.CharField(max_length=88, blank=True)  # 64 bytes as base64
    state = models.CharField(
        max_length=10, choices=CertificateState.choices, default=CertificateState.VALID
    )
    state_reason = models.CharField("说明", max_length=200, blank=True)
    state_changed_at = models.DateTimeField(null=True, blank=True)
    state_changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = CertificateQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="recognition_key_and_signature_together",
                condition=Q(key=None, signature="") | (Q(key__isnull=False) & ~Q(signature="")),
            ),
            models.CheckConstraint(
                name="recognition_of_an_activity_names_it",
                condition=Q(kind=CertificateKind.ACTIVITY, activity__isnull=False)
                | (~Q(kind=CertificateKind.ACTIVITY) & Q(activity=None)),
            ),
        ]

    def __str__(self) -> str:
        return self.serial


class PrintJob(Leased):
    """Certificates of several people, printed by an organization for what it recorded."""

    owner = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="print_jobs")
    organization = models.ForeignKey(
        "orgs.Organization", on_delete=models.PROTECT, related_name="+"
    )
    kind = models.CharField(max_length=8, choices=CertificateKind.choices)
    activity = models.ForeignKey(
        "projects.Activity", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    since = models.DateField("起", null=True, blank=True)
    until = models.DateField("止", null=True, blank=True)
    words = models.CharField("用途", max_length=100)
    form = models.CharField(max_length=3, choices=PrintForm.choices)
    state = models.CharField(max_length=8, choices=PrintState.choices, default=PrintState.WAITING)
    asked_at = models.DateTimeField("申请时间")
    total = models.PositiveIntegerField("人数")
    done = models.PositiveIntegerField("已完成", default=0)
    made_at = models.DateTimeField("生成时间", null=True, blank=True)
    file = models.ForeignKey(
        "files.StoredFile", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["owner"],
                condition=Q(state=PrintState.WAITING),
                name="recognition_one_print_job_at_a_time",
            ),
            models.CheckConstraint(
                name="recognition_ready_prints_have_a_file",
                condition=Q(state=PrintState.READY, file__isnull=False, made_at__isnull=False)
                | Q(state=PrintState.REMOVED, file=None, made_at__isnull=False)
                | Q(state__in=[PrintState.WAITING, PrintState.FAILED], file=None, made_at=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organization_id} {self.state}"


class PrintedPaper(models.Model):
    """One person of a print job: the certificate, or why there is none."""

    job = models.ForeignKey(PrintJob, on_delete=models.CASCADE, related_name="papers")
    volunteer = models.ForeignKey(
        "people.Volunteer", on_delete=models.PROTECT, related_name="printed_papers"
    )
    certificate = models.OneToOneField(
        Certificate, null=True, blank=True, on_delete=models.PROTECT, related_name="printed"
    )
    problem = models.CharField(max_length=100, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["job", "volunteer"], name="recognition_one_paper_each_job"
            ),
            models.CheckConstraint(
                name="recognition_printed_or_says_why",
                condition=Q(certificate=None) | Q(problem=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.job_id} {self.volunteer_id}"
