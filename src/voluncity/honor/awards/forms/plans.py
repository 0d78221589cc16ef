"""Forms of a selection: its calendar, weights, criteria and categories; days that move."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, cast

from django import forms
from django.forms import BoundField

from voluncity.city.people.forms.fields import Words
from voluncity.city.regions.models import Region
from voluncity.honor.awards import rules
from voluncity.honor.awards.actions import Days
from voluncity.honor.awards.forms.fields import day_field, long_field
from voluncity.honor.awards.models import Selection
from voluncity.honor.awards.rules import CategoryPlan, SelectionPlan
from voluncity.honor.awards.states import NomineeKind
from voluncity.web.controls import Number

MINUTES = 60


_COUNTED = ("quota", "choices_most", "county_most", "least_stars", "gap_years", "clean_years")


class SelectionForm(forms.Form):
    """A selection: its calendar, weights and criteria."""

    title = Words(label="评选名称", most=rules.TITLE_MOST,
                  error_messages={"required": "请填写评选名称。"})  # fmt: skip
    year = Number(label="年度", least=2020, most=2100)
    region = forms.TypedChoiceField(
        label="范围", coerce=int,
        error_messages={"required": "请选择范围。", "invalid_choice": "请选择您管理的范围。"},
    )  # fmt: skip
    issuer = Words(label="表彰单位", most=rules.ISSUER_MOST, help_text="写在证书上。",
                   error_messages={"required": "请填写表彰单位。"})  # fmt: skip
    intro = long_field("说明", rules.INTRO_MOST, help_text="评什么、怎么评，公众能看到。")
    nominate_from = day_field("推荐开始")
    nominate_until = day_field("推荐截止")
    review_until = day_field("专家评审截止")
    vote_from = day_field("投票开始")
    vote_until = day_field("投票截止")
    publicity_workdays = Number(label="公示工作日", least=1, most=30)
    expert_weight = Number(label="专家评审（%）", least=0, most=100)
    vote_weight = Number(label="公众投票（%）", least=0, most=100)
    office_weight = Number(label="主办单位（%）", least=0, most=100)
    least_reviews = Number(label="每个对象至少几位专家评分", least=1, most=50)
    most_per_nominator = Number(label="每个单位每类最多推荐几个", least=1, most=100)
    allows_self = forms.BooleanField(label="志愿者可以自荐", required=False)
    is_live = forms.BooleanField(
        label="投票时实时公布票数（不勾选的，投票结束后公布）", required=False
    )

    def __init__(self, *args: Any, regions: Iterable[Region], **options: Any) -> None:
        super().__init__(*args, **options)
        cast(forms.ChoiceField, self.fields["region"]).choices = [
            (one.pk, one.name) for one in regions
        ]
        for place in range(1, rules.CRITERIA_MOST + 1):
            self.fields[f"criterion_{place}"] = Words(
                label=f"评分标准 {place}", most=rules.CRITERION_MOST, required=False
            )
            self.fields[f"weight_{place}"] = Number(
                label="占（%）", least=0, most=100, required=False
            )
        for kind in NomineeKind:
            self._add_category(kind)

    def _add_category(self, kind: NomineeKind) -> None:
        extra: dict[str, forms.Field] = {
            "title": Words(label="荣誉称号", most=rules.CATEGORY_MOST, required=False),
            "quota": Number(label="表彰名额", least=1, most=500, required=False),
            "choices_most": Number(label="每人最多投几个", least=1, most=100, required=False),
            "county_most": Number(label="每县最多（0 不限）", least=0, most=500, required=False),
            "least_hours": Number(
                label="累计时长至少（小时）", least=0, most=100000, required=False
            ),
            "least_stars": Number(label="星级至少", least=0, most=5, required=False),
            "gap_years": Number(label="近几年未获同类表彰", least=0, most=20, required=False),
            "clean_years": Number(label="近几年没有时长问题", least=0, most=20, required=False),
        }  # fmt: skip
        for name, made in extra.items():
            self.fields[f"{kind}_{name}"] = made

    @property
    def criteria_rows(self) -> list[tuple[BoundField, BoundField]]:
        """Return the fields of the criteria, two by two."""
        places = range(1, rules.CRITERIA_MOST + 1)
        return [(self[f"criterion_{place}"], self[f"weight_{place}"]) for place in places]

    @property
    def category_rows(self) -> list[tuple[str, list[BoundField]]]:
        """Return the fields of each category."""
        return [
            (kind.label, [self[name] for name in self.fields if name.startswith(f"{kind}_")])
            for kind in NomineeKind
        ]

    def clean(self) -> dict[str, Any]:
        """Ask for the numbers of a category that has a title, and for a title of each weight."""
        said = super().clean() or {}
        for kind in NomineeKind:
            if said.get(f"{kind}_title"):
                for name in ("quota", "choices_most"):
                    if said.get(f"{kind}_{name}") is None and f"{kind}_{name}" not in self.errors:
                        self.add_error(f"{kind}_{name}", "请填写大于 0 的整数。")
        for place in range(1, rules.CRITERIA_MOST + 1):
            title, weight = said.get(f"criterion_{place}"), said.get(f"weight_{place}")
            if bool(title) != bool(weight) and f"weight_{place}" not in self.errors:
                self.add_error(f"weight_{place}", "标准和它占的百分比要一起填写。")
        return said

    def plan(self) -> SelectionPlan:
        """Return what was said."""
        said = dict(self.cleaned_data)
        plain = {name: said[name] for name in type(self).base_fields if name != "region"}
        criteria = tuple(
            (said[f"criterion_{place}"], said[f"weight_{place}"])
            for place in range(1, rules.CRITERIA_MOST + 1)
            if said.get(f"criterion_{place}")
        )
        categories = tuple(
            _category(said, kind) for kind in NomineeKind if said.get(f"{kind}_title")
        )
        return SelectionPlan(
            **plain, region_id=said["region"], criteria=criteria, categories=categories
        )

    @staticmethod
    def said(plan: SelectionPlan | Selection) -> dict[str, Any]:
        """Return the fields' values of a plan, or of a draft."""
        values = {
            name: getattr(plan, name) for name in SelectionForm.base_fields if name != "region"
        }
        values["region"] = plan.region_id
        if isinstance(plan, Selection):
            criteria: Sequence[Any] = [(one.title, one.weight) for one in plan.criteria.all()]
            categories: Sequence[Any] = list(plan.categories.all())
        else:
            criteria, categories = plan.criteria, plan.categories
        for place, (title, weight) in enumerate(criteria, start=1):
            values |= {f"criterion_{place}": title, f"weight_{place}": weight}
        for one in categories:
            values |= _said_of(one)
        return values


def _category(said: dict[str, Any], kind: NomineeKind) -> CategoryPlan:
    numbers = {name: said[f"{kind}_{name}"] or 0 for name in _COUNTED}
    minutes = (said[f"{kind}_least_hours"] or 0) * MINUTES
    return CategoryPlan(
        kind=str(kind), title=said[f"{kind}_title"], least_minutes=minutes, **numbers
    )


def _said_of(one: Any) -> dict[str, Any]:
    values = {f"{one.kind}_{name}": getattr(one, name) for name in _COUNTED}
    return values | {
        f"{one.kind}_title": one.title,
        f"{one.kind}_least_hours": one.least_minutes // MINUTES,
    }


class DaysForm(forms.Form):
    """Other days for a running selection, with the reason."""

    nominate_until = day_field("推荐截止")
    review_until = day_field("专家评审截止")
    vote_from = day_field("投票开始")
    vote_until = day_field("投票截止")
    reason = long_field("调整的理由", rules.REASON_MOST, rows=2)

    def days(self) -> Days:
        """Return the days."""
        said = dict(self.cleaned_data)
        said.pop("reason")
        return Days(**said)


def days_of(selection: Selection) -> dict[str, date]:
    """Return the days that a running selection may move."""
    return {
        name: getattr(selection, name)
        for name in ("nominate_until", "review_until", "vote_from", "vote_until")
    }
