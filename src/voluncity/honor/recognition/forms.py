"""Forms of the slice."""

from __future__ import annotations

from django import forms

from voluncity.kernel.text import half_width_digits


class VerifyForm(forms.Form):
    """What is printed on a certificate."""

    serial = forms.CharField(
        label="证明编号", max_length=20, error_messages={"required": "请填写证明右上角的编号。"}
    )
    code = forms.CharField(
        label="校验码", max_length=12, error_messages={"required": "请填写编号下面的 8 位校验码。"}
    )

    def clean_serial(self) -> str:
        """Return the serial as it was issued."""
        return half_width_digits(self.cleaned_data["serial"]).strip().upper()


class RevokeForm(forms.Form):
    """Why a certificate is declared void."""

    reason = forms.CharField(
        label="撤销原因",
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "请写明撤销原因，查验的人会看到。"},
    )
