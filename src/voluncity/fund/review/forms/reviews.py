"""What the office says about a review and its experts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

from django import forms

from voluncity.city.people.models import User
from voluncity.fund.review.queries import Hint
from voluncity.fund.review.rules import ReviewPlan
from voluncity.fund.review.rules.criteria import (
    EXPERTS_MOST,
    REASON_MOST,
    parse_criteria,
)
from voluncity.kernel.refusals import BadInput
from voluncity.kernel.text import number_in
from voluncity.web.controls import CHOOSE, Moment, Number, Words

_CRITERIA_MOST = 3000


class ReviewForm(forms.Form):
    """What is scored by, how many experts read each application, until when."""

    criteria = Words(
        "评分标准", _CRITERIA_MOST, long=True,
        help_text="一行一项：标准 | 权重 | 说明。每项按 0 到 100 分打分，权重合计 100。",
    )  # fmt: skip
    experts_each = Number("每项申报几位专家", 1, EXPERTS_MOST)
    due_at = Moment("评分截止", help_text="到这一刻为止，之后不能再评分。")

    def clean_criteria(self) -> tuple[tuple[str, str, int], ...]:
        """Return the criteria line by line."""
        try:
            return parse_criteria(self.cleaned_data["criteria"])
        except BadInput as refusal:
            raise forms.ValidationError(refusal.sentence) from refusal

    def plan(self) -> ReviewPlan:
        """Return what was said."""
        said = self.cleaned_data
        return ReviewPlan(said["criteria"], said["experts_each"], said["due_at"])


class WordsForm(forms.Form):
    """Words for one step."""

    def __init__(
        self, *args: Any, label: str, hint: str = "", is_wanted: bool = True, **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.fields["words"] = Words(
            label, REASON_MOST, long=True, help_text=hint, required=is_wanted
        )


class EndForm(WordsForm):
    """Another end, with the reason."""

    due_at = Moment("新的评分截止")
    field_order = ("due_at", "words")


class AssignForm(forms.Form):
    """One of the experts, and why where records hint at a conflict."""

    expert = forms.ChoiceField(
        label="专家", error_messages={"required": "请选择专家。", "invalid_choice": CHOOSE}
    )
    despite = Words(
        "仍指定的理由", REASON_MOST, long=True, required=False,
        help_text="有提示的专家要写明理由，理由会留存。",
    )  # fmt: skip

    def __init__(
        self, *args: Any, experts: Sequence[User], hints: Mapping[int, Sequence[Hint]],
        loads: Mapping[int, int], **options: Any,
    ) -> None:  # fmt: skip
        super().__init__(*args, **options)
        self._experts = {one.pk: one for one in experts}
        choices = [("", "请选择专家")]
        for one in experts:
            found = hints.get(one.pk, ())
            if any(hint.is_blocking for hint in found):
                continue
            told = f"；提示：{'、'.join(hint.words for hint in found)}" if found else ""
            choices.append(
                (str(one.pk), f"{one.display_name}（已分 {loads.get(one.pk, 0)} 份{told}）")
            )
        cast("forms.ChoiceField", self.fields["expert"]).choices = choices

    def expert_chosen(self) -> User:
        """Return who was chosen."""
        return self._experts[number_in(self.cleaned_data["expert"]) or 0]
