"""Forms of selections: what is sent, with a sentence for every wrong input."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, cast

from django import forms
from django.db.models import QuerySet
from django.forms import BoundField

from voluncity.city.files.forms import PaperField, PhotoField
from voluncity.city.people.forms.fields import WholeDate, Words
from voluncity.city.people.models import User
from voluncity.city.regions.models import Region
from voluncity.honor.awards import rules
from voluncity.honor.awards.actions import Days, Decision, Scores
from voluncity.honor.awards.models import Criterion, Nomination, Result, Selection
from voluncity.honor.awards.rules import CategoryPlan, SelectionPlan, Story
from voluncity.honor.awards.states import NomineeKind
from voluncity.kernel.text import half_width_digits
from voluncity.web.picking import PickField

NOBODY = "在您的推荐范围内没有找到这位已实名的志愿者，请核对编号和姓名。"
NO_SUCH = "没有这个选项，请重新选择。"
MINUTES = 60


class Number(forms.IntegerField):
    """A whole number between two limits; full-width digits are read."""

    def __init__(self, *, least: int, most: int, **options: Any) -> None:
        super().__init__(min_value=least, max_value=most, **options)
        self.widget = forms.TextInput(attrs={"inputmode": "numeric", "maxlength": 9})
        between = f"请填写 {least} 到 {most} 的整数。"
        self.error_messages |= dict.fromkeys(
            ("required", "invalid", "min_value", "max_value"), between
        )
        for check in self.validators:
            check.message = between  # type: ignore[attr-defined]  # the limits say their own

    def to_python(self, value: Any) -> int | None:
        """Return the number."""
        return super().to_python(
            half_width_digits(value).strip() if isinstance(value, str) else value
        )


def _day(label: str, **options: Any) -> WholeDate:
    return WholeDate(
        label=label,
        error_messages={
            "required": "请选择日期。",
            "invalid": "日期不对，请写成 2026-11-24 这样。",
        },
        **options,
    )


def _long(label: str, most: int, *, rows: int = 4, **options: Any) -> Words:
    return _Long(
        label=label, most=most,
        widget=forms.Textarea(attrs={"rows": rows, "maxlength": most}),
        error_messages={"required": f"请填写{label}。"}, **options,
    )  # fmt: skip


class _Long(Words):
    """Words that keep their lines; the domain cleans them."""

    def to_python(self, value: Any) -> str:
        text = str(value or "").strip()
        super().to_python(text)
        return text


class ReasonForm(forms.Form):
    """A reason."""

    def __init__(self, *args: Any, label: str = "理由", hint: str = "", **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["reason"] = _long(label, rules.REASON_MOST, rows=3, help_text=hint)


class RemarksForm(forms.Form):
    """Remarks on a nomination."""

    def __init__(
        self, *args: Any, label: str, wanted: bool = True, hint: str = "", **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.fields["remarks"] = _long(
            label, rules.REMARKS_MOST, rows=3, required=wanted, help_text=hint
        )


class NothingForm(forms.Form):
    """A step that needs no words."""


class SelectionForm(forms.Form):
    """A selection: its calendar, weights and criteria."""

    title = Words(label="评选名称", most=rules.TITLE_MOST,
                  error_messages={"required": "请填写评选名称。"})  # fmt: skip
    year = Number(label="年度", least=2020, most=2100)
    region = forms.TypedChoiceField(
        label="范围", coerce=int,
        error_messages={"required": "请选择范围。", "invalid_choice": "请选择您管理的范围。"},
    )  # fmt: skip
    issuer = Words(label="表彰单位", most=rules.ISSUER_MOST, help_text="写在证书上。",
                   error_messages={"required": "请填写表彰单位。"})  # fmt: skip
    intro = _long("说明", rules.INTRO_MOST, help_text="评什么、怎么评，公众能看到。")
    nominate_from = _day("推荐开始")
    nominate_until = _day("推荐截止")
    review_until = _day("专家评审截止")
    vote_from = _day("投票开始")
    vote_until = _day("投票截止")
    publicity_workdays = Number(label="公示工作日", least=1, most=30)
    expert_weight = Number(label="专家评审（%）", least=0, most=100)
    vote_weight = Number(label="公众投票（%）", least=0, most=100)
    office_weight = Number(label="主办单位（%）", least=0, most=100)
    least_reviews = Number(label="每个对象至少几位专家评分", least=1, most=50)
    most_per_nominator = Number(label="每个单位每类最多推荐几个", least=1, most=100)
    allows_self = forms.BooleanField(label="志愿者可以自荐", required=False)
    is_live = forms.BooleanField(
        label="投票时实时公布票数（不勾选的，投票结束后公布）", required=False
    )

    def __init__(self, *args: Any, regions: Iterable[Region], **options: Any) -> None:
        super().__init__(*args, **options)
        cast(forms.ChoiceField, self.fields["region"]).choices = [
            (one.pk, one.name) for one in regions
        ]
        for place in range(1, rules.CRITERIA_MOST + 1):
            self.fields[f"criterion_{place}"] = Words(
                label=f"评分标准 {place}", most=rules.CRITERION_MOST, required=False
            )
            self.fields[f"weight_{place}"] = Number(
                label="占（%）", least=0, most=100, required=False
            )
        for kind in NomineeKind:
            self._add_category(kind)

    def _add_category(self, kind: NomineeKind) -> None:
        extra: dict[str, forms.Field] = {
            "title": Words(label="荣誉称号", most=rules.CATEGORY_MOST, required=False),
            "quota": Number(label="表彰名额", least=1, most=500, required=False),
            "choices_most": Number(label="每人最多投几个", least=1, most=100, required=False),
            "county_most": Number(label="每县最多（0 不限）", least=0, most=500, required=False),
            "least_hours": Number(
                label="累计时长至少（小时）", least=0, most=100000, required=False
            ),
            "least_stars": Number(label="星级至少", least=0, most=5, required=False),
            "gap_years": Number(label="近几年未获同类表彰", least=0, most=20, required=False),
            "clean_years": Number(label="近几年没有时长问题", least=0, most=20, required=False),
        }  # fmt: skip
        for name, made in extra.items():
            self.fields[f"{kind}_{name}"] = made

    @property
    def criteria_rows(self) -> list[tuple[BoundField, BoundField]]:
        """Return the fields of the criteria, two by two."""
        places = range(1, rules.CRITERIA_MOST + 1)
        return [(self[f"criterion_{place}"], self[f"weight_{place}"]) for place in places]

    @property
    def category_rows(self) -> list[tuple[str, list[BoundField]]]:
        """Return the fields of each category."""
        return [
            (kind.label, [self[name] for name in self.fields if name.startswith(f"{kind}_")])
            for kind in NomineeKind
        ]

    def clean(self) -> dict[str, Any]:
        """Ask for the numbers of a category that has a title, and for a title of each weight."""
        said = super().clean() or {}
        for kind in NomineeKind:
            if said.get(f"{kind}_title"):
                for name in ("quota", "choices_most"):
                    if said.get(f"{kind}_{name}") is None and f"{kind}_{name}" not in self.errors:
                        self.add_error(f"{kind}_{name}", "请填写大于 0 的整数。")
        for place in range(1, rules.CRITERIA_MOST + 1):
            title, weight = said.get(f"criterion_{place}"), said.get(f"weight_{place}")
            if bool(title) != bool(weight) and f"weight_{place}" not in self.errors:
                self.add_error(f"weight_{place}", "标准和它占的百分比要一起填写。")
        return said

    def plan(self) -> SelectionPlan:
        """Return what was said."""
        said = dict(self.cleaned_data)
        plain = {name: said[name] for name in type(self).base_fields if name != "region"}
        criteria = tuple(
            (said[f"criterion_{place}"], said[f"weight_{place}"])
            for place in range(1, rules.CRITERIA_MOST + 1)
            if said.get(f"criterion_{place}")
        )
        categories = tuple(
            _category(said, kind) for kind in NomineeKind if said.get(f"{kind}_title")
        )
        return SelectionPlan(
            **plain, region_id=said["region"], criteria=criteria, categories=categories
        )

    @staticmethod
    def said(plan: SelectionPlan | Selection) -> dict[str, Any]:
        """Return the fields' values of a plan, or of a draft."""
        values = {
            name: getattr(plan, name) for name in SelectionForm.base_fields if name != "region"
        }
        values["region"] = plan.region_id
        if isinstance(plan, Selection):
            criteria: Sequence[Any] = [(one.title, one.weight) for one in plan.criteria.all()]
            categories: Sequence[Any] = list(plan.categories.all())
        else:
            criteria, categories = plan.criteria, plan.categories
        for place, (title, weight) in enumerate(criteria, start=1):
            values |= {f"criterion_{place}": title, f"weight_{place}": weight}
        for one in categories:
            values |= _said_of(one)
        return values


_COUNTED = ("quota", "choices_most", "county_most", "least_stars", "gap_years", "clean_years")


def _category(said: dict[str, Any], kind: NomineeKind) -> CategoryPlan:
    numbers = {name: said[f"{kind}_{name}"] or 0 for name in _COUNTED}
    minutes = (said[f"{kind}_least_hours"] or 0) * MINUTES
    return CategoryPlan(
        kind=str(kind), title=said[f"{kind}_title"], least_minutes=minutes, **numbers
    )


def _said_of(one: Any) -> dict[str, Any]:
    values = {f"{one.kind}_{name}": getattr(one, name) for name in _COUNTED}
    return values | {
        f"{one.kind}_title": one.title,
        f"{one.kind}_least_hours": one.least_minutes // MINUTES,
    }


class DaysForm(forms.Form):
    """Other days for a running selection, with the reason."""

    nominate_until = _day("推荐截止")
    review_until = _day("专家评审截止")
    vote_from = _day("投票开始")
    vote_until = _day("投票截止")
    reason = _long("调整的理由", rules.REASON_MOST, rows=2)

    def days(self) -> Days:
        """Return the days."""
        said = dict(self.cleaned_data)
        said.pop("reason")
        return Days(**said)


class StoryForm(forms.Form):
    """What is written about a nominee."""

    headline = Words(
        label="一句话事迹", most=rules.HEADLINE_MOST, help_text="如“二十年如一日的楼院巡逻员”。",
        error_messages={"required": "请填写一句话事迹。"},
    )  # fmt: skip
    summary = Words(
        label="事迹简介", most=rules.SUMMARY_MOST, required=False,
        widget=forms.Textarea(attrs={"rows": 3, "maxlength": rules.SUMMARY_MOST}),
        help_text="一两句话，投票页上显示。先存草稿可以不填。",
    )  # fmt: skip
    story = _long(
        "主要事迹", rules.STORY_MOST, rows=10, required=False,
        help_text="50 到 3000 字。请不要写电话、住址和受助人的姓名。",
    )  # fmt: skip
    photo = PhotoField(label="照片", required=False, help_text="横向的工作照最好，不传也行。")
    paper = PaperField(
        label="证明材料", required=False, help_text="PDF 或照片，只给审核和评审的人看，最多 3 份。"
    )

    def story_said(self) -> Story:
        """Return what was written."""
        said = self.cleaned_data
        return Story(said["headline"], said["summary"], said["story"])


class NominateForm(StoryForm):
    """A nominee, by name or part of it, and the story."""

    nominee = PickField(thing="推荐对象", label="推荐对象")
    field_order = ("nominee", "headline", "summary", "story", "photo", "paper")

    def __init__(self, *args: Any, nominees: QuerySet[Any], url: str, **options: Any) -> None:
        super().__init__(*args, **options)
        field = cast(PickField, self.fields["nominee"])
        field.choose_from(nominees, url=url)
        field.error_messages["required"] = "请填写推荐对象的名称，从提示中选择。"

    def nominee_said(self) -> Any:
        """Return who is put forward."""
        return self.cleaned_data["nominee"]


class PersonForm(StoryForm):
    """A volunteer by number and name, so that no list of names is offered; and the story."""

    number = Words(
        label="志愿者编号", most=20, help_text="在本人的志愿者码上。",
        error_messages={"required": "请填写志愿者编号。"},
    )  # fmt: skip
    name = Words(label="姓名", most=30, error_messages={"required": "请填写姓名。"})
    field_order = ("number", "name", "headline", "summary", "story", "photo", "paper")

    def __init__(self, *args: Any, nominees: QuerySet[Any], url: str, **options: Any) -> None:
        super().__init__(*args, **options)
        self.nominees = nominees
        del url  # nothing is suggested

    def clean(self) -> dict[str, Any]:
        """Find the volunteer; which of number and name is wrong is not told."""
        said = super().clean() or {}
        if not self.errors.keys() & {"number", "name"}:
            self.found = self.nominees.filter(number=said["number"], name=said["name"]).first()
            if self.found is None:
                self.add_error("number", NOBODY)
        return said

    def nominee_said(self) -> Any:
        """Return who is put forward."""
        return self.found


class ConsentForm(forms.Form):
    """Yes to a story, and how the name is shown."""

    version = forms.IntegerField(
        widget=forms.HiddenInput, error_messages=dict.fromkeys(
            ("required", "invalid"), "页面打开得太久了，请刷新后再决定。"
        ),
    )  # fmt: skip
    is_named = forms.BooleanField(label="公开我的全名（不勾选的，只显示姓）", required=False)


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
        self.fields["comment"] = _long("评语", rules.COMMENT_MOST, rows=3, required=False)
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


def days_of(selection: Selection) -> dict[str, date]:
    """Return the days that a running selection may move."""
    return {
        name: getattr(selection, name)
        for name in ("nominate_until", "review_until", "vote_from", "vote_until")
    }
