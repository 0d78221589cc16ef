"""Form fields that clean and refuse with the same words as the rules, for every slice."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django import forms

from voluncity.kernel.clock import CITY_TZ
from voluncity.kernel.refusals import BadInput
from voluncity.kernel.text import clean, half_width_digits, number_in, words

CHOOSE = "请从列表中选择。"
FIRST_YEAR, LAST_YEAR = 2000, 2099
OUT_OF_TIME = "年份应在 2000 到 2099 之间，请修改。"


def cleaned(value: Any, *, most: int, label: Any, multiline: bool = False) -> str:
    """Return what was typed as it is stored.

    :raises ValidationError: when it is too long.
    """
    try:
        return clean(str(value or ""), max_length=most, multiline=multiline, label=str(label))
    except BadInput as refusal:
        raise forms.ValidationError(refusal.sentence) from refusal


class Words(forms.CharField):
    """Text as the domain keeps it; `long` text has lines."""

    def __init__(self, label: str, longest: int, *, long: bool = False, **options: Any) -> None:
        options.setdefault("widget", forms.Textarea({"rows": 4}) if long else forms.TextInput)
        options.setdefault("error_messages", {"required": f"请填写{label}。"})
        super().__init__(label=label, **options)
        self.longest, self.long = longest, long
        self.validators = []  # the rule below drops what it would refuse
        if not long:
            self.widget.attrs["maxlength"] = longest

    def to_python(self, value: Any) -> str:
        try:
            return words(
                str(value or ""), "", self.label_text, self.longest, wanted=False, long=self.long
            )
        except BadInput as refusal:
            raise forms.ValidationError(refusal.sentence) from refusal

    @property
    def label_text(self) -> str:
        """Return the label as plain text."""
        return str(self.label)


class Line(forms.CharField):
    """Words that are cleaned and counted as they are stored; with `rows`, in a field for more."""

    def __init__(self, *, most: int, rows: int = 0, **options: Any) -> None:
        widget = forms.Textarea({"rows": rows}) if rows else forms.TextInput()
        super().__init__(widget=widget, **options)
        self.most = most
        self.error_messages["required"] = f"请填写{self.label}。"

    def to_python(self, value: Any) -> str:
        """Return the clean words.

        :raises ValidationError: when they are too long.
        """
        return cleaned(value, most=self.most, label=self.label)


class SearchWords(Words):
    """Words to search by: whatever is typed, it finds something or nothing."""

    def to_python(self, value: Any) -> str:
        return cleaned(value, most=self.longest, label=self.label)


class Number(forms.IntegerField):
    """A whole number between two bounds; any wrong one is answered by the same sentence."""

    def __init__(self, label: str, least: int, most: int, **options: Any) -> None:
        sentence = f"{label}应为 {least} 到 {most:,} 之间的整数，请修改。"
        # Both bounds put their numbers into the sentence: a per cent sign of the label stays one.
        bounds = dict.fromkeys(("min_value", "max_value"), sentence.replace("%", "%%"))
        messages = {"invalid": sentence, **bounds}
        messages["required"] = f"请填写{label}。"
        options.setdefault("widget", forms.NumberInput({"inputmode": "numeric"}))
        super().__init__(
            label=label, min_value=least, max_value=most, error_messages=messages, **options
        )

    def to_python(self, value: Any) -> int | None:
        """Return the number; blanks around it and full-width digits do no harm."""
        found: int | None = super().to_python(value.strip() if isinstance(value, str) else value)
        return found


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


class Moment(forms.DateTimeField):
    """A day of this century and a time of it, in the city."""

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
            value = half_width_digits(value).strip().replace("：", ":")
        found = super().to_python(value)
        if isinstance(found, datetime) and not FIRST_YEAR <= found.year <= LAST_YEAR:
            raise forms.ValidationError(OUT_OF_TIME)
        return found

    def prepare_value(self, value: Any) -> Any:
        """Show the city's clock."""
        if isinstance(value, datetime) and value.tzinfo is not None:
            return value.astimezone(CITY_TZ).replace(tzinfo=None)
        return value


class Degrees(forms.FloatField):
    """A latitude or longitude."""

    def __init__(self, label: str, most: int, **options: Any) -> None:
        sentence = f"{label}应是 -{most} 到 {most} 之间的数，请修改。"
        # Both bounds put their numbers into the sentence: a per cent sign of the label stays one.
        bounds = dict.fromkeys(("min_value", "max_value"), sentence.replace("%", "%%"))
        messages = {"invalid": sentence, **bounds}
        super().__init__(
            label=label, min_value=-most, max_value=most, error_messages=messages, **options
        )


class Relaxed(forms.Form):
    """A form whose required fields may, in some cases, be left empty after all.

    They are still drawn as required: a draft is on its way to be whole.
    """

    def may_be_empty(self) -> Iterable[str]:
        """Return the names of the fields that may be left empty this time."""
        return ()

    def full_clean(self) -> None:
        """Check the form without asking for what may be empty."""
        relaxed = [self.fields[name] for name in self.may_be_empty() if name in self.fields]
        for one in relaxed:
            one.required = False
        super().full_clean()
        for one in relaxed:
            one.required = True


class Several(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    """Some rows of a list; an id that no row can have is answered like any other wrong one."""

    def __init__(self, label: str, **options: Any) -> None:
        messages = dict.fromkeys(("list", "invalid_choice", "invalid_pk_value"), CHOOSE)
        messages["required"] = f"请选择{label}。"
        messages |= options.pop("error_messages", {})
        super().__init__(label=label, error_messages=messages, **options)

    def clean(self, value: Any) -> Any:
        """Return the rows.

        :raises ValidationError: when one of them is not in the list.
        """
        if any(number_in(str(one)) is None for one in value or ()):
            raise forms.ValidationError(CHOOSE, code="invalid_choice")
        return super().clean(value)


def chosen(label: str, queryset: Any, **options: Any) -> forms.ModelChoiceField[Any]:
    """Return a field to choose one row."""
    messages = {"required": f"请选择{label}。", "invalid_choice": CHOOSE}
    options.setdefault("empty_label", "请选择")
    return forms.ModelChoiceField(
        label=label, queryset=queryset, error_messages=messages, **options
    )
