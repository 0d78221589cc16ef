"""Forms of certification."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.forms import BoundField

from voluncity.city.catalog.models import Category
from voluncity.city.regions.models import Level, Region
from voluncity.honor.certification import rules
from voluncity.honor.certification.actions import BatchPlan, LadderPlan
from voluncity.honor.certification.actions.batches import TITLE_MOST
from voluncity.honor.certification.actions.ladders import ABSENCES_MOST, CLEAN_MOST
from voluncity.honor.certification.models import WORDS_MOST, Ladder
from voluncity.honor.certification.rules import MEASURES, Measure, Rung
from voluncity.honor.certification.states import NAMES, HonorKind, grade_name
from voluncity.honor.recognition.actions.ladders import STARS
from voluncity.honor.recognition.rules import Rung as StarRung
from voluncity.web.controls import CHOOSE, Day, Number, Words, chosen

_MINUTES = 60
MOST_HOURS, MOST = 100_000, 1_000_000


class BatchForm(forms.Form):
    """A batch to be started."""

    kind = forms.ChoiceField(
        label="类别",
        choices=HonorKind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "请选择类别。", "invalid_choice": CHOOSE},
    )
    title = Words("名称", TITLE_MOST, help_text="会出现在公示、证书和新闻稿里。")
    region = forms.TypedChoiceField(
        label="范围",
        coerce=int,
        error_messages={"required": "请选择范围。", "invalid_choice": "请选择您管理的范围。"},
    )
    until = Day("统计截至", help_text="这一天（含）以前的时长计入。")

    def __init__(self, *args: Any, regions: Iterable[Region], **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["region"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [(one.pk, one.name) for one in regions]

    def plan(self) -> BatchPlan:
        """Return what was said."""
        said = self.cleaned_data
        return BatchPlan(said["title"], said["kind"], said["region"], said["until"])


class DecisionForm(forms.Form):
    """What becomes of one candidate, or of several."""

    verb = forms.ChoiceField(
        label="审核",
        choices=[("accept", "同意认定"), ("reject", "不予认定")],
        widget=forms.RadioSelect,
        error_messages={"required": "请选择同意还是不予认定。", "invalid_choice": CHOOSE},
    )
    reason = Words(
        "审核意见",
        WORDS_MOST,
        long=True,
        required=False,
        help_text="不予认定、或同意没有达到标准的人，要写明理由。",
    )


class ReasonForm(forms.Form):
    """Why an honor is kept or taken back."""

    reason = Words("理由", WORDS_MOST, long=True)


class NominationForm(forms.Form):
    """Whom somebody nominates."""

    number = Words("志愿者编号", 20, help_text="在志愿者卡上；只能推荐本组织成员或本辖区的志愿者。")
    grade = forms.TypedChoiceField(
        label="等次",
        coerce=int,
        error_messages={"required": "请选择等次。", "invalid_choice": "请选择等次。"},
    )
    words = Words(
        "推荐理由",
        WORDS_MOST,
        long=True,
        help_text="平台没有记到的贡献、谁可以证明。请不要写证件号、住址等隐私。",
    )

    def __init__(self, *args: Any, kind: str, grades: Iterable[int], **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["grade"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [(one, grade_name(kind, one)) for one in grades]


class SerialForm(forms.Form):
    """The number on a certificate."""

    serial = Words("证书编号", 24)


class LadderForm(forms.Form):
    """What each grade of stars or medals asks, from a coming day on."""

    valid_from = Day("执行日期")
    basis = Words("依据", 200, required=False, help_text="文件名称、文号。")
    publicity_workdays = Number("公示工作日", 1, rules.MOST_WORKDAYS)
    clean_months = Number("近几个月没有处理和在办核查", 0, CLEAN_MOST, help_text="不要求填 0。")
    absences_most = Number(
        f"近 {rules.ABSENCE_MONTHS} 个月最多无故缺席",
        0,
        ABSENCES_MOST,
        required=False,
        help_text="次数；不限就留空。",
    )
    category = chosen("指定类别", Category.objects.all(), required=False)

    def __init__(self, *args: Any, kind: str, **options: Any) -> None:
        super().__init__(*args, **options)
        self.kind = kind
        for grade, name in enumerate(NAMES[kind], start=1):
            self.fields[f"level_{grade}"] = forms.ChoiceField(
                label=f"{name}：认定层级",
                choices=[(Level.COUNTY, "县级可认定"), (Level.CITY, "市级认定")],
                error_messages={"required": "请选择认定层级。", "invalid_choice": CHOOSE},
            )
            for measure in MEASURES:
                self.fields[f"{measure.key}_{grade}"] = Number(
                    f"{name}：{measure.label}（{_UNITS.get(measure.unit, measure.unit)}）",
                    0,
                    _most(measure),
                    widget=forms.TextInput(attrs={"inputmode": "numeric"}),
                )

    @property
    def rows(self) -> list[tuple[str, list[tuple[str, BoundField]]]]:
        """Return the fields grade by grade, with what they are called below their grade."""
        return [
            (name, [(str(one.label).removeprefix(f"{name}："), one) for one in self._grade(grade)])
            for grade, name in enumerate(NAMES[self.kind], start=1)
        ]

    def _grade(self, grade: int) -> list[BoundField]:
        """Return the fields of one grade."""
        return [self[f"{key}_{grade}"] for key in ("level", *(m.key for m in MEASURES))]

    def plan(self) -> LadderPlan:
        """Return what was said, hours as minutes."""
        said = self.cleaned_data
        rungs = [
            Rung(
                grade,
                said[f"level_{grade}"],
                {m.key: said[f"{m.key}_{grade}"] * _factor(m) for m in MEASURES},
            )
            for grade in range(1, len(NAMES[self.kind]) + 1)
        ]
        return LadderPlan(
            kind=self.kind,
            valid_from=said["valid_from"],
            rungs=rungs,
            basis=said["basis"],
            category_id=said["category"].pk if said["category"] else None,
            clean_months=said["clean_months"],
            absences_most=said["absences_most"],
            publicity_workdays=said["publicity_workdays"],
        )

    @staticmethod
    def said(ladder: Ladder, rungs: Iterable[Rung]) -> dict[str, Any]:
        """Return the fields' values for a ladder."""
        names = (
            "basis",
            "publicity_workdays",
            "clean_months",
            "absences_most",
            "category",
        )
        found: dict[str, Any] = {name: getattr(ladder, name) for name in names}
        for rung in rungs:
            found[f"level_{rung.grade}"] = rung.level
            found |= {f"{m.key}_{rung.grade}": rung.least[m.key] // _factor(m) for m in MEASURES}
        return found


# Django reads a per cent sign in a message as the beginning of a parameter.
_UNITS = {"%": "百分之几"}


def _factor(measure: Measure) -> int:
    return _MINUTES if measure.is_minutes else 1


def _most(measure: Measure) -> int:
    special = {"proven_percent": 100, "stars": 5, "months": 600, "trainings": 100}
    return MOST_HOURS if measure.is_minutes else special.get(measure.key, MOST)


class StarLadderForm(forms.Form):
    """How many hours each hour star asks, from a coming day on."""

    valid_from = Day("执行日期")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for stars in range(1, STARS + 1):
            self.fields[f"hours_{stars}"] = Number(
                f"{'一二三四五'[stars - 1]}星（小时）", 1, MOST_HOURS
            )

    @property
    def hours(self) -> list[BoundField]:
        """Return the fields of the stars."""
        return [self[f"hours_{stars}"] for stars in range(1, STARS + 1)]

    def rungs(self) -> list[StarRung]:
        """Return what was said, as minutes."""
        said = self.cleaned_data
        return [StarRung(stars, said[f"hours_{stars}"] * _MINUTES) for stars in range(1, STARS + 1)]
