"""Forms of payments; every error is a sentence at its field."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms

from voluncity.city.files.forms import PaperField
from voluncity.fund.grants.models import Funding, Milestone
from voluncity.fund.payouts.actions.payees import BANK_MOST, HOLDER_MOST, WHY_MOST
from voluncity.fund.payouts.models import Installment
from voluncity.fund.payouts.rules import MOST_INSTALLMENTS, PayeePlan, PlanLine, ReturnPlan
from voluncity.fund.payouts.states import RevealReason
from voluncity.kernel.money import parse_yuan
from voluncity.kernel.refusals import BadInput
from voluncity.web.controls import CHOOSE, Day, Words

MOST_YUAN = 999_999_999
MOST_BYTES = 2 * 1024 * 1024
_REF, _SUM, _ACCOUNT = 64, 20, 60


class Yuan(forms.CharField):
    """A sum that people write in yuan and that we keep in fen; nothing is 0 where it may be."""

    def __init__(self, label: str, **options: Any) -> None:
        super().__init__(
            label=label, widget=forms.TextInput({"inputmode": "decimal", "maxlength": _SUM}),
            error_messages={"required": f"请填写{label}。"}, **options,
        )  # fmt: skip

    def clean(self, value: Any) -> int:
        """Return the sum in fen.

        :raises ValidationError: when it is no sum.
        """
        text = super().clean(value)
        if not text:
            return 0
        try:
            return parse_yuan(text, field="", most_yuan=MOST_YUAN)
        except BadInput as refusal:
            raise forms.ValidationError(refusal.sentence) from refusal


class PayeeForm(forms.Form):
    """An account as it is typed in, with its paper."""

    holder = Words("开户名", HOLDER_MOST, help_text="照开户材料填写，应与受资助方全称一致。")
    number = Words(
        "账号", _ACCOUNT, help_text="只填数字，中间可以有空格。保存后只显示最后四位。",
        widget=forms.TextInput({"inputmode": "numeric", "autocomplete": "off"}),
    )  # fmt: skip
    bank = Words("开户银行", BANK_MOST, help_text="写到支行，例如“晋商银行并州路支行”。")
    why_other = Words(
        "开户名不同的原因", WHY_MOST, required=False,
        help_text="只有开户名和受资助方全称不同才填，例如由挂靠单位代收。",
    )  # fmt: skip
    proof = PaperField(
        label="开户材料",
        required=True,
        help_text="开户许可证、基本存款账户信息或银行卡的照片、PDF。",
    )

    def plan(self) -> PayeePlan:
        """Return what was said."""
        said = self.cleaned_data
        return PayeePlan(said["holder"], said["why_other"], said["bank"], said["number"])


class WordsForm(forms.Form):
    """A reason that somebody will read."""

    words = Words("原因", 200, long=True, widget=forms.Textarea({"rows": 2}))

    def __init__(
        self, *args: Any, label: str = "原因", hint: str = "", wanted: bool = True, **options: Any
    ) -> None:
        super().__init__(*args, **options)
        field: Any = self.fields["words"]
        field.label, field.help_text, field.required = label, hint, wanted
        field.error_messages["required"] = f"请填写{label}。"


class NothingForm(forms.Form):
    """Nothing is asked."""


class RevealForm(forms.Form):
    """Why the whole number is read."""

    reason = forms.ChoiceField(
        label="查看的原因", choices=RevealReason.choices,
        error_messages={"required": "请选择查看的原因。", "invalid_choice": CHOOSE},
    )  # fmt: skip


class ConfirmForm(forms.Form):
    """What stands on the bank's slip."""

    bank_ref = Words("银行流水号", _REF, help_text="照银行回单填写。")
    on = Day("付款日期")


class ReturnForm(forms.Form):
    """Money that came back."""

    fen = Yuan("退回金额（元）")
    on = Day("到账日期")
    bank_ref = Words("银行流水号", _REF, help_text="照银行回单填写。")
    reason = Words("退回原因", 200, long=True, widget=forms.Textarea({"rows": 2}))
    proof = PaperField(label="银行回单", required=False, help_text="照片或 PDF，可以不传。")

    def plan(self) -> ReturnPlan:
        """Return what was said."""
        said = self.cleaned_data
        return ReturnPlan(said.get("fen", 0), said["on"], said["bank_ref"], said["reason"])


class BounceForm(ReturnForm):
    """A payment that the bank sent back, wholly."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        del self.fields["fen"]


class ReceiptForm(forms.Form):
    """The recipient's paper."""

    paper = PaperField(label="收款收据", required=True, help_text="盖章的收据，照片或 PDF。")


class AnswerForm(forms.Form):
    """The file with which the bank answers."""

    file = forms.FileField(
        label="银行付款结果",
        help_text="XLSX、XLS 或 CSV，要有付款编号、处理结果、银行流水号和付款日期。",
        widget=forms.FileInput({"accept": ".xlsx,.xls,.csv"}),
        error_messages={
            "required": "请选择文件。", "empty": "这个文件是空的，请核对。",
            "invalid": "文件没有上传成功，请重新选择。",
            "missing": "文件没有上传成功，请重新选择。",
        },
    )  # fmt: skip

    def clean_file(self) -> Any:
        """Return the upload.

        :raises ValidationError: when it is too large for a list of payments.
        """
        upload = self.cleaned_data["file"]
        if upload.size > MOST_BYTES:
            raise forms.ValidationError("文件最大 2 MB，请核对。")
        return upload


class PlanForm(forms.Form):
    """Installments line by line; lines without a sum are left out."""

    reason = Words("调整原因", 200, required=False)

    def __init__(
        self, *args: Any, funding: Funding, rows: int, first: bool, **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.rows = max(1, min(rows, MOST_INSTALLMENTS))
        if first:
            del self.fields["reason"]
        else:
            self.fields["reason"].required = True
        milestones = Milestone.objects.filter(funding=funding).order_by("number")
        for row in range(1, self.rows + 1):
            self.fields[f"fen-{row}"] = Yuan("金额（元）", required=False)
            self.fields[f"milestone-{row}"] = forms.ModelChoiceField(
                milestones, label="什么时候可以拨付", required=False,
                empty_label="签署协议以后", error_messages={"invalid_choice": CHOOSE},
            )  # fmt: skip
            self.fields[f"due_on-{row}"] = Day("计划日期", required=False)

    def lines(self) -> list[PlanLine]:
        """Return the lines that have a sum."""
        said = self.cleaned_data
        return [
            PlanLine(said[f"fen-{row}"], said[f"milestone-{row}"], said[f"due_on-{row}"])
            for row in range(1, self.rows + 1)
            if said.get(f"fen-{row}")
        ]

    def clean(self) -> dict[str, Any]:
        """Ask for the day of every line that has a sum."""
        said = super().clean() or self.cleaned_data
        for row in range(1, self.rows + 1):
            has_day = said.get(f"due_on-{row}") or f"due_on-{row}" in self.errors
            if said.get(f"fen-{row}") and not has_day:
                self.add_error(f"due_on-{row}", "请填写计划日期。")
        return said

    def drawn(self) -> Iterator[tuple[int, list[forms.BoundField]]]:
        """Return the lines as the page draws them."""
        for row in range(1, self.rows + 1):
            yield row, [self[f"{name}-{row}"] for name in ("fen", "milestone", "due_on")]

    @staticmethod
    def initial_of(planned: list[Installment]) -> dict[str, Any]:
        """Return what the form begins with: what is planned and not paid."""
        found: dict[str, Any] = {}
        for row, one in enumerate(planned, start=1):
            found[f"fen-{row}"] = f"{one.fen // 100}.{one.fen % 100:02d}"
            found[f"milestone-{row}"], found[f"due_on-{row}"] = one.milestone_id, one.due_on
        return found
