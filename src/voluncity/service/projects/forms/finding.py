"""What somebody looks for; lives in the address of the page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django import forms

from voluncity.city.people.states import DayPart
from voluncity.service.projects.queries import Filters, Offer, Options
from voluncity.web import fields
from voluncity.web.controls import CHOOSE, Day, Degrees, SearchWords

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
# The filters that the page keeps folded away until one is used.
FOLDED = frozenset({"part", "day", "region", "skill", "km", "free"})
_WRONG = {"invalid_choice": CHOOSE}


class Offered(forms.ChoiceField):
    """A choice among the offers of the catalogue, by their number."""

    def __init__(self, label: str, empty: str, **options: Any) -> None:
        super().__init__(label=label, required=False, error_messages=_WRONG, **options)
        self.empty, self.offers = empty, dict[int, Offer]()

    def offer(self, offers: tuple[Offer, ...]) -> None:
        """Say what may be chosen."""
        self.offers = {offer.pk: offer for offer in offers}
        self.choices = [("", self.empty), *((offer.pk, offer.name) for offer in offers)]

    def to_python(self, value: Any) -> Any:
        if value in self.empty_values:
            return None
        try:
            return self.offers[int(value)]
        except (ValueError, KeyError) as wrong:
            raise forms.ValidationError(CHOOSE, code="invalid_choice") from wrong

    def valid_value(self, value: Any) -> bool:
        return isinstance(value, Offer)


class TypedForm(forms.Form):
    """What is typed or measured: nearly every person's is different."""

    q = SearchWords("搜索", 100, required=False)
    lat = Degrees("纬度", 90, required=False, widget=forms.HiddenInput)
    lng = Degrees("经度", 180, required=False, widget=forms.HiddenInput)


class PickedForm(forms.Form):
    """What is picked from lists."""

    when = forms.ChoiceField(
        label="日期", choices=WHEN, required=False, widget=forms.RadioSelect, error_messages=_WRONG
    )
    day = Day("指定日期", required=False)
    part = forms.ChoiceField(
        label="时段", choices=PARTS, required=False, widget=forms.RadioSelect, error_messages=_WRONG
    )
    category = Offered("类型", "全部", widget=forms.RadioSelect)
    skill = Offered("用得上的专长", "不限")
    region = Offered("县（市、区）", "全市")
    km = forms.ChoiceField(label="距离", choices=DISTANCES, required=False, error_messages=_WRONG)
    free = forms.BooleanField(label="只看有名额的", required=False)
    sort = forms.ChoiceField(label="排序", choices=SORTS, required=False, error_messages=_WRONG)

    def __init__(self, *args: Any, options: Options, **more: Any) -> None:
        super().__init__(*args, **more)
        named: Any = self.fields
        named["category"].offer(options.categories)
        named["skill"].offer(options.skills)
        named["region"].offer(options.counties)
        self.icons = ["", *(offer.icon for offer in options.categories)]
        self.is_valid()

    def kinds(self) -> list[tuple[Any, str]]:
        """Return the choices of the category, each with its icon."""
        return list(zip(self["category"], self.icons, strict=True))

    def folded_in_use(self) -> int:
        """Return how many of the filters that are folded away are in use."""
        return sum(bool(self.cleaned_data.get(name)) for name in FOLDED)


@dataclass(frozen=True)
class Asked:
    """The filters of an address; each is optional, a wrong one says so and filters nothing."""

    typed: TypedForm
    picked: PickedForm
    filters: Filters
    chosen: list[tuple[str, str]]
    problems: list[dict[str, str]]

    @property
    def is_wrong(self) -> bool:
        """Return whether something was not understood."""
        return bool(self.typed.errors or self.picked.errors)


def asked(query: Mapping[str, str], options: Options) -> Asked:
    """Return what an address asks for; the same object for the same words and options."""
    return _asked(_values(query, TypedForm), _picked(_values(query, PickedForm), options))


def _values(query: Mapping[str, str], form: type[forms.Form]) -> tuple[tuple[str, str], ...]:
    return tuple((name, query[name]) for name in form.base_fields if name in query)


@lru_cache(maxsize=500)
def _picked(values: tuple[tuple[str, str], ...], options: Options) -> PickedForm:
    return PickedForm(dict(values), options=options)


@lru_cache(maxsize=500)
def _asked(values: tuple[tuple[str, str], ...], picked: PickedForm) -> Asked:
    typed = TypedForm(dict(values))
    typed.is_valid()
    problems = fields.problems(typed) + fields.problems(picked)
    found = typed.cleaned_data, picked.cleaned_data
    return Asked(typed, picked, _filters(*found), _chosen(*found), problems)


def _filters(typed: Mapping[str, Any], picked: Mapping[str, Any]) -> Filters:
    category, skill, region = (picked.get(name) for name in ("category", "skill", "region"))
    day, km = picked.get("day"), picked.get("km")
    return Filters(
        q=typed.get("q", ""),
        when=day.isoformat() if day else picked.get("when", ""),
        part=picked.get("part", ""),
        skill_id=skill.pk if skill else None,
        category_id=category.pk if category else None,
        region_path=region.path if region else "",
        within_km=int(km) if km else None,
        lat=typed.get("lat"),
        lng=typed.get("lng"),
        free_only=picked.get("free", False),
        sort=picked.get("sort", ""),
    )


def _chosen(typed: Mapping[str, Any], picked: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return the filters that are in use: their parameter and their words."""
    found = [("q", typed["q"])] if typed.get("q") else []
    found += [
        (name, picked[name].name) for name in ("category", "skill", "region") if picked.get(name)
    ]
    if picked.get("day"):
        found.append(("day", f"{picked['day']:%Y-%m-%d}"))
    for name, choices in (("when", WHEN), ("part", PARTS), ("km", DISTANCES)):
        if picked.get(name):
            found.append((name, dict(choices)[picked[name]]))
    if picked.get("free"):
        found.append(("free", "只看有名额的"))
    return found
