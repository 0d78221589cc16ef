"""Apply for an organization, and change what it says about itself."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any, ClassVar

from django import forms
from django.db.models import QuerySet
from django.urls import reverse

from voluncity.city.files.forms import PaperField
from voluncity.city.orgs import rules
from voluncity.city.orgs.models import Organization
from voluncity.city.orgs.rules import OrgPlan
from voluncity.city.regions.forms import RegionField
from voluncity.city.regions.models import Level
from voluncity.kernel.identity import parse_mobile, parse_uscc
from voluncity.kernel.refusals import BadInput
from voluncity.kernel.text import person_name
from voluncity.web.picking import PickField

_MOBILE = {"inputmode": "tel", "autocomplete": "tel"}


class AboutForm(forms.Form):
    """What an organization says about itself and whom to call."""

    # So that everything that is wrong is said at once, not one thing per sending.
    checks: ClassVar[dict[str, Callable[[str], str]]] = {
        "contact_name": person_name,
        "contact_phone": parse_mobile,
    }

    def clean(self) -> dict[str, Any]:
        """Try each field by its rule; an empty one has said so already."""
        said: dict[str, Any] = super().clean() or {}
        for name, check in self.checks.items():
            if not said.get(name):
                continue
            try:
                check(said[name])
            except BadInput as refusal:
                self.add_error(name, refusal.sentence)
        return said

    address = forms.CharField(label="办公地址", max_length=rules.ADDRESS_MOST, required=False)
    intro = forms.CharField(
        label="简介",
        max_length=rules.INTRO_MOST,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="做什么、服务谁、有多少人。居民会看到这段话。",
    )
    contact_name = forms.CharField(
        label="联系人", max_length=30, error_messages={"required": "请填写联系人姓名。"}
    )
    contact_phone = forms.CharField(
        label="联系人手机号",
        max_length=30,
        widget=forms.TextInput(attrs=_MOBILE),
        help_text="只有审核人员能看到。",
        error_messages={"required": "请填写联系人手机号。"},
    )


class ChangeForm(AboutForm):
    """The same for an organization that exists; the number is only typed to change it."""

    contact_phone = forms.CharField(
        label="新的联系人手机号",
        max_length=30,
        required=False,
        widget=forms.TextInput(attrs=_MOBILE),
        help_text="不改就不用填。",
    )


class ApplicationForm(AboutForm):
    """Apply for an organization."""

    checks: ClassVar[dict[str, Callable[[str], str]]] = {
        **AboutForm.checks,
        "name": rules.name,
        "code": parse_uscc,
        "filing_number": rules.filing_number,
        "responsible_name": person_name,
    }

    kind = forms.ChoiceField(
        label="组织类型",
        choices=[("", "请选择"), *((str(kind), kind.label) for kind in rules.OPEN_KINDS)],
        error_messages={"required": "请选择组织类型。", "invalid_choice": "请选择组织类型。"},
    )
    name = forms.CharField(
        label="组织全称",
        max_length=rules.NAME_MOST,
        error_messages={"required": "请填写组织全称。"},
    )
    code = forms.CharField(
        label="统一社会信用代码",
        max_length=40,
        required=False,
        help_text="18 位，登记注册的组织和爱心商户必填，在登记证书（营业执照）上。",
        widget=forms.TextInput(attrs={"autocapitalize": "characters", "autocomplete": "off"}),
    )
    filing_number = forms.CharField(
        label="备案编号",
        max_length=rules.FILING_MOST,
        required=False,
        help_text="备案的团队必填，在街道（乡镇）或主管单位的备案回执上。",
    )
    responsible_name = forms.CharField(
        label="负责人",
        max_length=30,
        required=False,
        help_text="备案的团队必填，只有审核人员能看到。",
    )
    parent = PickField(
        label="主管（联络）单位",
        thing="单位",
        help_text="由它和所在地文明办审核、指导。",
        error_messages={"required": "请选择主管（联络）单位。"},
    )
    host = PickField(
        label="所在单位",
        thing="单位",
        required=False,
        help_text="单位内部的队伍必填；和主管（联络）单位相同时不用选。",
    )
    region = RegionField(label="所在区划", least=Level.COUNTY)
    paper = PaperField(
        label="证明材料",
        required=False,
        help_text="登记证书（营业执照）、备案回执或介绍信，PDF（20 MB 以内）或照片（10 MB 以内）。",
    )

    def __init__(
        self,
        *args: Any,
        today: date,
        parents: QuerySet[Organization],
        hosts: QuerySet[Organization],
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        fields: dict[str, Any] = self.fields
        fields["region"].on(today)
        fields["parent"].choose_from(parents, url=reverse("orgs:pick_above"))
        fields["host"].choose_from(hosts, url=reverse("orgs:pick_host"))

    def plan(self) -> OrgPlan:
        """Return what was said."""
        said = self.cleaned_data
        same = (
            "kind", "name", "code", "contact_name", "contact_phone", "intro", "address",
            "filing_number", "responsible_name",
        )  # fmt: skip
        return OrgPlan(
            parent_id=said["parent"].pk,
            host_id=said["host"].pk if said["host"] else None,
            region_id=said["region"].pk,
            **{name: said[name] for name in same},
        )
