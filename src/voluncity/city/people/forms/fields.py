"""The parts that forms about people share."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.forms.utils import ErrorDict

from voluncity.kernel import text
from voluncity.kernel.refusals import Refusal
from voluncity.web.controls import cleaned

NO_SUCH = "没有这个选项，请重新选择。"


class Words(forms.CharField):
    """One line of text, cleaned as it is stored; too long is a sentence of ours."""

    def __init__(self, *, most: int, **options: Any) -> None:
        options.setdefault("widget", forms.TextInput(attrs={"maxlength": most}))
        super().__init__(**options)
        self.most = most

    def to_python(self, value: Any) -> str:
        """Return the clean text.

        :raises ValidationError: when it is too long.
        """
        return cleaned(value, most=self.most, label=self.label)


class OurForm(forms.Form):
    """A form whose rules are the slice's own: a refusal goes to the field it names.

    As a draft it is drawn again with what was typed, and nothing is checked yet.
    """

    def __init__(self, *args: Any, is_draft: bool = False, **options: Any) -> None:
        super().__init__(*args, **options)
        self._is_draft = is_draft

    def full_clean(self) -> None:
        """Check, unless this is a draft."""
        if not self._is_draft:
            super().full_clean()
            return
        self._errors, self.cleaned_data = ErrorDict(), {}

    def refuse(self, refusal: Refusal) -> None:
        """Put a refusal at its field, or above the form."""
        self.add_error(refusal.field if refusal.field in self.fields else None, refusal.sentence)


def phone_field(label: str = "手机号", *, required: bool = True) -> Words:
    return Words(
        label=label,
        most=30,
        required=required,
        error_messages={"required": "请填写手机号。"},
        widget=forms.TextInput(
            attrs={"type": "tel", "inputmode": "tel", "autocomplete": "tel", "maxlength": 30}
        ),
    )


def code_field(label: str = "验证码", *, required: bool = True) -> Words:
    return Words(
        label=label,
        most=20,
        required=required,
        error_messages={"required": "请填写短信里的 6 位数字验证码。"},
        widget=forms.TextInput(
            attrs={
                "class": "input",
                "inputmode": "numeric",
                "autocomplete": "one-time-code",
                "maxlength": 20,
            }
        ),
    )


class DateInput(forms.DateInput):
    """The browser's own calendar."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class WholeDate(forms.DateField):
    """A day; full-width digits are forgiven."""

    widget = DateInput

    def to_python(self, value: Any) -> date | None:
        """Return the day."""
        return super().to_python(text.clean(value) if isinstance(value, str) else value)
