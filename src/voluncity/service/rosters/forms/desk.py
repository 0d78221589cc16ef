"""The desk: a plan, its posts, times, exceptions, and who is moved where."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms

from voluncity.city.people.models import User
from voluncity.city.regions.forms import RegionField
from voluncity.city.regions.models import Level
from voluncity.city.stations.models import Station
from voluncity.kernel.clock import weekday_name
from voluncity.service.projects.models import Project
from voluncity.service.rosters.actions.plans import (
    MOST_PLACES,
    PlanFacts,
    PostFacts,
    SlotFacts,
)
from voluncity.service.rosters.models import Plan, Post, Slot
from voluncity.service.rosters.rules.recurrence import EVERY_DAY, weekly
from voluncity.service.rosters.states import Days
from voluncity.web.controls import (
    CHOOSE,
    Day,
    Degrees,
    Hour,
    Number,
    Words,
    chosen,
)

WORKDAYS, WEEKDAYS, OWN_RULE = "workdays", "weekdays", "rule"


class PlanForm(forms.Form):
    """Name, leader, and the numbers that keep people from being overworked."""

    project = chosen("所属项目", Project.objects.none())
    name = Words("方案名称", 30, help_text="如“路口文明劝导”，会写在每个班次前面")
    leader = chosen("负责人", User.objects.none(), help_text="负责现场签到、换人和确认时长")
    region = RegionField(label="所在区划", least=Level.COUNTY)
    station = chosen(
        "服务站", Station.objects.none(), required=False, empty_label="不属于服务站",
        help_text="选了以后，值班表显示在这个服务站的页面上",
    )  # fmt: skip
    weeks = Number("提前几周生成班次", 1, 8, initial=4)
    max_per_day = Number("每人每天最多几班", 1, 6, initial=1)
    max_per_week = Number("每人每周最多几班", 1, 14, initial=3)
    rest_minutes = Number("两班之间至少休息（分钟）", 0, 2880, initial=480)
    max_km = Number("离家最远几公里", 1, 100, initial=5)

    def __init__(
        self,
        data: Any = None,
        *,
        projects: Any,
        leaders: Iterable[User],
        stations: Any,
        today: date,
        plan: Plan | None = None,
        **options: Any,
    ) -> None:
        super().__init__(data, **options)
        fields: Any = self.fields
        fields["region"].on(today)
        fields["project"].queryset = projects
        fields["station"].queryset = stations
        fields["leader"].queryset = User.objects.filter(pk__in=[user.pk for user in leaders])
        if plan is not None:
            del self.fields["project"]
            names = list(self.fields)
            self.initial = {**{name: getattr(plan, name) for name in names}, **self.initial}

    def facts(self) -> PlanFacts:
        """Return what was written."""
        values = {k: v for k, v in self.cleaned_data.items() if k != "project"}
        station = values.pop("station")
        return PlanFacts(
            leader_id=values.pop("leader").pk, region_id=values.pop("region").pk,
            station_id=station.pk if station else None, **values,
        )  # fmt: skip


class PostForm(forms.Form):
    """One post, typed."""

    name = Words("岗位名称", 24, help_text="如“建设路与昆吾路口”")
    address = Words("地址或站位", 120, required=False)
    lat = Degrees("纬度", 90, required=False)
    lng = Degrees("经度", 180, required=False)
    places = Number("每班人数", 1, MOST_PLACES, initial=2)

    def __init__(self, data: Any = None, *, post: Post | None = None, **options: Any) -> None:
        super().__init__(data, **options)
        if post is not None:
            self.initial = {name: getattr(post, name) for name in self.fields}

    def facts(self) -> PostFacts:
        """Return what was written."""
        return PostFacts(**self.cleaned_data)


class SlotForm(forms.Form):
    """A time of day and how it repeats, chosen or written as a rule."""

    name = Words("名称", 12, help_text="如“早高峰”")
    begins = Hour("开始")
    ends = Hour("结束", help_text="早于开始时间的，算到第二天")
    repeats = forms.ChoiceField(
        label="怎样重复",
        choices=[
            (WORKDAYS, "每个工作日（放假不排，调休上班的周末照排）"),
            (WEEKDAYS, "每周的固定几天"),
            (OWN_RULE, "自己写规则（iCalendar RRULE）"),
        ],
        initial=WORKDAYS,
        widget=forms.RadioSelect,
        error_messages={"required": "请选择怎样重复。", "invalid_choice": CHOOSE},
    )
    weekdays = forms.MultipleChoiceField(
        label="星期几",
        choices=[(str(n), weekday_name(n)) for n in range(7)],
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": CHOOSE},
    )
    every = Number("每几周一次", 1, 8, initial=1, required=False)
    rule = Words(
        "规则", 200, required=False, help_text="如 FREQ=MONTHLY;BYDAY=-1SA（每月最后一个周六）"
    )
    days = forms.ChoiceField(
        label="遇到节假日",
        choices=Days.choices,
        initial=Days.ALL,
        error_messages={"required": CHOOSE, "invalid_choice": CHOOSE},
        required=False,
    )
    since = Day("从哪天起")
    until = Day("到哪天止", required=False)

    def __init__(self, data: Any = None, *, slot: Slot | None = None, **options: Any) -> None:
        super().__init__(data, **options)
        if slot is not None:
            self.initial = _slot_values(slot)

    def clean(self) -> dict[str, Any]:
        """Ask for what the chosen way of repeating needs."""
        values = self.cleaned_data
        if values.get("repeats") == WEEKDAYS and not values.get("weekdays"):
            self.add_error("weekdays", "请至少选一天。")
        if values.get("repeats") == OWN_RULE and not values.get("rule"):
            self.add_error("rule", "请填写规则，或改选星期几。")
        return values

    def facts(self) -> SlotFacts:
        """Return what was written."""
        values = self.cleaned_data
        begins, ends = values["begins"], values["ends"]
        minutes = (ends.hour - begins.hour) * 60 + ends.minute - begins.minute
        rule, days = EVERY_DAY, str(Days.WORKDAYS)
        if values["repeats"] == WEEKDAYS:
            rule = weekly(map(int, values["weekdays"]), every=values["every"] or 1)
            days = values["days"] or Days.ALL
        elif values["repeats"] == OWN_RULE:
            rule, days = values["rule"], values["days"] or Days.ALL
        return SlotFacts(
            name=values["name"], begins=begins, minutes=minutes % 1440 or 1440, rule=rule,
            since=values["since"], days=days, until=values["until"],
        )  # fmt: skip


def _slot_values(slot: Slot) -> dict[str, Any]:
    total = slot.begins.hour * 60 + slot.begins.minute + slot.minutes
    is_plain = slot.rule == EVERY_DAY and slot.days == Days.WORKDAYS
    return {
        "name": slot.name, "begins": slot.begins, "since": slot.since, "until": slot.until,
        "ends": slot.begins.replace(hour=total // 60 % 24, minute=total % 60),
        "repeats": WORKDAYS if is_plain else OWN_RULE,
        "rule": "" if is_plain else slot.rule, "days": slot.days,
    }  # fmt: skip


class SpecialForm(forms.Form):
    """One day that differs from the rule."""

    day = Day("日期")
    is_on = forms.ChoiceField(
        label="这一天",
        choices=[("off", "不排"), ("on", "加排一次")],
        error_messages={"required": CHOOSE, "invalid_choice": CHOOSE},
    )


class PairForm(forms.Form):
    """Two volunteers by their numbers."""

    number = Words("志愿者编号", 20)
    other_number = Words("另一位的编号", 20)


class WeeksForm(forms.Form):
    """For how many weeks a roster is made."""

    weeks = Number("排几周（含本周）", 1, 8, initial=2)


class AssignForm(forms.Form):
    """Somebody is put somewhere by the number."""

    turn = forms.IntegerField(error_messages={"required": CHOOSE, "invalid": CHOOSE})
    number = Words("志愿者编号", 20)
    risks_told = forms.BooleanField(label="已告知风险并得到本人同意", required=False)


class MoveForm(forms.Form):
    """Where somebody of a draft goes."""

    turn = forms.IntegerField(error_messages={"required": CHOOSE, "invalid": CHOOSE})


class SubstituteForm(forms.Form):
    """Who comes instead."""

    number = Words("接替人的志愿者编号", 20)
    risks_told = forms.BooleanField(label="已告知风险并得到本人同意", required=False)
