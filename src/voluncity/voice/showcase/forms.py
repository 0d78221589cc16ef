"""Forms of stories: whom or what one is about, and what the person answers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import QuerySet

from voluncity.city.orgs.models import BrandProject
from voluncity.kernel.text import half_width_digits
from voluncity.voice.news.rules import Publisher
from voluncity.voice.showcase.states import StoryKind
from voluncity.web.picking import PickField

NO_SUCH = "没有这个选项，请重新选择。"
_NUMBER = 12


class StoryForm(forms.Form):
    """Whom or what a story is about."""

    kind = forms.ChoiceField(
        label="写什么", choices=StoryKind.choices, widget=forms.RadioSelect,
        error_messages={"required": "请选择写什么。", "invalid_choice": NO_SUCH},
    )  # fmt: skip
    title = forms.CharField(
        label="标题", max_length=60,
        error_messages={"required": "请填写标题。", "max_length": "标题最多 60 个字。"},
    )  # fmt: skip
    publisher = forms.ChoiceField(
        label="发布单位", error_messages={"required": "请选择单位。", "invalid_choice": NO_SUCH}
    )
    number = forms.CharField(
        label="志愿者编号", required=False, max_length=20, help_text="写人物时填，12 位数字。",
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
        error_messages={"max_length": "志愿者编号是 12 位数字，请检查。"},
    )  # fmt: skip
    shown_name = forms.CharField(
        label="公开称呼", required=False, max_length=20,
        help_text="写人物时填，如“张师傅”；未满 18 岁的不能写全名。",
        error_messages={"max_length": "公开称呼最多 20 个字。"},
    )  # fmt: skip
    organization = PickField(thing="团队", label="团队", required=False, help_text="写团队时选。")
    brand = forms.ModelChoiceField(
        BrandProject.objects.none(), label="品牌项目", required=False, empty_label="不选",
        help_text="写品牌项目时选。", error_messages={"invalid_choice": NO_SUCH},
    )  # fmt: skip

    def __init__(
        self,
        *sent: Any,
        publishers: Sequence[Publisher],
        organizations: QuerySet[Any],
        pick_url: str,
        brands: QuerySet[BrandProject],
    ) -> None:
        super().__init__(*sent)
        publisher: Any = self.fields["publisher"]
        publisher.choices = [(one.key, one.name) for one in publishers]
        team: Any = self.fields["organization"]
        team.choose_from(organizations, url=pick_url)
        brand: Any = self.fields["brand"]
        brand.queryset = brands

    def clean_number(self) -> str:
        """Return the digits.

        :raises ValidationError: when it is no number of a volunteer.
        """
        digits = half_width_digits(self.cleaned_data["number"]).replace(" ", "")
        if digits and not (digits.isascii() and digits.isdecimal() and len(digits) == _NUMBER):
            raise forms.ValidationError("志愿者编号是 12 位数字，请检查。")
        return digits

    def clean(self) -> dict[str, Any]:
        """Ask for what the chosen kind needs."""
        sent = super().clean() or self.cleaned_data
        wanted = {
            StoryKind.PERSON: ("number", "请填写志愿者编号。"),
            StoryKind.TEAM: ("organization", "请选择团队。"),
            StoryKind.BRAND: ("brand", "请选择品牌项目。"),
        }.get(sent.get("kind", ""))
        if wanted and wanted[0] not in self.errors and not sent.get(wanted[0]):
            self.add_error(*wanted)
        return sent


class AnswerForm(forms.Form):
    """Why somebody does not want to be shown; it may stay empty."""

    words = forms.CharField(
        label="说明", required=False, max_length=200,
        widget=forms.Textarea(attrs={"rows": 2}), help_text="可以不写。",
        error_messages={"max_length": "说明最多 200 个字。"},
    )  # fmt: skip
