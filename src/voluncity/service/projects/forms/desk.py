"""The small forms of the desk: filters, reasons, summaries."""

from __future__ import annotations

from typing import Any

from django import forms
from django.urls import reverse

from voluncity.city.access.permissions import Permission
from voluncity.service.projects.models import Line
from voluncity.service.projects.queries import DeskFilters
from voluncity.service.projects.rules import MAX_COPIES
from voluncity.service.projects.states import ProjectState
from voluncity.web.controls import CHOOSE, Day, Number, SearchWords, Words, chosen
from voluncity.web.picking import PickField


class DeskForm(forms.Form):
    """What a list of projects is narrowed to."""

    q = SearchWords("项目或组织名称", 60, required=False)
    state = forms.ChoiceField(
        label="状态", required=False, choices=[("", "全部"), *ProjectState.choices],
        error_messages={"invalid_choice": CHOOSE},
    )  # fmt: skip
    organization = PickField(label="组织", thing="组织", required=False)
    line = chosen("条线", Line.objects.all(), required=False, empty_label="全部")

    def __init__(self, *args: Any, organizations: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        field: Any = self.fields["organization"]
        url = f"{reverse('orgs:pick')}?may={Permission.PROJECT_SEE}"
        field.choose_from(organizations, url=url)

    def filters(self) -> DeskFilters:
        """Return what was understood; a wrong filter filters nothing."""
        self.is_valid()
        values = self.cleaned_data
        organization, line = values.get("organization"), values.get("line")
        return DeskFilters(
            q=values.get("q", ""),
            state=values.get("state", ""),
            organization_id=organization.pk if organization else None,
            line_id=line.pk if line else None,
        )

    def said(self) -> list[tuple[str, str]]:
        """Return what is asked for in words: the label of each filter, and its value."""
        self.is_valid()
        told = {
            **self.cleaned_data,
            "state": dict(ProjectState.choices).get(self.cleaned_data.get("state", ""), ""),
        }
        return [(str(self.fields[name].label), str(value)) for name, value in told.items() if value]


class ReasonForm(forms.Form):
    """Why something is sent back or cancelled."""

    reason = Words("原因", 300, widget=forms.Textarea({"rows": 3}))


class CopyForm(forms.Form):
    """When the same activity takes place again."""

    first_on = Day("从哪天起")
    every_days = Number("每隔几天", 1, 366, initial=7, help_text="每周一次填 7")
    times = Number("共几次", 1, MAX_COPIES, initial=4)
