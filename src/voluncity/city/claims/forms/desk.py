"""What the desk decides, and which two records are one."""

from __future__ import annotations

from typing import Any

from django import forms

from voluncity.city.claims.states import DeclineReason, MergeReason, RefuseReason
from voluncity.kernel.text import clean

_NO_SUCH = "没有这个选项，请重新选择。"
_NUMBER_LONG = 14


class DeclineForm(forms.Form):
    """Why a claim is not accepted."""

    reason = forms.ChoiceField(
        label="不予认领的原因",
        choices=[("", "请选择原因"), *DeclineReason.choices],
        error_messages={
            "required": "请选择不予认领的原因，让对方知道怎样做。",
            "invalid_choice": _NO_SUCH,
        },
    )


class RefuseForm(forms.Form):
    """Why something is not corrected."""

    reason = forms.ChoiceField(
        label="不予更正的原因",
        choices=[("", "请选择原因"), *RefuseReason.choices],
        error_messages={
            "required": "请选择不予更正的原因，让对方知道怎样做。",
            "invalid_choice": _NO_SUCH,
        },
    )


def _number(label: str) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=30,
        error_messages={
            "required": "请填写志愿者编号。",
            "max_length": "志愿者编号是 12 位数字，请核对。",
        },
        widget=forms.TextInput(
            attrs={"inputmode": "numeric", "autocomplete": "off", "maxlength": 30}
        ),
    )


class PairForm(forms.Form):
    """Two records by their numbers, which tell nothing about anybody."""

    loser = _number("并入的登记（编号）")
    winner = _number("保留的登记（编号）")

    def _clean_number(self, name: str) -> str:
        number = clean(self.cleaned_data[name]).replace(" ", "")
        if not (number.isascii() and number.isdigit() and len(number) <= _NUMBER_LONG):
            raise forms.ValidationError("志愿者编号是 12 位数字，请核对。")
        return number

    def clean_loser(self) -> str:
        """Return the number without blanks."""
        return self._clean_number("loser")

    def clean_winner(self) -> str:
        """Return the number without blanks."""
        return self._clean_number("winner")

    def clean(self) -> None:
        """Refuse one record twice."""
        super().clean()
        asked = self.cleaned_data
        if "loser" in asked and asked["loser"] == asked.get("winner"):
            self.add_error("winner", "这是同一份登记，请填写两份不同登记的编号。")


class MergeForm(forms.Form):
    """How it is known that two records are one person's, and which account stays."""

    reason = forms.ChoiceField(
        label="怎样确认是同一个人",
        choices=[("", "请选择"), *MergeReason.choices],
        error_messages={
            "required": "请选择怎样确认是同一个人。",
            "invalid_choice": _NO_SUCH,
        },
    )
    account = forms.ChoiceField(
        label="保留哪个登录账号",
        required=False,
        choices=[("winner", "保留的登记现在的账号"), ("loser", "并入的登记现在的账号")],
        initial="winner",
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": _NO_SUCH},
    )

    def __init__(self, *args: Any, has_two_accounts: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        if not has_two_accounts:
            del self.fields["account"]

    @property
    def keeps_loser_account(self) -> bool:
        """Return whether the account of the record that is given up is to stay."""
        return self.cleaned_data.get("account") == "loser"
