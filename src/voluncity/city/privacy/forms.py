"""Forms of the privacy center: prove once more who asks."""

from __future__ import annotations

from typing import Any

from django import forms

from voluncity.city.people import rules as people
from voluncity.city.privacy.states import DeskReason
from voluncity.kernel.refusals import Refusal

NOTHING = "请填写短信验证码。"


class ProofForm(forms.Form):
    """A code that was sent to one's own phone, or the password; one of them is enough."""

    code = forms.CharField(
        label="短信验证码",
        required=False,
        max_length=20,
        error_messages={"max_length": "请填写短信里的 6 位数字验证码。"},
        widget=forms.TextInput(
            attrs={
                "class": "input",
                "inputmode": "numeric",
                "autocomplete": "one-time-code",
                "maxlength": 20,
            }
        ),
    )
    password = forms.CharField(
        label="登录密码",
        required=False,
        strip=False,
        max_length=128,
        error_messages={"max_length": "密码最多 128 位，请核对。"},
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def __init__(self, *args: Any, can_text: bool, has_password: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        if not can_text:
            del self.fields["code"]
        if not has_password:
            del self.fields["password"]

    def clean_code(self) -> str:
        """Return six digits, or nothing."""
        said: str = self.cleaned_data["code"].strip()
        if not said:
            return ""
        try:
            return people.checked_code(said, field_name="code")
        except Refusal as refusal:
            raise forms.ValidationError(refusal.sentence) from refusal


class CloseForm(ProofForm):
    """The same, and a tick that the consequences were read."""

    understood = forms.BooleanField(
        label="我已看清注销后的结果",
        error_messages={"required": "请先看清注销后的结果，再勾选。"},
    )


class DeskCloseForm(forms.Form):
    """Why a desk asks for somebody, and that the person is there."""

    reason = forms.ChoiceField(
        label="原因",
        choices=[("", "请选择"), *DeskReason.choices],
        error_messages={
            "required": "请选择原因，它会记入操作记录。",
            "invalid_choice": "没有这个选项，请重新选择。",
        },
    )
    present = forms.BooleanField(
        label="本人带证件到场，我已核对证件，并把注销后的结果念给本人听",
        error_messages={"required": "请先核对证件、说明结果，再勾选。"},
    )
