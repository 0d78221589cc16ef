"""What a meeting decided, as the office enters it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from django import forms
from django.forms import BoundField

from voluncity.fund.calls.models import Application, Submission
from voluncity.fund.governance import queries as governance
from voluncity.fund.governance.forms import ResolutionField
from voluncity.fund.governance.models import Purpose
from voluncity.fund.review.rules import DecisionPlan, LinePlan, SourcePlan
from voluncity.fund.review.rules.deciding import (
    LETTER_MOST,
    REASON_MOST,
    TERMS_MOST,
    WHAT_MOST,
    Bounds,
)
from voluncity.fund.review.states import Outcome
from voluncity.kernel.money import FEN_PER_YUAN, parse_yuan, yuan_text
from voluncity.kernel.refusals import BadInput
from voluncity.web.controls import CHOOSE, Words

MORE_LINES = 3  # empty ones below what was asked
_MOST_YUAN = 100_000_000


class Sum(forms.CharField):
    """A sum in yuan; it hands on fen, 0 when it is empty or says 0."""

    def __init__(self, label: str, **options: Any) -> None:
        super().__init__(
            label=label, required=False,
            widget=forms.TextInput({"inputmode": "decimal", "maxlength": 20}), **options,
        )  # fmt: skip

    def clean(self, value: Any) -> Any:
        """Return fen.

        :raises ValidationError: when it is no sum.
        """
        text = super().clean(value)
        if text.strip() in ("", "0", "０"):
            return 0
        try:
            return parse_yuan(text, field="", most_yuan=_MOST_YUAN)
        except BadInput as refusal:
            raise forms.ValidationError(refusal.sentence) from refusal


class DecisionForm(forms.Form):
    """Outcome, resolution, sum, purses, approved budget, terms, reason, letter."""

    outcome = forms.ChoiceField(
        label="结果", choices=Outcome.choices, widget=forms.RadioSelect,
        error_messages={"required": "请选择会议的结果。", "invalid_choice": CHOOSE},
    )  # fmt: skip
    resolution = ResolutionField(label="依据的会议决议")
    reason = Words(
        "理由", REASON_MOST, long=True, help_text="向社会公示，也写进答复函，不要写个人姓名。"
    )
    awarded = Sum("批准金额（元）")
    serves = forms.ModelChoiceField(
        queryset=Purpose.objects.none(), label="资助方向", required=False,
        empty_label="不限定方向", error_messages={"invalid_choice": CHOOSE},
    )  # fmt: skip
    terms = Words("资助条件", TERMS_MOST, long=True, required=False,
                  help_text="例如：补充志愿者培训计划，先交第一期报告再拨第二期。")  # fmt: skip
    letter = Words("答复函正文", LETTER_MOST, long=True, required=False,
                   help_text="留空用通用的文字。")  # fmt: skip

    def __init__(
        self, *args: Any, application: Application, submission: Submission, bounds: Bounds,
        **options: Any,
    ) -> None:  # fmt: skip
        super().__init__(*args, **options)
        fund = application.call.fund
        cast("ResolutionField", self.fields["resolution"]).of(fund)
        serves = cast("forms.ModelChoiceField[Purpose]", self.fields["serves"])
        serves.queryset = governance.purposes(fund)
        serves.initial = application.call.purpose_id
        self.fields[
            "awarded"
        ].help_text = (
            f"申请 {submission.asked_text}，通知规定每项最高 {yuan_text(bounds.most_fen)}。"
        )
        self._purses = list(bounds.purses)
        for purpose_id, (name, free) in bounds.purses.items():
            self.fields[_source(purpose_id)] = Sum(
                f"从“{name}”列支（元）", help_text=f"可用 {yuan_text(max(free, 0))}。"
            )
        self._numbers = self._add_lines(submission, bounds.kinds)

    def _add_lines(self, submission: Submission, kinds: Sequence[str]) -> list[int]:
        asked = list(submission.lines.select_related("kind").order_by("place"))
        numbers = list(range(1, len(asked) + MORE_LINES + 1))
        choices = [("", "请选择"), *((one, one) for one in kinds)]
        for number in numbers:
            line = asked[number - 1] if number <= len(asked) else None
            key = f"b{number}"
            self.fields[f"{key}_kind"] = forms.ChoiceField(
                label=f"第 {number} 笔的科目", choices=choices, required=False,
                initial=line.kind.name if line else "",
                error_messages={"invalid_choice": CHOOSE},
            )  # fmt: skip
            self.fields[f"{key}_what"] = Words(
                f"第 {number} 笔的用途", WHAT_MOST, required=False,
                initial=line.what if line else "",
            )  # fmt: skip
            self.fields[f"{key}_fen"] = Sum(
                f"第 {number} 笔的金额（元）", initial=yuan_plain(line.fen) if line else ""
            )
        return numbers

    @property
    def source_fields(self) -> list[BoundField]:
        """Return the purses."""
        return [self[_source(one)] for one in self._purses]

    @property
    def line_rows(self) -> list[tuple[BoundField, BoundField, BoundField]]:
        """Return the lines of the approved budget."""
        return [(self[f"b{n}_kind"], self[f"b{n}_what"], self[f"b{n}_fen"]) for n in self._numbers]

    def plan(self) -> DecisionPlan:
        """Return what was said; lines without a sum are left out."""
        said = self.cleaned_data
        serves: Purpose | None = said["serves"]
        sources = [
            SourcePlan(one, said[_source(one)]) for one in self._purses if said[_source(one)]
        ]
        lines = [
            LinePlan(said[f"b{n}_kind"], said[f"b{n}_what"], said[f"b{n}_fen"], n)
            for n in self._numbers
            if said[f"b{n}_fen"]
        ]
        return DecisionPlan(
            said["outcome"], said["reason"], said["awarded"], serves.pk if serves else None,
            sources, lines, said["terms"], said["letter"],
        )  # fmt: skip


def _source(purpose_id: int | None) -> str:
    return f"source-{purpose_id or 0}"


def yuan_plain(fen: int) -> str:
    """Return a sum as people type it: 1400, 199.50."""
    yuan, rest = divmod(fen, FEN_PER_YUAN)
    return f"{yuan}.{rest:02d}" if rest else str(yuan)
