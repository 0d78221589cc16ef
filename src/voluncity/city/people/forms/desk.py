"""What the desk asks: filters, reasons, decisions."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from django import forms

from voluncity.city.people.forms.fields import NO_SUCH, OurForm, WholeDate, Words
from voluncity.city.people.queries import Filters
from voluncity.city.people.states import Channel, IdentityState, RejectReason, RevealReason
from voluncity.city.regions import queries as regions

_SHORTEST_NUMBER = 5  # the shortest passport number


class FilterForm(OurForm):
    """The filters of the register; what cannot be understood asks nothing."""

    q = Words(label="姓名或编号", most=40, required=False)
    state = forms.ChoiceField(
        label="实名状态", required=False, choices=[("", "全部"), *IdentityState.choices]
    )
    region = forms.ChoiceField(label="县（市、区）", required=False)
    channel = forms.ChoiceField(
        label="招募渠道", required=False, choices=[("", "全部"), *Channel.choices]
    )
    since = WholeDate(label="登记日期从", required=False)
    until = WholeDate(label="到", required=False)

    def __init__(self, *args: Any, today: date, **options: Any) -> None:
        super().__init__(*args, **options)
        rows = [(region.path, region.name) for region in regions.counties(on=today)]
        self.fields["region"].choices = [("", "全部"), *rows]  # type: ignore[attr-defined]
        for name in ("since", "until"):
            self.fields[name].error_messages["invalid"] = "日期不对，请写成 2026-11-24 这样。"

    def clean(self) -> None:
        """Refuse a span that ends before it starts."""
        super().clean()
        since, until = self.cleaned_data.get("since"), self.cleaned_data.get("until")
        if since and until and until < since:
            self.add_error("until", "结束日期早于开始日期，请调整。")

    def filters(self) -> Filters:
        """Return what is looked for; a field with an error asks nothing."""
        if not self.is_bound:
            return Filters()
        self.full_clean()
        asked = self.cleaned_data
        return Filters(
            words=asked.get("q", ""),
            state=asked.get("state", ""),
            region_path=asked.get("region", ""),
            channel=asked.get("channel", ""),
            since=asked.get("since"),
            until=asked.get("until"),
        )


class NumberForm(OurForm):
    """A whole phone or identity number; sent in the body, so that no address keeps it."""

    whole_number = Words(
        label="完整手机号或证件号码",
        most=40,
        error_messages={"required": "请填写完整的手机号或证件号码。"},
        widget=forms.TextInput(attrs={"autocomplete": "off", "maxlength": 40}),
    )

    def clean_whole_number(self) -> str:
        """Return the number without blanks and signs."""
        digits = re.sub(r"[^0-9A-Za-z]", "", self.cleaned_data["whole_number"]).upper()
        digits = re.sub(r"^86(?=1[0-9]{10}$)", "", digits)
        if len(digits) < _SHORTEST_NUMBER:
            raise forms.ValidationError("号码不完整，请填写完整的手机号或证件号码。")
        return digits


class ReasonForm(OurForm):
    """Why protected data is looked at."""

    reason = forms.ChoiceField(
        label="查看原因",
        choices=[("", "请选择"), *RevealReason.choices],
        error_messages={
            "required": "请选择查看的原因，它会和您的名字一起记入操作记录。",
            "invalid_choice": NO_SUCH,
        },
    )


class RejectForm(OurForm):
    """Why a real-name check is sent back."""

    reason = forms.ChoiceField(
        label="退回原因",
        choices=[("", "请选择退回原因"), *RejectReason.choices],
        error_messages={
            "required": "退回时请选择原因，让对方知道怎样改。",
            "invalid_choice": NO_SUCH,
        },
    )
