"""Forms of the volunteers of the month."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms

from voluncity.city.files.forms import PhotoField
from voluncity.honor.leaderboards import rules
from voluncity.honor.leaderboards.actions import Answer
from voluncity.honor.leaderboards.models.stars import (
    REASON_MOST,
    STORY_MOST,
    TITLE_MOST,
    WORDS_MOST,
)


class MonthForm(forms.Form):
    """Of which month stars are to be chosen."""

    month = forms.ChoiceField(
        label="月份",
        error_messages={"required": "请选择月份。", "invalid_choice": "请从列表中选择月份。"},
    )

    def __init__(self, *args: Any, months: Iterable[str], **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["month"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [(one, rules.period_text(one)) for one in months]


class PickForm(forms.Form):
    """Why somebody is picked."""

    reason = forms.CharField(
        label="推荐理由",
        max_length=REASON_MOST,
        help_text="会随公示和月度之星页面公布，请写具体的事。",
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "请写推荐理由。"},
    )


class StoryForm(forms.Form):
    """The story of a star."""

    title = forms.CharField(
        label="标题", max_length=TITLE_MOST, error_messages={"required": "请写标题。"}
    )
    story = forms.CharField(
        label="事迹",
        max_length=STORY_MOST,
        help_text="只写本人愿意公开的内容，不写电话、住址和服务对象的隐私。空一行分段。",
        widget=forms.Textarea(attrs={"rows": 10}),
        error_messages={"required": "请写事迹。"},
    )


class AnswerForm(forms.Form):
    """What somebody says to being a star of the month."""

    words = forms.CharField(
        label="想说的话（可以不写）",
        max_length=WORDS_MOST,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    photo = PhotoField(label="照片（可以不传）", required=False, help_text="JPG 或 PNG，清楚就好。")
    is_photo_agreed = forms.BooleanField(label="同意公布这张照片", required=False)

    def clean(self) -> dict[str, Any]:
        """Refuse a photo that may not be shown: nobody needs it then."""
        said = super().clean() or {}
        if said.get("photo") is not None and not said.get("is_photo_agreed"):
            self.add_error("is_photo_agreed", "传了照片就请勾选同意公布；不想公布请不要传照片。")
        return said

    def agreed(self) -> Answer:
        """Return the yes with what belongs to it."""
        said = self.cleaned_data
        return Answer(
            is_agreed=True,
            words=said["words"],
            is_photo_agreed=said["is_photo_agreed"],
            photo=said["photo"],
        )
