"""Forms of points."""

from __future__ import annotations

from collections.abc import Iterable
from secrets import token_urlsafe
from typing import Any

from django import forms
from django.forms import BoundField

from voluncity.city.catalog.models import Category
from voluncity.honor.points.actions.adjusting import REASON_MOST
from voluncity.honor.points.actions.giving import WORDS_MOST
from voluncity.honor.points.rules import AMOUNT_MOST, CAP_MOST, RATE_MOST, Book
from voluncity.honor.points.states import DEEDS, AdjustmentKind, Ground
from voluncity.web.controls import Number

NEVER = "never"
_EXPIRIES = [
    ("0", "得到当年的 12 月 31 日"),
    ("1", "得到次年的 12 月 31 日"),
    ("2", "得到后第二年的 12 月 31 日"),
    ("3", "得到后第三年的 12 月 31 日"),
    (NEVER, "长期有效"),
]
KEY_MOST = 40


def whole(
    label: str, *, unit: str = "分", least: int = 0, most: int = AMOUNT_MOST, **more: Any
) -> Number:
    """Return the field of a whole number with its unit; full-width digits are read."""
    field = Number(label, least, most, **more)
    field.label = f"{label}（{unit}）"
    return field


class GiveForm(forms.Form):
    """To whom how many points go."""

    POOL, PERSON = "pool", "person"

    to = forms.ChoiceField(
        label="送给谁",
        choices=[(POOL, "爱心积分池，由文明办发给有需要的人"), (PERSON, "一位志愿者")],
        widget=forms.RadioSelect,
        error_messages={"required": "请选择送给谁。", "invalid_choice": "请选择送给谁。"},
    )
    number = forms.CharField(
        label="对方的志愿者编号", max_length=WORDS_MOST, required=False,
        help_text="在对方的志愿者证上。送给积分池不用填。",
    )  # fmt: skip
    name = forms.CharField(
        label="对方的姓名",
        max_length=WORDS_MOST,
        required=False,
        help_text="用来核对，没有送错人。",
    )
    amount = whole("送多少", least=1)
    key = forms.CharField(max_length=KEY_MOST, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **options: Any) -> None:
        options["initial"] = {"to": self.POOL, "key": token_urlsafe(12)} | (
            options.get("initial") or {}
        )
        super().__init__(*args, **options)

    def clean(self) -> dict[str, Any]:
        """Ask for number and name where a person is meant."""
        said = super().clean() or {}
        if said.get("to") == self.PERSON:
            for name, sentence in (
                ("number", "请填写对方的志愿者编号。"),
                ("name", "请填写对方的姓名。"),
            ):
                if not said.get(name) and name not in self.errors:
                    self.add_error(name, sentence)
        return said


class AdjustForm(forms.Form):
    """What is to be changed, and why."""

    kind = forms.ChoiceField(
        label="办理事项",
        choices=AdjustmentKind.choices,
        error_messages={"required": "请选择办理事项。", "invalid_choice": "请从列表中选择。"},
    )
    amount = whole("多少", least=1)
    reason = forms.CharField(
        label="事由", max_length=REASON_MOST, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="本人和复核人都会看到。",
        error_messages={"required": "请写明事由。", "max_length": f"最多 {REASON_MOST} 个字。"},
    )  # fmt: skip


class AnswerForm(forms.Form):
    """What the second officer decides."""

    YES, NO = "approve", "refuse"

    verb = forms.ChoiceField(
        choices=[(YES, "复核通过"), (NO, "不通过")],
        error_messages={"required": "请选择。", "invalid_choice": "请选择。"},
    )
    answer = forms.CharField(
        label="说明", max_length=REASON_MOST, required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="不通过时必填。", error_messages={"max_length": f"最多 {REASON_MOST} 个字。"},
    )  # fmt: skip


class RulesForm(forms.Form):
    """What earns how many points, from a day on."""

    valid_from = forms.DateField(
        label="执行日期",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text="最早明天。",
        error_messages={"required": "请选择执行日期。", "invalid": "请选择正确的日期。"},
    )
    basis = forms.CharField(
        label="依据", max_length=200, required=False, help_text="文件名称、文号。",
        error_messages={"max_length": "最多 200 个字。"},
    )  # fmt: skip
    hour_points = whole("每小时积分", most=RATE_MOST)
    entered_percent = whole(
        "荣誉时长按百分之几计分", unit="%", most=100, help_text="填 0 就只有信用时长得分。"
    )
    day_most = whole("一人一天最多", most=CAP_MOST, help_text="填 0 为不限。")
    month_most = whole("一人一月最多", most=CAP_MOST, help_text="填 0 为不限。")
    expiry_years = forms.ChoiceField(
        label="有效期至", choices=_EXPIRIES,
        error_messages={"required": "请选择有效期。", "invalid_choice": "请从列表中选择。"},
    )  # fmt: skip

    def __init__(self, *args: Any, categories: Iterable[Category], **options: Any) -> None:
        super().__init__(*args, **options)
        self._categories = list(categories)
        for one in self._categories:
            self.fields[f"hours_{one.pk}"] = whole(
                one.name, unit="分/小时", most=RATE_MOST, required=False
            )
        for deed in DEEDS:
            self.fields[f"deed_{deed}"] = whole(deed.label, most=RATE_MOST)

    @property
    def category_fields(self) -> list[BoundField]:
        """Return the fields of the kinds of service."""
        return [self[f"hours_{one.pk}"] for one in self._categories]

    @property
    def deed_fields(self) -> list[BoundField]:
        """Return the fields of the deeds."""
        return [self[f"deed_{deed}"] for deed in DEEDS]

    def book(self) -> Book:
        """Return what was said."""
        said = self.cleaned_data
        years = said["expiry_years"]
        return Book(
            valid_from=said["valid_from"],
            hour_points=said["hour_points"],
            entered_percent=said["entered_percent"],
            day_most=said["day_most"],
            month_most=said["month_most"],
            expiry_years=None if years == NEVER else int(years),
            hours={
                one.pk: points
                for one in self._categories
                if (points := said[f"hours_{one.pk}"]) is not None
            },
            deeds={deed: said[f"deed_{deed}"] for deed in DEEDS if said[f"deed_{deed}"]},
        )

    @staticmethod
    def said(book: Book | None) -> dict[str, Any]:
        """Return the fields' values for rules; for none those with which a city may begin."""
        if book is None:
            # Kunshan: an hour is 10 points; no city we know lets them run on for ever.
            start = {"hour_points": 10, "entered_percent": 0, "day_most": 80, "month_most": 0}
            return start | {"expiry_years": "1"} | {f"deed_{deed}": 0 for deed in DEEDS}
        return {
            "hour_points": book.hour_points,
            "entered_percent": book.entered_percent,
            "day_most": book.day_most,
            "month_most": book.month_most,
            "expiry_years": NEVER if book.expiry_years is None else str(book.expiry_years),
            **{f"hours_{pk}": points for pk, points in book.hours.items()},
            **{f"deed_{deed}": book.worth_of(Ground(deed)) for deed in DEEDS},
        }
