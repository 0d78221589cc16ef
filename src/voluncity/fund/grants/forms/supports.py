"""A support for a station, a team or a county."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.forms import BoundField
from django.urls import reverse

from voluncity.fund.governance.forms import ResolutionField
from voluncity.fund.governance.models import Fund
from voluncity.fund.grants.forms.rows import (
    LINE_PARTS,
    RowsForm,
    Yuan,
    kind_field,
)
from voluncity.fund.grants.rules import plans
from voluncity.fund.grants.rules.plans import LinePlan, SupportPlan
from voluncity.fund.grants.states import SUPPORTS, FundingKind
from voluncity.web.controls import Day, Words, chosen
from voluncity.web.picking import PickField

SUPPORT_LINES = 6


class SupportForm(RowsForm):
    """A support for a station, a team or a county."""

    kind = forms.ChoiceField(
        label="类别", choices=[(kind, FundingKind(kind).label) for kind in SUPPORTS],
        widget=forms.RadioSelect,
        error_messages={"required": "请选择类别。", "invalid_choice": "请选择类别。"},
    )  # fmt: skip
    title = Words("支持事项", plans.NAME_MOST)
    organization = PickField(thing="组织", label="组织", required=False)
    station = PickField(thing="站点", label="站点", required=False)
    recipient = Words("受资助方名称", plans.RECIPIENT_MOST, required=False,
                      help_text="支持区县时填写，例如区志愿者协会。")  # fmt: skip
    resolution = ResolutionField()
    starts_on = Day("开始日期")
    ends_on = Day("结束日期")
    terms = Words("支持条件", plans.TERMS_MOST, long=True, required=False)

    def __init__(
        self, *sent: Any, fund: Fund, near: Any, stations: Any, counties: Any, **options: Any
    ) -> None:
        super().__init__(*sent, **options)
        url = f"{reverse('orgs:pick')}?may=funding_edit&field=organization&state=active"
        cast("PickField", self.fields["organization"]).choose_from(near, url=url)
        cast("PickField", self.fields["station"]).choose_from(
            stations, url=reverse("grants:pick_station")
        )
        cast("ResolutionField", self.fields["resolution"]).of(fund)
        self.fields["region"] = chosen("区县", counties, required=False, empty_label="请选择")
        self.purposes = list(fund.purposes.filter(ended_at=None))
        self.fields["serves"] = chosen(
            "资助方向", fund.purposes.filter(ended_at=None), required=False, empty_label="不限定"
        )
        self.fields["s0_fen"] = Yuan("非限定资金（元）", required=False)
        for one in self.purposes:
            self.fields[f"s{one.pk}_fen"] = Yuan(f"限定“{one.name}”的资金（元）", required=False)
        for number in range(1, SUPPORT_LINES + 1):
            self.fields[f"n{number}_kind"] = kind_field(plans.SUPPORT_KINDS)
            self.fields[f"n{number}_what"] = Words("用途", plans.WHAT_MOST, required=False)
            self.fields[f"n{number}_fen"] = Yuan("金额（元）", required=False)

    def clean(self) -> dict[str, Any]:
        """Ask for whole rows, and for whom it is."""
        said = self.cleaned_data
        self.ask_for_whole_rows("n", range(1, SUPPORT_LINES + 1), LINE_PARTS)
        wanted = {
            FundingKind.STATION: ["station"], FundingKind.TEAM: ["organization"],
            FundingKind.COUNTY: ["region", "recipient"],
        }  # fmt: skip
        for name in wanted.get(FundingKind(said["kind"]), []) if "kind" in said else []:
            if not said.get(name) and name not in self.errors:
                self.add_error(name, f"请填写{self.fields[name].label}。")
        return said

    def plan(self) -> SupportPlan:
        """Return what was said."""
        said = self.cleaned_data
        purposes: list[int | None] = [None, *(one.pk for one in self.purposes)]
        return SupportPlan(
            **{name: said[name] for name in ("kind", "title", "starts_on", "ends_on", "terms")},
            recipient=said["recipient"], resolution_id=said["resolution"].pk,
            lines=tuple(
                LinePlan(*row)
                for _, *row in self.rows("n", range(1, SUPPORT_LINES + 1), [*LINE_PARTS])
            ),
            sources=tuple((pk, fen) for pk in purposes if (fen := said[f"s{pk or 0}_fen"])),
            serves_id=_pk(said["serves"]), organization_id=_pk(said["organization"]),
            station_id=_pk(said["station"]), region_id=_pk(said["region"]),
        )  # fmt: skip

    def drawn_lines(self) -> list[Any]:
        """Return the rows of lines."""
        return self.drawn("n", range(1, SUPPORT_LINES + 1), [*LINE_PARTS])

    def drawn_sources(self) -> list[BoundField]:
        """Return a field for each purse of the fund."""
        return [self["s0_fen"], *(self[f"s{one.pk}_fen"] for one in self.purposes)]


def _pk(one: Any) -> int | None:
    return None if one is None else one.pk
