"""What somebody looks for; lives in the address of the page."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms

from voluncity.city.catalog.models import Category, Skill
from voluncity.city.people.states import DayPart
from voluncity.city.regions import queries as regions
from voluncity.city.regions.models import Region
from voluncity.service.projects.forms.fields import CHOOSE, Day, Degrees, SearchWords, chosen
from voluncity.service.projects.queries import Filters

WHEN = [
    ("", "不限"),
    ("today", "今天"),
    ("tomorrow", "明天"),
    ("weekend", "周末"),
    ("week", "本周"),
]
PARTS = [("", "不限"), *DayPart.choices]
DISTANCES = [("", "不限"), *((str(km), f"{km} 公里内") for km in (1, 3, 5, 10, 20))]
SORTS = [("", "适合我"), ("soon", "最早"), ("near", "最近")]
_WRONG = {"invalid_choice": CHOOSE}


class FindForm(forms.Form):
    """The filters; each is optional, a wrong one says so and filters nothing."""

    q = SearchWords("搜索", 100, required=False)
    when = forms.ChoiceField(
        label="日期", choices=WHEN, required=False, widget=forms.RadioSelect, error_messages=_WRONG
    )
    day = Day("指定日期", required=False)
    part = forms.ChoiceField(
        label="时段", choices=PARTS, required=False, widget=forms.RadioSelect, error_messages=_WRONG
    )
    category = chosen(
        "类型", Category.objects.all(), required=False, widget=forms.RadioSelect,
        empty_label="全部", blank=True,
    )  # fmt: skip
    skill = chosen("用得上的专长", Skill.objects.none(), required=False, empty_label="不限")
    region = chosen("县（市、区）", Region.objects.none(), required=False, empty_label="全市")
    km = forms.ChoiceField(label="距离", choices=DISTANCES, required=False, error_messages=_WRONG)
    free = forms.BooleanField(label="只看有名额的", required=False)
    sort = forms.ChoiceField(label="排序", choices=SORTS, required=False, error_messages=_WRONG)
    lat = Degrees("纬度", 90, required=False, widget=forms.HiddenInput)
    lng = Degrees("经度", 180, required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, today: date, **options: Any) -> None:
        super().__init__(*args, **options)
        fields: Any = self.fields
        fields["skill"].queryset = Skill.objects.all()
        fields["region"].queryset = regions.counties(on=today)

    def filters(self) -> Filters:
        """Return what was understood."""
        self.is_valid()
        values = self.cleaned_data
        category, skill, region = (values.get(name) for name in ("category", "skill", "region"))
        day, km = values.get("day"), values.get("km")
        return Filters(
            q=values.get("q", ""),
            when=day.isoformat() if day else values.get("when", ""),
            part=values.get("part", ""),
            skill_id=skill.pk if skill else None,
            category_id=category.pk if category else None,
            region_path=region.path if region else "",
            within_km=int(km) if km else None,
            lat=values.get("lat"),
            lng=values.get("lng"),
            free_only=values.get("free", False),
            sort=values.get("sort", ""),
        )

    def chosen(self) -> list[tuple[str, str]]:
        """Return the filters that are in use: their parameter and their words."""
        values = self.cleaned_data
        found = [
            (name, str(values[name]))
            for name in ("q", "category", "skill", "region")
            if values.get(name)
        ]
        if values.get("day"):
            found.append(("day", f"{values['day']:%Y-%m-%d}"))
        for name, choices in (("when", WHEN), ("part", PARTS), ("km", DISTANCES)):
            if values.get(name):
                found.append((name, dict(choices)[values[name]]))
        if values.get("free"):
            found.append(("free", "只看有名额的"))
        return found
