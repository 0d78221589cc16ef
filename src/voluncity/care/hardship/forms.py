"""Forms of hardship and gifts."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms

from voluncity.care.hardship import rules
from voluncity.care.hardship.queries import FIRST_YEAR, Filters
from voluncity.care.hardship.rules import CasePlan, GiftPlan
from voluncity.care.hardship.states import SAID, CaseState, Need, Occasion, ReversalReason
from voluncity.city.regions.models import Region
from voluncity.kernel.text import clean, half_width_digits

NO_SUCH = "没有这个选项，请重新选择。"
_PICK = ("", "请选择")
_DAY = {"invalid": "日期不对，请写成 2026-11-24 这样。"}


class Day(forms.DateField):
    """A day from the browser's calendar; full-width digits are read."""

    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")

    def to_python(self, value: Any) -> date | None:
        """Return the day."""
        return super().to_python(
            half_width_digits(value).strip() if isinstance(value, str) else value
        )


class CaseForm(forms.Form):
    """A volunteer in need."""

    number = forms.CharField(
        label="志愿者编号",
        help_text="在名册里可以查到，12 位数字。",
        widget=forms.TextInput(attrs={"inputmode": "numeric", "maxlength": 30}),
        error_messages={"required": "请填写志愿者编号。"},
    )
    need = forms.ChoiceField(
        label="困难类型",
        choices=[_PICK, *Need.choices],
        error_messages={"required": "请选择困难类型。", "invalid_choice": NO_SUCH},
    )
    since = Day(label="困难起始日期", error_messages={"required": "请填写起始日期。", **_DAY})
    until = Day(
        label="预计到",
        required=False,
        help_text="到期时列表会提醒；说不准的不填。",
        error_messages=_DAY,
    )
    reason = forms.CharField(
        label="困难情况",
        help_text="加密保存，每次查看都会留下记录。不要写别人的隐私。",
        widget=forms.Textarea(attrs={"rows": 4, "maxlength": rules.REASON_MOST}),
        error_messages={"required": "请写明困难情况，方便接手的同事了解。"},
    )

    def clean_number(self) -> str:
        """Return the number without blanks; full-width digits are read."""
        return clean(self.cleaned_data["number"])[:30].replace(" ", "")

    def plan(self) -> CasePlan:
        """Return what was said."""
        said = self.cleaned_data
        return CasePlan(
            need=said["need"], since=said["since"], until=said["until"], reason=said["reason"]
        )


class GiftForm(forms.Form):
    """What was given."""

    what = forms.CharField(
        label="慰问内容",
        help_text="例如慰问金、米面油、棉被。",
        widget=forms.TextInput(attrs={"maxlength": rules.WHAT_MOST}),
        error_messages={"required": "请填写慰问内容。"},
    )
    value = forms.CharField(
        label="金额或折价（元）",
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "maxlength": 20}),
    )
    given_on = Day(label="慰问日期", error_messages={"required": "请填写慰问日期。", **_DAY})
    occasion = forms.ChoiceField(
        label="慰问时机",
        choices=[_PICK, *Occasion.choices],
        error_messages={"required": "请选择慰问时机。", "invalid_choice": NO_SUCH},
    )
    given_by = forms.CharField(
        label="慰问单位或个人",
        widget=forms.TextInput(attrs={"maxlength": rules.GIVER_MOST}),
        error_messages={"required": "请填写慰问单位或个人。"},
    )
    signed_by = forms.CharField(
        label="签收人",
        required=False,
        help_text="在签收单上签名的人，可以是家属。",
        widget=forms.TextInput(attrs={"maxlength": rules.SIGNER_MOST}),
    )
    note = forms.CharField(
        label="备注",
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "maxlength": rules.NOTE_MOST}),
    )

    def plan(self) -> GiftPlan:
        """Return what was said."""
        return GiftPlan(**self.cleaned_data)


class EndForm(forms.Form):
    """Why a case ends."""

    reason = forms.ChoiceField(
        label="原因",
        choices=[_PICK, *((reason.value, reason.label) for reason in SAID)],
        error_messages={
            "required": "请选择原因，它会记入操作记录。",
            "invalid_choice": NO_SUCH,
        },
    )


class ExtendForm(forms.Form):
    """Until when help is expected to be needed."""

    until = Day(label="预计到", required=False, error_messages=_DAY)


class ReverseForm(forms.Form):
    """Why a gift does not count."""

    reason = forms.ChoiceField(
        label="冲正原因",
        choices=[_PICK, *ReversalReason.choices],
        error_messages={
            "required": "请选择冲正的原因，它会记入操作记录。",
            "invalid_choice": NO_SUCH,
        },
    )


class _RegionFilter(forms.Form):
    q = forms.CharField(
        label="姓名或编号",
        required=False,
        widget=forms.TextInput(attrs={"type": "search", "maxlength": 40}),
    )
    region = forms.ChoiceField(label="县（市、区）", required=False)

    def __init__(self, *args: Any, counties: Iterable[Region], **options: Any) -> None:
        super().__init__(*args, **options)
        rows = [(county.path, county.name) for county in counties]
        if rows:
            self.fields["region"].choices = [("", "全部"), *rows]  # type: ignore[attr-defined]
        else:
            del self.fields["region"]

    def clean_q(self) -> str:
        """Return the words as they are searched."""
        return clean(self.cleaned_data["q"])[:40]


class CaseFilterForm(_RegionFilter):
    """The filters of the list of cases; what cannot be understood asks nothing."""

    need = forms.ChoiceField(
        label="困难类型", required=False, choices=[("", "全部"), *Need.choices]
    )
    state = forms.ChoiceField(
        label="状态",
        required=False,
        choices=[("", CaseState.OPEN.label), *CaseState.choices[1:], ("all", "全部")],
    )

    def filters(self) -> Filters:
        """Return what is looked for."""
        asked = self.cleaned_data if self.is_bound and self.is_valid() else {}
        return Filters(
            words=asked.get("q", ""),
            need=asked.get("need", ""),
            state=asked.get("state", "") or CaseState.OPEN,
            region_path=asked.get("region", ""),
        )


class GiftFilterForm(_RegionFilter):
    """The filters of the list of gifts; without a year it is this one."""

    year = forms.TypedChoiceField(label="年份", required=False, coerce=int)
    occasion = forms.ChoiceField(
        label="慰问时机", required=False, choices=[("", "全部"), *Occasion.choices]
    )

    def __init__(self, *args: Any, this_year: int, **options: Any) -> None:
        super().__init__(*args, **options)
        years = range(this_year, max(this_year - 15, FIRST_YEAR), -1)
        self.fields["year"].choices = [(year, f"{year} 年") for year in years]  # type: ignore[attr-defined]
        self.this_year = this_year

    def filters(self) -> Filters:
        """Return what is looked for."""
        asked = self.cleaned_data if self.is_bound and self.is_valid() else {}
        return Filters(
            words=asked.get("q", ""),
            occasion=asked.get("occasion", ""),
            region_path=asked.get("region", ""),
            year=asked.get("year") or self.this_year,
        )
