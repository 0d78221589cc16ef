"""Forms of publicity."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms

from voluncity.city.publicity.actions import MOST_WORDS
from voluncity.kernel.text import half_width_digits

FIRST_DAY, LAST_DAY = date(2020, 1, 1), date(2099, 12, 31)


class ObjectionForm(forms.Form):
    """What somebody objects to: all of it, or one number of its list."""

    number = forms.IntegerField(
        label="针对名单中的序号",
        required=False,
        min_value=1,
        max_value=10_000_000,
        help_text="只对其中一人（一项）有异议，就填名单里的序号；对全部有异议，不用填。",
        error_messages=dict.fromkeys(
            ("invalid", "min_value", "max_value"), "请填写名单里的序号，例如 12。"
        ),
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )
    text = forms.CharField(
        label="异议内容",
        max_length=MOST_WORDS,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="请写清对哪一点有异议和理由，请不要写他人的证件号、住址等隐私。",
        error_messages={"required": "请填写异议内容。"},
    )

    def __init__(self, data: Any = None, *, has_parts: bool, **options: Any) -> None:
        super().__init__(data, **options)
        if not has_parts:
            del self.fields["number"]


class AnswerForm(forms.Form):
    """The answer to one objection."""

    verdict = forms.ChoiceField(
        label="认定",
        choices=[("dismiss", "异议不成立"), ("uphold", "异议成立")],
        widget=forms.RadioSelect,
        error_messages={"required": "请选择异议是否成立。"},
    )
    answer = forms.CharField(
        label="答复",
        max_length=MOST_WORDS,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="提出异议的人会看到这段话。",
        error_messages={"required": "请写明答复内容，提出异议的人会看到。"},
    )


class CalendarDayForm(forms.Form):
    """A day that is not what its weekday says."""

    day = forms.DateField(
        label="日期",
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={
            "required": "请选择日期。",
            "invalid": "请按“2026-10-01”的样子填写日期。",
        },
    )
    is_workday = forms.ChoiceField(
        label="当天",
        choices=[("0", "放假"), ("1", "调休上班")],
        error_messages={
            "required": "请选择放假还是上班。",
            "invalid_choice": "请选择放假还是上班。",
        },
    )
    name = forms.CharField(
        label="名称", max_length=40, error_messages={"required": "请填写名称，如“国庆节”。"}
    )

    def __init__(self, data: Any = None, **options: Any) -> None:
        if data is not None and "day" in data:
            data = data.copy()
            data["day"] = half_width_digits(data["day"])
        super().__init__(data, **options)

    def clean_day(self) -> date:
        """Return the day if it lies in this century's working life of the system."""
        day: date = self.cleaned_data["day"]
        if not FIRST_DAY <= day <= LAST_DAY:
            raise forms.ValidationError("日期应在 2020 年到 2099 年之间。")
        return day

    def clean_is_workday(self) -> bool:
        """Return whether people work on this day."""
        return bool(self.cleaned_data["is_workday"] == "1")
