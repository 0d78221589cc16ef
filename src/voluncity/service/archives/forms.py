"""Forms of archives; every error is a sentence at its field."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.db.models import QuerySet

from voluncity.city.files.forms import OriginalsField, PaperField, VideoField
from voluncity.kernel.money import parse_yuan
from voluncity.kernel.refusals import BadInput
from voluncity.kernel.text import number_in
from voluncity.service.archives import rules
from voluncity.service.archives.models import OutcomeKind
from voluncity.service.archives.states import Faces, Spent
from voluncity.service.projects.models import Line, Project

_YUAN_HELP = "单位是元，例如 199.50。"


def _text(label: str, most: int, **options: Any) -> forms.CharField:
    return forms.CharField(
        label=label, max_length=most, error_messages={"required": f"请填写{label}。"}, **options
    )


def _area(label: str, most: int, rows: int = 3, **options: Any) -> forms.CharField:
    return _text(label, most, widget=forms.Textarea({"rows": rows}), **options)


def _faces(**options: Any) -> forms.ChoiceField:
    return forms.ChoiceField(
        label="照片里的人物",
        choices=Faces.choices,
        widget=forms.RadioSelect,
        error_messages={
            "required": "请选择照片里的人物情况。",
            "invalid_choice": "请选择照片里的人物情况。",
        },
        **options,
    )


def _consent() -> forms.CharField:
    return _text(
        "同意情况", rules.CONSENT_MOST, required=False,
        help_text="有人物正面时填写怎样征得同意，例如“拍照前当面说明并同意”。",
    )  # fmt: skip


class SummaryForm(forms.Form):
    """The words about an activity."""

    summary = _area(
        "活动小结", rules.SUMMARY_MOST, 8, required=False,
        help_text="做了什么、效果怎样、有什么体会。公开显示，请不要写服务对象的姓名、电话和住址。",
    )  # fmt: skip


class PhotosForm(forms.Form):
    """Several photos at once."""

    photos = OriginalsField(
        label="照片", most=rules.PHOTOS_AT_ONCE,
        help_text="请选手机或相机里的原图（每张最大 30 MB，一次最多 12 张）。"
        "原图只供审核和督查下载，公开的是去掉拍摄位置的缩小图。",
    )  # fmt: skip
    faces = _faces()
    consent_note = _consent()


class PhotoForm(forms.Form):
    """What one photo shows."""

    caption = _text("照片说明", rules.CAPTION_MOST, required=False)
    faces = _faces()
    consent_note = _consent()


class OrderForm(forms.Form):
    """The photos in their new order."""

    ids = forms.CharField(max_length=2000)

    def clean_ids(self) -> list[int]:
        """Return the ids; anything else is no order."""
        numbers = [number_in(one) for one in self.cleaned_data["ids"].split(",")]
        if None in numbers:
            raise forms.ValidationError("顺序没有读懂，请刷新页面后再试。")
        return [number for number in numbers if number is not None]


class ReasonForm(forms.Form):
    """Why a photo is hidden, or an archive goes back."""

    reason = _area("原因", rules.WORDS_MOST, 2)


class PlainForm(forms.Form):
    """Nothing to fill in."""


class AcceptForm(forms.Form):
    """Whether what is accepted is shown at once."""

    is_public = forms.BooleanField(label="通过后马上公开", required=False, initial=True)


class OutcomesForm(forms.Form):
    """How many were served: one field for each kind."""

    def __init__(self, *args: Any, kinds: Iterable[OutcomeKind], **options: Any) -> None:
        super().__init__(*args, **options)
        self.kinds = list(kinds)
        for kind in self.kinds:
            self.fields[f"kind_{kind.pk}"] = forms.CharField(
                label=str(kind), required=False, max_length=20,
                widget=forms.TextInput({"inputmode": "numeric"}),
            )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """Read the numbers; an empty field or 0 means none."""
        numbers: dict[str, int] = {}
        for kind in self.kinds:
            name = f"kind_{kind.pk}"
            typed = str(self.cleaned_data.get(name, "")).strip()
            if not typed or typed in {"0", "０"}:
                continue
            try:
                numbers[kind.pk] = rules.whole_number(typed, label=kind.name, field=name)
            except BadInput as refusal:
                self.add_error(name, refusal.sentence)
        return {"numbers": numbers}


class MaterialForm(forms.Form):
    """What was handed out."""

    name = _text("物资名称", rules.NAME_MOST)
    amount = _text("数量", 20, widget=forms.TextInput({"inputmode": "numeric"}))
    unit = _text("单位", rules.UNIT_MOST, help_text="例如 份、袋、件。")
    value = _text("折合金额", 20, required=False, help_text=_YUAN_HELP)

    def clean_amount(self) -> int:
        """Return how much was handed out."""
        return _number(self.cleaned_data["amount"], "数量", "amount")

    def clean_value(self) -> int:
        """Return what it was worth, in fen; nothing means 0."""
        typed = self.cleaned_data["value"].strip()
        return _fen(typed, "value") if typed not in {"", "0"} else 0


class SpendingForm(forms.Form):
    """One line of money spent."""

    item = _text("支出内容", rules.NAME_MOST)
    sum = _text("金额", 20, help_text=_YUAN_HELP)
    source = forms.ChoiceField(
        label="资金来源", choices=Spent.choices,
        error_messages={"required": "请选择资金来源。", "invalid_choice": "请选择资金来源。"},
    )  # fmt: skip
    voucher = PaperField(
        label="凭证", required=False, help_text="发票或收据的照片、PDF，只供审核和督查查看。"
    )

    def clean_sum(self) -> int:
        """Return the sum in fen."""
        return _fen(self.cleaned_data["sum"], "sum")


class VideoForm(forms.Form):
    """A video elsewhere, or a file."""

    title = _text("视频标题", rules.TITLE_MOST)
    address = _text(
        "视频链接", rules.ADDRESS_MOST, required=False, help_text="以 https:// 开头的网址。"
    )
    upload = VideoField(
        label="或者上传 MP4 文件", required=False,
        help_text="最大 200 MB；文件不公开播放，只供审核和督查下载。",
        error_messages={"empty": "这个文件是空的，请重新选择。"},
    )  # fmt: skip


class HideRequestForm(forms.Form):
    """Why somebody wants a photo hidden."""

    words = _area(
        "请说明", rules.WORDS_MOST,
        help_text="例如“左起第二位是我，不想公开”。请不要写证件号码。",
    )  # fmt: skip


class AnswerForm(forms.Form):
    """What the one who asked is told."""

    answer = _area("答复", rules.WORDS_MOST, 2, help_text="提出的人看得到。")


class KindForm(forms.Form):
    """A new kind of people served."""

    name = _text("名称", rules.KIND_NAME_MOST, help_text="例如 义诊。")
    unit = _text("单位", rules.KIND_UNIT_MOST, help_text="例如 人次。")


def _day(label: str) -> forms.DateField:
    wrong = {"required": f"请选择{label}。", "invalid": f"{label}不对，请重新选择。"}
    return forms.DateField(
        label=label,
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        error_messages=wrong,
    )


class PackageForm(forms.Form):
    """Which archives are taken out together."""

    since = _day("开始日期")
    until = _day("结束日期")
    project = forms.ModelChoiceField(
        Project.objects.none(), label="项目", required=False, empty_label="全部项目",
        error_messages={"invalid_choice": "请从列表中选择项目。"},
    )  # fmt: skip
    line = forms.ModelChoiceField(
        Line.objects.all(), label="项目类别", required=False, empty_label="全部类别",
        error_messages={"invalid_choice": "请从列表中选择类别。"},
    )  # fmt: skip
    words = _text(
        "用途", rules.PURPOSE_MOST, help_text="和您的名字一起记入操作记录，例如“报送市文明办”。"
    )

    def __init__(self, *args: Any, projects: QuerySet[Project], **options: Any) -> None:
        super().__init__(*args, **options)
        field: Any = self.fields["project"]
        field.queryset = projects


def _number(typed: str, label: str, field: str) -> int:
    try:
        return rules.whole_number(typed, label=label, field=field)
    except BadInput as refusal:
        raise forms.ValidationError(refusal.sentence) from refusal


def _fen(typed: str, field: str) -> int:
    try:
        return parse_yuan(typed, field=field, most_yuan=rules.YUAN_MOST)
    except BadInput as refusal:
        raise forms.ValidationError(refusal.sentence) from refusal
