"""Forms of difficulties; every error is a sentence at its field."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.urls import reverse

from voluncity.city.files.forms import PaperField
from voluncity.city.orgs.models import Organization
from voluncity.city.regions.models import Region
from voluncity.service.difficulties import rules
from voluncity.service.difficulties.models import Kind
from voluncity.service.difficulties.queries import Holder
from voluncity.service.difficulties.rules import Answer, Report
from voluncity.service.projects.models import Project
from voluncity.web.picking import PickField


def _words(label: str, *, most: int = rules.WORDS_MOST, **options: Any) -> forms.CharField:
    return forms.CharField(
        label=label, max_length=most, widget=forms.Textarea({"rows": 3}),
        error_messages={"required": f"请填写{label}。"}, **options,
    )  # fmt: skip


class ReportForm(forms.Form):
    """A difficulty in one screen."""

    organization = forms.ChoiceField(
        label="上报组织",
        error_messages={"required": "请选择组织。", "invalid_choice": "请从列表中选择组织。"},
    )
    kind = forms.ChoiceField(
        label="哪方面的困难", widget=forms.RadioSelect,
        error_messages={
            "required": "请选择困难的类型。", "invalid_choice": "请选择困难的类型。",
        },
    )  # fmt: skip
    text = _words(
        "困难情况", most=rules.TEXT_MOST,
        help_text="缺什么、缺多少、影响哪次活动、希望怎样解决。",
    )  # fmt: skip
    project = forms.ModelChoiceField(
        Project.objects.none(), label="哪个项目", required=False, empty_label="不属于某个项目",
        error_messages={"invalid_choice": "请从列表中选择项目，或者不选。"},
    )  # fmt: skip
    is_urgent = forms.BooleanField(label="紧急", required=False, help_text="答复的期限更短。")
    paper = PaperField(label="附件", required=False)
    paper_2 = PaperField(label="附件二", required=False)
    key = forms.CharField(
        widget=forms.HiddenInput, max_length=36,
        error_messages={"required": "页面打开得太久了，请刷新后再提交。"},
    )  # fmt: skip

    def __init__(
        self, *args: Any, organizations: Sequence[Organization], kinds: Iterable[Kind],
        projects: QuerySet[Project], **options: Any,
    ) -> None:  # fmt: skip
        super().__init__(*args, **options)
        self.organizations = {str(one.pk): one for one in organizations}
        organization: Any = self.fields["organization"]
        organization.choices = [(key, one.name) for key, one in self.organizations.items()]
        kind: Any = self.fields["kind"]
        kind.choices = [(one.pk, one.name) for one in kinds]
        project: Any = self.fields["project"]
        project.queryset = projects

    def chosen(self) -> Organization:
        """Return for which organization it is reported."""
        return self.organizations[self.cleaned_data["organization"]]

    def report(self) -> Report:
        """Return what was said."""
        said = self.cleaned_data
        papers = tuple(one for one in (said["paper"], said["paper_2"]) if one is not None)
        return Report(
            kind_key=said["kind"], text=said["text"], key=said["key"],
            is_urgent=said["is_urgent"], papers=papers,
        )  # fmt: skip


class NothingForm(forms.Form):
    """Nothing to fill in."""


class AnswerForm(forms.Form):
    """What is done about it, by whom, until when."""

    measures = _words("解决措施", most=rules.TEXT_MOST)
    responsible = forms.CharField(
        label="负责人", max_length=rules.NAME_MOST, help_text="姓名和职务。",
        error_messages={"required": "请填写负责人。"},
    )  # fmt: skip
    promised_on = forms.DateField(
        label="承诺哪天前解决", widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": "请选择日期。", "invalid": "请选择正确的日期。"},
    )  # fmt: skip

    def answer(self) -> Answer:
        """Return what was said."""
        return Answer(**self.cleaned_data)


class AskForm(forms.Form):
    """What is not clear yet."""

    words = _words("要补充的情况", help_text="上报人补充以前，计时暂停。")


class SupplyForm(forms.Form):
    """What was asked for."""

    words = _words("补充的情况")


class RejectForm(forms.Form):
    """What is still missing."""

    words = _words("哪里没有解决", help_text="会交给上一级答复。")


class PassForm(forms.Form):
    """Who can answer it better: a unit, or an office."""

    unit = PickField(label="转交给单位", thing="单位", required=False)
    office = forms.ChoiceField(label="或者交给文明办", required=False)
    words = _words("转交原因", help_text="期限不重新计算。")

    def __init__(
        self, *args: Any, units: QuerySet[Any], offices: Sequence[Region], **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.offices = {str(one.pk): one for one in offices}
        office: Any = self.fields["office"]
        office.choices = [
            ("", "不交给文明办"), *((key, f"{one.name}文明办") for key, one in self.offices.items())
        ]  # fmt: skip
        unit: Any = self.fields["unit"]
        unit.choose_from(units, url=reverse("difficulties:units"))

    def clean(self) -> dict[str, Any]:
        """Ask for one of the two.

        :raises ValidationError: when both or none are chosen.
        """
        said = self.cleaned_data
        if not self.errors and bool(said["unit"]) == bool(said["office"]):
            self.add_error("unit", "请选择一个单位，或者选择一个文明办。")
        return said

    def holder(self) -> Holder:
        """Return who gets it."""
        said = self.cleaned_data
        return Holder(unit=said["unit"], office=self.offices.get(said["office"]))


class PublishForm(forms.Form):
    """A good answer for everybody, without names."""

    question = _words("困难", most=rules.QUESTION_MOST, help_text="请改写成谁都适用的说法。")
    answer = _words("解答", most=rules.TEXT_MOST, help_text="不要写出组织、人名和电话。")


class KindForm(forms.Form):
    """A new kind of difficulty."""

    name = forms.CharField(
        label="类型名称", max_length=rules.KIND_NAME_MOST,
        error_messages={"required": "请填写类型名称。"},
    )  # fmt: skip


class DaysForm(forms.Form):
    """How soon this kind is answered."""

    workdays = forms.IntegerField(
        label="答复期限（工作日）", required=False,
        error_messages={"invalid": "期限请填写整数，例如 5；不填就用全市的期限。"},
    )  # fmt: skip
