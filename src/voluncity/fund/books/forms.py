"""Forms of the books: what is sent, with a sentence for every wrong input."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.utils.html import format_html

from voluncity.city.files.forms import PaperField
from voluncity.fund.books import rules
from voluncity.fund.books.actions import BudgetPlan, PostingPlan
from voluncity.fund.books.models import Budget
from voluncity.fund.books.states import BY_HAND, WITH_PURPOSE, BudgetKind, EntryKind
from voluncity.fund.governance.forms import ResolutionField
from voluncity.fund.governance.models import Fund, Purpose
from voluncity.kernel.money import parse_yuan
from voluncity.kernel.refusals import BadInput
from voluncity.web.controls import CHOOSE, Day, Words


class Yuan(forms.CharField):
    """A sum that people write in yuan and that we keep in fen."""

    def __init__(self, label: str, **options: Any) -> None:
        super().__init__(
            label=label, widget=forms.TextInput({"inputmode": "decimal", "maxlength": 20}),
            error_messages={"required": f"请填写{label}。"}, **options,
        )  # fmt: skip

    def clean(self, value: Any) -> int:
        """Return the sum in fen; nothing is 0 where it may be left out.

        :raises ValidationError: when it is no sum.
        """
        text = super().clean(value)
        if not text:
            return 0
        try:
            return parse_yuan(text, field="", most_yuan=rules.MOST_YUAN)
        except BadInput as refusal:
            raise forms.ValidationError(refusal.sentence) from refusal


class PurposeField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """Choose a purpose of a fund, or none."""

    def __init__(self, label: str = "资金", **options: Any) -> None:
        super().__init__(
            queryset=Purpose.objects.none(), label=label, required=False,
            empty_label="非限定", error_messages={"invalid_choice": CHOOSE}, **options,
        )  # fmt: skip

    def of(self, fund: Fund) -> None:
        """Offer the purposes of one fund; a form calls this when it is made."""
        self.queryset = Purpose.objects.filter(fund=fund)


class PostingForm(forms.Form):
    """A movement by hand."""

    kind = forms.ChoiceField(
        label="收支类别",
        choices=[(kind, EntryKind(kind).label) for kind in BY_HAND],
        widget=forms.RadioSelect,
        error_messages={"required": "请选择收支类别。", "invalid_choice": CHOOSE},
    )
    purpose = PurposeField(help_text="利息、管理费用、手续费和募捐费用只能记在非限定资金。")
    amount = Yuan("金额（元）")
    on = Day("发生日期")
    reason = Words("事由", rules.POSTING_MOST)
    proof = PaperField(label="凭证（PDF 或照片）", required=False)

    def __init__(self, *sent: Any, fund: Fund, **options: Any) -> None:
        super().__init__(*sent, **options)
        field = self.fields["purpose"]
        if isinstance(field, PurposeField):
            field.of(fund)

    def plan(self) -> PostingPlan:
        """Return what was said."""
        said = self.cleaned_data
        return PostingPlan(
            said["kind"], said["purpose"], said["amount"], said["on"], said["reason"]
        )


class UndoForm(forms.Form):
    """Why and when something booked is undone."""

    on = Day("冲正日期")
    reason = Words("冲正原因", rules.POSTING_MOST)


class RemarkForm(forms.Form):
    """Why something is sent back."""

    remark = Words("退回原因", rules.REASON_MOST)


class ApproveForm(forms.Form):
    """By which resolution a budget holds."""

    resolution = ResolutionField()

    def __init__(self, *sent: Any, fund: Fund, **options: Any) -> None:
        super().__init__(*sent, **options)
        field = self.fields["resolution"]
        if isinstance(field, ResolutionField):
            field.of(fund)


class BudgetForm(forms.Form):
    """A grid of sums: kinds down, purposes across."""

    def __init__(
        self, *sent: Any, purposes: Sequence[Purpose], years: Iterable[int] = (), **options: Any
    ) -> None:
        super().__init__(*sent, **options)
        self.purposes = {one.pk: one for one in purposes}
        if choices := [(year, f"{year} 年度") for year in years]:
            self.fields["year"] = forms.TypedChoiceField(
                label="年度", coerce=int, choices=choices,
                error_messages={"required": "请选择年度。", "invalid_choice": CHOOSE},
            )  # fmt: skip
        self.fields["remark"] = Words(
            "编制或调整说明", rules.REMARK_MOST, long=True, required=False
        )
        for kind in BudgetKind:
            for purpose in self._columns(kind):
                name = purpose.name if purpose else "不分方向"
                self.fields[_name(kind, purpose)] = Yuan(
                    format_html('<span class="sr">{}：</span>{}（元）', kind.label, name),
                    required=False,
                )

    def _columns(self, kind: BudgetKind) -> list[Purpose | None]:
        return [None, *self.purposes.values()] if kind in WITH_PURPOSE else [None]

    @property
    def sections(self) -> list[tuple[str, list[Any]]]:
        """Return the fields kind by kind, as the page shows them."""
        return [
            (kind.label, [self[_name(kind, purpose)] for purpose in self._columns(kind)])
            for kind in BudgetKind
        ]

    def plan(self) -> BudgetPlan:
        """Return what was said; a sum left out is no line."""
        lines = [
            (str(kind), purpose, self.cleaned_data[_name(kind, purpose)])
            for kind in BudgetKind
            for purpose in self._columns(kind)
        ]
        return BudgetPlan(self.cleaned_data["remark"], tuple(one for one in lines if one[2]))

    @staticmethod
    def said(budget: Budget | None) -> dict[str, Any]:
        """Return the fields' values for a budget."""
        if budget is None:
            return {}
        sums = {
            f"{one.kind}_{one.purpose_id or 0}": _plain(one.amount_fen)
            for one in budget.lines.all()
        }
        return sums | {"remark": budget.remark}


def _name(kind: str, purpose: Purpose | None) -> str:
    return f"{kind}_{purpose.pk if purpose else 0}"


def _plain(fen: int) -> str:
    yuan, rest = divmod(fen, 100)
    return f"{yuan}.{rest:02d}" if rest else str(yuan)
