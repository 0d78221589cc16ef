"""The fields of one page of an application, as its questions ask; nothing is checked here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms

from voluncity.city.files.forms import PaperField
from voluncity.city.people.forms.fields import OurForm
from voluncity.fund.calls.spec import NO, YES, Question
from voluncity.fund.calls.states import QuestionKind

K = QuestionKind
RADIOS_MOST = 6  # of more options one chooses from a list


def value_of(question: Question, raw: str) -> Any:
    """Return what the control of a question shows for the words that are kept."""
    return raw.split("\n") if question.kind == K.SEVERAL else raw


class DraftForm(OurForm):
    """Some questions with the words that stand in them."""

    def __init__(self, questions: Iterable[Question], raw: Mapping[str, str]) -> None:
        asked = [one for one in questions if one.kind != K.FILE]
        data = {one.key: value_of(one, raw.get(one.key, "")) for one in asked}
        super().__init__(data, is_draft=True)
        for one in asked:
            self.fields[one.key] = forms.CharField(
                label=one.label, help_text=_help(one), required=one.is_required, widget=_widget(one)
            )

    def show(self, problems: Mapping[str, str]) -> None:
        """Put what is missing or wrong at its field, or above the form."""
        for key, sentence in problems.items():
            if key in self.fields:
                self.add_error(key, sentence)
            else:
                self.add_error(None, sentence)


def _help(question: Question) -> str:
    if question.kind == K.TEXT:
        return f"{question.help}（最多 {question.limit} 字）" if question.help else (
            f"最多 {question.limit} 字"
        )  # fmt: skip
    return question.help


def _widget(question: Question) -> forms.Widget:
    kind = question.kind
    if question.options or kind == K.YES_NO:
        return _choice(question)
    if kind == K.TEXT:
        return forms.Textarea(attrs={"rows": 6 if question.limit > 300 else 3})  # noqa: PLR2004
    if kind == K.DATE:
        return forms.TextInput(attrs={"type": "date"})
    if kind == K.LINE:
        return forms.TextInput(attrs={"maxlength": question.limit})
    mode = "numeric" if kind == K.NUMBER else "decimal"
    return forms.TextInput(attrs={"inputmode": mode, "maxlength": 20})


def _choice(question: Question) -> forms.Widget:
    options = [(one, one) for one in question.options] or [(YES, "是"), (NO, "否")]
    if question.kind == K.SEVERAL:
        return forms.CheckboxSelectMultiple(choices=options)
    if len(options) > RADIOS_MOST or question.key.endswith("_kind"):
        return forms.Select(choices=[("", "请选择"), *options])
    return forms.RadioSelect(choices=options)


class FileForm(forms.Form):
    """One file of an application."""

    file = PaperField(label="PDF 或照片")
