"""Forms of patrol findings; every error is a sentence at its field."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.timezone import is_aware

from voluncity.city.files.forms import PhotoField
from voluncity.city.regions.forms import RegionField
from voluncity.city.regions.models import Level
from voluncity.service.patrols import rules
from voluncity.service.patrols.models import ProblemKind
from voluncity.service.patrols.queries import Place
from voluncity.service.patrols.rules import Report
from voluncity.web.picking import PickField

NUMBER_MOST = 20


class _Quiet(forms.CharField):
    """What the phone adds by itself: when it is no good, it is left out without a word."""

    def __init__(self) -> None:
        super().__init__(required=False, widget=forms.HiddenInput)


class ReportForm(forms.Form):
    """Three taps: what it is (and its photo), where, send."""

    kind = forms.ChoiceField(
        label="是什么问题？",
        error_messages={
            "required": "请点一个问题类型。",
            "invalid_choice": "请点一个问题类型。",
        },
    )
    photo = PhotoField(label="照片")
    place = forms.CharField(required=False, max_length=20, label="在哪里？")
    where = forms.CharField(
        label="具体位置", required=False, max_length=rules.PLACE_MOST,
        help_text="如“北门公交站旁”，不写也行。",
    )  # fmt: skip
    note = forms.CharField(
        label="想说的话", required=False, max_length=rules.NOTE_MOST,
        widget=forms.Textarea({"rows": 2}), help_text="请不要写别人的姓名和电话，不写也行。",
    )  # fmt: skip
    lat = _Quiet()
    lng = _Quiet()
    seen_at = _Quiet()
    nonce = forms.CharField(
        widget=forms.HiddenInput,
        max_length=36,
        error_messages={"required": "页面打开得太久了，请刷新后再拍一次。"},
    )

    def __init__(
        self,
        *args: Any,
        kinds: Iterable[ProblemKind],
        places: Iterable[Place],
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        self.kinds, self.places = list(kinds), list(places)
        kind: Any = self.fields["kind"]
        kind.choices = [(one.pk, one.name) for one in self.kinds]
        self.fields["photo"].error_messages["required"] = "请拍一张照片。"

    def clean_lat(self) -> float | None:
        """Return a coordinate of the phone, if it is one."""
        return _degrees(self.cleaned_data["lat"])

    def clean_lng(self) -> float | None:
        """Return a coordinate of the phone, if it is one."""
        return _degrees(self.cleaned_data["lng"])

    def clean_seen_at(self) -> datetime | None:
        """Return when the phone took the picture, if it says so."""
        try:
            said = parse_datetime(self.cleaned_data["seen_at"])
        except ValueError:
            return None
        return said if said is not None and is_aware(said) else None

    def report(self) -> Report:
        """Return what was sent."""
        said = dict(self.cleaned_data)
        return Report(kind_key=said.pop("kind"), **said)


def _degrees(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if -180 <= number <= 180 else None  # noqa: PLR2004 -- degrees; NaN is none


def _words(label: str, **options: Any) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=rules.NOTE_MOST,
        widget=forms.Textarea({"rows": 3}),
        error_messages={"required": f"请填写{label}。"},
        **options,
    )


class RejectForm(forms.Form):
    """What is still wrong."""

    words = _words("哪里没有解决")


class AcceptForm(forms.Form):
    """Nothing to fill in."""


class ReturnForm(forms.Form):
    """Why it is not for this unit."""

    words = _words("退回原因")


class RefuseForm(forms.Form):
    """Why nothing will be done."""

    words = _words("不受理的原因", help_text="反映人看得到。")


class SolveForm(forms.Form):
    """How it was solved, with a picture."""

    words = _words("办理情况", help_text="反映人看得到。")
    photo = PhotoField(label="办结后的照片")


class DispatchForm(forms.Form):
    """Which unit has to solve it."""

    unit = PickField(
        label="责任单位", thing="单位", error_messages={"required": "请选择责任单位。"}
    )
    words = forms.CharField(
        label="交办意见", required=False, max_length=rules.NOTE_MOST,
        widget=forms.Textarea({"rows": 2}),
    )  # fmt: skip

    def __init__(self, *args: Any, units: QuerySet[Any], **options: Any) -> None:
        super().__init__(*args, **options)
        field: Any = self.fields["unit"]
        field.choose_from(units, url=reverse("patrols:units"))


class JoinForm(forms.Form):
    """Which other problem says the same."""

    other = forms.CharField(
        label="并入哪一件",
        max_length=NUMBER_MOST,
        help_text="填写编号，如 XF000012。",
        error_messages={"required": "请填写另一件问题的编号。"},
    )


class RuleForm(forms.Form):
    """Which unit answers for a kind of problem in a region."""

    kind = forms.ModelChoiceField(
        ProblemKind.objects.filter(ended_at=None),
        label="问题类型",
        empty_label="请选择",
        error_messages={"required": "请选择问题类型。", "invalid_choice": "请选择问题类型。"},
    )
    region = RegionField(label="区划", least=Level.COUNTY)
    unit = PickField(
        label="责任单位", thing="单位", error_messages={"required": "请选择责任单位。"}
    )

    def __init__(self, *args: Any, units: QuerySet[Any], today: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        unit: Any = self.fields["unit"]
        unit.choose_from(units, url=reverse("patrols:units"))
        region: Any = self.fields["region"]
        region.on(today)


class KindForm(forms.Form):
    """A new kind of problem."""

    name = forms.CharField(
        label="类型名称",
        max_length=rules.KIND_NAME_MOST,
        error_messages={"required": "请填写类型名称。"},
    )
