"""An activity with its shifts: one form and rows below it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.forms import BaseFormSet, formset_factory
from django.utils.timezone import localtime

from voluncity.city.people.models import User
from voluncity.city.regions.forms import RegionField
from voluncity.city.regions.models import Level
from voluncity.city.stations.models import Station
from voluncity.kernel.clock import CITY_TZ
from voluncity.kernel.refusals import Refusal
from voluncity.service.projects import rules
from voluncity.service.projects.models import Activity, Shift
from voluncity.service.projects.rules import ActivityPlan, ShiftPlan
from voluncity.web.controls import (
    Day,
    Degrees,
    Hour,
    Number,
    Relaxed,
    Words,
    chosen,
)


class ShiftForm(forms.Form):
    """One row: a job, a day, from when to when, how many places."""

    shift_id = forms.IntegerField(
        required=False,
        widget=forms.HiddenInput,
        error_messages={"invalid": "班次与活动不符，请刷新页面后再试。"},
    )
    name = Words("岗位", 40)
    day = Day("日期")
    begins = Hour("开始")
    ends = Hour("结束")
    overnight = forms.BooleanField(label="次日结束", required=False)
    capacity = Number("名额", 1, rules.MAX_CAPACITY, initial=10)

    def plan(self) -> ShiftPlan:
        """Return the row with its instants."""
        values = self.cleaned_data
        last = values["day"] + timedelta(days=1 if values["overnight"] else 0)
        return ShiftPlan(
            name=values["name"],
            starts_at=datetime.combine(values["day"], values["begins"], CITY_TZ),
            ends_at=datetime.combine(last, values["ends"], CITY_TZ),
            capacity=values["capacity"],
            shift_id=values["shift_id"] or None,
        )


class ShiftRows(BaseFormSet[ShiftForm]):
    """All rows; those left empty or marked to be removed do not count."""

    def rows(self) -> list[ShiftForm]:
        """Return the rows that count, in their order."""
        gone, known = self.deleted_forms, self.initial_form_count()
        return [
            row
            for place, row in enumerate(self.forms)
            if row not in gone and (place < known or row.has_changed())
        ]

    def plans(self) -> list[ShiftPlan]:
        """Return what the rows say."""
        return [row.plan() for row in self.rows()]


ShiftFormSet = formset_factory(
    ShiftForm,
    formset=ShiftRows,
    extra=1,
    can_delete=True,
    max_num=rules.MAX_SHIFTS,
    absolute_max=rules.MAX_SHIFTS + 20,
    validate_max=True,
)


class ActivityForm(Relaxed):
    """Name, place and leader; `shifts` holds the rows."""

    name = Words("活动名称", 60, help_text="居民看到的名称，如“周二早高峰路口劝导”")
    description = Words("活动内容", 2000, long=True, required=False)
    leader = chosen("活动负责人", User.objects.none(), help_text="负责现场签到签退、确认时长")
    station = chosen(
        "从志愿服务站选取地点",
        Station.objects.none(),
        required=False,
        empty_label="不选取，自己填写",
        help_text="选取后自动带出区划、地址和坐标",
    )
    region = RegionField(label="所在区划", least=Level.COUNTY)
    address = Words("地点", 120, help_text="如“汾河公园东门广场”")
    lat = Degrees("纬度", 90, required=False)
    lng = Degrees("经度", 180, required=False)

    def __init__(
        self,
        data: Any = None,
        *,
        leaders: Sequence[User],
        stations: Any,
        today: date,
        activity: Activity | None = None,
        **options: Any,
    ) -> None:
        super().__init__(data, **options)
        fields: Any = self.fields
        fields["region"].on(today)
        fields["leader"].queryset = User.objects.filter(pk__in=[user.pk for user in leaders])
        fields["station"].queryset = stations
        if activity is not None:
            self.initial = {**_values_of(activity), **self.initial}
        rows = _rows_of(activity.shifts.all()) if activity else []
        formset: Any = ShiftFormSet(_one_more(data), initial=rows, prefix="shifts")
        self.shifts: ShiftRows = formset

    def is_valid(self) -> bool:
        """Check both parts, so that all mistakes are shown at once."""
        return all([super().is_valid(), self.shifts.is_valid()])

    def clean(self) -> dict[str, Any]:
        """Take the place from the station where one was chosen."""
        values = self.cleaned_data
        station: Station | None = values.get("station")
        if station is not None:
            values |= {"region": station.region, "lat": station.lat, "lng": station.lng}
            values["address"] = f"{station.name}（{station.address}）"[:120]
        return values

    def may_be_empty(self) -> Iterable[str]:
        """Return what a chosen station says already."""
        return ("region", "address") if self.data.get("station") else ()

    def plan(self) -> ActivityPlan:
        """Return what was written."""
        values = self.cleaned_data
        return ActivityPlan(
            name=values["name"],
            region_id=values["region"].pk,
            address=values["address"],
            leader_id=values["leader"].pk,
            description=values["description"],
            lat=values["lat"],
            lng=values["lng"],
        )


def _one_more(data: Any) -> Any:
    """Return the sent data with one more empty row when the person asked for it."""
    if not data or "add_shift" not in data:
        return data
    total = str(data.get("shifts-TOTAL_FORMS", ""))
    if not total.isdecimal() or int(total) >= rules.MAX_SHIFTS:
        return data
    more = data.copy()
    more["shifts-TOTAL_FORMS"] = str(int(total) + 1)
    return more


def _values_of(activity: Activity) -> dict[str, Any]:
    names = ("name", "description", "region", "address", "lat", "lng", "leader")
    return {name: getattr(activity, name) for name in names}


def _rows_of(shifts: Any) -> list[dict[str, Any]]:
    return [_row_of(shift) for shift in shifts]


def _row_of(shift: Shift) -> dict[str, Any]:
    begins, ends = localtime(shift.starts_at), localtime(shift.ends_at)
    return {
        "shift_id": shift.pk,
        "name": shift.name,
        "day": begins.date(),
        "begins": begins.time(),
        "ends": ends.time(),
        "overnight": ends.date() > begins.date(),
        "capacity": shift.capacity,
    }


# Where the rules speak of a moment, the row has other fields.
_ROW_FIELDS = {"starts_at": "begins", "ends_at": "ends"}


@contextmanager
def refusals_in_activity(form: ActivityForm) -> Iterator[None]:
    """Run an action; put its refusal at the field or the row that it names."""
    try:
        yield
    except Refusal as refusal:
        where, _, rest = refusal.field.partition(".")
        place, _, name = rest.partition(".")
        if where == "shifts" and place.isdecimal():
            row = form.shifts.rows()[int(place)]
            name = _ROW_FIELDS.get(name, name)
            row.add_error(name if name in row.fields else None, refusal.sentence)
            form.add_error(None, f"第 {int(place) + 1} 个班次：{refusal.sentence}")
        else:
            form.add_error(
                refusal.field if refusal.field in form.fields else None, refusal.sentence
            )
