"""Forms of the desk, and of those who join."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.db.models import QuerySet

from voluncity.city.access.permissions import Permission
from voluncity.city.files.forms import PhotoField
from voluncity.city.orgs import queries, rules
from voluncity.city.orgs.models import Duty, Organization
from voluncity.web.picking import PickField


class ReasonForm(forms.Form):
    """Why something is decided against somebody."""

    reason = forms.CharField(
        label="原因",
        max_length=rules.REASON_MOST,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="对方会看到这段话。",
        error_messages={"required": "请写明原因，对方会看到。"},
    )


class JoinForm(forms.Form):
    """Words to the organization that somebody wants to join."""

    message = forms.CharField(
        label="想对组织说的话",
        max_length=rules.MESSAGE_MOST,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="比如您的特长、方便的时间。",
    )


class PlaceForm(forms.Form):
    """Another organization, chosen by a part of its name, and why."""

    target = PickField(
        label="选择组织",
        thing="组织",
        help_text="只能选您管理范围内、状态正常、不在它下面的组织。",
        error_messages={"required": "请选择一个组织。"},
    )
    reason = forms.CharField(
        label="原因",
        max_length=rules.REASON_MOST,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="会写进组织的历史，相关的人会看到。",
        error_messages={"required": "请写明原因，对方会看到。"},
    )

    def __init__(self, *args: Any, targets: QuerySet[Organization], **options: Any) -> None:
        super().__init__(*args, **options)
        target: Any = self.fields["target"]
        target.choose_from(targets, url=queries.active_pick_url(Permission.ORG_REVIEW))


class DutyForm(forms.Form):
    """What a member is in the team."""

    duty = forms.TypedChoiceField(
        label="职务",
        coerce=int,
        error_messages={"required": "请选择职务。", "invalid_choice": "请选择职务。"},
    )

    def __init__(self, *args: Any, duties: Iterable[Duty], **options: Any) -> None:
        super().__init__(*args, **options)
        duty = self.fields["duty"]
        if isinstance(duty, forms.TypedChoiceField):
            duty.choices = [
                ("", "请选择"),
                *((str(one.pk), f"{one.name}{_carries(one)}") for one in duties),
            ]


def _carries(duty: Duty) -> str:
    return f"（可以进入工作台：{duty.get_role_display()}）" if duty.role else ""


class InvitationForm(forms.Form):
    """How many may use a link, and how long."""

    most = forms.IntegerField(
        label="最多几个人使用",
        min_value=1,
        max_value=rules.INVITATION_USES,
        initial=30,
        error_messages={
            "required": "请填写可用次数。",
            "invalid": "请填写整数。",
            "min_value": "至少 1 次。",
            "max_value": f"最多 {rules.INVITATION_USES} 次。",
        },
    )
    days = forms.IntegerField(
        label="几天内有效",
        min_value=1,
        max_value=rules.INVITATION_DAYS,
        initial=7,
        error_messages={
            "required": "请填写有效天数。",
            "invalid": "请填写整数。",
            "min_value": "至少 1 天。",
            "max_value": f"最多 {rules.INVITATION_DAYS} 天。",
        },
    )
    note = forms.CharField(
        label="用途",
        max_length=rules.NOTE_MOST,
        required=False,
        help_text="只有管理员看到，比如“重阳节新队员”。",
    )


class BrandForm(forms.Form):
    """What an organization is known for."""

    name = forms.CharField(
        label="名称", max_length=rules.BRAND_MOST, error_messages={"required": "请填写名称。"}
    )
    what = forms.CharField(
        label="做什么",
        max_length=rules.WHAT_MOST,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="为谁、多久一次、做成了什么。",
        error_messages={"required": "请填写做什么。"},
    )
    since = forms.IntegerField(
        label="从哪一年开始", required=False, error_messages={"invalid": "请填写四位年份。"}
    )
    photo = PhotoField(
        label="照片", required=False, help_text="横版，10 MB 以内。请先取得照片中人的同意。"
    )


class BuildingsForm(forms.Form):
    """The buildings that a team looks after."""

    buildings = forms.CharField(
        label="楼宇",
        required=False,
        widget=forms.Textarea(attrs={"rows": 12}),
        help_text="一行一栋，比如“滨河小区 3 号楼”。居民可以按楼宇找到小分队。",
    )
