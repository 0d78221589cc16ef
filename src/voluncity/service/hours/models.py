"""Service records: minutes computed from attendance, confirmed, posted, corrected by reversal."""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from voluncity.city.access.scopes import Scope, ScopedQuerySet
from voluncity.city.orgs.models import Organization
from voluncity.service.hours.states import Approver, CorrectionState, RecordState, Right, Trust
from voluncity.service.projects.models import Leading
from voluncity.service.signups.models import Signup

# A record in one of these states takes up its volunteer's time.
COUNTING = (RecordState.CONFIRMED, RecordState.SHOWN, RecordState.POSTED)
OPEN = (RecordState.COMPUTED, RecordState.CONFIRMED)
LIVE = (RecordState.COMPUTED, *COUNTING)


class ServiceRecordQuerySet(ScopedQuerySet):
    """A record belongs to the organization that recorded it."""

    def in_scope(self, scope: Scope) -> Self:
        """Keep the rows within reach; an empty scope keeps none.

        Where only organizations are within reach, they are named one by one: so each leads to its
        records by the index, also on a database that guesses badly how many those are.
        """
        if scope.regions:
            return super().in_scope(scope)
        reach = Q(organization__in=Organization.objects.in_scope(scope).values("pk"))
        if scope.leading:
            reach |= self.led(scope.leading)
        return self.filter(reach)

    def led(self, lead_units: tuple[int, ...]) -> Q:
        """Return the records of activities in the lines of these units.

        The activities are named one by one, as above.
        """
        lines = Leading.objects.lines_of(lead_units)
        theirs = Signup.objects.filter(shift__activity__project__line__in=lines)
        return Q(signup__in=theirs.values("pk"))


class ServiceRecord(models.Model):
    """The minutes that one volunteer served in one shift (民政部令第 67 号第七条).

    A wrong record is reversed and, where needed, replaced by a new one that `replaces` it.
    """

    signup = models.ForeignKey(
        "signups.Signup", on_delete=models.PROTECT, related_name="service_records"
    )
    volunteer = models.ForeignKey(
        "people.Volunteer", on_delete=models.PROTECT, related_name="service_records"
    )
    organization = models.ForeignKey(
        "orgs.Organization", on_delete=models.PROTECT, related_name="service_records"
    )
    served_on = models.DateField("服务日期")
    planned_from = models.DateTimeField("计划开始")
    planned_to = models.DateTimeField("计划结束")
    actual_from = models.DateTimeField("实际开始")
    actual_to = models.DateTimeField("实际结束")
    # What counts: its full minutes are `minutes`, and no two of a volunteer's may overlap.
    counted_from = models.DateTimeField("计时开始")
    counted_to = models.DateTimeField("计时结束")
    minutes = models.PositiveIntegerField("计时（分钟）")
    # Away within the counted span: `minutes` are its full minutes without these.
    break_minutes = models.PositiveIntegerField("离开（分钟）", default=0, db_default=0)
    rule = models.CharField("计时规则", max_length=200)
    trust = models.CharField(max_length=8, choices=Trust.choices)
    approver = models.CharField(max_length=8, choices=Approver.choices)
    state = models.CharField(
        max_length=10, choices=RecordState.choices, default=RecordState.COMPUTED
    )
    state_reason = models.CharField("说明", max_length=200, blank=True)
    due_on = models.DateField("应完成日期")  # 10 working days after the activity (第十一条)
    computed_at = models.DateTimeField()
    confirmed_at = models.DateTimeField("确认时间", null=True, blank=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    approved_at = models.DateTimeField("复核时间", null=True, blank=True)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    transfer = models.OneToOneField(
        "ledger.Transfer", null=True, blank=True, on_delete=models.PROTECT, related_name="record"
    )
    posted_at = models.DateTimeField("入账时间", null=True, blank=True)
    replaces = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="replaced_by"
    )

    objects = ServiceRecordQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="hours_one_live_record_per_signup",
                fields=["signup"],
                condition=Q(state__in=LIVE),
            ),
            models.CheckConstraint(
                name="hours_actual_in_order", condition=Q(actual_to__gte=F("actual_from"))
            ),
            models.CheckConstraint(name="hours_at_most_a_day", condition=Q(minutes__lte=24 * 60)),
            models.CheckConstraint(
                name="hours_posted_has_transfer",
                condition=Q(
                    state__in=[RecordState.POSTED, RecordState.REVERSED], transfer__isnull=False
                )
                | Q(
                    state__in=[
                        RecordState.COMPUTED,
                        RecordState.CONFIRMED,
                        RecordState.SHOWN,
                        RecordState.REFUSED,
                    ],
                    transfer=None,
                ),
            ),
            models.CheckConstraint(
                name="hours_nobody_approves_their_own",
                condition=Q(approved_by=None) | ~Q(approved_by=F("confirmed_by")),
            ),
            models.CheckConstraint(
                name="hours_counted_lies_in_actual",
                condition=Q(
                    counted_from__gte=F("actual_from"),
                    counted_to__gte=F("counted_from"),
                    counted_to__lte=F("actual_to"),
                ),
            ),
            models.CheckConstraint(
                name="hours_entered_needs_a_second_person",
                condition=Q(trust=Trust.PROVEN) | ~Q(approver=Approver.NOBODY),
            ),
            models.CheckConstraint(
                name="hours_counts_only_with_the_looks_it_needs",
                condition=Q(state__in=[RecordState.COMPUTED, RecordState.CONFIRMED])
                | Q(state=RecordState.REFUSED)
                | Q(confirmed_by__isnull=False, approver=Approver.NOBODY)
                | Q(confirmed_by__isnull=False, approved_by__isnull=False),
            ),
            models.CheckConstraint(
                name="hours_confirmed_at_and_by_together",
                condition=Q(confirmed_at=None, confirmed_by=None)
                | Q(confirmed_at__isnull=False, confirmed_by__isnull=False),
            ),
            models.CheckConstraint(
                name="hours_approved_at_and_by_together",
                condition=Q(approved_at=None, approved_by=None)
                | Q(approved_at__isnull=False, approved_by__isnull=False),
            ),
            models.CheckConstraint(
                name="hours_posted_at_goes_with_transfer",
                condition=Q(posted_at=None, transfer=None)
                | Q(posted_at__isnull=False, transfer__isnull=False),
            ),
            models.CheckConstraint(
                name="hours_posted_minutes_are_not_zero",
                condition=Q(transfer=None) | Q(minutes__gt=0),
            ),
            models.CheckConstraint(
                name="hours_taken_back_with_a_reason",
                condition=~Q(state__in=[RecordState.REFUSED, RecordState.REVERSED])
                | ~Q(state_reason=""),
            ),
        ]
        indexes = [
            models.Index(fields=["volunteer", "served_on"], name="hours_of_volunteer_by_day"),
            models.Index(fields=["organization", "state"], name="hours_by_state"),
            models.Index(fields=["state", "due_on"], name="hours_overdue"),
            models.Index(fields=["-served_on", "-id"], name="hours_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.volunteer_id} {self.served_on} {self.minutes}"


class Suspension(models.Model):
    """A right over hours that an organization or a person has lost, until the end of a day."""

    organization = models.ForeignKey(
        "orgs.Organization", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    right = models.CharField("权限", max_length=8, choices=Right.choices)
    since = models.DateField("起")
    until = models.DateField("止")  # the last day
    reason = models.CharField("原因", max_length=120)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    lifted_at = models.DateTimeField(null=True, blank=True)
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="hours_suspends_one_person_or_organization",
                condition=Q(organization=None, user__isnull=False)
                # What was scanned must always find somebody to confirm it.
                | Q(organization__isnull=False, user=None, right=Right.ENTER),
            ),
            models.CheckConstraint(
                name="hours_suspension_in_order", condition=Q(until__gte=F("since"))
            ),
            models.CheckConstraint(
                name="hours_suspension_lifted_at_and_by_together",
                condition=Q(lifted_at=None, lifted_by=None)
                | Q(lifted_at__isnull=False, lifted_by__isnull=False),
            ),
        ]
        indexes = [
            models.Index(
                fields=["right", "until"], condition=Q(lifted_at=None), name="hours_suspended"
            )
        ]

    def __str__(self) -> str:
        return f"{self.right} {self.organization_id or self.user_id} {self.until}"


class CorrectionQuerySet(ScopedQuerySet):
    """A request belongs to the organization that recorded the hours."""

    organization_path = "record__organization__path"
    region_path = "record__organization__region__path"


class Correction(models.Model):
    """A volunteer says that a record is wrong (民政部令第 67 号第十三条)."""

    record = models.ForeignKey(ServiceRecord, on_delete=models.PROTECT, related_name="corrections")
    text = models.CharField("说明", max_length=500)
    asked_at = models.DateTimeField("申请时间")
    due_on = models.DateField("应答复日期")
    state = models.CharField(
        max_length=10, choices=CorrectionState.choices, default=CorrectionState.ASKED
    )
    answer = models.CharField("答复", max_length=500, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = CorrectionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="hours_one_open_correction",
                fields=["record"],
                condition=Q(state=CorrectionState.ASKED),
            ),
            models.CheckConstraint(
                name="hours_answered_wholly_or_not_at_all",
                condition=Q(
                    state=CorrectionState.ASKED, answered_at=None, answered_by=None, answer=""
                )
                | Q(
                    ~Q(state=CorrectionState.ASKED),
                    ~Q(answer=""),
                    answered_at__isnull=False,
                    answered_by__isnull=False,
                ),
            ),
        ]
        indexes = [models.Index(fields=["state", "due_on"], name="hours_corrections_due")]

    def __str__(self) -> str:
        return f"{self.record_id} {self.state}"
