"""Fields that clean and refuse with the same words as the rules."""

from __future__ import annotations

from typing import Any

from django import forms

from voluncity.kernel.refusals import BadInput
from voluncity.kernel.text import clean, half_width_digits
from voluncity.service.projects.rules import words

CHOOSE = "请从列表中选择。"


class Words(forms.CharField):
    """Text as the domain keeps it; `long` text has lines."""

    def __init__(self, label: str, longest: int, *, long: bool = False, **options: Any) -> None:
        options.setdefault("widget", forms.Textarea({"rows": 5}) if long else forms.TextInput)
        options.setdefault("error_messages", {"required": f"请填写{label}。"})
        super().__init__(label=label, **options)
        self.longest, self.long = longest, long
        self.validators = []  # the rule below drops what it would refuse
        if not long:
            self.widget.attrs["maxlength"] = longest

    def to_python(self, value: Any) -> str:
        try:
            return words(
                str(value or ""), "", str(self.label), self.longest, wanted=False, long=self.long
            )
        except BadInput as refusal:
            raise forms.ValidationError(refusal.sentence) from refusal


class SearchWords(Words):
    """Words to search by: whatever is typed, it finds something or nothing."""

    def to_python(self, value: Any) -> str:
        try:
            return clean(str(value or ""), max_length=self.longest, label=str(self.label))
        except BadInput as refusal:
            raise forms.ValidationError(refusal.sentence) from refusal


class Number(forms.IntegerField):
    """A whole number between two bounds; any wrong one is answered by the same sentence."""

    def __init__(self, label: str, least: int, most: int, **options: Any) -> None:
        sentence = f"{label}应为 {least} 到 {most:,} 之间的整数，请修改。"
        messages = dict.fromkeys(("invalid", "min_value", "max_value"), sentence)
        messages["required"] = f"请填写{label}。"
        options.setdefault("widget", forms.NumberInput({"inputmode": "numeric"}))
        super().__init__(
            label=label, min_value=least, max_value=most, error_messages=messages, **options
        )


class Day(forms.DateField):
    """A day, chosen in the browser's calendar or typed."""

    def __init__(self, label: str, **options: Any) -> None:
        super().__init__(
            label=label,
            widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
            error_messages={
                "required": f"请填写{label}。",
                "invalid": "日期写法不对，请按“2026-11-28”的格式填写。",
            },
            **options,
        )

    def to_python(self, value: Any) -> Any:
        return super().to_python(half_width_digits(value) if isinstance(value, str) else value)


class Hour(forms.TimeField):
    """A time of the day."""

    def __init__(self, label: str, **options: Any) -> None:
        super().__init__(
            label=label,
            widget=forms.TimeInput({"type": "time"}, format="%H:%M"),
            error_messages={
                "required": f"请填写{label}。",
                "invalid": "时间写法不对，请按“09:30”的格式填写。",
            },
            **options,
        )

    def to_python(self, value: Any) -> Any:
        if isinstance(value, str):
            value = half_width_digits(value).replace("：", ":")
        return super().to_python(value)


def chosen(label: str, queryset: Any, **options: Any) -> forms.ModelChoiceField[Any]:
    """Return a field to choose one row."""
    messages = {"required": f"请选择{label}。", "invalid_choice": CHOOSE}
    options.setdefault("empty_label", "请选择")
    return forms.ModelChoiceField(
        label=label, queryset=queryset, error_messages=messages, **options
    )
