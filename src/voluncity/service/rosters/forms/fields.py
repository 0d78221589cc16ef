"""Fields whose every mistake is answered by one plain sentence."""

from __future__ import annotations

from typing import Any

from django import forms

from voluncity.kernel.refusals import BadInput
from voluncity.kernel.text import half_width_digits
from voluncity.service.projects import rules

CHOOSE = "请从列表中选择。"


class Words(forms.CharField):
    """One line of text as the domain keeps it."""

    def __init__(self, label: str, longest: int, **options: Any) -> None:
        super().__init__(label=label, error_messages={"required": f"请填写{label}。"}, **options)
        self.longest, self.validators = longest, []
        self.widget.attrs["maxlength"] = longest

    def to_python(self, value: Any) -> str:
        """Return the text without what nobody sees."""
        try:
            return rules.words(str(value or ""), "", str(self.label), self.longest, wanted=False)
        except BadInput as refusal:
            raise forms.ValidationError(refusal.sentence) from refusal


class Number(forms.IntegerField):
    """A whole number between two bounds."""

    def __init__(self, label: str, least: int, most: int, **options: Any) -> None:
        wrong = f"{label}应为 {least} 到 {most:,} 之间的整数，请修改。"
        messages = {
            "required": f"请填写{label}。",
            "invalid": wrong,
            "min_value": wrong,
            "max_value": wrong,
        }
        super().__init__(
            label=label, min_value=least, max_value=most, error_messages=messages,
            widget=forms.NumberInput({"inputmode": "numeric"}), **options,
        )  # fmt: skip


class Day(forms.DateField):
    """A day, chosen in the browser's calendar or typed."""

    def __init__(self, label: str, **options: Any) -> None:
        messages = {
            "required": f"请填写{label}。",
            "invalid": "日期写法不对，请按“2026-11-28”的格式填写。",
        }
        widget = forms.DateInput({"type": "date"}, format="%Y-%m-%d")
        super().__init__(label=label, widget=widget, error_messages=messages, **options)

    def to_python(self, value: Any) -> Any:
        """Return the day; digits may be full-width."""
        return super().to_python(half_width_digits(value) if isinstance(value, str) else value)


class Hour(forms.TimeField):
    """A time of the day."""

    def __init__(self, label: str, **options: Any) -> None:
        messages = {
            "required": f"请填写{label}。", "invalid": "时间写法不对，请按“09:30”的格式填写。",
        }  # fmt: skip
        widget = forms.TimeInput({"type": "time"}, format="%H:%M")
        super().__init__(label=label, widget=widget, error_messages=messages, **options)

    def to_python(self, value: Any) -> Any:
        """Return the time; digits and colon may be full-width."""
        if isinstance(value, str):
            value = half_width_digits(value).replace("：", ":")
        return super().to_python(value)


class Degrees(forms.FloatField):
    """A latitude or longitude."""

    def __init__(self, label: str, most: int, **options: Any) -> None:
        wrong = f"{label}应是 -{most} 到 {most} 之间的数，请修改。"
        messages = dict.fromkeys(("invalid", "min_value", "max_value"), wrong)
        super().__init__(
            label=label, min_value=-most, max_value=most, error_messages=messages, **options
        )


def chosen(label: str, queryset: Any, **options: Any) -> forms.ModelChoiceField[Any]:
    """Return a field to choose one row."""
    messages = {"required": f"请选择{label}。", "invalid_choice": CHOOSE}
    options.setdefault("empty_label", "请选择")
    return forms.ModelChoiceField(
        label=label, queryset=queryset, error_messages=messages, **options
    )
