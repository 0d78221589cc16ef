"""An activity that a cooperating unit arranges: one time, one place, so many people."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django import forms

from voluncity.city.people.models import User
from voluncity.city.regions.forms import RegionField
from voluncity.city.regions.models import Level
from voluncity.kernel.clock import CITY_TZ
from voluncity.service.projects.models import Activity, Shift
from voluncity.service.projects.rules import MAX_CAPACITY, ActivityPlan, ShiftPlan
from voluncity.web.controls import Day, Hour, Number, Words, chosen


class ArrangeForm(forms.Form):
    """What, when, where, how many; who leads it for the organizer."""

    name = Words("活动名称", 60, help_text="居民看到的名称")
    description = Words("活动内容", 2000, long=True, required=False)
    region = RegionField(label="所在区划", least=Level.COUNTY)
    address = Words("地点", 120)
    leader = chosen(
        "主办单位的活动负责人", User.objects.none(), help_text="由主办单位签到签退、确认时长"
    )
    shift = Words("岗位", 40)
    day = Day("日期")
    begins = Hour("开始")
    ends = Hour("结束")
    capacity = Number("名额", 1, MAX_CAPACITY)

    def __init__(self, *args: Any, leaders: Sequence[User], today: date, **options: Any) -> None:
        super().__init__(*args, **options)
        fields: Any = self.fields
        fields["region"].on(today)
        fields["leader"].queryset = User.objects.filter(pk__in=[one.pk for one in leaders])

    def plan(self) -> ActivityPlan:
        """Return what the activity is."""
        values = self.cleaned_data
        return ActivityPlan(
            name=values["name"],
            region_id=values["region"].pk,
            address=values["address"],
            leader_id=values["leader"].pk,
            description=values["description"],
        )

    def shifts(self, shift_id: int | None = None) -> list[ShiftPlan]:
        """Return its one shift; one that ends before it begins ends on the next day."""
        values = self.cleaned_data
        starts = datetime.combine(values["day"], values["begins"], CITY_TZ)
        ends = datetime.combine(values["day"], values["ends"], CITY_TZ)
        if ends <= starts:
            ends += timedelta(days=1)
        return [ShiftPlan(values["shift"], starts, ends, values["capacity"], shift_id)]

    @staticmethod
    def known(activity: Activity, shift: Shift) -> dict[str, Any]:
        """Return what the form shows of an activity that was arranged."""
        starts, ends = (one.astimezone(CITY_TZ) for one in (shift.starts_at, shift.ends_at))
        return {
            "name": activity.name, "description": activity.description, "region": activity.region,
            "address": activity.address, "leader": activity.leader_id, "shift": shift.name,
            "day": starts.date(), "begins": starts.time(), "ends": ends.time(),
            "capacity": shift.capacity,
        }  # fmt: skip
