"""Who belongs to an organization, asks to, is invited to, and what they do there."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from voluncity.city.access.permissions import Role
from voluncity.city.access.scopes import ScopedQuerySet
from voluncity.city.orgs.models.organizations import Organization
from voluncity.city.orgs.states import JoinState


class MembershipQuerySet(ScopedQuerySet):
    """A membership belongs to its organization."""


class Membership(models.Model):
    """A volunteer belongs to an organization, until the day they left."""

    organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="memberships"
    )
    volunteer = models.ForeignKey(
        "people.Volunteer", on_delete=models.PROTECT, related_name="memberships"
    )
    joined_at = models.DateTimeField("加入时间")
    left_at = models.DateTimeField("离开时间", null=True, blank=True)
    left_reason = models.CharField("离开原因", max_length=300, blank=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="orgs_one_live_membership",
                fields=["organization", "volunteer"],
                condition=Q(left_at=None),
            ),
            models.CheckConstraint(
                name="orgs_left_after_joining",
                condition=Q(left_at=None) | Q(left_at__gte=models.F("joined_at")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organization_id} {self.volunteer_id}"


class JoinRequestQuerySet(ScopedQuerySet):
    """A request belongs to the organization that it asks."""


class JoinRequest(models.Model):
    """A volunteer asks to belong to an organization."""

    organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="join_requests"
    )
    volunteer = models.ForeignKey(
        "people.Volunteer", on_delete=models.PROTECT, related_name="join_requests"
    )
    message = models.CharField("留言", max_length=200, blank=True)
    asked_at = models.DateTimeField("申请时间")
    state = models.CharField(max_length=10, choices=JoinState.choices, default=JoinState.ASKED)
    reason = models.CharField("原因", max_length=200, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = JoinRequestQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="orgs_one_open_join_request",
                fields=["organization", "volunteer"],
                condition=Q(state=JoinState.ASKED),
            ),
            models.CheckConstraint(
                name="orgs_join_request_decided_or_open",
                condition=Q(state=JoinState.ASKED, decided_at=None, decided_by=None)
                | (
                    ~Q(state=JoinState.ASKED)
                    & Q(decided_at__isnull=False, decided_by__isnull=False)
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organization_id} {self.volunteer_id} {self.state}"


class Duty(models.Model):
    """What somebody can be in a team: captain, liaison, treasurer; loaded from a data file.

    `role` is what the platform lets its holder do for the organization; mostly nothing more.
    """

    key = models.SlugField(max_length=40, unique=True)
    name = models.CharField("名称", max_length=20)
    role = models.CharField(
        "系统角色",
        max_length=20,
        blank=True,
        choices=[(str(role), role.label) for role in (Role.TEAM_LEADER, Role.ORG_ADMIN)],
    )
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.name


class MemberDutyQuerySet(ScopedQuerySet):
    """A duty belongs to the organization of its member."""

    organization_path = "membership__organization__path"
    region_path = "membership__organization__region__path"


class MemberDuty(models.Model):
    """A member has a duty, until the day it ends; `grant` is the role that came with it."""

    membership = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="duties")
    duty = models.ForeignKey(Duty, on_delete=models.PROTECT, related_name="holders")
    grant = models.ForeignKey(
        "access.Grant", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    given_at = models.DateTimeField("任职时间")
    given_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    ended_at = models.DateTimeField("卸任时间", null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = MemberDutyQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="orgs_one_live_duty",
                fields=["membership", "duty"],
                condition=Q(ended_at=None),
            ),
            models.CheckConstraint(
                name="orgs_duty_ends_after_it_began",
                condition=Q(ended_at=None) | Q(ended_at__gte=F("given_at")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.membership_id} {self.duty_id}"


class InvitationQuerySet(ScopedQuerySet):
    """An invitation belongs to the organization that it leads into."""


class Invitation(models.Model):
    """A link by which people join without asking: so many, until an instant, unless it is ended.

    Its secret is a signature (rules.invitation_token), so that nothing here opens a door.
    """

    organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="invitations"
    )
    note = models.CharField("用途", max_length=40, blank=True)
    most = models.PositiveIntegerField("可用次数")
    used = models.PositiveIntegerField("已用次数", default=0)
    made_at = models.DateTimeField("生成时间")
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    expires_at = models.DateTimeField("截止时间")
    ended_at = models.DateTimeField("停用时间", null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="orgs_invitation_never_overused", condition=Q(used__lte=F("most"))
            ),
            models.CheckConstraint(
                name="orgs_invitation_has_uses_and_time",
                condition=Q(most__gt=0, expires_at__gt=F("made_at")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organization_id} {self.used}/{self.most}"
