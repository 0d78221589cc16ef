"""Filters, aims, summaries, invitations, articles and yearly plans."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.urls import reverse

from voluncity.city.access.permissions import Permission
from voluncity.city.files.forms import PaperField
from voluncity.kernel.money import parse_yuan, yuan_text
from voluncity.kernel.refusals import BadInput
from voluncity.service.progress import rules
from voluncity.service.progress.models import Aim, Article, Summary, YearPlan
from voluncity.service.progress.queries import TASKS, Filters
from voluncity.service.progress.rules import SummaryText, YearAims
from voluncity.service.progress.states import Standing, UnitRole
from voluncity.service.projects.models import Line
from voluncity.web.controls import CHOOSE, Day, Number, SearchWords, Words, chosen
from voluncity.web.picking import PickField


class ListForm(forms.Form):
    """What the list of projects is narrowed to."""

    q = SearchWords("项目或组织名称", 60, required=False)
    standing = forms.ChoiceField(
        label="进展", required=False, choices=[("", "全部"), *Standing.choices],
        error_messages={"invalid_choice": CHOOSE},
    )  # fmt: skip
    line = chosen("条线", Line.objects.all(), required=False, empty_label="全部")
    organization = PickField(label="组织及下级", thing="组织", required=False)
    year = Number("年度", rules.FIRST_YEAR, rules.LAST_YEAR, required=False)
    task = forms.ChoiceField(
        label="需要处理的", required=False, choices=[("", "全部"), *TASKS.items()],
        widget=forms.HiddenInput, error_messages={"invalid_choice": CHOOSE},
    )  # fmt: skip

    def __init__(self, *args: Any, organizations: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        field: Any = self.fields["organization"]
        url = f"{reverse('orgs:pick')}?may={Permission.PROJECT_SEE}"
        field.choose_from(organizations, url=url)

    def filters(self) -> Filters:
        """Return what was understood; a wrong filter filters nothing."""
        self.is_valid()
        values = self.cleaned_data
        organization, line = values.get("organization"), values.get("line")
        return Filters(
            q=values.get("q", ""),
            standing=values.get("standing", ""),
            line_id=line.pk if line else None,
            organization_path=organization.path if organization else "",
            year=values.get("year"),
            task=values.get("task", ""),
        )

    def said(self) -> list[tuple[str, str]]:
        """Return what is asked for in words: the label of each filter, and its value."""
        self.is_valid()
        values = self.cleaned_data
        told = {
            **values,
            "standing": dict(Standing.choices).get(values.get("standing", ""), ""),
            "task": TASKS.get(values.get("task", ""), ""),
        }
        return [(str(self.fields[name].label), str(value)) for name, value in told.items() if value]


class AimForm(forms.Form):
    """What a project aims at as numbers."""

    people_served = Number("计划服务人次", 1, rules.MOST_PEOPLE, required=False)
    funding = forms.CharField(
        label="计划经费（元）", required=False, help_text="没有经费的不填",
        widget=forms.TextInput({"inputmode": "decimal"}),
    )  # fmt: skip

    def __init__(self, *args: Any, aim: Aim | None = None, **options: Any) -> None:
        super().__init__(*args, **options)
        if aim is not None:
            fen = aim.funding_fen
            self.initial = {
                "people_served": aim.people_served,
                "funding": yuan_text(fen).removesuffix(" 元") if fen else "",
            }

    def clean_funding(self) -> int | None:
        """Return the sum in fen, or none."""
        raw = self.cleaned_data["funding"]
        if not raw.strip():
            return None
        try:
            return parse_yuan(raw, field="funding", most_yuan=rules.MOST_YUAN)
        except BadInput as refusal:
            raise forms.ValidationError(refusal.sentence) from refusal


class SummaryForm(forms.Form):
    """The four parts of a summary; a draft may leave any out."""

    done = Words("做了什么", 2000, long=True, required=False)
    effect = Words("服务成效", 1500, long=True, required=False)
    problems = Words("存在问题", 1500, long=True, required=False)
    experience = Words("经验做法", 2000, long=True, required=False)

    def __init__(self, *args: Any, summary: Summary | None = None, **options: Any) -> None:
        super().__init__(*args, **options)
        if summary is not None:
            self.initial = {name: getattr(summary, name) for name in self.fields}

    def text(self) -> SummaryText:
        """Return what was written."""
        return SummaryText(**self.cleaned_data)


class PhotosForm(forms.Form):
    """Which photos of the archives are taken."""

    photos = forms.TypedMultipleChoiceField(
        label="照片", required=False, coerce=int,
        error_messages={"invalid_choice": "请从本项目的活动照片中选择。"},
    )  # fmt: skip

    def __init__(self, *args: Any, photos: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        field: Any = self.fields["photos"]
        field.choices = [(photo.pk, photo.caption or str(photo.pk)) for photo in photos]


class PaperForm(forms.Form):
    """A paper with its name."""

    caption = Words("附件名称", 60)
    paper = PaperField(label="文件", help_text="PDF 或照片，最大 20 MB")


class RemarksForm(forms.Form):
    """Why something is sent back."""

    remarks = Words("意见", 300, widget=forms.Textarea({"rows": 3}))


class ReasonForm(forms.Form):
    """Why something ends."""

    reason = Words("原因", 200, widget=forms.Textarea({"rows": 3}))


class InviteForm(forms.Form):
    """Which unit is to do what."""

    organization = PickField(label="单位", thing="组织", error_messages={"required": CHOOSE})
    role = forms.ChoiceField(
        label="合作方式", choices=UnitRole.choices, error_messages={"invalid_choice": CHOOSE}
    )
    task = Words("分工", 200, required=False, help_text="如“提供场地和讲解员”")
    may_arrange = forms.BooleanField(
        label="授权安排活动", required=False,
        help_text="对方可以为这个项目安排活动，由您核对后开放报名",
    )  # fmt: skip

    def __init__(self, *args: Any, organizations: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        field: Any = self.fields["organization"]
        field.choose_from(organizations, url=reverse("progress:pick_unit"))


class ArticleForm(forms.Form):
    """Title and text of an article."""

    title = Words("标题", 60)
    body = Words(
        "正文", 8000, long=True, widget=forms.Textarea({"rows": 16}),
        help_text="空一行分段；不支持网页代码",
    )  # fmt: skip

    def __init__(self, *args: Any, article: Article | None = None, **options: Any) -> None:
        super().__init__(*args, **options)
        if article is not None:
            self.initial = {"title": article.title, "body": article.body}


class CallForm(forms.Form):
    """Until when lead units hand in their plan of a year."""

    year = Number("年度", rules.FIRST_YEAR, rules.LAST_YEAR)
    due_on = Day("报送截止")
    words = Words("要求", 300, required=False)


class YearForm(forms.Form):
    """The plan of a line for a year."""

    line = chosen("项目类别", Line.objects.none())
    year = Number("年度", rules.FIRST_YEAR, rules.LAST_YEAR)
    projects_wanted = Number("计划项目数", 1, rules.MOST_PROJECTS)
    sessions_wanted = Number("计划开展次数", 1, rules.MOST_SESSIONS)
    words = Words("工作方案", 2000, long=True, help_text="重点项目、时间安排和要求")

    def __init__(
        self, *args: Any, lines: Any, today: date, plan: YearPlan | None = None, **options: Any
    ) -> None:
        super().__init__(*args, **options)
        if plan is None:
            field: Any = self.fields["line"]
            field.queryset = lines
            self.initial.setdefault("year", today.year)
        else:
            del self.fields["line"], self.fields["year"]
            self.initial = {name: getattr(plan, name) for name in self.fields}

    def aims(self) -> YearAims:
        """Return what was planned."""
        values = self.cleaned_data
        return YearAims(values["projects_wanted"], values["sessions_wanted"], values["words"])
