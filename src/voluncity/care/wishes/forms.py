"""Forms of wishes: what is sent, with a sentence for every wrong input."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django import forms
from django.db.models import Q, QuerySet

from voluncity.care.wishes import rules
from voluncity.care.wishes.actions import ThemePlan
from voluncity.care.wishes.models import Theme, Wish, WishKind
from voluncity.care.wishes.rules import Asked, Contact, Decision
from voluncity.care.wishes.states import ComplaintReason, Drawing, ForWhom, RejectReason, Tone
from voluncity.city.files.forms import PhotoField
from voluncity.city.orgs.models import Organization
from voluncity.city.regions.forms import RegionField
from voluncity.kernel.identity import parse_mobile
from voluncity.kernel.refusals import Refusal
from voluncity.kernel.text import half_width_digits, person_name
from voluncity.web.controls import Line

NO_SUCH = "没有这个选项，请重新选择。"
WHOLE = {"invalid": "请填写整数。", "required": "请填写分钟数。"}


class Day(forms.DateField):
    """A day from the browser's calendar; full-width digits are read."""

    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.error_messages |= {
            "required": "请选择日期。",
            "invalid": "日期不对，请写成 2026-11-24 这样。",
        }

    def to_python(self, value: Any) -> date | None:
        """Return the day."""
        return super().to_python(
            half_width_digits(value).strip() if isinstance(value, str) else value
        )


class Minutes(forms.IntegerField):
    """A number of minutes; full-width digits are read."""

    def __init__(self, **options: Any) -> None:
        super().__init__(min_value=1, max_value=1440, **options)
        self.widget.attrs["inputmode"] = "numeric"
        self.error_messages |= {
            **WHOLE,
            "min_value": "请填写大于 0 的整数。",
            "max_value": "最多 1440 分钟。",
        }

    def to_python(self, value: Any) -> int | None:
        """Return the number."""
        return super().to_python(half_width_digits(value) if isinstance(value, str) else value)


def _choice(label: str, choices: Sequence[tuple[Any, Any]], **options: Any) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label,
        choices=choices,
        error_messages={"required": f"请选择{label}。", "invalid_choice": NO_SUCH},
        **options,
    )


class WishForm(forms.Form):
    """One screen: what is wished, where and for whom; and how to reach them."""

    title = Line(
        label="心愿", most=rules.TITLE_MOST, help_text="一句话写清楚，如“想请人陪我去理发”。"
    )
    text = Line(
        label="说明", most=rules.TEXT_MOST, rows=3, required=False,
        help_text="不写也行。请不要写电话、门牌和钱款，这些不会公开。",
    )  # fmt: skip
    kind = forms.ModelChoiceField(
        WishKind.objects.none(), label="类型", widget=forms.RadioSelect, empty_label=None,
        error_messages={"required": "请选择类型。", "invalid_choice": NO_SUCH},
    )  # fmt: skip
    for_whom = _choice("为谁许愿", ForWhom.choices, widget=forms.RadioSelect, initial=ForWhom.SELF)
    wanted_on = Day(label="希望在哪天以前")
    theme = forms.ModelChoiceField(
        Theme.objects.none(), label="节日主题", required=False, empty_label="不选",
        error_messages={"invalid_choice": NO_SUCH},
    )  # fmt: skip
    photo = PhotoField(
        label="照片", required=False, help_text="不传也行。请不要拍人脸；孩子的心愿不公开照片。"
    )
    region = RegionField(label="所在社区（村）")
    name = Line(label="联系人姓名", most=30)
    phone = Line(label="联系电话", most=30)
    address = Line(label="见面或上门的地址", most=rules.ADDRESS_MOST)
    agrees = forms.BooleanField(
        label=(
            "我已年满 14 周岁，同意认领人在认领期间看到姓名、电话和地址；"
            "为孩子许愿的，我是孩子的监护人。"
        ),
        error_messages={"required": "请先阅读并同意，才能提交。"},
    )
    handle = forms.SlugField(
        max_length=36, widget=forms.HiddenInput,
        error_messages={"required": "页面打开得太久了，请刷新后再填。",
                        "invalid": "页面打开得太久了，请刷新后再填。",
                        "max_length": "页面打开得太久了，请刷新后再填。"},
    )  # fmt: skip

    def __init__(
        self,
        *args: Any,
        today: date,
        themes: QuerySet[Theme],
        is_desk: bool = False,
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        kind: Any = self.fields["kind"]
        kind.queryset = WishKind.objects.filter(ended_at=None)
        theme: Any = self.fields["theme"]
        theme.queryset = themes
        if not themes.exists():
            del self.fields["theme"]
        region: Any = self.fields["region"]
        region.on(today)
        self.fields["wanted_on"].widget.attrs["min"] = (today + timedelta(days=1)).isoformat()
        if is_desk:
            self.fields[
                "agrees"
            ].label = (
                "已当面告知：认领人在认领期间能看到姓名、电话和地址，居民（孩子的，为监护人）同意。"
            )

    def clean_name(self) -> str:
        """Return the name as it is stored."""
        return _refused(person_name, self.cleaned_data["name"])

    def clean_phone(self) -> str:
        """Return the number as it is stored."""
        return _refused(parse_mobile, self.cleaned_data["phone"])

    def asked(self) -> Asked:
        """Return what was sent."""
        said = dict(self.cleaned_data)
        said.pop("agrees")
        contact = Contact(said.pop("name"), said.pop("phone"), said.pop("address"))
        return Asked(contact=contact, **said)


def _refused(check: Any, value: str) -> str:
    try:
        checked: str = check(value)
    except Refusal as refusal:
        raise forms.ValidationError(refusal.sentence) from refusal
    return checked


class ClaimForm(forms.Form):
    """A promise: until which day, for whom, and whether one may be thanked in public."""

    promised_on = Day(label="我会在这天以前完成")
    organization = forms.ModelChoiceField(
        Organization.objects.none(), label="以谁的名义", required=False, empty_label="我个人",
        error_messages={"invalid_choice": NO_SUCH},
    )  # fmt: skip
    is_named = forms.BooleanField(label="许愿人道谢时，可以公开我的姓氏", required=False)

    def __init__(self, *args: Any, led: Sequence[Organization], **options: Any) -> None:
        super().__init__(*args, **options)
        if not led:
            del self.fields["organization"]
            return
        field: Any = self.fields["organization"]
        field.queryset = Organization.objects.filter(pk__in=[one.pk for one in led])


class WordsForm(forms.Form):
    """A reason or an answer in words."""

    def __init__(self, *args: Any, label: str, hint: str = "", **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["words"] = Line(label=label, most=rules.WORDS_MOST, rows=2, help_text=hint)


class NothingForm(forms.Form):
    """Nothing to fill in."""


class FinishForm(forms.Form):
    """What was done, with a picture if there is one."""

    words = Line(label="完成情况", most=rules.WORDS_MOST, rows=3, help_text="许愿人看得到。")
    photo = PhotoField(
        label="照片", required=False, help_text="只有许愿人和工作人员看得到，不会公开。"
    )


class ThanksForm(forms.Form):
    """Words of thanks."""

    words = Line(label="感谢的话", most=rules.TEXT_MOST, rows=2)
    is_public = forms.BooleanField(
        label="可以公开在心愿墙上（志愿者也同意时才显示）", required=False
    )


class ComplaintForm(forms.Form):
    """What is wrong with a wish."""

    reason = _choice("哪里有问题", ComplaintReason.choices, widget=forms.RadioSelect)
    words = Line(label="说明", most=rules.WORDS_MOST, rows=3, required=False)


class DecisionForm(forms.Form):
    """What becomes public of a wish, and what it is worth."""

    title = Line(label="公开的心愿", most=rules.TITLE_MOST)
    text = Line(label="公开的说明", most=rules.TEXT_MOST, rows=3, required=False)
    kind = forms.ModelChoiceField(
        WishKind.objects.none(), label="类型", empty_label=None,
        error_messages={"required": "请选择类型。", "invalid_choice": NO_SUCH},
    )  # fmt: skip
    worth_minutes = Minutes(label="时数评估（分钟）")
    theme = forms.ModelChoiceField(
        Theme.objects.none(), label="节日主题", required=False, empty_label="不选",
        error_messages={"invalid_choice": NO_SUCH},
    )  # fmt: skip
    is_photo_public = forms.BooleanField(label="公开照片（没有人脸、门牌等）", required=False)

    def __init__(self, *args: Any, wish: Wish, today: date, **options: Any) -> None:
        options["initial"] = {
            "title": wish.title, "text": wish.text, "kind": wish.kind, "theme": wish.theme,
            "worth_minutes": wish.worth_minutes or wish.kind.worth_minutes,
            "is_photo_public": wish.is_photo_public,
        }  # fmt: skip
        super().__init__(*args, **options)
        kind: Any = self.fields["kind"]
        kind.queryset = WishKind.objects.filter(Q(ended_at=None) | Q(pk=wish.kind_id))
        theme: Any = self.fields["theme"]
        theme.queryset = Theme.objects.filter(Q(ends_on__gte=today) | Q(pk=wish.theme_id))
        self.fields["worth_minutes"].help_text = (
            f"“{wish.kind.name}”建议 {wish.kind.worth_minutes} 分钟，"
            f"最多 {wish.kind.most_minutes} 分钟。"
        )
        if wish.photo_id is None or wish.for_whom == ForWhom.CHILD:
            del self.fields["is_photo_public"]

    def decision(self) -> Decision:
        """Return what was decided."""
        return Decision(**self.cleaned_data)


class RejectForm(forms.Form):
    """Why a wish is not published."""

    reason = _choice("原因", [("", "请选择"), *RejectReason.choices])
    words = Line(
        label="说明", most=rules.WORDS_MOST, rows=2, required=False, help_text="许愿人看得到。"
    )


class KindForm(forms.Form):
    """A kind of wish with its value."""

    name = Line(label="类型名称", most=rules.KIND_NAME_MOST)
    worth = Minutes(label="建议时长（分钟）")
    most = Minutes(label="最多时长（分钟）")


class ValueForm(forms.Form):
    """What a kind of wish is worth from now on."""

    worth = Minutes(label="建议时长（分钟）")
    most = Minutes(label="最多时长（分钟）")


class ThemeForm(forms.Form):
    """A festival."""

    title = Line(label="名称", most=rules.THEME_MOST, help_text="如“重阳敬老 2027”。")
    words = Line(label="一句话", most=60, required=False)
    drawing = _choice("图案", Drawing.choices)
    tone = _choice("颜色", Tone.choices)
    starts_on = Day(label="开始日期")
    ends_on = Day(label="结束日期")

    def plan(self) -> ThemePlan:
        """Return what was sent."""
        return ThemePlan(**self.cleaned_data)
