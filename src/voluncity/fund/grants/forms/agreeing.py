"""Milestones before the agreement, the signed paper, words for one step."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, cast

from django import forms
from django.db.models import QuerySet

from voluncity.city.files.forms import PaperField
from voluncity.fund.governance.forms import ResolutionField
from voluncity.fund.governance.models import Fund
from voluncity.fund.grants.forms.rows import (
    STEP_PARTS,
    RowsForm,
    step_fields,
)
from voluncity.fund.grants.models import Milestone
from voluncity.fund.grants.rules import plans
from voluncity.fund.grants.rules.agreement import TEXT_MOST
from voluncity.fund.grants.rules.plans import MilestonePlan
from voluncity.web.controls import Day, Words, chosen

BLANK_ROWS = 3


class PlanForm(RowsForm):
    """Who is responsible, and the milestones."""

    lead = Words("项目负责人", plans.NAME_MOST)

    def __init__(
        self, *sent: Any, starts_on: date, ends_on: date, planned: int, **options: Any
    ) -> None:
        super().__init__(*sent, **options)
        self.span = (starts_on, ends_on)
        typed = sum(1 for key in self.data if key.endswith("_title"))
        count = min(plans.MILESTONES_MOST, max(planned + BLANK_ROWS, typed))
        self.numbers = range(1, count + 1)
        for number in self.numbers:
            step_fields(self, "m", number, required=number == 1)

    def clean(self) -> dict[str, Any]:
        """Ask for whole rows within the days of the project."""
        self.ask_for_whole_rows("m", self.numbers, STEP_PARTS)
        self.bounds([f"m{number}_due" for number in self.numbers], *self.span)
        return self.cleaned_data

    def plans(self) -> list[MilestonePlan]:
        """Return what was said."""
        return [MilestonePlan(*said) for _, *said in self.rows("m", self.numbers, [*STEP_PARTS])]

    def drawn_steps(self) -> list[Any]:
        """Return the rows of milestones."""
        return self.drawn("m", self.numbers, [*STEP_PARTS])

    @staticmethod
    def kept(lead: str, milestones: Sequence[Milestone]) -> dict[str, Any]:
        """Return what the form begins with."""
        found: dict[str, Any] = {"lead": lead}
        for number, one in enumerate(milestones, start=1):
            found |= {
                f"m{number}_title": one.title, f"m{number}_proof": one.proof,
                f"m{number}_due": one.due_on,
            }  # fmt: skip
        return found


class ScanForm(forms.Form):
    """The signed paper."""

    file = PaperField(label="签字盖章的协议", help_text="PDF 或照片，每一页都要清楚。")


class ConfirmForm(forms.Form):
    """The days that stand beside both signatures."""

    party_signed_on = Day("受资助方签字日期")
    fund_signed_on = Day("基金签字日期")


class WordsForm(forms.Form):
    """Words for one step."""

    def __init__(
        self, *sent: Any, label: str, hint: str = "", required: bool = True, **options: Any
    ) -> None:
        super().__init__(*sent, **options)
        self.fields["words"] = Words(
            label, plans.WORDS_MOST, long=True, help_text=hint, required=required
        )


class MilestoneForm(WordsForm):
    """Which milestone is reached, and how that was checked."""

    def __init__(self, *sent: Any, planned: QuerySet[Milestone], **options: Any) -> None:
        super().__init__(
            *sent, label="核实情况", hint="谁在什么时候怎样核实的，例如看了签到表和照片。",
            **options,
        )  # fmt: skip
        self.fields["milestone"] = chosen("里程碑", planned)
        self.order_fields(["milestone", "words"])


class TerminateForm(WordsForm):
    """Why a project ends before its time, and which resolution says so."""

    resolution = ResolutionField()

    def __init__(self, *sent: Any, fund: Fund, **options: Any) -> None:
        super().__init__(*sent, label="终止的原因", **options)
        cast("ResolutionField", self.fields["resolution"]).of(fund)


class NothingForm(forms.Form):
    """A step that needs no words."""


class TemplateForm(forms.Form):
    """The text of agreements from a day on."""

    valid_from = Day("启用日期", help_text="这一天起生成的协议用这份文本，以前的不变。")
    text = forms.CharField(
        label="协议文本", max_length=TEXT_MOST, widget=forms.Textarea({"rows": 24}),
        error_messages={
            "required": "请填写协议文本。", "max_length": f"协议文本最多 {TEXT_MOST} 个字。",
        },
    )  # fmt: skip
