"""What people fill in: risks read, a reason, a code, a number."""

from __future__ import annotations

from typing import Any

from django import forms

from voluncity.service.signups.actions.cancelling import REASON_LENGTH
from voluncity.service.signups.states import Direction

OTHER = "other"
_REASONS = [
    ("临时有事", "临时有事"),
    ("身体不适", "身体不适"),
    ("时间记错了", "时间记错了"),
    ("路程太远", "路程太远"),
    (OTHER, "其他原因"),
]


class SignUpForm(forms.Form):
    """Say that the risks were read; `wait` tells that the page offered the waiting list."""

    risks_read = forms.BooleanField(label="我已读完并知悉以上风险", required=False)
    wait = forms.BooleanField(required=False, widget=forms.HiddenInput)


class CancelForm(forms.Form):
    """Why somebody does not come."""

    why = forms.ChoiceField(
        label="取消的原因",
        choices=_REASONS,
        widget=forms.RadioSelect,
        error_messages={"required": "请选一个原因。", "invalid_choice": "请选一个原因。"},
    )
    reason = forms.CharField(label="具体原因", max_length=REASON_LENGTH, required=False, strip=True)

    def clean(self) -> dict[str, Any]:
        """Ask for words when none of the ready reasons fits."""
        found = super().clean() or {}
        if found.get("why") == OTHER and not found.get("reason"):
            self.add_error("reason", "请写一句原因，方便组织者安排。")
        return found

    @property
    def text(self) -> str:
        """Return the reason in words."""
        why, reason = self.cleaned_data["why"], self.cleaned_data["reason"]
        if why == OTHER:
            return str(reason)
        return f"{why}：{reason}" if reason else str(why)


class AnswerForm(forms.Form):
    """What somebody says to an offered place."""

    answer = forms.ChoiceField(
        choices=[("accept", "接受"), ("decline", "让给下一位"), ("stay", "这次不去，继续候补")],
        error_messages={
            "required": "请选接受或让给下一位。",
            "invalid_choice": "请选接受或让给下一位。",
        },
    )


class CodeForm(forms.Form):
    """A code that was scanned or typed."""

    code = forms.CharField(
        label="签到码",
        max_length=300,
        error_messages={
            "required": "请扫码，或输入屏幕上的六位数字。",
            "max_length": "这不是志愿之城的签到码，请对准现场屏幕重新扫一扫。",
        },
    )


class LeaderScanForm(forms.Form):
    """The code on a volunteer's card, or the typed number, and which way the volunteer goes."""

    code = forms.CharField(
        label="志愿者码",
        max_length=300,
        error_messages={
            "required": "请扫志愿者码，或输入志愿者编号。",
            "max_length": "这不是志愿者码，请让志愿者打开“我的志愿者证”再扫。",
        },
    )
    direction = forms.ChoiceField(
        choices=Direction.choices, error_messages={"required": "请选择签到或签退。"}
    )
    nonce = forms.CharField(max_length=64)


class TickForm(forms.Form):
    """A tick on the list."""

    direction = forms.ChoiceField(choices=Direction.choices)
    nonce = forms.CharField(max_length=64)


class AddForm(forms.Form):
    """Somebody whom the organization signs up."""

    number = forms.CharField(
        label="志愿者编号",
        max_length=30,
        error_messages={
            "required": "请输入志愿者证上的编号。",
            "max_length": "编号太长，请核对志愿者证上的编号。",
        },
    )
    risks_told = forms.BooleanField(label="已当面告知风险，本人同意参加", required=False)
