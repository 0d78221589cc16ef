"""What the organization and the office say about a funded project."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, cast

from django import forms
from django.forms import BoundField
from django.urls import reverse

from voluncity.city.files.forms import PaperField
from voluncity.fund.governance.forms import ResolutionField
from voluncity.fund.governance.models import Fund
from voluncity.fund.grants.models import Milestone
from voluncity.fund.grants.rules import plans
from voluncity.fund.grants.rules.agreement import TEXT_MOST
from voluncity.fund.grants.rules.changes import Line, Planned, Version
from voluncity.fund.grants.rules.plans import LinePlan, MilestonePlan, SupportPlan
from voluncity.fund.grants.states import SUPPORTS, FundingKind
from voluncity.kernel.money import FEN_PER_YUAN, parse_yuan
from voluncity.kernel.refusals import BadInput
from voluncity.kernel.text import clean
from voluncity.web.controls import Day, Words, chosen
from voluncity.web.picking import PickField

MOST_YUAN = 100_000_000
BLANK_ROWS, NEW_LINES, NEW_STEPS, SUPPORT_LINES = 3, 3, 2, 6
NOTHING = {"0", "0.0", "0.00"}


class Yuan(forms.CharField):
    """A sum as people type it; it hands on fen. Where `may_be_nothing`, 0 is one, too."""

    def __init__(self, label: str, *, may_be_nothing: bool = False, **options: Any) -> None:
        self.may_be_nothing = may_be_nothing
        super().__init__(
            label=label, widget=forms.TextInput({"inputmode": "decimal", "maxlength": 20}),
            error_messages={"required": f"请填写{label}。"}, **options,
        )  # fmt: skip

    def clean(self, value: Any) -> Any:
        """Return fen, or None where nothing was typed.

        :raises ValidationError: when it is no sum.
        """
        text = clean(str(super().clean(value) or ""))
        if not text or (self.may_be_nothing and text in NOTHING):
            return 0 if text else None
        try:
            return parse_yuan(text, field="", most_yuan=MOST_YUAN)
        except BadInput as refusal:
            raise forms.ValidationError(refusal.sentence) from refusal


def yuan(fen: int) -> str:
    """Return a sum as it stands in a field: 1400, 99.50."""
    whole, rest = divmod(fen, FEN_PER_YUAN)
    return f"{whole}.{rest:02d}" if rest else str(whole)


class RowsForm(forms.Form):
    """A form of rows: a row in which something stands needs all its parts."""

    def rows(self, prefix: str, numbers: Sequence[int], parts: Sequence[str]) -> list[list[Any]]:
        """Return what was said row by row; rows without a word are left out."""
        found = []
        for number in numbers:
            said = [self.cleaned_data.get(f"{prefix}{number}_{part}") for part in parts]
            if any(value not in {None, ""} for value in said):
                found.append([number, *said])
        return found

    def ask_for_whole_rows(
        self, prefix: str, numbers: Sequence[int], parts: Mapping[str, str]
    ) -> None:
        """Say at each empty field of a begun row what is missing."""
        for number in numbers:
            names = {part: f"{prefix}{number}_{part}" for part in parts}
            said = {part: self.cleaned_data.get(name) for part, name in names.items()}
            if any(value not in {None, ""} for value in said.values()):
                for part, name in names.items():
                    if said[part] in {None, ""} and name not in self.errors:
                        self.add_error(name, f"请填写{parts[part]}。")

    def bounds(self, names: Sequence[str], starts: date, ends: date) -> None:
        """Say at each day that lies outside of the project."""
        for name in names:
            value = self.cleaned_data.get(name)
            if isinstance(value, date) and not starts <= value <= ends:
                self.add_error(name, f"应在项目时间内：{starts:%Y-%m-%d} 至 {ends:%Y-%m-%d}。")

    def drawn(self, prefix: str, numbers: Sequence[int], parts: Sequence[str]) -> list[Any]:
        """Return the rows with their fields, as the page draws them."""
        return [
            (number, [self._bound(prefix, number, part) for part in parts]) for number in numbers
        ]

    def _bound(self, prefix: str, number: int, part: str) -> BoundField:
        return self[f"{prefix}{number}_{part}"]


STEP_PARTS = {"title": "里程碑名称", "proof": "验收方式", "due": "完成日期"}
LINE_PARTS = {"kind": "预算科目", "what": "用途", "fen": "金额"}


def _step_fields(form: forms.Form, prefix: str, number: int, *, required: bool = False) -> None:
    form.fields[f"{prefix}{number}_title"] = Words(
        "里程碑名称", plans.TITLE_MOST, required=required
    )
    form.fields[f"{prefix}{number}_proof"] = Words("验收方式", plans.PROOF_MOST, required=required)
    form.fields[f"{prefix}{number}_due"] = Day("完成日期", required=required)


def _kind_field(kinds: Sequence[str]) -> forms.ChoiceField:
    return forms.ChoiceField(
        label="预算科目", required=False,
        choices=[("", "请选择"), *((kind, kind) for kind in kinds)],
        error_messages={"invalid_choice": "请选择列出的预算科目。"},
    )  # fmt: skip


class PlanForm(RowsForm):
    """Who is responsible, and the milestones."""

    lead = Words("项目负责人", plans.NAME_MOST)

    def __init__(
        self, *sent: Any, starts_on: date, ends_on: date, planned: int, **options: Any
    ) -> None:
        super().__init__(*sent, **options)
        self.span = (starts_on, ends_on)
        typed = sum(1 for key in self.data if key.endswith("_title"))
        count = min(plans.MILESTONES_MOST, max(planned + BLANK_ROWS, typed))
        self.numbers = range(1, count + 1)
        for number in self.numbers:
            _step_fields(self, "m", number)

    def clean(self) -> dict[str, Any]:
        """Ask for whole rows within the days of the project."""
        self.ask_for_whole_rows("m", self.numbers, STEP_PARTS)
        self.bounds([f"m{number}_due" for number in self.numbers], *self.span)
        return self.cleaned_data

    def plans(self) -> list[MilestonePlan]:
        """Return what was said."""
        return [MilestonePlan(*said) for _, *said in self.rows("m", self.numbers, [*STEP_PARTS])]

    def drawn_steps(self) -> list[Any]:
        """Return the rows of milestones."""
        return self.drawn("m", self.numbers, [*STEP_PARTS])

    @staticmethod
    def kept(lead: str, milestones: Sequence[Milestone]) -> dict[str, Any]:
        """Return what the form begins with."""
        found: dict[str, Any] = {"lead": lead}
        for number, one in enumerate(milestones, start=1):
            found |= {
                f"m{number}_title": one.title, f"m{number}_proof": one.proof,
                f"m{number}_due": one.due_on,
            }  # fmt: skip
        return found


class ChangeForm(RowsForm):
    """What is to be otherwise; it begins with what holds now."""

    reason = Words("变更理由", plans.WORDS_MOST, long=True,
                   help_text="为什么要改、改了以后对服务对象有什么影响。")  # fmt: skip
    lead = Words("项目负责人", plans.NAME_MOST)
    starts_on = Day("开始日期")
    ends_on = Day("结束日期")

    def __init__(self, *sent: Any, now: Version, kinds: Sequence[str], **options: Any) -> None:
        super().__init__(*sent, initial=self._kept(now), **options)
        self.now = now
        self.places = [line.place for line in now.lines]
        self.steps = [one.number for one in now.milestones]
        for line in now.lines:
            self.fields[f"l{line.place}_what"] = Words(f"{line.kind}：用途", plans.WHAT_MOST)
            self.fields[f"l{line.place}_fen"] = Yuan("金额（元）", may_be_nothing=True)
        for number in range(1, NEW_LINES + 1):
            self.fields[f"n{number}_kind"] = _kind_field(kinds)
            self.fields[f"n{number}_what"] = Words("用途", plans.WHAT_MOST, required=False)
            self.fields[f"n{number}_fen"] = Yuan("金额（元）", required=False)
        for number in self.steps:
            _step_fields(self, "m", number, required=True)
        for number in range(1, NEW_STEPS + 1):
            _step_fields(self, "p", number)

    @staticmethod
    def _kept(now: Version) -> dict[str, Any]:
        found: dict[str, Any] = {
            "lead": now.lead, "starts_on": now.starts_on, "ends_on": now.ends_on,
        }  # fmt: skip
        for line in now.lines:
            found |= {f"l{line.place}_what": line.what, f"l{line.place}_fen": yuan(line.fen)}
        for one in now.milestones:
            found |= {
                f"m{one.number}_title": one.title, f"m{one.number}_proof": one.proof,
                f"m{one.number}_due": one.due_on,
            }  # fmt: skip
        return found

    def clean(self) -> dict[str, Any]:
        """Ask for whole rows, with days within the new span of the project."""
        said = self.cleaned_data
        self.ask_for_whole_rows("n", range(1, NEW_LINES + 1), LINE_PARTS)
        self.ask_for_whole_rows("p", range(1, NEW_STEPS + 1), STEP_PARTS)
        starts, ends = said.get("starts_on"), said.get("ends_on")
        if starts and ends and starts <= ends:
            names = [f"m{number}_due" for number in self.steps]
            names += [f"p{number}_due" for number in range(1, NEW_STEPS + 1)]
            self.bounds(names, starts, ends)
        return said

    def version(self) -> Version:
        """Return what is asked for."""
        said = self.cleaned_data
        kinds = {line.place: line.kind for line in self.now.lines}
        lines = [
            Line(place, kinds[place], said[f"l{place}_what"], said[f"l{place}_fen"] or 0)
            for place in self.places
        ]
        new = self.rows("n", range(1, NEW_LINES + 1), [*LINE_PARTS])
        lines += [Line(0, kind, what, fen) for _, kind, what, fen in new]
        steps = [Planned(*row) for row in self.rows("m", self.steps, [*STEP_PARTS])]
        added = self.rows("p", range(1, NEW_STEPS + 1), [*STEP_PARTS])
        steps += [Planned(0, *row) for _, *row in added]
        return Version(said["lead"], said["starts_on"], said["ends_on"], tuple(lines), tuple(steps))

    def drawn_lines(self) -> list[Any]:
        """Return the rows of lines that are there."""
        return self.drawn("l", self.places, ["what", "fen"])

    def drawn_new_lines(self) -> list[Any]:
        """Return the rows for lines that are to come."""
        return self.drawn("n", range(1, NEW_LINES + 1), [*LINE_PARTS])

    def drawn_steps(self) -> list[Any]:
        """Return the rows of milestones that are there."""
        return self.drawn("m", self.steps, [*STEP_PARTS])

    def drawn_new_steps(self) -> list[Any]:
        """Return the rows for milestones that are to come."""
        return self.drawn("p", range(1, NEW_STEPS + 1), [*STEP_PARTS])


class ScanForm(forms.Form):
    """The signed paper."""

    file = PaperField(label="签字盖章的协议", help_text="PDF 或照片，每一页都要清楚。")


class ConfirmForm(forms.Form):
    """The days that stand beside both signatures."""

    party_signed_on = Day("受资助方签字日期")
    fund_signed_on = Day("基金签字日期")


class WordsForm(forms.Form):
    """Words for one step."""

    def __init__(
        self, *sent: Any, label: str, hint: str = "", required: bool = True, **options: Any
    ) -> None:
        super().__init__(*sent, **options)
        self.fields["words"] = Words(
            label, plans.WORDS_MOST, long=True, help_text=hint, required=required
        )


class TerminateForm(WordsForm):
    """Why a project ends before its time, and which resolution says so."""

    resolution = ResolutionField()

    def __init__(self, *sent: Any, fund: Fund, **options: Any) -> None:
        super().__init__(*sent, label="终止的原因", **options)
        cast("ResolutionField", self.fields["resolution"]).of(fund)


class NothingForm(forms.Form):
    """A step that needs no words."""


class TemplateForm(forms.Form):
    """The text of agreements from a day on."""

    valid_from = Day("启用日期", help_text="这一天起生成的协议用这份文本，以前的不变。")
    text = forms.CharField(
        label="协议文本", max_length=TEXT_MOST, widget=forms.Textarea({"rows": 24}),
        error_messages={
            "required": "请填写协议文本。", "max_length": f"协议文本最多 {TEXT_MOST} 个字。",
        },
    )  # fmt: skip


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
            self.fields[f"n{number}_kind"] = _kind_field(plans.SUPPORT_KINDS)
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
