"""Fields whose every mistake is answered by one plain sentence."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms

from voluncity.kernel.clock import weekday_text
from voluncity.web import controls
from voluncity.web.controls import CHOOSE, FIRST_YEAR, LAST_YEAR, OUT_OF_TIME


class Day(controls.Day):
    """A day of this century."""

    def to_python(self, value: Any) -> Any:
        """Return the day."""
        found = super().to_python(value)
        if isinstance(found, date) and not FIRST_YEAR <= found.year <= LAST_YEAR:
            raise forms.ValidationError(OUT_OF_TIME)
        return found


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
