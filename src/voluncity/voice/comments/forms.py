"""Forms of comments: what is sent, with a sentence for every wrong input."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django import forms

from voluncity.voice.comments.actions import Said
from voluncity.voice.comments.models import OPENING_MOST, TEXT_MOST, TITLE_MOST, WORDS_MOST
from voluncity.voice.comments.states import Naming, Reason, Theme, WordKind
from voluncity.web.controls import Number, Words

NO_SUCH = "没有这个选项，请重新选择。"
TOO_LONG_OPEN = "页面打开得太久了，请刷新后再填。"
_STALE = dict.fromkeys(("required", "invalid", "max_length"), TOO_LONG_OPEN)


def _choice(label: str, choices: Any, **options: Any) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label, choices=choices,
        error_messages={"required": f"请选择{label}。", "invalid_choice": NO_SUCH}, **options,
    )  # fmt: skip


def new_handle() -> str:
    """Return a mark for a form, so that what is sent twice is kept once."""
    return str(uuid4())


class CommentForm(forms.Form):
    """A comment, or an answer to one."""

    text = Words("评论", TEXT_MOST, long=True, widget=forms.Textarea({"rows": 3}))
    naming = _choice("署名", Naming.choices, initial=Naming.SURNAME, required=False)
    handle = forms.SlugField(max_length=36, widget=forms.HiddenInput, error_messages=_STALE)
    answers = forms.IntegerField(
        required=False, min_value=1, max_value=2**62, widget=forms.HiddenInput,
        error_messages=dict.fromkeys(("invalid", "min_value", "max_value"), TOO_LONG_OPEN),
    )  # fmt: skip

    def __init__(self, *args: Any, is_official: bool = False, **options: Any) -> None:
        options["initial"] = {"handle": new_handle(), **(options.get("initial") or {})}
        super().__init__(*args, **options)
        if is_official:
            del self.fields["naming"]

    def said(self) -> Said:
        """Return what was sent."""
        sent = self.cleaned_data
        return Said(
            text=sent["text"], handle=sent["handle"],
            naming=sent.get("naming") or Naming.SURNAME, answers_id=sent.get("answers"),
        )  # fmt: skip


class TopicForm(CommentForm):
    """A topic with what it begins with."""

    theme = _choice("主题", Theme.choices, widget=forms.RadioSelect)
    title = Words("标题", TITLE_MOST, help_text="一句话说清楚想聊什么、想问什么。")
    text = Words("内容", OPENING_MOST, long=True, widget=forms.Textarea({"rows": 6}))
    field_order = ("theme", "title", "text", "naming")


class EditForm(forms.Form):
    """New words for a comment."""

    text = Words("评论", OPENING_MOST, long=True)


class ReportForm(forms.Form):
    """What is wrong with a comment."""

    reason = _choice("哪里有问题", Reason.choices, widget=forms.RadioSelect)
    words = Words("说明", WORDS_MOST, long=True, required=False)


class TakeDownForm(forms.Form):
    """Why a comment is not shown."""

    reason = _choice("原因", [("", "请选择"), *Reason.choices])
    words = Words("说明", WORDS_MOST, required=False, help_text="作者看得到。")


class BanForm(forms.Form):
    """For how long and why somebody may not comment."""

    days = Number("禁言天数", 1, 3650)
    reason = _choice("原因", [("", "请选择"), *Reason.choices])
    words = Words("说明", WORDS_MOST, help_text="本人看得到，可以申诉。")


class WordsForm(forms.Form):
    """A reason or an answer in words."""

    def __init__(self, *args: Any, label: str, hint: str = "", **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["words"] = Words(label, WORDS_MOST, long=True, help_text=hint)


class NothingForm(forms.Form):
    """Nothing to fill in."""


class WordForm(forms.Form):
    """A word for the list."""

    text = Words("词语", 30, help_text="全角、空格、符号、大小写和常见变体会自动识别。")
    kind = _choice("处理方式", WordKind.choices)
