"""Sign-ups, attendance, and every scan with its result."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from voluncity.city.access.scopes import ScopedQuerySet
from voluncity.service.signups.states import Direction, FlagKind, Method, SignupState


class SignupQuerySet(ScopedQuerySet):
    """A sign-up belongs to the organization of its shift."""

    organization_path = "shift__activity__project__organization__path"
    region_path = "shift__activity__project__organization__region__path"


class Signup(models.Model):
    """A volunteer wants a place in a shift; one row for each pair, for ever."""

    # No index of their own: those below begin with them, and each one costs every sign-up.
    shift = models.ForeignKey(
        "projects.Shift", on_delete=models.PROTECT, related_name="signups", db_index=False
    )
    volunteer = models.ForeignKey(
        "people.Volunteer", on_delete=models.PROTECT, related_name="signups", db_index=False
    )
    state = models.CharField(max_length=10, choices=SignupState.choices)
    signed_up_at = models.DateTimeField("报名时间")  # the order of the waiting list
    signed_up_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    risks_read_at = models.DateTimeField("知悉风险时间")
    # A place is kept for somebody who waited, who answers until then.
    offered_until = models.DateTimeField("名额保留到", null=True, blank=True)
    cancelled_at = models.DateTimeField("取消时间", null=True, blank=True)
    cancel_reason = models.CharField("取消原因", max_length=200, blank=True)

    objects = SignupQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["shift", "volunteer"], name="signups_one_per_shift_and_volunteer"
            ),
            models.CheckConstraint(
                name="signups_cancelled_at_goes_with_state",
                condition=Q(
                    state__in=[SignupState.PLACED, SignupState.WAITING, SignupState.OFFERED],
                    cancelled_at=None,
                )
                | Q(
                    state__in=[SignupState.CANCELLED, SignupState.DROPPED],
                    cancelled_at__isnull=False,
                ),
            ),
            models.CheckConstraint(
                name="signups_offered_until_goes_with_state",
                condition=Q(state=SignupState.OFFERED, offered_until__isnull=False)
                | (~Q(state=SignupState.OFFERED) & Q(offered_until=None)),
            ),
        ]
        indexes = [
            models.Index(fields=["volunteer", "state"], name="signups_of_volunteer"),
            models.Index(fields=["shift", "state", "signed_up_at"], name="signups_waiting_order"),
            # Few at any time: those whose answer is awaited.
            models.Index(
                fields=["offered_until"],
                name="signups_offers_due",
                condition=Q(state=SignupState.OFFERED),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.shift_id} {self.volunteer_id} {self.state}"


class Agenda(models.Model):
    """One row for each volunteer that sign-ups touch first, so that two of them take turns."""

    volunteer = models.OneToOneField(
        "people.Volunteer", on_delete=models.PROTECT, primary_key=True, related_name="agenda"
    )
    version = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.volunteer_id} {self.version}"


class AttendanceQuerySet(ScopedQuerySet):
    """Attendance belongs to the organization of the sign-up's shift."""

    organization_path = "signup__shift__activity__project__organization__path"
    region_path = "signup__shift__activity__project__organization__region__path"


class Attendance(models.Model):
    """A volunteer was there: from when to when, and how each was proven."""

    signup = models.OneToOneField(Signup, on_delete=models.PROTECT, related_name="attendance")
    in_at = models.DateTimeField("签到时间")
    in_method = models.CharField(max_length=12, choices=Method.choices)
    in_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    out_at = models.DateTimeField("签退时间", null=True, blank=True)
    out_method = models.CharField(max_length=12, choices=Method.choices, blank=True)
    out_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = AttendanceQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="signups_out_after_in", condition=Q(out_at=None) | Q(out_at__gte=F("in_at"))
            ),
            models.CheckConstraint(
                name="signups_out_at_and_method_together",
                condition=Q(out_at=None, out_method="")
                | (Q(out_at__isnull=False) & ~Q(out_method="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.signup_id} {self.in_at}–{self.out_at}"


class Pause(models.Model):
    """Somebody left within the shift and came back: these minutes do not count.

    `Attendance` says when the volunteer first came and last left; what lies between is here.
    """

    attendance = models.ForeignKey(Attendance, on_delete=models.PROTECT, related_name="pauses")
    left_at = models.DateTimeField("离开时间")
    left_method = models.CharField(max_length=12, choices=Method.choices)
    left_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    back_at = models.DateTimeField("回来时间")
    back_method = models.CharField(max_length=12, choices=Method.choices)
    back_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["left_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["attendance", "left_at"], name="signups_one_pause_at_a_time"
            ),
            models.CheckConstraint(
                name="signups_back_after_left", condition=Q(back_at__gte=F("left_at"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.attendance_id} {self.left_at}–{self.back_at}"


class Scan(models.Model):
    """One try to check in or out, with its result.

    `nonce` is a digest of who tried what with which nonce of the page: a repeated request finds
    the first answer.
    """

    nonce = models.CharField(max_length=64, unique=True)
    shift = models.ForeignKey(
        "projects.Shift", null=True, blank=True, on_delete=models.PROTECT, related_name="scans",
        db_index=False,
    )  # fmt: skip
    volunteer = models.ForeignKey(
        "people.Volunteer", null=True, blank=True, on_delete=models.PROTECT, related_name="scans",
        db_index=False,
    )  # fmt: skip
    # Empty where the try failed before it was clear which way.
    direction = models.CharField(max_length=3, choices=Direction.choices, blank=True)
    method = models.CharField(max_length=12, choices=Method.choices)
    at = models.DateTimeField("扫码时间")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    is_accepted = models.BooleanField()
    refusal_code = models.CharField(max_length=40, blank=True)
    refusal_sentence = models.CharField(max_length=200, blank=True)
    # A digest of the mark in the browser's cookie (web/devices.py); empty where there is none.
    device = models.CharField("设备标记", max_length=32, blank=True, default="", db_default="")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="signups_refused_scan_says_why",
                condition=Q(is_accepted=True, refusal_code="")
                | (Q(is_accepted=False) & ~Q(refusal_code="")),
            ),
        ]
        indexes = [
            models.Index(fields=["shift", "-at"], name="signups_scans_of_shift"),
            models.Index(fields=["volunteer", "-at"], name="signups_scans_of_volunteer"),
        ]

    def __str__(self) -> str:
        return f"{self.direction} {self.nonce}"


class ScanFlag(models.Model):
    """Something strange about a scan, for those who look into hours.

    `value` by kind: FAR the kilometers of the distance class, SAME_DEVICE how many people,
    CLOCK the seconds by which the device was wrong, OFFLINE minutes and LATE hours from the scan
    to its upload. No place is kept, only the class of its distance (RULES.md §3.4, no tracks).
    """

    scan = models.ForeignKey(Scan, on_delete=models.PROTECT, related_name="flags", db_index=False)
    kind = models.CharField(max_length=12, choices=FlagKind.choices)
    value = models.IntegerField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["scan", "kind"], name="signups_one_flag_of_a_kind")
        ]

    def __str__(self) -> str:
        return f"{self.scan_id} {self.kind}"
