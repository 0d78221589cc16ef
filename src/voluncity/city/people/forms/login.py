"""Log in: by phone and code, or by name and password; prove a phone."""

from __future__ import annotations

from django import forms

from voluncity.city.people import rules
from voluncity.city.people.forms.fields import OurForm, Words, code_field, phone_field
from voluncity.kernel.identity import parse_mobile
from voluncity.kernel.refusals import Refusal


class CodeForm(OurForm):
    """A phone and the code that was sent to it."""

    phone = phone_field()
    code = code_field()

    def clean_phone(self) -> str:
        """Return eleven digits."""
        try:
            return parse_mobile(self.cleaned_data["phone"])
        except Refusal as refusal:
            raise forms.ValidationError(refusal.sentence) from refusal

    def clean_code(self) -> str:
        """Return six digits."""
        try:
            return rules.checked_code(self.cleaned_data["code"], field_name="code")
        except Refusal as refusal:
            raise forms.ValidationError(refusal.sentence) from refusal


class PasswordForm(OurForm):
    """Name of the account and its password."""

    name = Words(
        label="账号或手机号",
        most=40,
        error_messages={"required": "请填写账号或手机号。"},
        widget=forms.TextInput(attrs={"autocomplete": "username", "maxlength": 40}),
    )
    password = forms.CharField(
        label="密码",
        strip=False,
        max_length=128,
        error_messages={"required": "请填写密码。", "max_length": "密码最多 128 位，请核对。"},
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
