"""Fields of the forms: days, whole numbers, words that keep their lines."""

from __future__ import annotations

from typing import Any

from django import forms

from voluncity.city.people.forms.fields import WholeDate, Words
from voluncity.honor.awards import rules


def day_field(label: str, **options: Any) -> WholeDate:
    """Return a field for a day, from the browser's calendar or typed."""
    return WholeDate(
        label=label,
        error_messages={
            "required": "请选择日期。",
            "invalid": "日期不对，请写成 2026-11-24 这样。",
        },
        **options,
    )


def long_field(label: str, most: int, *, rows: int = 4, **options: Any) -> Words:
    """Return a field for words that keep their lines."""
    return LongWords(
        label=label, most=most,
        widget=forms.Textarea(attrs={"rows": rows, "maxlength": most}),
        error_messages={"required": f"请填写{label}。"}, **options,
    )  # fmt: skip


class LongWords(Words):
    """Words that keep their lines; the domain cleans them."""

    def to_python(self, value: Any) -> str:
        text = str(value or "").strip()
        super().to_python(text)
        return text


class ReasonForm(forms.Form):
    """A reason."""

    def __init__(self, *args: Any, label: str = "理由", hint: str = "", **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["reason"] = long_field(label, rules.REASON_MOST, rows=3, help_text=hint)


class RemarksForm(forms.Form):
    """Remarks on a nomination."""

    def __init__(
        self, *args: Any, label: str, wanted: bool = True, hint: str = "", **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.fields["remarks"] = long_field(
            label, rules.REMARKS_MOST, rows=3, required=wanted, help_text=hint
        )


class NothingForm(forms.Form):
    """A step that needs no words."""
