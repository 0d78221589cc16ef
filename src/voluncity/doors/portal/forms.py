"""Forms of the portal's office pages."""

from __future__ import annotations

from typing import Any

from django import forms

from voluncity.city.access.permissions import ROLES, Permission, Role
from voluncity.city.orgs import queries as orgs
from voluncity.city.orgs.models import Organization
from voluncity.city.orgs.states import Kind, OrgState
from voluncity.city.policy.rules import POLICIES
from voluncity.city.regions.models import Region
from voluncity.kernel.identity import parse_mobile
from voluncity.kernel.refusals import BadInput
from voluncity.kernel.text import clean, half_width_digits
from voluncity.web.picking import PickField


class PolicyForm(forms.Form):
    """A new value of one rule, from a day on."""

    key = forms.ChoiceField(
        label="规则", choices=[(key, policy.label) for key, policy in POLICIES.items()]
    )
    value = forms.CharField(label="新的数值", max_length=9)
    valid_from = forms.DateField(
        label="生效日期", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    basis = forms.CharField(label="依据", max_length=200, help_text="文件名称和文号，会一并公开。")

    def clean_value(self) -> int:
        """Return the number, also when it was typed in full-width digits."""
        digits = half_width_digits(self.cleaned_data["value"]).strip()
        if not (digits.isascii() and digits.isdigit()):
            raise forms.ValidationError("请填写一个整数，例如 480。")
        return int(digits)

    def clean_basis(self) -> str:
        """Return the source without what cannot be printed."""
        return _clean(self.cleaned_data["basis"], "依据", 200)


class GrantForm(forms.Form):
    """A role for somebody, found by phone number."""

    phone = forms.CharField(label="手机号码", max_length=20, help_text="此人须已用这个号码登录过。")
    role = forms.ChoiceField(
        label="角色", choices=[(role.value, spec.name) for role, spec in ROLES.items()]
    )
    region = forms.ModelChoiceField(
        label="区划范围", required=False, queryset=Region.objects.none(), empty_label="（按组织）"
    )
    organization = PickField(
        label="组织范围", thing="组织", required=False, help_text="按区划分配的，留空。"
    )

    def __init__(self, *args: Any, region_path: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        regions = Region.objects.filter(path__startswith=region_path, valid_to=None)
        self.fields["region"].queryset = regions  # type: ignore[attr-defined]
        organization: Any = self.fields["organization"]
        organization.choose_from(
            Organization.objects.filter(
                region__path__startswith=region_path, state=OrgState.ACTIVE
            ),
            url=orgs.active_pick_url(Permission.GRANT_MANAGE),
        )

    def clean_phone(self) -> str:
        """Return the eleven digits."""
        try:
            return parse_mobile(self.cleaned_data["phone"])
        except BadInput as problem:
            raise forms.ValidationError(problem.sentence) from problem

    def clean_role(self) -> Role:
        """Return the role itself."""
        return Role(self.cleaned_data["role"])


class JournalForm(forms.Form):
    """Filters of the journal page; they live in the address."""

    verb = forms.CharField(label="动作", max_length=64, required=False)
    subject = forms.CharField(
        label="对象", max_length=50, required=False, help_text="例如 project:12"
    )
    day = forms.DateField(
        label="日期",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


def _clean(value: str, label: str, longest: int) -> str:
    try:
        return clean(value, max_length=longest, label=label)
    except BadInput as problem:
        raise forms.ValidationError(problem.sentence) from problem


class LineForm(forms.Form):
    """The name of a line, and the units that lead it."""

    name = forms.CharField(label="名称", max_length=60, error_messages={"required": "请填写名称。"})
    units = forms.TypedMultipleChoiceField(
        label="牵头单位",
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        help_text="可以由几个单位共同牵头。换下的单位保留在历史里。",
        error_messages={
            "required": "请选择牵头单位。",
            "invalid_choice": "有单位已经不在正常状态，请重新选择。",
        },
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        units = self.fields["units"]
        if isinstance(units, forms.TypedMultipleChoiceField):
            units.choices = [
                (str(one.pk), one.name)
                for one in Organization.objects.filter(
                    kind__in=(Kind.LEAD_UNIT, Kind.OFFICE), state=OrgState.ACTIVE
                ).order_by("name", "pk")
            ]
