"""What people write about hours."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from django import forms

from voluncity.kernel.text import half_width_digits
from voluncity.service.hours.actions import REASON_MAX, TEXT_MAX
from voluncity.service.hours.queries import Filters
from voluncity.service.hours.rules import MOST_MINUTES, Span
from voluncity.service.hours.states import RecordState, Trust
from voluncity.web.controls import cleaned

EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
LATEST = datetime(2100, 1, 1, tzinfo=UTC)
WORDS_MAX = 60
UNCLEAR_TIME = "请按“2026-11-28 09:00”的样子填写日期和时间。"
UNCLEAR_DAY = "请按“2026-11-28”的样子填写日期。"


class LocalTimeField(forms.DateTimeField):
    """A moment of the city; full-width digits are read too."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
        super().__init__(
            widget=widget,
            error_messages={"invalid": UNCLEAR_TIME, "required": UNCLEAR_TIME},
            **kwargs,
        )

    def to_python(self, value: Any) -> datetime | None:
        """Return the moment, within a century in which cities keep hours."""
        given = _plain(value)
        try:
            moment = super().to_python(given)
            outside = moment is not None and not EARLIEST <= moment < LATEST
        except OverflowError:
            outside = True
        if outside:
            raise forms.ValidationError(UNCLEAR_TIME)
        return moment


class DayField(forms.DateField):
    """A day; full-width digits are read too."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            required=False,
            error_messages={"invalid": UNCLEAR_DAY},
            **kwargs,
        )

    def to_python(self, value: Any) -> date | None:
        """Return the day."""
        return super().to_python(_plain(value))


class MinutesField(forms.IntegerField):
    """Whole minutes, up to a day; full-width digits are read too."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            min_value=0,
            max_value=MOST_MINUTES,
            error_messages={
                "invalid": "请填写整数分钟，例如 90。",
                "required": "请填写分钟数，例如 90。",
                "min_value": "分钟数不能小于 0。",
                "max_value": f"一条记录最多 {MOST_MINUTES} 分钟（24 小时）。",
            },
            **kwargs,
        )

    def to_python(self, value: Any) -> int | None:
        """Return the minutes."""
        return super().to_python(_plain(value))


class TextField(forms.CharField):
    """Words that are cleaned and counted as the domain does it."""

    def __init__(
        self, *, most: int, required_sentence: str = "", rows: int = 0, **kwargs: Any
    ) -> None:
        widget: forms.Widget = forms.TextInput(attrs={"maxlength": most})
        if rows:
            widget = forms.Textarea(attrs={"maxlength": most, "rows": rows})
        super().__init__(
            widget=widget,
            strip=False,
            error_messages={"required": required_sentence or "请填写这一项。"},
            **kwargs,
        )
        self.most, self.is_multiline = most, bool(rows)

    def to_python(self, value: Any) -> str:
        """Return the cleaned words."""
        label = self.label or "内容"
        given = super().to_python(value)
        return cleaned(given, most=self.most, label=label, multiline=self.is_multiline)


def _plain(value: Any) -> Any:
    return half_width_digits(value).strip() if isinstance(value, str) else value


def _reason(label: str = "原因", *, name_for: str = "志愿者会看到。", rows: int = 0) -> TextField:
    return TextField(
        rows=rows,
        label=label,
        most=REASON_MAX,
        required_sentence=f"请写明{label}，{name_for}",
        help_text=name_for,
    )


class FilterForm(forms.Form):
    """Narrow the list of all records."""

    words = TextField(label="活动、组织或姓名", most=WORDS_MAX, required=False)
    state = forms.ChoiceField(
        label="状态", choices=[("", "全部"), *RecordState.choices], required=False
    )
    trust = forms.ChoiceField(label="类别", choices=[("", "全部"), *Trust.choices], required=False)
    since = DayField(label="服务日期从")
    until = DayField(label="到")

    def clean(self) -> dict[str, Any]:
        """Refuse days in the wrong order."""
        given = super().clean() or {}
        since, until = given.get("since"), given.get("until")
        if since and until and until < since:
            self.add_error("until", "结束日期不能早于开始日期。")
        return given

    @property
    def filters(self) -> Filters:
        """Return what was understood; what was not narrows nothing."""
        given = self.cleaned_data
        return Filters(
            words=given.get("words", ""),
            state=given.get("state", ""),
            trust=given.get("trust", ""),
            since=given.get("since"),
            until=given.get("until"),
        )


class ReasonForm(forms.Form):
    """Why something is refused."""

    # Several rows, because Enter in a single one would press the page's first button: confirm.
    reason = _reason(rows=2)


class AdjustForm(forms.Form):
    """The minutes that the leader stands for."""

    minutes = MinutesField(label="核定分钟数")
    reason = _reason()


class TimesForm(forms.Form):
    """When somebody really came and went."""

    starts_at = LocalTimeField(label="实际开始")
    ends_at = LocalTimeField(label="实际结束")
    reason = _reason()

    @property
    def span(self) -> Span:
        """Return the times; call only when the form is valid."""
        return Span(self.cleaned_data["starts_at"], self.cleaned_data["ends_at"])


class EnterForm(TimesForm):
    """Somebody who was there without any scan."""

    signup = forms.TypedChoiceField(
        label="志愿者",
        coerce=int,
        error_messages={
            "required": "请选择一位志愿者。",
            "invalid_choice": "请从名单里选择一位志愿者。",
        },
    )
    field_order = ("signup", "starts_at", "ends_at", "reason")

    def __init__(self, *args: Any, choices: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["signup"]
        assert isinstance(field, forms.TypedChoiceField)  # noqa: S101 -- for the type checker
        field.choices = [("", "请选择"), *choices]


class ReverseForm(forms.Form):
    """Why posted hours are taken back, and which times take their place."""

    reason = _reason()
    starts_at = LocalTimeField(label="新的实际开始", required=False)
    ends_at = LocalTimeField(label="新的实际结束", required=False)

    def clean(self) -> dict[str, Any]:
        """Want both times or none."""
        given = super().clean() or {}
        _both_or_none(self, given)
        return given

    @property
    def span(self) -> Span | None:
        """Return the new times, or None; call only when the form is valid."""
        start, end = self.cleaned_data["starts_at"], self.cleaned_data["ends_at"]
        return Span(start, end) if start and end else None


class AnswerForm(ReverseForm):
    """What the volunteer is answered."""

    decision = forms.ChoiceField(
        label="处理结果",
        choices=[("correct", "更正：按下面的时间重新记录"), ("decline", "维持原记录")],
        widget=forms.RadioSelect,
        error_messages={
            "required": "请选择处理结果。",
            "invalid_choice": "请从两项中选择一项。",
        },
    )
    answer = _reason("答复")
    field_order = ("decision", "starts_at", "ends_at", "answer")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["reason"]

    def clean(self) -> dict[str, Any]:
        """Want the new times when the record is to be corrected, and none otherwise."""
        given = super().clean()
        if given.get("decision") == "correct" and not _has_problem(self):
            for name in ("starts_at", "ends_at"):
                if not given.get(name):
                    self.add_error(name, UNCLEAR_TIME)
        return given

    @property
    def span(self) -> Span | None:
        """Return the new times if the record is to be corrected."""
        return super().span if self.cleaned_data["decision"] == "correct" else None


class CorrectionForm(forms.Form):
    """What a volunteer says is wrong."""

    text = TextField(
        label="哪里不对，应该是多少",
        most=TEXT_MAX,
        rows=4,
        required_sentence="请写明哪里不对、应该是多少，例如“实际服务到 11:30，少记 30 分钟”。",
        help_text="例如：实际服务到 11:30，少记了 30 分钟，领队李老师可以证明。",
    )


def _both_or_none(form: forms.Form, given: dict[str, Any]) -> None:
    if _has_problem(form):
        return
    for name, other in (("starts_at", "ends_at"), ("ends_at", "starts_at")):
        if given.get(other) and not given.get(name):
            form.add_error(name, "开始和结束时间请一起填写，或都不填。")


def _has_problem(form: forms.Form) -> bool:
    return bool({"starts_at", "ends_at"} & form.errors.keys())
