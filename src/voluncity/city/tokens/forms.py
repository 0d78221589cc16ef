"""What a person chooses for a new key."""

from __future__ import annotations

from django import forms

from voluncity.city.tokens import rules
from voluncity.city.tokens.states import TokenScope


class TokenForm(forms.Form):
    """Purpose, doors and days of a new key."""

    name = forms.CharField(
        label="用途",
        help_text="写明哪个程序使用，例如“报表程序”。",
        error_messages={"required": "请写明密钥的用途，例如“报表程序”。"},
        widget=forms.TextInput(attrs={"maxlength": rules.NAME_LENGTH, "autocomplete": "off"}),
    )
    scopes = forms.MultipleChoiceField(
        label="权限",
        choices=TokenScope.choices,
        widget=forms.CheckboxSelectMultiple,
        help_text="只勾选需要的。密钥能办的事，不会超过您本人的权限。",
        error_messages={
            "required": "请至少选择一项权限。",
            "invalid_choice": "请从列出的权限中选择。",
        },
    )
    days = forms.TypedChoiceField(
        label="有效期",
        choices=[(days, f"{days} 天") for days in rules.DAYS],
        coerce=int,
        initial=30,
        error_messages={
            "required": "请选择有效期。",
            "invalid_choice": "有效期请从列出的天数中选择。",
        },
    )
