"""Forms of rows: sums, milestones, lines of money."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django import forms
from django.forms import BoundField

from voluncity.fund.grants.rules import plans
from voluncity.kernel.money import FEN_PER_YUAN, parse_yuan
from voluncity.kernel.refusals import BadInput
from voluncity.kernel.text import clean
from voluncity.web.controls import Day, Words

MOST_YUAN = 100_000_000
NOTHING = {"0", "0.0", "0.00"}


class Yuan(forms.CharField):
    """A sum as people type it; it hands on fen. Where `may_be_nothing`, 0 is one, too."""

    def __init__(self, label: str, *, may_be_nothing: bool = False, **options: Any) -> None:
        self.may_be_nothing = may_be_nothing
        super().__init__(
            label=label, widget=forms.TextInput({"inputmode": "decimal", "maxlength": 20}),
            error_messages={"required": f"请填写{label}。"}, **options,
        )  # fmt: skip

    def clean(self, value: Any) -> Any:
        """Return fen, or None where nothing was typed.

        :raises ValidationError: when it is no sum.
        """
        text = clean(str(super().clean(value) or ""))
        if not text or (self.may_be_nothing and text in NOTHING):
            return 0 if text else None
        try:
            return parse_yuan(text, field="", most_yuan=MOST_YUAN)
        except BadInput as refusal:
            raise forms.ValidationError(refusal.sentence) from refusal


def yuan(fen: int) -> str:
    """Return a sum as it stands in a field: 1400, 99.50."""
    whole, rest = divmod(fen, FEN_PER_YUAN)
    return f"{whole}.{rest:02d}" if rest else str(whole)


class RowsForm(forms.Form):
    """A form of rows: a row in which something stands needs all its parts."""

    def rows(self, prefix: str, numbers: Sequence[int], parts: Sequence[str]) -> list[list[Any]]:
        """Return what was said row by row; rows without a word are left out."""
        found = []
        for number in numbers:
            said = [self.cleaned_data.get(f"{prefix}{number}_{part}") for part in parts]
            if any(value not in {None, ""} for value in said):
                found.append([number, *said])
        return found

    def ask_for_whole_rows(
        self, prefix: str, numbers: Sequence[int], parts: Mapping[str, str]
    ) -> None:
        """Say at each empty field of a begun row what is missing."""
        for number in numbers:
            names = {part: f"{prefix}{number}_{part}" for part in parts}
            said = {part: self.cleaned_data.get(name) for part, name in names.items()}
            if any(value not in {None, ""} for value in said.values()):
                for part, name in names.items():
                    if said[part] in {None, ""} and name not in self.errors:
                        self.add_error(name, f"请填写{parts[part]}。")

    def bounds(self, names: Sequence[str], starts: date, ends: date) -> None:
        """Say at each day that lies outside of the project."""
        for name in names:
            value = self.cleaned_data.get(name)
            if isinstance(value, date) and not starts <= value <= ends:
                self.add_error(name, f"应在项目时间内：{starts:%Y-%m-%d} 至 {ends:%Y-%m-%d}。")

    def drawn(self, prefix: str, numbers: Sequence[int], parts: Sequence[str]) -> list[Any]:
        """Return the rows with their fields, as the page draws them."""
        return [
            (number, [self._bound(prefix, number, part) for part in parts]) for number in numbers
        ]

    def _bound(self, prefix: str, number: int, part: str) -> BoundField:
        return self[f"{prefix}{number}_{part}"]


STEP_PARTS = {"title": "里程碑名称", "proof": "验收方式", "due": "完成日期"}
LINE_PARTS = {"kind": "预算科目", "what": "用途", "fen": "金额"}


def step_fields(form: forms.Form, prefix: str, number: int, *, required: bool = False) -> None:
    """Put the fields of one milestone into a form."""
    form.fields[f"{prefix}{number}_title"] = Words(
        "里程碑名称", plans.TITLE_MOST, required=required
    )
    form.fields[f"{prefix}{number}_proof"] = Words("验收方式", plans.PROOF_MOST, required=required)
    form.fields[f"{prefix}{number}_due"] = Day("完成日期", required=required)


def kind_field(kinds: Sequence[str]) -> forms.ChoiceField:
    """Return a field to choose a kind of budget line."""
    return forms.ChoiceField(
        label="预算科目", required=False,
        choices=[("", "请选择"), *((kind, kind) for kind in kinds)],
        error_messages={"invalid_choice": "请选择列出的预算科目。"},
    )  # fmt: skip
