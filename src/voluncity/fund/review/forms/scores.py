"""What an expert writes: points and remarks for each criterion, and about the whole."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.forms import BoundField

from voluncity.fund.review.actions import Scores
from voluncity.fund.review.actions.judging import REMARK_MOST, WORDS_MOST
from voluncity.fund.review.models import Opinion
from voluncity.fund.review.models.opinions import POINTS_MOST
from voluncity.fund.review.rules import Criterion
from voluncity.kernel.text import number_in
from voluncity.web.controls import Number, Words


class ScoreForm(forms.Form):
    """All fields may be empty while it is a draft; handing it in asks for all points."""

    def __init__(self, *args: Any, criteria: Sequence[Criterion], **options: Any) -> None:
        super().__init__(*args, **options)
        self.criteria = criteria
        for one in criteria:
            self.fields[f"points_{one.key}"] = Number(
                f"{one.title}（权重 {one.weight}）", 0, POINTS_MOST, required=False,
                help_text=one.hint,
            )  # fmt: skip
            self.fields[f"remark_{one.key}"] = Words(
                f"{one.title}的评语", REMARK_MOST, long=True, required=False,
                widget=forms.Textarea({"rows": 2}),
            )  # fmt: skip
        self.fields["words"] = Words("总体评语", WORDS_MOST, long=True, required=False)

    @property
    def rows(self) -> list[tuple[BoundField, BoundField]]:
        """Return the fields criterion by criterion."""
        return [(self[f"points_{one.key}"], self[f"remark_{one.key}"]) for one in self.criteria]

    def scores(self) -> Scores:
        """Return what was written about the submission that the page showed."""
        said = self.cleaned_data
        return Scores(
            submission_id=number_in(self.data.get("submission")) or 0,
            points={one.key: said[f"points_{one.key}"] for one in self.criteria},
            remarks={one.key: said[f"remark_{one.key}"] for one in self.criteria},
            words=said["words"],
        )


def initial_of(opinion: Opinion | None) -> dict[str, Any]:
    """Return a draft as the form shows it."""
    if opinion is None:
        return {}
    found: dict[str, Any] = {"words": opinion.words}
    for mark in opinion.marks.all():
        found[f"points_{mark.key}"] = mark.points
        found[f"remark_{mark.key}"] = mark.remark
    return found
