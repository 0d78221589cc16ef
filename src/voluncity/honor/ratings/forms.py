"""Forms of the ratings."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.forms import BoundField

from voluncity.city.orgs.states import Kind
from voluncity.city.regions.models import Region
from voluncity.honor.ratings import rules
from voluncity.honor.ratings.actions import BatchPlan
from voluncity.honor.ratings.rules import MEASURES, Rung
from voluncity.web.controls import Number

_MINUTES = 60
MOST = 10_000_000


class BatchForm(forms.Form):
    """A batch to be started."""

    year = forms.TypedChoiceField(
        label="年度",
        coerce=int,
        error_messages={"required": "请选择年度。", "invalid_choice": "请选择年度。"},
    )
    region = forms.TypedChoiceField(
        label="范围",
        coerce=int,
        error_messages={"required": "请选择范围。", "invalid_choice": "请选择您管理的范围。"},
    )
    kinds = forms.MultipleChoiceField(
        label="参评的组织类型",
        choices=[(str(kind), Kind(kind).label) for kind in rules.RATED_KINDS],
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": "请选择参评的组织类型。",
            "invalid_choice": "请从列表中选择组织类型。",
        },
    )

    def __init__(
        self, *args: Any, regions: Iterable[Region], years: Sequence[int], **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self._choose("year", [(year, f"{year}年") for year in years])
        self._choose("region", [(region.pk, region.name) for region in regions])

    def _choose(self, name: str, choices: list[tuple[int, str]]) -> None:
        field = self.fields[name]
        if isinstance(field, forms.ChoiceField):
            field.choices = choices

    def plan(self) -> BatchPlan:
        """Return what was said."""
        said = self.cleaned_data
        return BatchPlan(said["year"], said["region"], tuple(said["kinds"]))


class AdjustForm(forms.Form):
    """Other stars than the rule's, with the reason."""

    stars = forms.TypedChoiceField(
        label="调整为",
        coerce=int,
        choices=list(enumerate(rules.STAR_WORDS)),
        error_messages={"required": "请选择星级。", "invalid_choice": "请选择星级。"},
    )
    reason = forms.CharField(
        label="理由",
        max_length=rules.REASON_MOST,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "请写明理由，它会和结果一起留存。"},
    )


class LadderForm(forms.Form):
    """What each star asks, from a day on."""

    valid_from = forms.DateField(
        label="执行日期",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": "请选择执行日期。", "invalid": "请选择正确的日期。"},
    )
    basis = forms.CharField(
        label="依据", max_length=200, required=False, help_text="文件名称、文号。"
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for stars in range(1, rules.MOST_STARS + 1):
            for measure in MEASURES:
                unit = "小时" if measure.is_minutes else measure.unit
                label = f"{rules.STAR_WORDS[stars]}：{measure.label}（{unit}）"
                field = self.fields[f"{measure.key}_{stars}"] = Number(label, 0, MOST)
                field.error_messages["required"] = "请填写，不要求就填 0。"

    @property
    def rows(self) -> list[tuple[str, list[BoundField]]]:
        """Return the fields star by star."""
        return [
            (rules.STAR_WORDS[stars], [self[f"{measure.key}_{stars}"] for measure in MEASURES])
            for stars in range(1, rules.MOST_STARS + 1)
        ]

    def rungs(self) -> list[Rung]:
        """Return what was said, hours as minutes."""
        said = self.cleaned_data
        return [
            Rung(
                stars,
                {
                    m.key: said[f"{m.key}_{stars}"] * (_MINUTES if m.is_minutes else 1)
                    for m in MEASURES
                },
            )
            for stars in range(1, rules.MOST_STARS + 1)
        ]

    @staticmethod
    def said(rungs: Iterable[Rung]) -> dict[str, int]:
        """Return the fields' values for a ladder."""
        return {
            f"{m.key}_{rung.stars}": rung.least[m.key] // (_MINUTES if m.is_minutes else 1)
            for rung in rungs
            for m in MEASURES
        }
