"""Fields whose every mistake is answered by one plain sentence."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django import forms

from voluncity.kernel.clock import CITY_TZ, weekday_text
from voluncity.kernel.text import half_width_digits
from voluncity.web import controls
from voluncity.web.controls import CHOOSE

_EARLIEST, _LATEST = 2000, 2099


class Day(controls.Day):
    """A day of this century."""

    def to_python(self, value: Any) -> Any:
        """Return the day."""
        found = super().to_python(value)
        if isinstance(found, date) and not _EARLIEST <= found.year <= _LATEST:
            raise forms.ValidationError("年份应在 2000 到 2099 之间，请修改。")
        return found


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
