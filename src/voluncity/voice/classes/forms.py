"""Forms of micro-classes: what authors write, and what learners answer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms

from voluncity.city.access.scopes import Scope
from voluncity.city.files.forms import PhotoField
from voluncity.city.orgs.models import Organization
from voluncity.city.orgs.states import OrgState
from voluncity.kernel.text import half_width_digits
from voluncity.service.training.models import Course
from voluncity.voice.classes.models import (
    BODY_MOST,
    CAPTION_MOST,
    INTRO_MOST,
    TITLE_MOST,
    WORDS_MOST,
    Question,
    Revision,
)
from voluncity.voice.classes.rules import (
    MINUTES_MOST,
    OPTIONS_MOST,
    ClassPlan,
    PagePlan,
    QuestionPlan,
)
from voluncity.voice.classes.states import TRUE_FALSE, QuestionKind, Theme
from voluncity.web.controls import Number, Words, chosen
from voluncity.web.picking import PickField
from voluncity.web.richtext import RichTextField

NO_SUCH = "没有这个选项，请重新选择。"
_STALE = dict.fromkeys(
    ("required", "invalid", "min_value", "max_value"), "页面打开得太久了，请刷新后再填。"
)


def _choice(label: str, choices: Any, **options: Any) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label, choices=choices,
        error_messages={"required": f"请选择{label}。", "invalid_choice": NO_SUCH}, **options,
    )  # fmt: skip


class Seen(forms.Form):
    """Which edition of the draft the page showed."""

    seen = forms.IntegerField(
        min_value=0, max_value=2**31, widget=forms.HiddenInput, error_messages=_STALE
    )


class ClassForm(forms.Form):
    """What is said about a class as a whole."""

    title = Words("课程名称", TITLE_MOST)
    theme = _choice("主题", Theme.choices)
    intro = Words("简介", INTRO_MOST, required=False, widget=forms.Textarea({"rows": 3}))
    course = chosen(
        "通过后颁发的培训证书", Course.objects.none(), required=False, empty_label="不发证书",
        help_text="发证书的微课计入新志愿者培训要求，也能作为活动的报名条件。",
    )  # fmt: skip
    draws = Number("每次抽几题", 1, 50, initial=5)
    pass_percent = Number("合格线（%）", 1, 100, initial=80)
    tries = Number("每天最多测几次", 1, 10, initial=3)
    correction = Words(
        "更正说明", WORDS_MOST, required=False, help_text="改已发布的微课时填写，学员看得到。"
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        course: Any = self.fields["course"]
        course.queryset = Course.objects.order_by("pk")

    def plan(self) -> ClassPlan:
        """Return what was sent."""
        sent = dict(self.cleaned_data)
        for other in ("organization", "seen"):
            sent.pop(other, None)
        course = sent.pop("course")
        return ClassPlan(**sent, course_id=course.pk if course else None)


class NewClassForm(ClassForm):
    """A new class, and who offers it."""

    organization = PickField(
        label="开课单位", thing="组织", error_messages={"required": "请选择开课单位。"}
    )
    field_order = ("title", "organization")

    def __init__(self, *args: Any, scope: Scope, url: str, **options: Any) -> None:
        super().__init__(*args, **options)
        del self.fields["correction"]
        organization: Any = self.fields["organization"]
        active = Organization.objects.in_scope(scope).filter(state=OrgState.ACTIVE)
        organization.choose_from(active, url=url)


class ChangeClassForm(ClassForm, Seen):
    """A change of a draft."""

    def __init__(self, *args: Any, revision: Revision, **options: Any) -> None:
        options["initial"] = {
            name: getattr(revision, name)
            for name in (
                "title", "theme", "intro", "course", "draws", "pass_percent", "tries", "correction",
            )
        } | {"seen": revision.edition}  # fmt: skip
        super().__init__(*args, **options)


class PageForm(Seen):
    """A chapter."""

    title = Words("章节名称", TITLE_MOST)
    body = RichTextField(max_length=BODY_MOST, label="正文", required=False)
    minutes = Number("约几分钟", 1, MINUTES_MOST, initial=3)
    least_seconds = Number(
        "至少学习（秒）", 0, MINUTES_MOST * 60, initial=30,
        help_text="按服务器的时间计，学够了才能算学完。",
    )  # fmt: skip

    def __init__(self, *args: Any, pictures_url: str, **options: Any) -> None:
        super().__init__(*args, **options)
        widget: Any = self.fields["body"].widget
        widget.pictures_url = pictures_url

    def plan(self) -> PagePlan:
        """Return what was sent."""
        sent = self.cleaned_data
        return PagePlan(sent["title"], sent["body"], sent["minutes"], sent["least_seconds"])


class CoverForm(Seen):
    """A cover with words for who cannot see it."""

    cover = PhotoField(label="封面图片")
    title = Words("图片说明", CAPTION_MOST)


class PieceForm(Seen):
    """A video or a paper for a chapter."""

    file = forms.FileField(
        label="视频（MP4）或资料（PDF）",
        error_messages=dict.fromkeys(
            ("required", "invalid", "missing", "empty"), "请选择一个 MP4 视频或 PDF 文件。"
        ),
        widget=forms.ClearableFileInput({"accept": "video/mp4,application/pdf"}),
    )
    title = Words("名称", CAPTION_MOST)


class QuestionForm(Seen):
    """A question for the bank."""

    kind = _choice("题型", QuestionKind.choices, widget=forms.RadioSelect)
    text = Words("题目", 300, widget=forms.Textarea({"rows": 2}))
    explanation = Words("解析", WORDS_MOST, required=False, help_text="交卷后学员看得到。")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for number in range(OPTIONS_MOST):
            letter = "ABCDEF"[number]
            self.fields[f"option{number}"] = Words(f"选项 {letter}", 120, required=False)
        self.fields["right"] = forms.CharField(
            label="正确答案", help_text="写字母，如 B 或 AC；判断题写“对”或“错”。",
            error_messages={"required": "请填写正确答案。"},
            widget=forms.TextInput({"maxlength": 12}),
        )  # fmt: skip
        self.order_fields(
            ["kind", "text", *(f"option{n}" for n in range(OPTIONS_MOST)), "right", "explanation"]
        )

    def clean_right(self) -> list[int]:
        """Return the places of the right answers.

        :raises ValidationError: when something else than letters was written.
        """
        said = half_width_digits(self.cleaned_data["right"]).strip().upper()
        if said in TRUE_FALSE:
            return [TRUE_FALSE.index(said)]
        letters = [one for one in said if one not in " ,，、"]
        if not letters or any(one not in "ABCDEF" for one in letters):
            raise forms.ValidationError("正确答案请写字母，如 B 或 AC；判断题写“对”或“错”。")
        return ["ABCDEF".index(one) for one in letters]

    def plan(self) -> QuestionPlan:
        """Return what was sent."""
        sent = self.cleaned_data
        return QuestionPlan(
            kind=sent["kind"], text=sent["text"], right=sent["right"],
            options=[sent.get(f"option{n}", "") for n in range(OPTIONS_MOST)],
            explanation=sent["explanation"],
        )  # fmt: skip


class WordsForm(forms.Form):
    """A reason or remarks in words."""

    def __init__(self, *args: Any, label: str, hint: str = "", **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["words"] = Words(label, WORDS_MOST, help_text=hint)


class NothingForm(forms.Form):
    """Nothing to fill in."""


class TestForm(forms.Form):
    """The questions of a test, in the order in which they were drawn."""

    __test__ = False  # no class of tests

    def __init__(self, *args: Any, questions: Sequence[Question], **options: Any) -> None:
        super().__init__(*args, **options)
        self.questions = questions
        for number, one in enumerate(questions, 1):
            choices = list(enumerate(one.options))
            missing = {
                "required": f"第 {number} 题还没有选择答案，请选好后再提交。",
                "invalid_choice": NO_SUCH, "invalid_list": NO_SUCH,
            }  # fmt: skip
            label = f"{number}. {one.text}（{one.get_kind_display()}）"
            if one.kind == QuestionKind.MULTIPLE:
                self.fields[f"q{one.pk}"] = forms.TypedMultipleChoiceField(
                    label=label, choices=choices, coerce=int, error_messages=missing,
                    widget=forms.CheckboxSelectMultiple,
                )  # fmt: skip
            else:
                self.fields[f"q{one.pk}"] = forms.TypedChoiceField(
                    label=label, choices=choices, coerce=int, error_messages=missing,
                    widget=forms.RadioSelect,
                )  # fmt: skip

    def answers(self) -> dict[int, list[int]]:
        """Return the chosen places by question."""
        sent = {one.pk: self.cleaned_data[f"q{one.pk}"] for one in self.questions}
        return {pk: said if isinstance(said, list) else [said] for pk, said in sent.items()}
