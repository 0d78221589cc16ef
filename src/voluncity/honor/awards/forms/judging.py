"""Forms of reviews, votes, decisions and certificates."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from django import forms
from django.db.models import QuerySet
from django.forms import BoundField

from voluncity.city.people.forms.fields import Words
from voluncity.city.people.models import User
from voluncity.honor.awards import rules
from voluncity.honor.awards.actions import Decision, Scores
from voluncity.honor.awards.forms.fields import long_field
from voluncity.honor.awards.models import Criterion, Nomination, Result
from voluncity.web.controls import Number

NO_SUCH = "没有这个选项，请重新选择。"


class VoteForm(forms.Form):
    """Whom somebody supports in a category."""

    chosen = forms.TypedMultipleChoiceField(
        coerce=int, widget=forms.CheckboxSelectMultiple, label="我支持",
        error_messages={"required": "请先选择您支持的对象。",
                        "invalid_choice": "有一个对象已经退出评选，请刷新页面重新选择。"},
    )  # fmt: skip

    def __init__(self, *args: Any, nominees: Sequence[Nomination], **options: Any) -> None:
        super().__init__(*args, **options)
        cast(forms.ChoiceField, self.fields["chosen"]).choices = [
            (one.pk, one.shown_name) for one in nominees
        ]


class JudgeForm(forms.Form):
    """An expert to be invited."""

    user = forms.ModelChoiceField(
        User.objects.none(), label="专家",
        error_messages={"required": "请选择专家。", "invalid_choice": NO_SUCH},
    )  # fmt: skip

    def __init__(self, *args: Any, experts: QuerySet[User], **options: Any) -> None:
        super().__init__(*args, **options)
        cast(Any, self.fields["user"]).queryset = experts


class ScoreForm(forms.Form):
    """Points for each criterion, words, and that one is independent."""

    def __init__(
        self, *args: Any, criteria: Sequence[Criterion], version: int, **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.criteria = criteria
        self.fields["version"] = forms.IntegerField(
            widget=forms.HiddenInput, initial=version,
            error_messages=dict.fromkeys(("required", "invalid"), "请刷新页面后再评分。"),
        )  # fmt: skip
        for one in criteria:
            self.fields[f"points_{one.pk}"] = Number(
                label=f"{one.title}（占 {one.weight}%）", least=0, most=100
            )
        self.fields["comment"] = long_field("评语", rules.COMMENT_MOST, rows=3, required=False)
        self.fields["is_independent"] = forms.BooleanField(
            label="我和推荐对象没有亲属、同事或其他利害关系", required=False
        )

    def scores(self) -> Scores:
        """Return what was given."""
        said = self.cleaned_data
        points = {one.pk: said[f"points_{one.pk}"] for one in self.criteria}
        return Scores(said["version"], points, said["comment"], said["is_independent"])


class DecideForm(forms.Form):
    """Who is chosen, with a reason where the rule says otherwise."""

    def __init__(self, *args: Any, results: Sequence[Result], **options: Any) -> None:
        super().__init__(*args, **options)
        self.results = results
        for one in results:
            pk = one.nomination_id
            self.fields[f"chosen_{pk}"] = forms.BooleanField(
                label="入选", required=False, initial=one.by_rule
            )
            self.fields[f"reason_{pk}"] = Words(
                label="和规则不同的理由", most=rules.REASON_MOST, required=False
            )

    @property
    def rows(self) -> list[tuple[Result, BoundField, BoundField]]:
        """Return each result with its two fields."""
        return [
            (one, self[f"chosen_{one.nomination_id}"], self[f"reason_{one.nomination_id}"])
            for one in self.results
        ]

    def decision(self) -> Decision:
        """Return what was decided."""
        said = self.cleaned_data
        ids = [one.nomination_id for one in self.results]
        return Decision(
            chosen=frozenset(pk for pk in ids if said[f"chosen_{pk}"]),
            reasons={pk: said[f"reason_{pk}"] for pk in ids},
        )


class OfficePointsForm(forms.Form):
    """The office's own points."""

    points = Number(label="主办单位评分", least=0, most=100)


class CheckForm(forms.Form):
    """The number of a certificate."""

    serial = Words(label="证书编号", most=20, error_messages={"required": "请填写证书编号。"})
