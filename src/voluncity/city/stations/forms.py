"""Forms of stations."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.forms import BoundField

from voluncity.city.access.permissions import Permission
from voluncity.city.files.forms import PhotoField
from voluncity.city.orgs import queries as orgs
from voluncity.city.orgs.models import Organization
from voluncity.city.regions.forms import RegionField
from voluncity.city.regions.models import Level
from voluncity.city.stations import rules
from voluncity.city.stations.actions import ItemPlan
from voluncity.city.stations.models import Equipment, Service
from voluncity.city.stations.models.reference import MOST_WEIGHT
from voluncity.city.stations.rules import StationPlan
from voluncity.city.stations.states import Verdict
from voluncity.kernel.text import half_width_digits
from voluncity.web.picking import PickField

DAY_FIELDS = [f"day_{number}" for number in range(len(rules.WEEK))]


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


class CountField(forms.IntegerField):
    """How many; full-width digits are read, empty is none."""

    def to_python(self, value: Any) -> int | None:
        """Return the number.

        :raises ValidationError: when it is none.
        """
        return super().to_python(
            half_width_digits(value).strip() if isinstance(value, str) else value
        )


class DayField(forms.DateField):
    """A day of the calendar."""

    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.error_messages |= {"required": "请选择日期。", "invalid": "请选择正确的日期。"}


_DEGREES = {"invalid": "请填写度数，如 37.8706。"}
_COUNT = {
    "invalid": "请填写整数。",
    "min_value": f"数量应在 0 到 {rules.COUNT_MOST} 之间。",
    "max_value": f"数量应在 0 到 {rules.COUNT_MOST} 之间。",
}


class StationForm(forms.Form):
    """One station: what it is, where, when it is open, what it offers and has."""

    name = forms.CharField(
        label="名称", max_length=rules.NAME_MOST, error_messages={"required": "请填写名称。"}
    )
    kind = forms.ChoiceField(
        label="类型",
        error_messages={"required": "请选择服务站类型。", "invalid_choice": "请选择服务站类型。"},
    )
    organization = PickField(
        label="运行单位", thing="组织", error_messages={"required": "请选择运行单位。"}
    )
    region = RegionField(label="所在区划", least=Level.COUNTY)
    address = forms.CharField(
        label="地址", max_length=rules.ADDRESS_MOST, error_messages={"required": "请填写地址。"}
    )
    closed_on_holidays = forms.BooleanField(
        label="法定节假日休息，调休上班日照常开放", required=False
    )
    opening_hours = forms.CharField(
        label="补充说明",
        max_length=rules.HOURS_MOST,
        required=False,
        help_text="如“中午请敲门”。",
    )
    phone = forms.CharField(
        label="联系电话",
        max_length=30,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "tel"}),
    )
    services = forms.MultipleChoiceField(
        label="服务项目",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": "请从列表中选择服务项目。"},
    )
    offers = forms.CharField(
        label="其他服务",
        max_length=rules.OFFERS_MOST,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="上面没有的，写在这里。",
    )
    lat = DegreesField(label="纬度", required=False, error_messages=_DEGREES)
    lng = DegreesField(label="经度", required=False, error_messages=_DEGREES)
    is_main = forms.BooleanField(label="这是全市的总站", required=False)

    def __init__(
        self,
        *args: Any,
        today: date,
        organizations: QuerySet[Organization],
        kinds: Sequence[tuple[str, str]],
        services: Iterable[Service],
        equipment: Iterable[Equipment],
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        fields: dict[str, Any] = self.fields
        fields["region"].on(today)
        fields["organization"].choose_from(
            organizations, url=orgs.active_pick_url(Permission.STATION_EDIT)
        )
        self._choose("kind", [("", "请选择"), *kinds])
        self._choose("services", [(one.pk, one.name) for one in services])
        for name, day in zip(DAY_FIELDS, rules.WEEK, strict=True):
            self.fields[name] = forms.CharField(label=day, required=False, max_length=60)
        self.counted = list(equipment)
        for one in self.counted:
            self.fields[f"has_{one.pk}"] = CountField(
                label=f"{one.name}（{one.unit}）",
                required=False,
                min_value=0,
                max_value=rules.COUNT_MOST,
                error_messages=_COUNT,
                widget=forms.TextInput(attrs={"inputmode": "numeric"}),
            )

    def _choose(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        if isinstance(field, forms.ChoiceField):
            field.choices = choices

    @property
    def days(self) -> list[BoundField]:
        """Return the seven fields of the week."""
        return [self[name] for name in DAY_FIELDS]

    @property
    def equipment(self) -> list[BoundField]:
        """Return the fields that count equipment."""
        return [self[f"has_{one.pk}"] for one in self.counted]

    def plan(self) -> StationPlan:
        """Return what was said."""
        said = dict(self.cleaned_data)
        region, organization = said.pop("region"), said.pop("organization")
        return StationPlan(
            organization_id=organization.pk,
            region_id=region.pk,
            week=tuple(said.pop(name) for name in DAY_FIELDS),
            services=tuple(said.pop("services")),
            equipment={one.pk: said.pop(f"has_{one.pk}") or 0 for one in self.counted},
            **said,
        )


class ExceptionForm(forms.Form):
    """A day that is not like its weekday."""

    day = DayField(label="日期")
    hours = forms.CharField(
        label="开放时间",
        max_length=40,
        required=False,
        help_text="如“9:00-12:00”；整天不开放就留空。",
    )
    reason = forms.CharField(
        label="说明",
        max_length=40,
        help_text="如“春节休息”。",
        error_messages={"required": "请写明原因，如“春节休息”。"},
    )


class StationPhotoForm(forms.Form):
    """A picture of the station."""

    photo = PhotoField(label="照片")
    caption = forms.CharField(
        label="照片说明",
        max_length=rules.CAPTION_MOST,
        help_text="如“服务台”，读屏软件会念给看不见的人。",
        error_messages={"required": "请填写照片说明。"},
    )


class ReasonForm(forms.Form):
    """Why something is decided."""

    reason = forms.CharField(
        label="原因",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "请写明原因。"},
    )


class AnswerForm(forms.Form):
    """What was found at one item; it may be sent half filled, again and again."""

    verdict = forms.ChoiceField(
        label="结论",
        choices=Verdict.choices,
        required=False,
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": "请选择合格、不合格或不适用。"},
    )
    note = forms.CharField(
        label="情况说明",
        max_length=200,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    photo = PhotoField(label="照片", required=False)


class SubmitForm(forms.Form):
    """Words that go with the whole inspection."""

    note = forms.CharField(
        label="总体意见",
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class FixForm(forms.Form):
    """How a finding was mended."""

    note = forms.CharField(
        label="整改说明",
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "请填写整改说明。"},
    )
    photo = PhotoField(label="整改后的照片")


class CheckForm(forms.Form):
    """What the second look said."""

    verdict = forms.ChoiceField(
        label="复查结论",
        choices=[("accept", "复查合格"), ("reject", "退回继续整改")],
        widget=forms.RadioSelect,
        error_messages={
            "required": "请选择复查结论。",
            "invalid_choice": "请选择复查结论。",
        },
    )
    note = forms.CharField(
        label="复查意见",
        max_length=200,
        required=False,
        help_text="退回时必须写明原因。",
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class ItemForm(forms.Form):
    """One line of the standard."""

    text = forms.CharField(
        label="标准",
        max_length=120,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": "请写明这一条要求什么。"},
    )
    kind = forms.ChoiceField(
        label="适用类型",
        required=False,
        error_messages={"invalid_choice": "请选择适用的服务站类型。"},
    )
    weight = CountField(
        label="分值",
        min_value=1,
        max_value=MOST_WEIGHT,
        error_messages={
            "required": "请填写分值。",
            "invalid": "请填写整数。",
            "min_value": f"分值应在 1 到 {MOST_WEIGHT} 之间。",
            "max_value": f"分值应在 1 到 {MOST_WEIGHT} 之间。",
        },
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )
    is_must = forms.BooleanField(label="必备：不合格则整站不合格", required=False)
    needs_photo = forms.BooleanField(label="合格须拍照为证", required=False)
    valid_from = DayField(label="执行日期")

    def __init__(self, *args: Any, kinds: Sequence[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        kind = self.fields["kind"]
        if isinstance(kind, forms.ChoiceField):
            kind.choices = [("", "所有类型"), *kinds]

    def plan(self) -> ItemPlan:
        """Return what was said."""
        said = self.cleaned_data
        return ItemPlan(
            text=said["text"],
            weight=said["weight"],
            is_must=said["is_must"],
            needs_photo=said["needs_photo"],
            kind_key=said["kind"],
        )
