"""A turn that its person cannot keep, once; and the address of a personal calendar."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from voluncity.city.access.scopes import ScopedQuerySet
from voluncity.service.rosters.states import OfferState, SwapState


class OfferQuerySet(ScopedQuerySet):
    """An offer belongs to the organization of the turn."""

    organization_path = "turn__post__plan__project__organization__path"
    region_path = "turn__post__plan__project__organization__region__path"


class Offer(models.Model):
    """Somebody looks for a substitute for one turn on one day; the plan stays as it is."""

    turn = models.ForeignKey("rosters.Turn", on_delete=models.PROTECT, related_name="offers")
    signup = models.ForeignKey("signups.Signup", on_delete=models.PROTECT, related_name="+")
    reason = models.CharField("原因", max_length=100, blank=True)
    state = models.CharField(max_length=10, choices=OfferState.choices, default=OfferState.OPEN)
    offered_at = models.DateTimeField()
    offered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    taken = models.ForeignKey(
        "signups.Signup", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = OfferQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="rosters_offered_once", fields=["signup"],
                condition=Q(state=OfferState.OPEN),
            ),
            models.CheckConstraint(
                name="rosters_taken_by_somebody",
                condition=Q(state=OfferState.TAKEN, taken__isnull=False)
                | (~Q(state=OfferState.TAKEN) & Q(taken=None)),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.signup_id} {self.state}"


class Swap(models.Model):
    """Somebody asks to exchange a turn for another one's turn; both happen, or neither."""

    own = models.ForeignKey("signups.Signup", on_delete=models.PROTECT, related_name="+")
    other = models.ForeignKey("signups.Signup", on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=SwapState.choices, default=SwapState.OPEN)
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="rosters_asked_once", fields=["own"], condition=Q(state=SwapState.OPEN)
            ),
            models.CheckConstraint(
                name="rosters_swap_ended_when_closed",
                condition=Q(state=SwapState.OPEN, ended_at=None)
                | (~Q(state=SwapState.OPEN) & Q(ended_at__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.own_id} {self.other_id} {self.state}"


class Feed(models.Model):
    """The secret address of somebody's calendar; a new serial makes the old address worthless."""

    volunteer = models.OneToOneField(
        "people.Volunteer", on_delete=models.PROTECT, related_name="roster_feed"
    )
    serial = models.PositiveIntegerField(default=1)
    made_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.volunteer_id} {self.serial}"
