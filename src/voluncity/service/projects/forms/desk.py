"""The small forms of the desk: filters, reasons, summaries."""

from __future__ import annotations

from typing import Any

from django import forms

from voluncity.city.orgs.models import Organization
from voluncity.service.projects.forms.fields import CHOOSE, SearchWords, Words, chosen
from voluncity.service.projects.models import Line
from voluncity.service.projects.queries import DeskFilters
from voluncity.service.projects.states import ProjectState


class DeskForm(forms.Form):
    """What a list of projects is narrowed to."""

    q = SearchWords("项目或组织名称", 60, required=False)
    state = forms.ChoiceField(
        label="状态", required=False, choices=[("", "全部"), *ProjectState.choices],
        error_messages={"invalid_choice": CHOOSE},
    )  # fmt: skip
    organization = chosen("组织", Organization.objects.none(), required=False, empty_label="全部")
    line = chosen("条线", Line.objects.all(), required=False, empty_label="全部")

    def __init__(self, *args: Any, organizations: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        field: Any = self.fields["organization"]
        field.queryset = organizations

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


class ReasonForm(forms.Form):
    """Why something is sent back or cancelled."""

    reason = Words("原因", 300, widget=forms.Textarea({"rows": 3}))


class SummaryForm(forms.Form):
    """What a project has done."""

    summary = Words("项目总结", 4000, long=True)
