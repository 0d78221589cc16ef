"""Forms of stations."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms

from voluncity.city.orgs.models import Organization
from voluncity.city.regions.forms import RegionField
from voluncity.city.regions.models import Level
from voluncity.city.stations import rules
from voluncity.city.stations.models import StationKind
from voluncity.city.stations.rules import StationPlan
from voluncity.kernel.text import half_width_digits


class DegreesField(forms.FloatField):
    """A coordinate in degrees; full-width digits are read."""

    def to_python(self, value: Any) -> float | None:  # type: ignore[override]
        """Return the number.

        :raises ValidationError: when it is none.
        """
        degrees: float | None = super().to_python(
            half_width_digits(value).strip() if isinstance(value, str) else value
        )
        return degrees


_DEGREES = {"invalid": "请填写度数，如 37.8706。"}


class StationForm(forms.Form):
    """One station."""

    name = forms.CharField(
        label="名称", max_length=rules.NAME_MOST, error_messages={"required": "请填写名称。"}
    )
    kind = forms.ChoiceField(
        label="类型",
        choices=[("", "请选择"), *StationKind.choices],
        error_messages={"required": "请选择服务站类型。", "invalid_choice": "请选择服务站类型。"},
    )
    organization = forms.TypedChoiceField(
        label="运行单位",
        coerce=int,
        error_messages={
            "required": "请选择运行单位。",
            "invalid_choice": "请重新选择运行单位，它应在您的管理范围内。",
        },
    )
    region = RegionField(label="所在区划", least=Level.COUNTY)
    address = forms.CharField(
        label="地址", max_length=rules.ADDRESS_MOST, error_messages={"required": "请填写地址。"}
    )
    opening_hours = forms.CharField(
        label="开放时间",
        max_length=rules.HOURS_MOST,
        help_text="如“周一至周五 8:30–17:30”。",
        error_messages={"required": "请填写开放时间。"},
    )
    phone = forms.CharField(
        label="联系电话",
        max_length=30,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "tel"}),
    )
    offers = forms.CharField(
        label="服务内容",
        max_length=rules.OFFERS_MOST,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="如饮水、应急药箱、雨具借用、问路。",
    )
    lat = DegreesField(label="纬度", required=False, error_messages=_DEGREES)
    lng = DegreesField(label="经度", required=False, error_messages=_DEGREES)
    is_main = forms.BooleanField(label="这是全市的总站", required=False)

    def __init__(
        self, *args: Any, today: date, organizations: Iterable[Organization], **options: Any
    ) -> None:
        super().__init__(*args, **options)
        region, organization = self.fields["region"], self.fields["organization"]
        if isinstance(region, RegionField):
            region.on(today)
        if isinstance(organization, forms.TypedChoiceField):
            organization.choices = [("", "请选择"), *((o.pk, o.name) for o in organizations)]

    def plan(self) -> StationPlan:
        """Return what was said."""
        said = dict(self.cleaned_data)
        region, organization_id = said.pop("region"), said.pop("organization")
        return StationPlan(organization_id=organization_id, region_id=region.pk, **said)
