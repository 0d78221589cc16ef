"""What is handed out at an event, and what happened there."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from voluncity.service.events.models.applications import Application
from voluncity.service.events.models.events import Event, OfEventQuerySet
from voluncity.service.events.states import ItemKind, Size


class Item(models.Model):
    """Something to which everybody is entitled once: a meal of a day, a shirt, a radio."""

    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="items")
    kind = models.CharField("种类", max_length=10, choices=ItemKind.choices)
    name = models.CharField("名称", max_length=16)
    day = models.DateField("哪一天", null=True, blank=True)
    is_returned = models.BooleanField("用后归还", default=False)

    objects = OfEventQuerySet.as_manager()

    class Meta:
        ordering = ["day", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="events_one_item_of_a_day", fields=["event", "name", "day"]
            ),
            models.UniqueConstraint(
                name="events_one_item_for_all_days", fields=["event", "name"],
                condition=Q(day=None),
            ),
            models.CheckConstraint(
                name="events_meal_has_a_day", condition=~Q(kind="meal") | Q(day__isnull=False)
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.name


class Stock(models.Model):
    """How many pieces there are, of clothing in each size."""

    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="stocks")
    size = models.CharField(max_length=4, choices=Size.choices, blank=True)
    pieces = models.PositiveIntegerField("数量")
    taken = models.PositiveIntegerField("已发", default=0)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(name="events_one_stock_of_a_size", fields=["item", "size"]),
            models.CheckConstraint(
                name="events_never_more_than_there_is", condition=Q(taken__lte=F("pieces"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item_id} {self.size} {self.taken}/{self.pieces}"

    @property
    def left(self) -> int:
        """Return how many pieces have not been given."""
        return self.pieces - self.taken


class Handout(models.Model):
    """Somebody got a thing; what has to come back may be given again after it did."""

    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="handouts")
    stock = models.ForeignKey(Stock, on_delete=models.PROTECT, related_name="handouts")
    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="handouts")
    at = models.DateTimeField("领取时间")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    returned_at = models.DateTimeField("归还时间", null=True, blank=True)
    returned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                name="events_handed_out_once", fields=["item", "application"],
                condition=Q(returned_at=None),
            ),
            models.CheckConstraint(
                name="events_returned_at_and_by_together",
                condition=Q(returned_at=None, returned_by=None)
                | Q(returned_at__isnull=False, returned_by__isnull=False),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.item_id} {self.application_id}"


class Incident(models.Model):
    """Something happened: when, where, what, who looks after it, and whether it is done."""

    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="incidents")
    at = models.DateTimeField("时间")
    place = models.CharField("地点", max_length=60)
    what = models.CharField("情况", max_length=200)
    handler = models.CharField("谁处理", max_length=30, blank=True)
    noted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    done_at = models.DateTimeField("办结时间", null=True, blank=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = OfEventQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="events_incident_done_at_and_by_together",
                condition=Q(done_at=None, done_by=None)
                | Q(done_at__isnull=False, done_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.event_id} {self.at}"
