"""Forms of a nomination: who, with which story; yes to it."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.db.models import QuerySet

from voluncity.city.files.forms import PaperField, PhotoField
from voluncity.city.people.forms.fields import Words
from voluncity.honor.awards import rules
from voluncity.honor.awards.forms.fields import long_field
from voluncity.honor.awards.rules import Story
from voluncity.web.picking import PickField

NOBODY = "在您的推荐范围内没有找到这位已实名的志愿者，请核对编号和姓名。"


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
    story = long_field(
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
