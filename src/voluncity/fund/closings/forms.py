"""What people say about a closing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import forms
from django.db.models import QuerySet

from voluncity.city.files.forms import OriginalsField, PaperField
from voluncity.city.people.models import User
from voluncity.fund.closings.models import Scorer, Standard
from voluncity.fund.closings.rules import (
    LEAST_VISITORS,
    LONG_MOST,
    PHOTOS_MOST,
    REASON_MOST,
    WHERE_MOST,
    report,
)
from voluncity.fund.closings.rules.report import Field
from voluncity.fund.closings.rules.standards import ITEMS_MOST
from voluncity.fund.closings.states import StandardKind, Verdict
from voluncity.fund.governance.forms import ResolutionField
from voluncity.fund.governance.models import Fund
from voluncity.web.controls import CHOOSE, Day, Number, Words

_LONG, _SHORT = LONG_MOST, REASON_MOST
_MOST_LINES = ITEMS_MOST * 300


class NothingForm(forms.Form):
    """A step that needs no words."""


class WordsForm(forms.Form):
    """Words for one step."""

    def __init__(
        self, *sent: Any, label: str, hint: str = "", most: int = _SHORT, wanted: bool = True,
        **options: Any,
    ) -> None:  # fmt: skip
        super().__init__(*sent, **options)
        self.fields["words"] = Words(label, most, long=True, help_text=hint, required=wanted)


class DraftWords(Words):
    """Words that have to be there when the report is handed in; a draft may have gaps."""

    def validate(self, value: Any) -> None:
        """Accept a gap."""


class ReportForm(forms.Form):
    """The closing report: everything that is asked; gaps may stay in a draft."""

    def __init__(self, *sent: Any, asked: Sequence[Field], content: Mapping[str, str]) -> None:
        super().__init__(*sent)
        self.initial = {one.key: content.get(one.key, "") for one in asked}
        for one in asked:
            self.fields[one.key] = DraftWords(
                one.label, one.most, long=True, required=one.is_wanted, help_text=one.hint
            )


class FileForm(forms.Form):
    """One file of the report."""

    name = Words("附件名称", 60)
    file = PaperField(label="文件", help_text="PDF 或照片，最大 20 MB。")


class ReturnForm(WordsForm):
    """Send back: words about the whole; remarks stand beside the fields."""

    def __init__(self, *sent: Any, **options: Any) -> None:
        super().__init__(
            *sent, label="总体意见", hint="也可以只写各项旁边的意见。", wanted=False, **options
        )


class PhotosField(OriginalsField):
    """Several pictures, each drawn anew without place and EXIF."""

    def clean(self, data: Any, initial: Any = None) -> Any:
        """Return the pictures as they are kept.

        :raises ValidationError: with the name of each file that is no picture.
        """
        return [one.shown for one in super().clean(data, initial)]


class VisitForm(forms.Form):
    """When who goes where."""

    on = Day("评估日期")
    where = Words("地点", WHERE_MOST)
    visitors = forms.MultipleChoiceField(
        label="评估人员", widget=forms.CheckboxSelectMultiple,
        help_text=f"至少 {LEAST_VISITORS} 人；受资助方的人员不在名单里。",
        error_messages={"required": "请选择评估人员。", "invalid_choice": CHOOSE},
    )  # fmt: skip

    def __init__(self, *sent: Any, people: QuerySet[User], **options: Any) -> None:
        super().__init__(*sent, **options)
        field = self.fields["visitors"]
        if isinstance(field, forms.MultipleChoiceField):
            field.choices = [(str(one.pk), str(one)) for one in people]


class RecordForm(forms.Form):
    """What was found at each item, the whole, pictures."""

    def __init__(self, *sent: Any, standard: Standard, **options: Any) -> None:
        super().__init__(*sent, **options)
        self.items_of = list(standard.items.all())
        for item in self.items_of:
            self.fields[f"verdict{item.pk}"] = forms.ChoiceField(
                label=item.text, help_text=item.hint, choices=Verdict.choices,
                widget=forms.RadioSelect,
                error_messages={"required": "请选择结果。", "invalid_choice": CHOOSE},
            )  # fmt: skip
            self.fields[f"note{item.pk}"] = Words(
                "说明", 200, required=False, help_text="部分符合、不符合的请写明。"
            )
        self.fields["findings"] = Words("总体情况", _LONG, long=True)
        self.fields["photos"] = PhotosField(
            label="现场照片（选填）", most=PHOTOS_MOST, required=False,
            help_text=f"最多 {PHOTOS_MOST} 张，保存时去掉拍摄地点；拍到的人应当同意。",
        )  # fmt: skip


class AppointForm(forms.Form):
    """Who is asked to evaluate."""

    def __init__(self, *sent: Any, people: QuerySet[User], **options: Any) -> None:
        super().__init__(*sent, **options)
        self.fields["user"] = forms.ModelChoiceField(
            label="评估人", queryset=people, empty_label="请选择",
            help_text="基金的工作人员和评审专家；和受资助方有关系的人不在名单里。",
            error_messages={"required": "请选择评估人。", "invalid_choice": CHOOSE},
        )  # fmt: skip


class ScoreForm(forms.Form):
    """Points for every criterion, and words."""

    def __init__(self, *sent: Any, place: Scorer, **options: Any) -> None:
        super().__init__(*sent, **options)
        self.items_of = list(place.standard.items.all())
        for item in self.items_of:
            self.fields[f"points{item.pk}"] = Number(
                f"{item.text}（占 {item.weight}%）", 0, 100, help_text=item.hint
            )
        self.fields["words"] = Words("评语", _SHORT, long=True)

    def points(self) -> dict[int, int]:
        """Return item → points."""
        return {item.pk: self.cleaned_data[f"points{item.pk}"] for item in self.items_of}


class AnswerForm(forms.Form):
    """Answer an objection."""

    outcome = forms.ChoiceField(
        label="处理结果", choices=[("stay", "维持原来的结果"), ("change", "异议成立，更改结果")],
        widget=forms.RadioSelect,
        error_messages={"required": "请选择处理结果。", "invalid_choice": CHOOSE},
    )  # fmt: skip
    points = Number(
        "更改后的得分（维持结果的不填）", 0, 100, required=False,
        help_text="等级按公布结果当天的分数线重新确定。",
    )  # fmt: skip
    words = Words("答复", _LONG, long=True)


class SettleForm(forms.Form):
    """What explains money that stays with the project."""

    resolution = ResolutionField(label="同意留用余款的决议（没有余款的不选）", required=False)
    words = Words("余款说明（没有余款的不填）", _SHORT, long=True, required=False)

    def __init__(self, *sent: Any, fund: Fund, **options: Any) -> None:
        super().__init__(*sent, **options)
        field = self.fields["resolution"]
        if isinstance(field, ResolutionField):
            field.of(fund)


class StandardForm(forms.Form):
    """The next version of a list."""

    items = Words("内容", _MOST_LINES, long=True)
    valid_from = Day("启用日期", help_text="从这一天起新安排的评估使用；以前的不变。")

    def __init__(self, *sent: Any, kind: StandardKind, **options: Any) -> None:
        super().__init__(*sent, **options)
        weight = "" if kind == StandardKind.VISIT else " | 权重（合计 100%）"
        self.fields["items"].help_text = f"一行一项，格式：内容 | 怎么看{weight}。"
        self.fields["items"].widget.attrs["rows"] = 12


REMARK_MOST = report.REMARK_MOST


def remarks_in(sent: Iterable[tuple[str, Any]]) -> dict[str, str]:
    """Return the remarks that were sent beside the fields."""
    return {
        name.removeprefix("remark-"): str(value)
        for name, value in sent
        if name.startswith("remark-")
    }
