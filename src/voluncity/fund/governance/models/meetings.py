"""Meetings: what was on the agenda, who came, how they voted, what was resolved."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from voluncity.city.access.scopes import ScopedQuerySet
from voluncity.fund.governance.models.funds import Fund, OfFund
from voluncity.fund.governance.models.seats import Seat
from voluncity.fund.governance.states import Choice, MeetingState, Outcome, Presence, Share

M = MeetingState


class OfMeeting(ScopedQuerySet):
    """What belongs to a meeting lies where its fund lies."""

    organization_path = ""
    region_path = "meeting__fund__region__path"


class Meeting(models.Model):
    """One meeting of the leading group; when it is held the numbers of the charter are frozen."""

    # The browser's own mark: a form that is sent twice stays one meeting.
    handle = models.CharField(max_length=36, unique=True)
    fund = models.ForeignKey(Fund, on_delete=models.PROTECT, related_name="meetings")
    title = models.CharField("会议名称", max_length=60)
    starts_at = models.DateTimeField("时间")
    place = models.CharField("地点", max_length=80)
    state = models.CharField(max_length=10, choices=M.choices, default=M.PLANNED)
    quorum = models.CharField(max_length=16, choices=Share.choices, blank=True)
    majority = models.CharField(max_length=16, choices=Share.choices, blank=True)
    important_majority = models.CharField(max_length=16, choices=Share.choices, blank=True)
    charter = models.ForeignKey(
        "Charter", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    minutes = models.TextField("会议纪要", blank=True)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    closed_at = models.DateTimeField("结束时间", null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    cancel_reason = models.CharField("取消原因", max_length=200, blank=True)

    objects = OfFund.as_manager()

    class Meta:
        ordering = ["-starts_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="governance_held_by_the_numbers_of_the_charter",
                condition=~Q(state__in=[M.HELD, M.CLOSED])
                | (~Q(quorum="") & ~Q(majority="") & ~Q(important_majority="")),
            ),
            models.CheckConstraint(
                name="governance_closed_with_minutes",
                condition=(
                    Q(state=M.CLOSED, closed_at__isnull=False, closed_by__isnull=False)
                    & ~Q(minutes="")
                )
                | (~Q(state=M.CLOSED) & Q(closed_at=None)),
            ),
            models.CheckConstraint(
                name="governance_cancelled_with_a_reason",
                condition=Q(state=M.CANCELLED) & ~Q(cancel_reason="")
                | ~Q(state=M.CANCELLED) & Q(cancel_reason=""),
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Item(models.Model):
    """One point of the agenda: something to decide, or something to hear."""

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="items")
    position = models.PositiveSmallIntegerField("次序")
    title = models.CharField("议题", max_length=80)
    text = models.TextField("议题内容", max_length=2000, blank=True)
    is_vote = models.BooleanField("需要表决", default=True)
    is_important = models.BooleanField("重要事项", default=False)
    outcome = models.CharField(max_length=10, choices=Outcome.choices, blank=True)
    # Counted when the outcome is settled; the votes themselves are kept beside them.
    in_favor = models.PositiveSmallIntegerField("赞成", default=0)
    against = models.PositiveSmallIntegerField("反对", default=0)
    abstained = models.PositiveSmallIntegerField("弃权", default=0)
    recused = models.PositiveSmallIntegerField("回避", default=0)

    objects = OfMeeting.as_manager()

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "position"], name="governance_one_item_at_a_place"
            ),
            models.CheckConstraint(
                name="governance_heard_is_not_voted_on",
                condition=Q(outcome="")
                | Q(is_vote=True, outcome__in=[Outcome.PASSED, Outcome.REJECTED])
                | Q(is_vote=False, outcome=Outcome.HEARD),
            ),
            models.CheckConstraint(
                name="governance_only_votes_are_important",
                condition=Q(is_vote=True) | Q(is_important=False),
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Attendance(models.Model):
    """Whether the holder of a seat came to a meeting."""

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="attendance")
    seat = models.ForeignKey(Seat, on_delete=models.PROTECT, related_name="+")
    presence = models.CharField(max_length=8, choices=Presence.choices)

    class Meta:
        ordering = ["seat_id"]
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "seat"], name="governance_one_presence_for_a_seat"
            )
        ]

    def __str__(self) -> str:
        return f"{self.meeting_id} {self.seat_id} {self.presence}"


class Vote(models.Model):
    """What the holder of a seat said about an item; one for each."""

    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="votes")
    seat = models.ForeignKey(Seat, on_delete=models.PROTECT, related_name="+")
    choice = models.CharField(max_length=8, choices=Choice.choices)

    class Meta:
        ordering = ["seat_id"]
        constraints = [
            models.UniqueConstraint(fields=["item", "seat"], name="governance_one_vote_for_a_seat")
        ]

    def __str__(self) -> str:
        return f"{self.item_id} {self.seat_id} {self.choice}"


class Resolution(models.Model):
    """What was resolved, with a number; it holds until another one repeals it."""

    fund = models.ForeignKey(Fund, on_delete=models.PROTECT, related_name="resolutions")
    item = models.OneToOneField(Item, on_delete=models.PROTECT, related_name="resolution")
    year = models.PositiveSmallIntegerField()
    turn = models.PositiveSmallIntegerField()  # of the year
    title = models.CharField("事项", max_length=80)
    text = models.TextField("决议内容", max_length=2000)
    decided_on = models.DateField("决议日期")
    is_public = models.BooleanField("向社会公开", default=True)
    repealed_by = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="repeals"
    )

    objects = OfFund.as_manager()

    class Meta:
        ordering = ["-year", "-turn"]
        constraints = [
            models.UniqueConstraint(
                fields=["fund", "year", "turn"], name="governance_one_resolution_of_a_number"
            ),
            models.CheckConstraint(
                name="governance_no_resolution_repeals_itself",
                condition=Q(repealed_by=None) | ~Q(repealed_by=F("id")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    @property
    def number(self) -> str:
        """Return the number to which other steps refer: 决议〔2026〕3号."""
        return f"决议〔{self.year}〕{self.turn}号"
