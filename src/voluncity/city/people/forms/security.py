"""Log in safely: the second step, passwords, accounts of staff."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Model, QuerySet
from django.urls import reverse

from voluncity.city.access.permissions import ROLES, Permission, Role
from voluncity.city.people.forms.fields import NO_SUCH, OurForm, Words, phone_field
from voluncity.city.people.states import StopReason
from voluncity.kernel.identity import parse_mobile
from voluncity.kernel.refusals import Refusal
from voluncity.web.picking import PickField

LONGEST = 128


def _code(label: str, required: str) -> Words:
    attrs = {
        "autocomplete": "one-time-code",
        "maxlength": 30,
        "autocapitalize": "characters",
        "spellcheck": "false",
    }
    return Words(
        label=label,
        most=30,
        error_messages={"required": required},
        widget=forms.TextInput(attrs=attrs),
    )


class SecondForm(OurForm):
    """The authenticator's code, or a printed one in its place."""

    code = _code("动态口令或备用码", "请填写应用里的 6 位数字，或者一个备用码。")


class SetUpForm(OurForm):
    """The first code of the authenticator: it has the key."""

    code = _code("应用里显示的 6 位数字", "请填写应用里显示的 6 位数字。")


def _password(label: str, required: str, autocomplete: str, help_text: str = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        strip=False,
        max_length=LONGEST,
        help_text=help_text,
        error_messages={"required": required, "max_length": f"密码最多 {LONGEST} 位，请缩短。"},
        widget=forms.PasswordInput(attrs={"autocomplete": autocomplete}),
    )


class NewPasswordForm(OurForm):
    """A new password, typed twice."""

    password = _password(
        "新密码",
        "请填写新密码。",
        "new-password",
        "至少 10 个字符，大写字母、小写字母、数字、汉字、符号中用 3 类以上。",
    )
    again = _password("再填一次新密码", "请再填一次新密码。", "new-password")

    def clean_again(self) -> str:
        """Compare the two."""
        again = str(self.cleaned_data["again"])
        if again != self.cleaned_data.get("password", again):
            raise forms.ValidationError("两次填写的密码不一样，请重新填写。")
        return again


class ChangePasswordForm(NewPasswordForm):
    """The old password and a new one."""

    old = _password("现在的密码", "请填写现在的密码。", "current-password")
    field_order = ["old", "password", "again"]


class AccountFilterForm(OurForm):
    """The filters of the list of accounts."""

    q = Words(label="姓名或账号", most=40, required=False)
    state = forms.ChoiceField(
        label="状态",
        required=False,
        choices=[
            ("", "全部"),
            ("open", "正在使用"),
            ("stopped", "已停用"),
            ("plain", "没有开启动态口令"),
            ("left", "已没有角色"),
        ],
        error_messages={"invalid_choice": NO_SUCH},
    )


class StaffForm(OurForm):
    """A new member of staff with the first role."""

    display_name = Words(label="姓名", most=40, error_messages={"required": "请填写姓名。"})
    handle = Words(
        label="账号",
        most=20,
        help_text="登录用的名字，字母、数字和减号，例如 yz-wangfang。",
        error_messages={"required": "请填写账号。"},
    )
    phone = phone_field(required=False)
    role = forms.ChoiceField(
        label="角色",
        choices=[("", "请选择"), *((role.value, spec.name) for role, spec in ROLES.items())],
        error_messages={"required": "请选择角色。", "invalid_choice": NO_SUCH},
    )
    region: forms.ModelChoiceField[Any] = forms.ModelChoiceField(
        label="区划范围",
        required=False,
        queryset=None,
        empty_label="（按组织）",
        error_messages={"invalid_choice": NO_SUCH},
    )
    organization = PickField(
        label="组织范围", thing="组织", required=False, help_text="按区划分配的，留空。"
    )

    def __init__(
        self,
        *args: Any,
        regions: QuerySet[Model],
        organizations: QuerySet[Model],
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        self.fields["region"].queryset = regions  # type: ignore[attr-defined]
        organization: Any = self.fields["organization"]
        organization.choose_from(
            organizations,
            url=f"{reverse('orgs:pick')}?may={Permission.ACCOUNT_MANAGE}&state=active",
        )

    def clean_phone(self) -> str:
        """Return eleven digits, or nothing."""
        phone = self.cleaned_data["phone"]
        try:
            return parse_mobile(phone) if phone else ""
        except Refusal as refusal:
            raise forms.ValidationError(refusal.sentence) from refusal

    def clean_role(self) -> Role:
        """Return the role itself."""
        return Role(self.cleaned_data["role"])


class StopForm(OurForm):
    """Why an account is stopped."""

    reason = forms.ChoiceField(
        label="停用原因",
        choices=[("", "请选择"), *StopReason.choices],
        error_messages={
            "required": "请选择停用的原因，它会记入操作记录。",
            "invalid_choice": NO_SUCH,
        },
    )
