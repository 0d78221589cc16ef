"""Forms of the slice: pair, report, send back."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.db.models import QuerySet

from voluncity.care.party.rules import REASON_MOST
from voluncity.city.access.permissions import Permission
from voluncity.city.orgs import queries as orgs
from voluncity.city.orgs.models import Organization
from voluncity.city.regions.forms import RegionField
from voluncity.city.regions.models import Level, Region
from voluncity.web.picking import PickField


class _Day(forms.DateInput):
    input_type = "date"


class PairForm(forms.Form):
    """Pair a unit with a community."""

    unit = PickField(
        label="单位",
        thing="单位",
        error_messages={"required": "请选择单位。没有的，请先在“组织”里登记。"},
    )
    region = RegionField(label="社区", least=Level.COMMUNITY)
    starts_on = forms.DateField(
        label="结对日期",
        widget=_Day(format="%Y-%m-%d"),
        error_messages={"required": "请填写结对日期。", "invalid": "请填写日期，如 2026-03-05。"},
    )

    def __init__(
        self, *args: Any, today: date, units: QuerySet[Organization], **options: Any
    ) -> None:
        super().__init__(*args, **options)
        fields: dict[str, Any] = self.fields
        fields["region"].on(today)
        fields["unit"].choose_from(units, url=orgs.active_pick_url(Permission.PARTY_EDIT))


class ReportForm(forms.Form):
    """Choose to which community one reports."""

    community = forms.TypedChoiceField(
        label="到哪个社区报到",
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": "请选择社区。", "invalid_choice": "请重新选择社区。"},
    )

    def __init__(
        self, *args: Any, communities: Iterable[tuple[Region, str]], **options: Any
    ) -> None:
        super().__init__(*args, **options)
        field = self.fields["community"]
        if isinstance(field, forms.TypedChoiceField):
            field.choices = [(region.pk, f"{region.name}（{why}）") for region, why in communities]


class DeclineForm(forms.Form):
    """Say why a report is sent back."""

    reason = forms.CharField(
        label="退回原因",
        max_length=REASON_MOST,
        error_messages={
            "required": "请写明退回的原因，本人会看到。",
            "max_length": f"原因最多 {REASON_MOST} 个字，请删减后再提交。",
        },
    )
