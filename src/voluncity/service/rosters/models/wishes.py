"""What a volunteer can and wishes, for one plan."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from voluncity.service.rosters.models.plans import OfPlanQuerySet, Plan, Post, Slot


class Wish(models.Model):
    """A volunteer takes part in a plan: how often, how far, from where."""

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="wishes")
    volunteer = models.ForeignKey(
        "people.Volunteer", on_delete=models.PROTECT, related_name="roster_wishes"
    )
    # No home is kept: the post that lies next to it says enough.
    near = models.ForeignKey(
        Post, null=True, blank=True, on_delete=models.SET_NULL, related_name="+",
        verbose_name="离家最近的岗位",
    )  # fmt: skip
    max_per_week = models.PositiveSmallIntegerField("每周最多几次", default=2)
    risks_read_at = models.DateTimeField("知悉风险时间")  # 志愿服务条例第十二条
    joined_at = models.DateTimeField("加入时间")
    left_at = models.DateTimeField("退出时间", null=True, blank=True)

    objects = OfPlanQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="rosters_one_wish", fields=["plan", "volunteer"]),
            models.CheckConstraint(
                name="rosters_wish_in_bounds",
                condition=Q(max_per_week__gte=1, max_per_week__lte=14),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.plan_id} {self.volunteer_id}"


class FreeSlot(models.Model):
    """A time on a weekday (Monday is 0) at which the volunteer can come."""

    wish = models.ForeignKey(
        Wish, on_delete=models.CASCADE, related_name="free_slots", db_index=False
    )
    slot = models.ForeignKey(Slot, on_delete=models.CASCADE, related_name="+")
    weekday = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="rosters_one_free_slot", fields=["wish", "slot", "weekday"]
            ),
            models.CheckConstraint(name="rosters_weekday_0_to_6", condition=Q(weekday__lte=6)),
        ]

    def __str__(self) -> str:
        return f"{self.wish_id} {self.slot_id} {self.weekday}"


class Away(models.Model):
    """A day on which the volunteer cannot come at all."""

    wish = models.ForeignKey(Wish, on_delete=models.CASCADE, related_name="aways", db_index=False)
    day = models.DateField()

    class Meta:
        ordering = ["day"]
        constraints = [models.UniqueConstraint(name="rosters_one_away", fields=["wish", "day"])]

    def __str__(self) -> str:
        return f"{self.wish_id} {self.day}"


class Liking(models.Model):
    """A post at which the volunteer would rather, or would not, stand."""

    wish = models.ForeignKey(Wish, on_delete=models.CASCADE, related_name="likings", db_index=False)
    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="+")
    is_liked = models.BooleanField()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="rosters_one_liking", fields=["wish", "post"]),
        ]

    def __str__(self) -> str:
        return f"{self.wish_id} {self.post_id} {self.is_liked}"
