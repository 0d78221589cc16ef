"""Fields whose every mistake is answered by one plain sentence."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django import forms

from voluncity.kernel.clock import CITY_TZ, weekday_text
from voluncity.kernel.refusals import BadInput
from voluncity.kernel.text import half_width_digits, words

CHOOSE = "请从列表中选择。"
_EARLIEST, _LATEST = 2000, 2099


class Words(forms.CharField):
    """Text as the domain keeps it; long text keeps its lines."""

    def __init__(self, label: str, longest: int, *, rows: int = 0, **options: Any) -> None:
        if rows:
            options["widget"] = forms.Textarea({"rows": rows})
        super().__init__(label=label, error_messages={"required": f"请填写{label}。"}, **options)
        self.longest, self.is_long, self.validators = longest, bool(rows), []
        self.widget.attrs["maxlength"] = longest

    def to_python(self, value: Any) -> str:
        """Return the text without what nobody sees."""
        try:
            return words(
                str(value or ""), "", str(self.label), self.longest, wanted=False,
                long=self.is_long,
            )  # fmt: skip
        except BadInput as refusal:
            raise forms.ValidationError(refusal.sentence) from refusal


class Number(forms.IntegerField):
    """A whole number between two bounds."""

    def __init__(self, label: str, least: int, most: int, **options: Any) -> None:
        wrong = f"{label}应为 {least} 到 {most:,} 之间的整数，请修改。"
        messages = {"required": f"请填写{label}。"}
        messages |= dict.fromkeys(("invalid", "min_value", "max_value"), wrong)
        super().__init__(
            label=label, min_value=least, max_value=most, error_messages=messages,
            widget=forms.NumberInput({"inputmode": "numeric"}), **options,
        )  # fmt: skip

    def to_python(self, value: Any) -> Any:
        """Return the number; digits may be full-width."""
        return super().to_python(half_width_digits(value) if isinstance(value, str) else value)


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
        """Return the day of this century; digits may be full-width."""
        found = super().to_python(half_width_digits(value) if isinstance(value, str) else value)
        if isinstance(found, date) and not _EARLIEST <= found.year <= _LATEST:
            raise forms.ValidationError("年份应在 2000 到 2099 之间，请修改。")
        return found


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


class Moment(forms.DateTimeField):
    """A day and a time of it, in the city."""

    def __init__(self, label: str, **options: Any) -> None:
        messages = {
            "required": f"请填写{label}。",
            "invalid": "时间写法不对，请按“2026-11-28 09:30”的格式填写。",
        }
        widget = forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
        super().__init__(
            label=label, widget=widget, error_messages=messages,
            input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S"], **options,
        )  # fmt: skip

    def to_python(self, value: Any) -> Any:
        """Return the instant; digits and colon may be full-width."""
        if isinstance(value, str):
            value = half_width_digits(value).replace("：", ":")
        found = super().to_python(value)
        if isinstance(found, datetime) and not _EARLIEST <= found.year <= _LATEST:
            raise forms.ValidationError("年份应在 2000 到 2099 之间，请修改。")
        return found

    def prepare_value(self, value: Any) -> Any:
        """Show the city's clock."""
        if isinstance(value, datetime) and value.tzinfo is not None:
            return value.astimezone(CITY_TZ).replace(tzinfo=None)
        return value


def chosen(label: str, queryset: Any, **options: Any) -> forms.ModelChoiceField[Any]:
    """Return a field to choose one row."""
    messages = {"required": f"请选择{label}。", "invalid_choice": CHOOSE}
    options.setdefault("empty_label", "请选择")
    return forms.ModelChoiceField(
        label=label, queryset=queryset, error_messages=messages, **options
    )


def several(label: str, choices: Any = (), **options: Any) -> forms.MultipleChoiceField:
    """Return a field to tick some of a few."""
    return forms.MultipleChoiceField(
        label=label, choices=choices, widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "请至少勾选一项。", "invalid_choice": CHOOSE,
                        "invalid_list": CHOOSE},
        **options,
    )  # fmt: skip


def day_choices(days: list[date]) -> list[tuple[str, str]]:
    """Return days as people say them."""
    return [(day.isoformat(), f"{day.month}月{day.day}日 {weekday_text(day)}") for day in days]
