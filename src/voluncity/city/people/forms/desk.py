"""What the desk asks: filters, reasons, decisions."""

from __future__ import annotations

from django import forms

from voluncity.city.people.forms.fields import NO_SUCH, OurForm
from voluncity.city.people.states import RejectReason, RevealReason


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
