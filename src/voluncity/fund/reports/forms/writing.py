"""What organizations and the office say about reports; the rules check it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms

from voluncity.city.files.forms import PaperField
from voluncity.city.people.forms.fields import OurForm
from voluncity.fund.grants.models import Funding, FundingLine
from voluncity.fund.reports.rules.writing import (
    CAPTION_MOST,
    EXPENSE_MOST_YUAN,
    NOTE_MOST,
    PAYEE_MOST,
    REASON_MOST,
    SERVED,
    WHAT_MOST,
    WORDS,
    ExpensePlan,
)
from voluncity.kernel.money import parse_yuan
from voluncity.kernel.refusals import BadInput
from voluncity.service.archives.states import Faces
from voluncity.web.controls import Day, Words, chosen

_LONG = 1000


class ReportForm(OurForm):
    """The words of a report as they stand, or as somebody typed them; nothing is checked here."""

    def __init__(self, data: Mapping[str, str]) -> None:
        super().__init__(dict(data), is_draft=True)
        for key, (label, most, is_wanted, hint) in WORDS.items():
            self.fields[key] = forms.CharField(
                label=label, required=is_wanted, help_text=f"{hint}（最多 {most} 字）",
                widget=forms.Textarea(attrs={"rows": 8 if most > _LONG else 4}),
            )  # fmt: skip
        self.fields[SERVED] = forms.CharField(
            label="活动以外的受益人次", required=False,
            help_text="只填没有在志愿服务活动里登记的，例如入户发放物资；"
            "关联的活动已经登记的人次会自动计入，不要重复填。",
            widget=forms.TextInput(attrs={"inputmode": "numeric", "maxlength": 9}),
        )  # fmt: skip


class NothingForm(forms.Form):
    """A step without words; it carries what is said against it."""


class EvidenceForm(forms.Form):
    """A picture or a paper; of a picture it is said whom it shows."""

    file = PaperField(label="照片或 PDF 材料")
    caption = Words(
        "说明", CAPTION_MOST, help_text="是什么时候、什么场合的；不要写服务对象的姓名。"
    )
    faces = forms.ChoiceField(
        label="照片里的人物", required=False, choices=[("", "请选择"), *Faces.choices],
        help_text="上传照片时必须选；PDF 材料不用选。有未成年人正面的照片不会公开。",
        error_messages={"invalid_choice": "请从列表中选择。"},
    )  # fmt: skip
    consent_note = Words(
        "同意情况", NOTE_MOST, required=False,
        help_text="选“已征得同意”时写明怎样征得，例如“拍照前当面说明并同意”。",
    )  # fmt: skip

    def __init__(self, *sent: Any, with_file: bool = True, **options: Any) -> None:
        super().__init__(*sent, **options)
        if not with_file:
            del self.fields["file"]


class VoucherForm(forms.Form):
    """One more voucher of an expense."""

    file = PaperField(label="凭证（PDF 或照片）")


class ExpenseForm(forms.Form):
    """One expense; a first voucher may come along."""

    on = Day("支出日期")
    payee = Words("收款方", PAYEE_MOST, help_text="发票上的销售方，或者领取人。")
    what = Words("用途", WHAT_MOST)
    sum = forms.CharField(
        label="金额（元）", error_messages={"required": "请填写金额。"},
        widget=forms.TextInput(attrs={"inputmode": "decimal", "maxlength": 20}),
    )  # fmt: skip
    invoice_no = forms.CharField(
        label="发票或收据号码", required=False, help_text="没有号码的（如签收表）可以不填。",
        widget=forms.TextInput(attrs={"maxlength": 40, "autocomplete": "off"}),
    )  # fmt: skip
    file = PaperField(
        label="凭证（PDF 或照片）", required=False,
        help_text="可以以后再上传；提交报告时每笔支出都要有凭证。",
    )  # fmt: skip
    field_order = ("line", "on", "sum", "payee", "what", "invoice_no", "file")

    def __init__(
        self, *sent: Any, funding: Funding, with_file: bool = True, **options: Any
    ) -> None:
        super().__init__(*sent, **options)
        lines = FundingLine.objects.filter(funding=funding, fen__gt=0).order_by("place")
        self.fields["line"] = chosen("预算科目", lines)
        if not with_file:
            del self.fields["file"]
        self.order_fields(self.field_order)

    def clean_sum(self) -> int:
        """Return the sum in fen.

        :raises ValidationError: when it is no sum.
        """
        try:
            return parse_yuan(self.cleaned_data["sum"], field="", most_yuan=EXPENSE_MOST_YUAN)
        except BadInput as refusal:
            raise forms.ValidationError(refusal.sentence) from refusal

    def plan(self) -> ExpensePlan:
        """Return what was said."""
        said = self.cleaned_data
        return ExpensePlan(
            said["line"].pk, said["on"], said["payee"], said["what"], said["sum"],
            said["invoice_no"],
        )  # fmt: skip


class TableForm(forms.Form):
    """A table of expenses."""

    file = forms.FileField(
        label="支出表格", widget=forms.ClearableFileInput(attrs={"accept": ".csv,.xlsx,.xls"}),
        error_messages={
            "required": "请选择要导入的表格。", "empty": "这个文件是空的，请重新选择。",
            "invalid": "文件没有上传成功，请重新选择。",
        },
    )  # fmt: skip


class ExtraForm(forms.Form):
    """A report that nobody asked for: of which days."""

    first = Day("报告期开始")
    last = Day("报告期结束")


class ReturnForm(forms.Form):
    """What is to be mended, and by which day."""

    words = Words("总体意见", REASON_MOST, long=True, required=False)
    again_on = Day("修改期限", help_text="受资助方在这一天以前（含当天）重新提交。")


class ReasonForm(forms.Form):
    """Why an expense is not taken, or a report is not asked for any more."""

    def __init__(self, *sent: Any, label: str = "不予认可的原因", **options: Any) -> None:
        super().__init__(*sent, **options)
        self.fields["reason"] = Words(label, REASON_MOST, long=True, help_text="受资助方看得到。")
